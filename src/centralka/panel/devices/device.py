"""Devices that can be the phone of an account, and their steps: the name of a field on the device's screen, and the
value to type there."""

from dataclasses import dataclass
from enum import Enum

from django.utils.functional import Promise

Words = str | Promise
"""Words of the panel, in the reader's language when they are shown."""


class Value(Enum):
    """Values to type, of this account and this installation."""

    NAME = "name"
    LOGIN = "login"
    AUTHENTICATION = "authentication"
    """The name with which a password goes: the login, or a device's own."""
    PASSWORD = "password"  # noqa: S105 (a name)
    SERVER = "server"
    PORT = "port"
    SERVER_AND_PORT = "server_and_port"
    LOGIN_AT_SERVER = "login_at_server"
    SERVER_OVER_TLS = "server_over_tls"
    TRANSPORT = "transport"
    MAILBOX = "mailbox"


@dataclass(frozen=True, slots=True)
class Field:
    """A field of the device's screen."""

    label: str
    """As the device has it, in English."""
    value: Value | str
    """Text: the same for each account."""


@dataclass(frozen=True, slots=True)
class Step:
    """Something to do, with what has to be typed there."""

    text: Words
    fields: tuple[Field, ...] = ()


@dataclass(frozen=True, slots=True)
class Device:
    """An app, or the phones of a maker."""

    slug: str
    name: Words
    runs_on: Words
    transport: str
    """The SIP transport that suits it: an app on a mobile phone is reached over TCP while it sleeps."""
    steps: tuple[Step, ...]
    encrypted: tuple[Step, ...] = ()
    """Further steps for an account that encrypts its calls."""
    authentication: tuple[Step, ...] = ()
    """Further steps with a password of the device's own, where the steps have no field for its name."""
    knows_dtls: bool = False
    """It encrypts by DTLS-SRTP; all of them know SDES."""
