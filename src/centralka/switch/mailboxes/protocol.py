"""Mailboxes as the steps of a call need them. Tests give hand-written ones; `keeping` makes the engine's."""

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
    """The mailbox as a caller who leaves a message needs it."""

    def can_record(self, account_id: int) -> Awaitable[bool]:
        """Tell whether a message can be written down now."""
        ...

    def greeting(self, account_id: int) -> Awaitable[str | None]:
        """Return the path, without ending, of the own greeting as the engine plays it. None: the system's has to do."""
        ...

    def noting(self, account_id: int, caller: Caller) -> AbstractContextManager[None]:
        """Remember the caller who leaves a message during the block, in case that the engine dies before writing it."""
        ...

    def is_whole(self, recording: str) -> Awaitable[bool]:
        """Tell whether the engine could write down all of this message (its path without ending)."""
        ...

    def stored(self, account_id: int, recording: str) -> Awaitable[int]:
        """Take in a message that the engine has put there (its path without ending). Returns its seconds. Panel and
        mail have it when this ends."""
        ...


class ForOwners(Protocol):
    """The mailbox as its owner who calls needs it. Methods that need the database raise what `Database.do` raises."""

    def messages(self, account_id: int) -> Awaitable[Sequence[KeptMessage]]:
        """Return the account's messages, in the order in which their owner wants to hear them."""
        ...

    def sound_of(self, message_id: int) -> AbstractAsyncContextManager[str | None]:
        """Write down a message as the engine plays it, during the block: its path without ending.

        None: it is gone, or cannot be written down.
        """
        ...

    def mark_heard(self, message_id: int) -> Awaitable[None]: ...

    def delete(self, message_id: int) -> Awaitable[None]: ...

    def draft(self) -> AbstractContextManager[Path]:
        """Give a path, without ending, at which a greeting can be recorded during the block."""
        ...

    def is_greeting(self, draft: Path) -> Awaitable[bool]:
        """Tell whether the recording there is long enough."""
        ...

    def save_greeting(self, account_id: int, draft: Path) -> Awaitable[None]:
        """Make the recording there the account's own greeting."""
        ...


@dataclass(frozen=True, slots=True)
class Mailboxes:
    """All mailboxes of one engine."""

    for_callers: ForCallers
    for_owners: ForOwners
