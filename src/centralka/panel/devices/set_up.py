"""Setting a phone up by a mailed link: a manager sends it, and its recipient needs no login."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from centralka.actions.account import accounts
from centralka.actions.account.setup_links import SetUp, link_with, send_setup_link, set_up_app, set_up_by_hand
from centralka.actions.actor import Actor
from centralka.actions.errors import InvalidInput, NotFound
from centralka.actions.phone_settings import settings_address
from centralka.store.models import Device, Role, SipAccount

from ..doors import tenant_page
from ..forms import error_title
from ..qr_codes import qr_picture
from ..sip_server_shown import needs_own_authority
from .forms import SetupMailForm
from .known import DEVICES, LINPHONE, OTHER
from .steps import OwnPassword, shown_steps


@tenant_page(Role.MANAGER)
def setup_mail(request: HttpRequest, actor: Actor, account_id: int) -> HttpResponse:
    """Show the form, and mail the link."""
    account = accounts.sip_account(actor, account_id)
    form = SetupMailForm(request.POST if request.method == "POST" else None, initial={"email": account.voicemail_email})
    sent = None
    if request.method == "POST":
        sent = form.carry_out(lambda: send_setup_link(actor, account_id, **form.given(email="")))
    if sent:
        said = _("A mail with a link for setting up a phone is on its way to %(address)s.") % {"address": sent.email}
        messages.success(request, said)
        return redirect("account", account_id)
    context = {"account": account, "form": form, "error_title": error_title(form), "no_server": settings.SMTP is None}
    return render(request, "panel/devices/setup_mail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def set_up_phone(request: HttpRequest, token: str) -> HttpResponse:
    """Show what can be set up; on POST use the link up, and show once what the phone needs."""
    now, problem = timezone.now(), ""
    try:
        link = link_with(token, now)
        if request.method == "POST":
            kind = request.POST.get("kind", "")
            return _kept_nowhere(_shown(request, link.sip_account, kind, _used(token, kind)))
    except NotFound:
        return _kept_nowhere(render(request, "panel/devices/link_over.html", status=404))
    except InvalidInput as refusal:
        problem = str(next(iter(refusal.problems.values()))[0].message)
    others = [device for device in DEVICES.values() if device is not LINPHONE]
    context = {"account": link.sip_account, "until": link.expires_at, "problem": problem, "others": others}
    return _kept_nowhere(render(request, "panel/devices/set_up.html", context))


def _used(token: str, kind: str) -> SetUp:
    now = timezone.now()
    return set_up_app(token, kind, now) if kind == Device.Maker.LINPHONE else set_up_by_hand(token, now)


def _shown(request: HttpRequest, account: SipAccount, kind: str, made: SetUp) -> HttpResponse:
    """Show it in answer to the POST itself: a redirect would have to store it."""
    context: dict[str, object] = {"account": account, "own_authority": needs_own_authority(account)}
    if made.device.settings_until:
        link = settings_address(f"{request.scheme}://{request.get_host()}", made.device, made.secret)
        context |= {"link": link, "picture": qr_picture(link)}
    else:
        chosen, own = DEVICES.get(kind, OTHER), OwnPassword(made.device.username, made.secret)
        # A person who chose wrongly finds the others below: the password is good for each, and is not shown again.
        devices = [chosen, *(device for device in DEVICES.values() if device is not chosen)]
        context |= {"chosen": chosen, "each": [shown_steps(request, account, device, own) for device in devices]}
    return render(request, "panel/devices/set_up_done.html", context)


def _kept_nowhere(response: HttpResponse) -> HttpResponse:
    add_never_cache_headers(response)
    response.headers["Cache-Control"] = "no-store, private"
    return response
