"""A customer's way to the sandbox carrier: `carrier.json`, which both the exchange and the carrier can make.

Other customers have `carrier/customers/<name>.json`: the carrier makes it for each that `carrier/numbers.json` names,
and its owner puts it as `carrier.json` into the home folder of the other exchange.
"""

import json
import secrets
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from django.conf import settings

from centralka.environment import reached_at
from centralka.files import write_if_missing, write_whole

USER = "centralka"


class BrokenCredentials(Exception):
    """The file is there and cannot be used; the message is one sentence for the person at the terminal."""


@dataclass(frozen=True, slots=True)
class CarrierCredentials:
    """The address at which the carrier listens (UDP and TCP), and the credentials of a customer."""

    host: str
    port: int
    user: str
    password: str = field(repr=False)


def carrier_credentials(customer: str = USER) -> CarrierCredentials:
    """Read the customer's file; exchange or carrier makes it, with a random password, if it is missing.

    Raises BrokenCredentials, OSError.
    """
    file = _file(customer)
    if not file.exists():
        host = reached_at(settings.BIND)
        keep_first(file, CarrierCredentials(host, settings.CARRIER_PORT, customer, secrets.token_urlsafe(18)))
    return _read(file)


def announce_address(customer: str = USER) -> CarrierCredentials:
    """Write down on which address the carrier listens this time, and return what the file says then."""
    kept = carrier_credentials(customer)
    host = reached_at(settings.BIND)
    current = replace(kept, host=host, port=settings.CARRIER_PORT)
    if current != kept:
        write_whole(_file(customer), _written(current))
    return current


def customers_with_a_file() -> list[str]:
    """Return the customers besides the first one that were made so far, also customers without numbers by now."""
    return [file.stem for file in _folder().glob("*.json")]


def _file(customer: str) -> Path:
    return settings.HOME / "carrier.json" if customer == USER else _folder() / f"{customer}.json"


def _folder() -> Path:
    return settings.HOME / "carrier/customers"


def keep_first(file: Path, made: CarrierCredentials) -> None:
    """Write the file unless another process has written it meanwhile: then that password counts."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    write_if_missing(file, _written(made))


def _written(content: CarrierCredentials) -> str:
    return json.dumps(asdict(content), indent=2) + "\n"


def _read(file: Path) -> CarrierCredentials:
    try:
        found = json.loads(file.read_text())
        return CarrierCredentials(str(found["host"]), int(found["port"]), str(found["user"]), str(found["password"]))
    except (ValueError, KeyError, TypeError):
        raise BrokenCredentials(f"{file} is not what it was written as; remove it and start again.") from None
