"""The end of a step of a plan."""

from dataclasses import dataclass

from centralka.calls.journal_events import TrunkTry
from centralka.calls.plan import Outcome


@dataclass(frozen=True, slots=True)
class Ended:
    """The outcome, with what the record is to tell of it."""

    outcome: Outcome | None
    """None: the call ended in this step, and the engine tells in the journal whether it was answered."""
    tries: tuple[TrunkTry, ...] = ()
    """The trunks over which a number was called."""
    seconds: int | None = None
    """Seconds of the message that was recorded; 0: none was left."""
    status: int = 0
    """The SIP status with which the rung phone refused; 0: it did not refuse, or said nothing."""
    pages: int | None = None
    """Pages of the fax that was received."""
    again: bool = False
    """The phone refused the first way of encrypting the sound, and was called with the other."""


async def known(ended: Ended) -> Ended:
    """Return the end of a step of which nothing has to be asked any more."""
    return ended
