"""Podłącz telefon: what to do on this or that device so that it becomes a phone of the account."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from centralka.actions.account import accounts as actions
from centralka.actions.actor import Actor
from centralka.actions.errors import NotFound
from centralka.store.models import Device

from ..doors import tenant_page
from ..sip_server_shown import THIS_MACHINE, needs_own_authority
from .known import DEVICES, LINPHONE
from .steps import shown_steps


@require_GET
@tenant_page()
def connect_phone(request: HttpRequest, actor: Actor, account_id: int, device: str = LINPHONE.slug) -> HttpResponse:
    """Show the steps for one device, and whether a phone has come."""
    account = actions.sip_account(actor, account_id)
    chosen = DEVICES.get(device)
    if chosen is None:
        raise NotFound
    shown = shown_steps(request, account, chosen)
    context = {
        "account": account,
        "devices": DEVICES.values(),
        "chosen": chosen,
        "shown": shown,
        "sets_itself_up": chosen.slug if chosen.slug in set(Device.Maker) else "",
        "own_authority": needs_own_authority(account),
        "reached_here_only": shown.server.host in THIS_MACHINE,
        "listens_here_only": settings.BIND in THIS_MACHINE,
    }
    return render(request, "panel/devices/connect.html", context)
