"""The steps that make a device a phone of an account, with this installation's real values."""

from dataclasses import dataclass

from django.http import HttpRequest

from centralka.actions.sip_server import SipAddress, sip_addresses
from centralka.calls.voicemail import MAILBOX
from centralka.machine import in_uri
from centralka.store.models import SipAccount

from .device import Device, Field, Value, Words


@dataclass(frozen=True, slots=True)
class OwnPassword:
    """The login and password of a device that has a password of its own; shown once."""

    username: str
    """The authentication name."""
    password: str


@dataclass(frozen=True, slots=True)
class ShownField:
    """A field on the device's screen, and the value to type there; None: the password, which nobody can show."""

    label: str
    text: str | None
    is_ours: bool
    """The value is of this account or installation, and not the same for everybody."""


@dataclass(frozen=True, slots=True)
class ShownSteps:
    """The steps on one device."""

    device: Device
    server: SipAddress
    steps: list[tuple[Words, list[ShownField]]]
    needs_sdes: bool
    """The account takes only DTLS-SRTP, which this device does not know."""


def shown_steps(
    request: HttpRequest, account: SipAccount, device: Device, own: OwnPassword | None = None
) -> ShownSteps:
    """Return the steps for an account's own password, or for a device's."""
    encrypts = account.media_encryption != SipAccount.MediaEncryption.OFF
    transport = "tls" if encrypts else device.transport
    server = next(address for address in sip_addresses(request.get_host()) if address.transport == transport)
    values = _values(account, server, own)

    def shown(field: Field) -> ShownField:
        if isinstance(field.value, Value):
            return ShownField(field.label, values[field.value], is_ours=True)
        return ShownField(field.label, field.value, is_ours=False)

    steps = device.steps + device.authentication * (own is not None) + device.encrypted * encrypts
    needs_sdes = account.media_encryption == SipAccount.MediaEncryption.DTLS and not device.knows_dtls
    return ShownSteps(device, server, [(step.text, [*map(shown, step.fields)]) for step in steps], needs_sdes)


def _values(account: SipAccount, server: SipAddress, own: OwnPassword | None) -> dict[Value, str | None]:
    at = f"{in_uri(server.host)}:{server.port}"
    return {
        Value.NAME: account.name or account.extension,
        Value.LOGIN: account.login,
        Value.AUTHENTICATION: own.username if own else account.login,
        Value.PASSWORD: own.password if own else None,
        Value.SERVER: server.host,
        Value.PORT: str(server.port),
        Value.SERVER_AND_PORT: at,
        Value.LOGIN_AT_SERVER: f"{account.login}@{at}",
        Value.SERVER_OVER_TLS: f"{at};transport=tls",
        Value.TRANSPORT: server.transport.upper(),
        Value.MAILBOX: MAILBOX,
    }
