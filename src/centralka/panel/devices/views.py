"""Podłącz telefon: what to do on this or that device so that it becomes a phone of the account."""

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from centralka.actions.account import accounts as actions
from centralka.actions.actor import Actor
from centralka.actions.errors import NotFound
from centralka.actions.sip_server import SipAddress, sip_addresses
from centralka.calls.voicemail import MAILBOX
from centralka.machine import in_uri
from centralka.store.models import Device, SipAccount

from ..doors import tenant_page
from ..sip_server_shown import THIS_MACHINE, needs_own_authority
from .device import Field, Step, Value, Words
from .known import DEVICES, LINPHONE


@dataclass(frozen=True, slots=True)
class ShownField:
    """What stands on the device's screen, and what is typed there; None: the password, which nobody can show."""

    label: str
    text: str | None
    is_ours: bool
    """Whether it is of this account or installation, and not the same for everybody."""


@require_GET
@tenant_page()
def connect_phone(request: HttpRequest, actor: Actor, account_id: int, device: str = LINPHONE.slug) -> HttpResponse:
    """Show the steps for one device, and whether a phone has come."""
    account = actions.sip_account(actor, account_id)
    chosen = DEVICES.get(device)
    if chosen is None:
        raise NotFound
    encrypts = account.media_encryption != SipAccount.MediaEncryption.OFF
    server = _address(request, "tls" if encrypts else chosen.transport)
    context = {
        "account": account,
        "devices": DEVICES.values(),
        "chosen": chosen,
        "steps": _steps(account, chosen.steps + chosen.encrypted * encrypts, server),
        "needs_sdes": account.media_encryption == SipAccount.MediaEncryption.DTLS and not chosen.knows_dtls,
        "sets_itself_up": chosen.slug if chosen.slug in set(Device.Maker) else "",
        "own_authority": needs_own_authority(account),
        "reached_here_only": server.host in THIS_MACHINE,
        "listens_here_only": settings.BIND in THIS_MACHINE,
    }
    return render(request, "panel/devices/connect.html", context)


def _address(request: HttpRequest, transport: str) -> SipAddress:
    return next(address for address in sip_addresses(request.get_host()) if address.transport == transport)


def _steps(account: SipAccount, steps: tuple[Step, ...], server: SipAddress) -> list[tuple[Words, list[ShownField]]]:
    values = _values(account, server)

    def shown(field: Field) -> ShownField:
        if isinstance(field.value, Value):
            return ShownField(field.label, values[field.value], is_ours=True)
        return ShownField(field.label, field.value, is_ours=False)

    return [(step.text, [*map(shown, step.fields)]) for step in steps]


def _values(account: SipAccount, server: SipAddress) -> dict[Value, str | None]:
    at = f"{in_uri(server.host)}:{server.port}"
    return {
        Value.NAME: account.name or account.extension,
        Value.LOGIN: account.login,
        Value.PASSWORD: None,
        Value.SERVER: server.host,
        Value.PORT: str(server.port),
        Value.SERVER_AND_PORT: at,
        Value.LOGIN_AT_SERVER: f"{account.login}@{at}",
        Value.SERVER_OVER_TLS: f"{at};transport=tls",
        Value.TRANSPORT: server.transport.upper(),
        Value.MAILBOX: MAILBOX,
    }
