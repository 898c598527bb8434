"""What the steps of a call need of mailboxes. Tests give hand-written ones; `keeping` makes those of the engine."""

from collections.abc import Awaitable, Sequence
from contextlib import AbstractAsyncContextManager, AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from centralka.store.voicemail import KeptMessage


@dataclass(frozen=True, slots=True)
class Caller:
    """The caller who leaves a message, as far as the exchange knows and may tell."""

    number: str
    """An extension, or a public number; "" if it is hidden, `outside_caller.UNKNOWN` if there is none that exists."""
    name: str


class ForCallers(Protocol):
    """What the call of somebody who leaves a message needs."""

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


class ForOwners(Protocol):
    """What a mailbox's owner who calls it needs. What needs the database raises what `Database.do` raises."""

    def messages(self, account_id: int) -> Awaitable[Sequence[KeptMessage]]:
        """The account's messages, in the order in which their owner wants to hear them."""
        ...

    def sound_of(self, message_id: int) -> AbstractAsyncContextManager[str | None]:
        """A message as the engine plays it, during the block: its path without ending.

        None: it is gone, or cannot be written down.
        """
        ...

    def mark_heard(self, message_id: int) -> Awaitable[None]: ...

    def delete(self, message_id: int) -> Awaitable[None]: ...

    def draft(self) -> AbstractContextManager[Path]:
        """A path, without ending, at which a greeting can be recorded during the block."""
        ...

    def is_greeting(self, draft: Path) -> Awaitable[bool]:
        """Whether what was recorded there is long enough."""
        ...

    def save_greeting(self, account_id: int, draft: Path) -> Awaitable[None]:
        """Make what was recorded there the account's own greeting."""
        ...


@dataclass(frozen=True, slots=True)
class Mailboxes:
    """All mailboxes of one engine."""

    for_callers: ForCallers
    for_owners: ForOwners
