"""The engine's names for the sides that it connects: a phone of an account, or the connection to a carrier.

The engine's names are parsed here once, and nobody else looks for a prefix in them.
"""

import re
from dataclasses import dataclass

_CARRIER = re.compile(r"trunk-([0-9]+)")


@dataclass(frozen=True, slots=True)
class Phone:
    """The phones of one account, which the engine knows by its login `<company>_<extension>`."""

    login: str

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
    return Phone(name) if name else None


def trunk_endpoint(trunk_id: int) -> str:
    """Return the engine's name of a trunk."""
    return f"trunk-{trunk_id}"


def extension_of(login: str) -> str:
    """Return `100` of `kwiaty_100`."""
    return login.rpartition("_")[2]
