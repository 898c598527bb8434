"""Urządzenia konta: devices with a password of their own."""

from urllib.parse import urlsplit

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from centralka.actions.account import accounts
from centralka.actions.account import devices as actions
from centralka.actions.actor import Actor
from centralka.actions.errors import NotFound
from centralka.actions.phone_settings import settings_address
from centralka.store.models import Device, Role, SipAccount

from ..doors import tenant_page
from ..forms import error_title
from ..qr_codes import qr_picture
from ..sip_server_shown import THIS_MACHINE, needs_own_authority, server_in
from .fetching import FETCHING
from .forms import DeviceForm


@tenant_page(Role.MANAGER)
def device_add(request: HttpRequest, actor: Actor, account_id: int) -> HttpResponse:
    """Show the form, and after it the device's password, or the address of its settings, once."""
    account = accounts.sip_account(actor, account_id)
    initial = {"maker": request.GET.get("maker", "")}
    form = DeviceForm(request.POST if request.method == "POST" else None, initial=initial)
    made = form.carry_out(lambda: _added(actor, account_id, form)) if request.method == "POST" else None
    if made:
        device, secret = made
        if device.maker:
            return _address(request, account, device, secret)
        context = {"account": account, "device": device, "password": secret, **server_in(request)}
        return render(request, "panel/devices/made.html", context)
    return render(
        request, "panel/devices/form.html", {"account": account, "form": form, "error_title": error_title(form)}
    )


def _added(actor: Actor, account_id: int, form: DeviceForm) -> tuple[Device, str]:
    given = form.given(name="", maker="?", mac="")
    if given["maker"] in actions.APPS:
        return actions.add_app(actor, account_id, given["name"], given["maker"], timezone.now())
    if given["maker"]:
        return actions.add_phone(actor, account_id, **given)
    return actions.add_device(actor, account_id, given["name"])


def _address(request: HttpRequest, account: SipAccount, device: Device, token: str) -> HttpResponse:
    """Show where the phone fetches its settings, in answer to the POST itself: a redirect would have to store it."""
    # Of no company: the phone has no session.
    address = settings_address(f"{request.scheme}://{request.get_host()}", device, token)
    if device.settings_until:
        return _picture(request, account, device, address)
    context = {
        "account": account,
        "device": device,
        "address": address + ("{mac}.xml" if device.maker == Device.Maker.SNOM else ""),
        "steps": FETCHING[Device.Maker(device.maker)],
        "unusual_mac": actions.is_unusual_mac(device),
        "in_clear": request.scheme != "https",
    }
    return render(request, "panel/devices/address.html", context)


def _picture(request: HttpRequest, account: SipAccount, device: Device, link: str) -> HttpResponse:
    """Show the link that an app takes, once, as a picture."""
    context = {
        "account": account,
        "device": device,
        "link": link,
        "picture": qr_picture(link),
        "own_authority": needs_own_authority(account),
        "in_clear": request.scheme != "https",
        "here_only": urlsplit(link).hostname in THIS_MACHINE,
    }
    return render(request, "panel/devices/picture.html", context)


@tenant_page(Role.MANAGER)
def device_issue_again(request: HttpRequest, actor: Actor, account_id: int, device_id: int) -> HttpResponse:
    """Ask, then give the phone another address and another password."""
    device = actions.device(actor, account_id, device_id)
    if device.token_digest is None:
        raise NotFound
    if request.method != "POST":
        context = {"account": device.sip_account, "device": device}
        return render(request, "panel/devices/issue_again.html", context)
    token = actions.issue_again(actor, account_id, device_id)
    return _address(request, device.sip_account, device, token)


@tenant_page(Role.MANAGER)
def device_sign_out(request: HttpRequest, actor: Actor, account_id: int, device_id: int) -> HttpResponse:
    """Ask, then sign the device out."""
    device = actions.device(actor, account_id, device_id)
    if request.method != "POST":
        context = {"account": device.sip_account, "device": device}
        return render(request, "panel/devices/sign_out.html", context)
    actions.sign_out(actor, account_id, device_id)
    messages.success(request, _("Signed out: %(device)s. Its password is good no more.") % {"device": device.name})
    return redirect("account", account_id)
