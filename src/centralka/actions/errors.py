"""The ways in which an action can refuse. Panel and API turn each into its own form."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise


@dataclass(frozen=True, slots=True)
class Problem:
    """A mistake in one field: a stable code for programs, a (lazily translated) sentence for people."""

    code: str
    message: str | Promise


class ActionError(Exception):
    """An action that was not carried out; nothing was changed."""


class NotFound(ActionError):
    """There is no such thing, or it is another tenant's: the two look alike."""


class NotAllowed(ActionError):
    """The person may see it, but not do this with their role."""


class TokenExpired(ActionError):
    """The token was good until a moment that is over."""


class TokenElsewhere(ActionError):
    """The token is good, but not from this address."""


class Blocked(ActionError):
    """The operator blocked the company: its people and programs look, and change nothing. `reason` is told to them."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


class InvalidInput(ActionError):
    """One or more fields are wrong. `problems` maps each field to all that is wrong with it."""

    def __init__(self, problems: Mapping[str, Iterable[Problem]]) -> None:
        self.problems: dict[str, list[Problem]] = {field: list(found) for field, found in problems.items()}
        super().__init__(", ".join(self.problems))

    def has(self, code: str) -> bool:
        """Tell whether any field has this problem."""
        return any(problem.code == code for found in self.problems.values() for problem in found)


class Taken(InvalidInput):
    """A value that must be unique is somebody else's already (409 in the API)."""


class InUse(InvalidInput):
    """Something else still needs what was to be removed (409 in the API)."""


class ChangedMeanwhile(ActionError):
    """Somebody saved the same thing after it was read. `current` is what it is now."""

    def __init__(self, current: Any) -> None:
        self.current = current
        super().__init__("changed meanwhile")


def require_unchanged(current: Any, version: int | None) -> None:
    """Raise `ChangedMeanwhile` if `current`, which counts its saves, was saved since this version was read. None: it
    is not known what was read."""
    if version is not None and current.version != version:
        raise ChangedMeanwhile(current)


class EndedAlready(ActionError):
    """The call that was to be ended is over."""


class ProblemList:
    """Collect problems field by field, then raise them all at once."""

    def __init__(self) -> None:
        self.found: dict[str, list[Problem]] = {}

    def add(self, field: str, code: str, message: str | Promise) -> None:
        self.found.setdefault(field, []).append(Problem(code, message))

    def check(self, good: bool, field: str, code: str, message: str | Promise) -> bool:
        """Note the problem unless `good`. Returns `good`."""
        if not good:
            self.add(field, code, message)
        return good

    def raise_any(self) -> None:
        if self.found:
            raise InvalidInput(self.found)
