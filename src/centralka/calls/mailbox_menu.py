"""The menu of a mailbox, without a telephone: where its owner is and which key was pressed decide what is done next.

No key leads out of it: nobody can be called from here, and no other mailbox is reached.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import assert_never

from .prompts import Prompt

PATIENCE = 3
"""So many silences or wrong keys, one after the other, end the call: a phone that was put down beside its cradle."""
KEYS = "0123456789*#"


@dataclass(frozen=True, slots=True)
class Main:
    """1 listens, 0 records the greeting, * ends."""

    misses: int = 0


@dataclass(frozen=True, slots=True)
class AtMessage:
    """5 again, 7 deletes, 6 next, 9 keeps (it stays, and the next one comes), * goes back to the main menu."""

    message: int
    later: tuple[int, ...]
    """The messages that come after it."""
    misses: int = 0


@dataclass(frozen=True, slots=True)
class Recording:
    """A greeting is spoken, into a draft that nobody else hears. The next state depends on what was recorded."""


@dataclass(frozen=True, slots=True)
class Review:
    """1 saves the greeting just spoken, 2 plays it, 3 records it again, * leaves the one from before."""

    misses: int = 0


@dataclass(frozen=True, slots=True)
class Over:
    """The call ends."""


State = Main | AtMessage | Recording | Review | Over


@dataclass(frozen=True, slots=True)
class Say:
    """Play prompts. A key cuts them short and is the answer, but not where a second press of the same key would delete
    what nobody has heard."""

    prompts: tuple[Prompt, ...]
    can_be_cut: bool = True


@dataclass(frozen=True, slots=True)
class SayCount:
    """Say how many messages there are now."""


@dataclass(frozen=True, slots=True)
class PlayMessage:
    """Play a message's envelope, then the message, which counts as heard from then on."""

    message: int


@dataclass(frozen=True, slots=True)
class SayChoices:
    """Say what can be done with the message just heard."""

    more: bool


@dataclass(frozen=True, slots=True)
class DeleteMessage:
    message: int


@dataclass(frozen=True, slots=True)
class PlayDraft:
    """Play the greeting just spoken."""


@dataclass(frozen=True, slots=True)
class SaveDraft:
    """Make the draft the account's greeting."""


Deed = Say | SayCount | PlayMessage | SayChoices | DeleteMessage | PlayDraft | SaveDraft


@dataclass(frozen=True, slots=True)
class Turn:
    """Things to do now, in this order, and the place where they lead: there a key is waited for, or a greeting
    recorded."""

    state: State
    deeds: tuple[Deed, ...]


def opened() -> Turn:
    """Begin the menu: the PIN was right."""
    return Turn(Main(), (SayCount(), _MENU))


def pressed(state: State, key: str, messages: Sequence[int]) -> Turn:
    """Decide what follows a key, or "" for silence. `messages`: all messages, in the order in which they are played."""
    match state:
        case Main():
            return _at_main(state, key, tuple(messages))
        case AtMessage():
            return _at_message(state, key)
        case Review():
            return _at_review(state, key)
        case Recording() | Over():
            raise ValueError(f"no key is waited for in {state}")
        case _:
            assert_never(state)


def recorded(*, usable: bool) -> Turn:
    """Decide what follows `Recording`; not usable: too short to be a greeting."""
    if usable:
        return Turn(Review(), (_REVIEW,))
    return Turn(Main(), (_said(Prompt.GREETING_TOO_SHORT), _MENU))


def not_recorded() -> Turn:
    """Decide what follows `Recording` if the exchange could not write anything down."""
    return Turn(Main(), (_said(Prompt.CANNOT_RECORD), _MENU))


def _said(prompt: Prompt) -> Say:
    return Say((prompt,))


_MENU = _said(Prompt.MAILBOX_MENU)
_REVIEW = _said(Prompt.GREETING_REVIEW)
_UNKNOWN = _said(Prompt.NO_SUCH_CHOICE)
_RECORD = (_said(Prompt.RECORD_GREETING),)
_DELETED = Say((Prompt.MESSAGE_DELETED,), can_be_cut=False)


def _goodbye(*before: Deed) -> Turn:
    return Turn(Over(), (*before, _said(Prompt.GOODBYE)))


def _at_main(state: Main, key: str, messages: tuple[int, ...]) -> Turn:
    match key:
        case "1" if messages:
            return _play(messages[0], messages[1:])
        case "1":
            return Turn(Main(), (_said(Prompt.NO_MESSAGES), _MENU))
        case "0":
            return Turn(Recording(), _RECORD)
        case "*":
            return _goodbye()
        case _ if state.misses + 1 < PATIENCE:
            return Turn(Main(state.misses + 1), (*_hint(key), _MENU))
        case _:
            return _goodbye()


def _at_message(state: AtMessage, key: str) -> Turn:
    match key:
        case "5":
            return _play(state.message, state.later)
        case "7":
            return _next(state.later, DeleteMessage(state.message), _DELETED)
        case "6" | "9":
            return _next(state.later)
        case "*":
            return opened()
        case _ if state.misses + 1 < PATIENCE:
            again = AtMessage(state.message, state.later, state.misses + 1)
            return Turn(again, (*_hint(key), SayChoices(more=bool(state.later))))
        case _:
            return _goodbye()


def _at_review(state: Review, key: str) -> Turn:
    match key:
        case "1":
            return Turn(Main(), (SaveDraft(), _said(Prompt.GREETING_SAVED), _MENU))
        case "2":
            return Turn(Review(), (PlayDraft(), _REVIEW))
        case "3":
            return Turn(Recording(), _RECORD)
        case "*":
            return Turn(Main(), (_said(Prompt.GREETING_KEPT), _MENU))
        case _ if state.misses + 1 < PATIENCE:
            return Turn(Review(state.misses + 1), (*_hint(key), _REVIEW))
        case _:
            return _goodbye(_said(Prompt.GREETING_KEPT))


def _play(message: int, later: tuple[int, ...], *before: Deed) -> Turn:
    return Turn(AtMessage(message, later), (*before, PlayMessage(message), SayChoices(more=bool(later))))


def _next(later: tuple[int, ...], *before: Deed) -> Turn:
    if later:
        return _play(later[0], later[1:], *before)
    return Turn(Main(), (*before, _said(Prompt.NO_MORE_MESSAGES), SayCount(), _MENU))


def _hint(key: str) -> tuple[Deed, ...]:
    """Choose the hint: after silence the question is only asked again."""
    return (_UNKNOWN,) if key else ()
