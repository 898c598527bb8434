"""Keep who is at work now, for the audit log. The doors of panel, API and command line say it, once for each
request."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """Kinds of people and programs that act."""

    PERSON = "person"
    TOKEN = "token"  # noqa: S105 (a kind, no secret)
    COMMAND = "command"
    """Somebody at the machine's command line."""
    VISITOR = "visitor"
    """Somebody who is not signed in, such as a person who opens a mailed link."""
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Acting:
    """The person or program that acts, and its address."""

    kind: Kind = Kind.SYSTEM
    who: str = ""
    """The person's e-mail address, the token's name, or the user of the machine."""
    address: str = ""
    operator: bool = False
    """They may act for the operator."""
    tenants: frozenset[int] = frozenset()
    """The companies in which they work: there they act for the company."""


_now: ContextVar[Acting] = ContextVar("acting", default=Acting())  # noqa: B039 (it is frozen)


def acting() -> Acting:
    """Return who is at work; what nobody asked for is done by the system."""
    return _now.get()


def act_as(who: Acting) -> None:
    """Say who is at work from now on, in this request or process."""
    _now.set(who)


@contextmanager
def acting_as(who: Acting) -> Iterator[None]:
    """Say who is at work in the block."""
    token = _now.set(who)
    try:
        yield
    finally:
        _now.reset(token)
