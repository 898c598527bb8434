"""Keep what the supervisor knows of its processes, in a file of the home folder for whoever looks after the machine."""

import json
import os
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from .files import write_whole

_BORN = 19
"""The place, counted after the name, of the word of /proc/<pid>/stat that says when the process began (proc(5), field
22)."""


@dataclass(frozen=True, slots=True)
class ProcessState:
    """A process that shall always run. `since`: seconds since the epoch, of its start or of its end."""

    name: str
    runs: bool
    answers: bool
    """False: it left the last question of the supervisor unanswered."""
    starts: int
    """The number of its starts since the supervisor's own."""
    since: float


def states_file(home: Path) -> Path:
    """Return the file."""
    return home / "run/processes.json"


class ProcessStates:
    """Keep the file true. `tell` hears of a file that cannot be written, e.g. on a full disk: processes go on."""

    def __init__(self, file: Path, tell: Callable[[str], None], clock: Callable[[], float] = time.time) -> None:
        self._file = file
        self._tell = tell
        self._clock = clock
        self._states: dict[str, ProcessState | None] = {}

    def shall_run(self, names: Iterable[str]) -> None:
        """Tell of them in this order, whichever is started first."""
        self._states = dict.fromkeys(names)

    def started(self, name: str) -> None:
        """Note that a process was started."""
        before = self._states.get(name)
        self._states[name] = ProcessState(name, True, True, before.starts + 1 if before else 1, self._clock())
        self._write()

    def ended(self, name: str) -> None:
        """Note that a process ended, or could not be started."""
        before = self._states.get(name) or ProcessState(name, False, False, 0, 0)
        self._states[name] = replace(before, runs=False, answers=False, since=self._clock())
        self._write()

    def answers(self, name: str, *, answers: bool) -> None:
        """Note whether a process answered when it was asked."""
        if (before := self._states.get(name)) is not None and before.answers != answers:
            self._states[name] = replace(before, answers=answers)
            self._write()

    def _write(self) -> None:
        content = {
            "pid": os.getpid(),
            "born": _born(os.getpid()),
            "processes": [*map(asdict, filter(None, self._states.values()))],
        }
        try:
            write_whole(self._file, json.dumps(content))
        except OSError as problem:
            self._tell(f"{self._file} could not be written: {problem}")


def process_states(home: Path) -> list[ProcessState] | None:
    """Return the processes of a home folder; None: nothing runs there."""
    try:
        found = json.loads(states_file(home).read_text())
        if _born(found["pid"]) != found["born"]:
            return None
        return [ProcessState(**one) for one in found["processes"]]
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _born(pid: int) -> str:
    """Return when a process began; another one that got its number later began at another time. Raises OSError."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[_BORN]
