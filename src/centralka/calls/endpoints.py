"""The engine's names for the sides that it connects: a phone of an account, or the connection to a carrier.

The engine's names are parsed here once, and nobody else looks for a prefix in them.
"""

import re
from dataclasses import dataclass, field
from functools import lru_cache

from .media_encryption import ALLOWED, Encryption, MediaEncryption

_CARRIER = re.compile(r"trunk-([0-9]+)")
_FAX_CALL = re.compile(r"([a-z0-9-]+_[0-9]+)\.([0-9]{1,18})")
_ENCRYPTIONS = {each.value for each in Encryption}


@dataclass(frozen=True, slots=True)
class Phone:
    """The phones of one account, which the engine knows by its login `<company>_<extension>`.

    For each way of encrypting the sound the engine has a side of its own, `<login>.dtls` for instance: which one it is
    to be does not change while the engine remembers it (docs/decisions/0030).
    """

    login: str
    encryption: Encryption = field(default=Encryption.NONE, compare=False)
    """Of the sound of this channel. Whose phone it is does not depend on it."""

    @property
    def name(self) -> str:
        """Return the engine's name of this side."""
        return f"{self.login}{self.encryption.value}"

    @property
    def extension(self) -> str:
        """Return the account's real extension, whatever it shows to colleagues."""
        return extension_of(self.login)


@dataclass(frozen=True, slots=True)
class Carrier:
    """The connection to a carrier, by its number in the database."""

    trunk: int

    @property
    def name(self) -> str:
        """Return the engine's name of the connection."""
        return trunk_endpoint(self.trunk)


Endpoint = Phone | Carrier


def endpoint_named(name: str) -> Endpoint | None:
    """Return the endpoint that the engine calls `name`; None for "". An account's (`trunk-7_100`) has an underscore."""
    if found := _CARRIER.fullmatch(name):
        return Carrier(int(found[1]))
    login, dot, encryption = name.partition(".")
    if dot and (dot + encryption) in _ENCRYPTIONS:
        return Phone(login, Encryption(dot + encryption))
    return Phone(name) if name else None


@dataclass(frozen=True, slots=True)
class FaxCall:
    """The call by which the exchange sends a fax: the engine's two halves of it have the same name."""

    login: str
    """Of the account whose call it is."""
    try_id: int


def fax_call_named(name: str) -> FaxCall | None:
    """Read `kwiaty_100.17`, as a call is named that brings a fax; None for what is none."""
    found = _FAX_CALL.fullmatch(name)
    return FaxCall(found[1], int(found[2])) if found else None


@lru_cache(1024)  # a plan asks it of each phone again and again while it is carried out
def phone_endpoints(login: str, demanded: MediaEncryption, *, in_browser: bool = False) -> tuple[str, ...]:
    """Return the engine's names of all sides by which an account is called that demands this.

    `in_browser`: one of its phones is in a browser.
    """
    browser = (Encryption.WEB,) if in_browser else ()
    return tuple(Phone(login, each).name for each in (*ALLOWED[demanded], *browser))


def trunk_endpoint(trunk_id: int) -> str:
    """Return the engine's name of a trunk."""
    return f"trunk-{trunk_id}"


def extension_of(login: str) -> str:
    """Return `100` of `kwiaty_100`."""
    return login.rpartition("_")[2]
