"""The way in which other processes reach the running carrier: a private file that is there while it runs."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

from django.conf import settings

from centralka.files import write_whole


@dataclass(frozen=True, slots=True)
class Running:
    """The manager interface of the carrier's engine, on this machine."""

    ami_port: int
    ami_secret: str = field(repr=False)


def carrier_home() -> Path:
    """Return the folder in which the carrier keeps everything but the customer's password."""
    return settings.HOME / "carrier"


@contextmanager
def told(running: Running) -> Iterator[None]:
    """Keep the file there during the block."""
    file = _file()
    write_whole(file, json.dumps(asdict(running)))
    try:
        yield
    finally:
        file.unlink(missing_ok=True)


def running_carrier() -> Running | None:
    """Find the carrier that runs in this home folder; None if there is none.

    A carrier that was killed still has its file, but does not answer.
    """
    try:
        return Running(**json.loads(_file().read_text()))
    except (OSError, ValueError, TypeError):
        return None


def _file() -> Path:
    return carrier_home() / "run/carrier.json"
