"""Urządzenia konta: devices with a password of their own."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from centralka.actions.account import accounts
from centralka.actions.account import devices as actions
from centralka.actions.actor import Actor
from centralka.store.models import Role

from ..doors import tenant_page
from ..forms import error_title
from ..sip_server_shown import server_in
from .forms import DeviceForm


@tenant_page(Role.MANAGER)
def device_add(request: HttpRequest, actor: Actor, account_id: int) -> HttpResponse:
    """Show the form, and after it the device's password, once."""
    account = accounts.sip_account(actor, account_id)
    form = DeviceForm(request.POST if request.method == "POST" else None)
    made = None
    if request.method == "POST":
        made = form.carry_out(lambda: actions.add_device(actor, account_id, **form.given(name="")))
    if made:
        device, password = made
        context = {"account": account, "device": device, "password": password, **server_in(request)}
        return render(request, "panel/devices/made.html", context)
    return render(
        request, "panel/devices/form.html", {"account": account, "form": form, "error_title": error_title(form)}
    )


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
