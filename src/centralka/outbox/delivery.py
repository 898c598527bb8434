"""The common part of every way of delivering mail."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail, ready to go. `sender`, `to`: bare addresses; `file_name`: what it is called where it becomes a file."""

    sender: str
    to: str
    file_name: str
    content: bytes
    """The whole message in ASCII: headers, text, attachments (RFC 5322)."""


class Way(Protocol):
    """A way on which mail is delivered."""

    leaves: bool
    """What is delivered is on its way to a person; False: it stays on this machine."""

    def deliver(self, letter: Letter) -> None:
        """Deliver a letter. Raises `Refused`, `NotNow` or `Trouble`; no other error."""


class Refused(Exception):
    """This mail will never be taken; the text tells why."""


class NotNow(Exception):
    """This mail was not taken, but may be later; the text tells why."""


class Trouble(Exception):
    """No mail can be delivered now; the text tells why."""
