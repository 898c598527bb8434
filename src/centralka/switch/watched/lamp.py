"""A lamp that phones can ask for, and what is told of it."""

from dataclasses import dataclass
from enum import StrEnum

from centralka.calls.doing import Doing

from ..wire.message_summary import EVENT

# Two states of RFC 4235 (3.7.1); an account in no call has no dialog.
_STATES = {Doing.RINGING: "early", Doing.IN_CALL: "confirmed"}
_DIRECTIONS = {Doing.RINGING: "recipient", Doing.IN_CALL: "initiator"}


class Event(StrEnum):
    """Things that a lamp tells of an account, each by the name of its event package."""

    COLLEAGUE = "dialog"
    MAILBOX = EVENT


@dataclass(frozen=True, slots=True)
class Lamp:
    """A lamp of an account. The edge names it by extension and company (`edge/lamps.cfg`)."""

    event: Event
    login: str

    @classmethod
    def named(cls, uri: str, event: str) -> "Lamp":
        """Return the lamp that the edge calls `sip:101@kwiaty`. Raises ValueError for what is none."""
        extension, at, company = uri.removeprefix("sip:").partition("@")
        if not (extension and at and company):
            raise ValueError("a lamp has an extension and a company")
        return cls(Event(event), f"{company}_{extension}")

    @property
    def company(self) -> str:
        return self.login.rpartition("_")[0]

    @property
    def extension(self) -> str:
        return self.login.rpartition("_")[2]

    @property
    def uri(self) -> str:
        """Return the edge's name of it."""
        return f"sip:{self.extension}@{self.company}"


def colleague(lamp: Lamp, doing: Doing | None) -> str | None:
    """Write what phones are told of an account (RFC 4235), which the edge puts into a whole document. None: the edge
    says itself that there is no call."""
    if doing is None:
        return None
    dialog = f'<dialog id="{lamp.extension}" direction="{_DIRECTIONS[doing]}"><state>{_STATES[doing]}</state></dialog>'
    return f"<dialog-info>{dialog}</dialog-info>"
