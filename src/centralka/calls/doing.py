"""Tell what the phones of an account do at this moment, as far as the calls tell."""

from collections.abc import Mapping
from enum import IntEnum

from .call import Call
from .endpoints import Phone


class Doing(IntEnum):
    """The state of an account's phones; an account in a call that rings as well counts as in a call."""

    RINGING = 1
    IN_CALL = 2
    """Talking, or calling somebody."""


def doing_in(call: Call) -> dict[str, Doing]:
    """Return what the accounts do in this call, by login, without those that have left it or were not yet rung."""
    found: dict[str, Doing] = {}
    for line in call.lines:
        if line.ended is None and isinstance(line.endpoint, Phone):
            # The line that the call came in with is the caller's, and no phone calls by ringing.
            talks = line.answered is not None or line is call.entry
            now = Doing.IN_CALL if talks else Doing.RINGING
            found[line.endpoint.login] = max(now, found.get(line.endpoint.login, now))
    return found


class WhoDoesWhat:
    """The states of all accounts' phones, followed from their calls as they change."""

    def __init__(self) -> None:
        self._in_call: dict[str, dict[str, Doing]] = {}
        """By call and login."""
        self._calls_of: dict[str, dict[str, Doing]] = {}
        """By login and call."""
        self.changes = 0
        """Counts what changed: as long as it stays, so does every answer."""

    def note(self, call: Call) -> None:
        """Take in a call that has changed."""
        now, before = doing_in(call), self._in_call.pop(call.call_id, {})
        if now:
            self._in_call[call.call_id] = now
        if now != before:
            self.changes += 1
        for login in before.keys() - now.keys():
            self._leaves(login, call.call_id)
        for login, doing in now.items():
            self._calls_of.setdefault(login, {})[call.call_id] = doing

    def of(self, login: str) -> Doing | None:
        """Return what the account does; None: it is in no call. Any thread may ask."""
        calls: Mapping[str, Doing] = self._calls_of.get(login, {})
        return max(list(calls.values()), default=None)

    def _leaves(self, login: str, call_id: str) -> None:
        calls = self._calls_of[login]
        del calls[call_id]
        if not calls:
            del self._calls_of[login]
