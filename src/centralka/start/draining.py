"""`centralka drain`: take no new calls, and wait for the end of those that run."""

import time
from collections.abc import Callable
from pathlib import Path

from centralka.actions.draining import running_calls
from centralka.draining import begin_draining, end_draining
from centralka.engine.console import channel_count
from centralka.engine.engine import Engine

from .errors import CannotStart
from .home import is_running

_LOOK_EVERY = 1.0

Say = Callable[[str], None]


class StillRunning(Exception):
    """There are calls after the time that was given; the message is a sentence."""


def drain(home: Path, engine: Engine, seconds: int | None, say: Say) -> None:
    """Refuse new calls; return when none runs any more. Raises CannotStart, OSError, StillRunning after `seconds`."""
    _check_running(home)
    begin_draining(home)
    say("New calls are refused from now on; emergency calls go out. `centralka drain --undo` takes calls again.")
    ends = None if seconds is None else time.monotonic() + seconds
    told: int | None = None
    while channel_count(engine, home) != 0:
        calls = running_calls()
        if calls != told:
            say(f"{_calls(calls)} still running.")
            told = calls
        if ends is not None and time.monotonic() > ends:
            raise StillRunning(f"After {seconds} s {_calls(calls)} still running; new ones are refused on.")
        time.sleep(_LOOK_EVERY)
    say("No call runs any more: Centralka can be stopped. Its next start takes calls again.")


def undo(home: Path, say: Say) -> None:
    """Take new calls again. Raises CannotStart, OSError."""
    _check_running(home)
    end_draining(home)
    say("New calls are taken again.")


def _check_running(home: Path) -> None:
    if not is_running(home):
        raise CannotStart(f"Centralka does not run in {home}; CENTRALKA_HOME names the folder of the one that does.")


def _calls(count: int) -> str:
    return "1 call is" if count == 1 else f"{count} calls are"
