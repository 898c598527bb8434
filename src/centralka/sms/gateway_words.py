"""The words between the exchange and a gateway, whichever gateway it is."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from .parts import Coding
from .states import State

REASON_MAX = 200
ID_MAX = 100


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message on its way to a gateway."""

    key: str
    """Our own id: the gateway takes a second message with it for the first one, or can be asked for it."""
    to: str
    """E.164."""
    sender: str
    """A name, E.164 of an own number, or "": a random number of the gateway's."""
    text: str
    coding: Coding
    report_address: str
    """The address at which the gateway tells what became of the message; nobody else knows the secret in it."""


@dataclass(frozen=True, slots=True)
class Request:
    """A request over HTTP. The headers may hold the secret, so they stay out of `repr`."""

    method: str
    address: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class Taken:
    """The gateway has it. `id`: what it calls the message, "" if it does not say; `state`: how far it is."""

    id: str
    state: State = State.ACCEPTED
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Refused:
    """The gateway will never take this message."""

    reason: str


@dataclass(frozen=True, slots=True)
class NotTaken:
    """The gateway did not take it, and would take no other now: no connection, a wrong password, no money there."""

    reason: str


@dataclass(frozen=True, slots=True)
class Postponed(NotTaken):
    """It was not handed over: our own limit for this gateway holds it. It waits for its turn there."""


@dataclass(frozen=True, slots=True)
class Unclear:
    """It may have been taken."""

    reason: str


Answer = Taken | Refused | NotTaken | Unclear


@dataclass(frozen=True, slots=True)
class Report:
    """The state of a message. `message`: our key, or the gateway's id of it."""

    message: str
    state: State
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Incoming:
    """A message that came in."""

    sender: str
    """In any spelling."""
    to: str
    """An own number in any spelling; "": an answer to a random one."""
    text: str
    id: str = ""
    """The gateway's id of the message; "" if it gives none."""
    answers: str = ""
    """The message that it answers, by our key or the gateway's id; "" if the gateway does not say."""


class Gateway(Protocol):
    """Speaks a gateway's language. It decides only: requests are sent, and reports received, elsewhere."""

    def send(self, message: Outgoing) -> Request:
        """Write the request that hands a message over."""

    def sent(self, status: int, body: bytes) -> Answer:
        """Read the answer to it."""

    def ask(self, message: Outgoing, gateway_id: str) -> Request | None:
        """Write the request that asks whether the gateway has a message; None: it cannot be asked."""

    def asked(self, status: int, body: bytes) -> Answer:
        """Read the answer to that. `NotTaken`: it has no such message, which may be sent again."""

    def reports(self, fields: Mapping[str, str]) -> list[Report]:
        """Read the fields of a report; what cannot be read is no report."""

    def incoming(self, fields: Mapping[str, str]) -> Incoming | None:
        """Read the fields of a message that came in; None: there is none in them."""


def by_status(status: int) -> Answer | None:
    """Judge an answer by its HTTP status alone; None: what is in it decides (2xx, and 400, 409, 422, which tell why).

    A server that fails (5xx) may have taken the message before. Of the others, it says that it did not.
    """
    if 200 <= status < 300 or status in (400, 409, 422):
        return None
    if status >= 500 or status in (408, 425):
        return Unclear(f"HTTP {status}")
    return NotTaken(f"HTTP {status}")
