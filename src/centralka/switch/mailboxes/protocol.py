"""What the steps of a call need to know of mailboxes. Tests give a hand-written one; see `spool_mailboxes`."""

from collections.abc import Awaitable, Sequence
from contextlib import AbstractAsyncContextManager, AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from centralka.store.voicemail import KeptMessage


@dataclass(frozen=True, slots=True)
class Caller:
    """Who leaves a message, as far as the exchange knows and may tell."""

    number: str
    """An extension, or a public number; "" if it is hidden, `outside_caller.UNKNOWN` if there is none that exists."""
    name: str


class Mailboxes(Protocol):
    """All mailboxes of one engine. What needs the database raises what `Database.run` raises."""

    def can_record(self, account_id: int) -> Awaitable[bool]:
        """Whether a message can be written down now."""
        ...

    def greeting(self, account_id: int) -> Awaitable[str | None]:
        """The own greeting, as the engine plays it: its path without ending. None: the system's has to do."""
        ...

    def noting(self, account_id: int, caller: Caller) -> AbstractContextManager[None]:
        """Remember who is leaving a message during the block, in case that the engine dies before it has written it."""
        ...

    def is_whole(self, recording: str) -> Awaitable[bool]:
        """Whether the engine could write down all of this message (its path without ending)."""
        ...

    def stored(self, account_id: int, recording: str) -> Awaitable[int]:
        """The engine has put a message there (its path without ending): its length in seconds. Panel and mail have it
        when this ends."""
        ...

    def messages(self, account_id: int) -> Awaitable[Sequence[KeptMessage]]:
        """In the order in which their owner wants to hear them."""
        ...

    def sound_of(self, message_id: int) -> AbstractAsyncContextManager[str | None]:
        """A message as the engine plays it, during the block: its path without ending.

        None: it is gone, or cannot be written down.
        """
        ...

    def mark_heard(self, message_id: int) -> Awaitable[None]: ...

    def delete(self, message_id: int) -> Awaitable[None]: ...

    def draft(self) -> AbstractContextManager[Path]:
        """Where a greeting can be recorded, during the block: a path without ending."""
        ...

    def is_greeting(self, draft: Path) -> Awaitable[bool]:
        """Whether what was recorded there is long enough."""
        ...

    def save_greeting(self, account_id: int, draft: Path) -> Awaitable[None]:
        """What was recorded there is the account's own greeting from now on."""
        ...
