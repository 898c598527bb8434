"""Receiving faxes as the steps of a call need it. Tests give a hand-written one; `keeping` makes the engine's."""

from collections.abc import Awaitable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from ..mailboxes.protocol import Caller


class NoRoom(Exception):
    """No fax can be written down now."""


@dataclass(frozen=True, slots=True)
class Told:
    """The engine's word of a fax that is over (FAXOPT)."""

    status: str
    """`SUCCESS`, `FAILED`, …; "" where the call ended before there was any."""
    error: str
    pages: int
    station: str
    """The other machine's name for itself."""


class Receiving(AbstractContextManager["Receiving"], Protocol):
    """A fax during its call; as a context manager it tells that this process is at it."""

    @property
    def file(self) -> str:
        """Return the path to which the engine is to write the pages."""
        ...

    def ended(self, how: Told) -> Awaitable[None]:
        """Note how it ended; panel and mail have it a moment later."""
        ...


class Faxes(Protocol):
    """The receiver of faxes."""

    def begin(self, account_id: int, channel: str, caller: Caller) -> Awaitable[Receiving]:
        """Note the caller who begins to send a fax to this account over the channel of that id. Raises NoRoom."""
        ...


def told(answer: str) -> Told:
    """Read `status|error|pages|station`."""
    status, error, pages, station = (answer.split("|", 3) + [""] * 3)[:4]
    return Told(status, error, int(pages) if pages.isdecimal() else 0, station.strip())
