"""Count the stories that needed a second try, and say when they are too many. A pytest plugin (`-p tests.first_try`)
and a judge.

Real phones and a real browser on a machine that is busy with other things can be late. The run that tries a failed
story once more, by itself, would hide a fault that comes and goes. So each first run notes in a file what failed, and
at the end `python -m tests.first_try FILE` reads the notes: more than two in a thousand are too many.
"""

import json
import sys
from collections.abc import Sequence
from math import ceil
from pathlib import Path
from typing import Any

import pytest

OF_A_THOUSAND = 2
"""So many are forgiven of each thousand stories that was begun."""


class NotForgiven(AssertionError):
    """A failure that another try cannot mend: it looks back at all that went before."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--note-first-try", type=Path, metavar="FILE", help="note there what failed at the first try")


def pytest_configure(config: pytest.Config) -> None:
    file = config.getoption("--note-first-try")
    # Workers tell the session that started them.
    if file and not hasattr(config, "workerinput"):
        config.pluginmanager.register(_Notes(file), "first try")


class _Notes:
    def __init__(self, file: Path) -> None:
        self._file = file
        self._seen: set[str] = set()
        self._failed: set[str] = set()
        self._not_forgiven: list[str] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self._seen.add(report.nodeid)
        if report.failed:
            self._failed.add(report.nodeid)
            if NotForgiven.__name__ in (said := _message(report)):
                self._not_forgiven.append(said)

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any, error: object) -> None:
        """Forgive no worker that did not come to its end: it stood still, or was killed, and left stories out."""
        if error:
            self._not_forgiven.append(f"worker {node.gateway.id}: {error}")

    def pytest_sessionfinish(self) -> None:
        with self._file.open("a") as notes:
            print(json.dumps([len(self._seen), sorted(self._failed), self._not_forgiven]), file=notes)


def _message(report: pytest.TestReport) -> str:
    """The exception and what it says."""
    crash = getattr(report.longrepr, "reprcrash", None)
    return str(crash.message) if crash else ""


def verdict(notes: Sequence[str]) -> tuple[bool, list[str]]:
    """Tell whether so much can be forgiven, and what to print. `notes`: the lines of the file."""
    runs = [json.loads(line) for line in notes]
    stories, failed = sum(run[0] for run in runs), [name for run in runs for name in run[1]]
    not_forgiven = [why for run in runs for why in run[2]]
    told = [f"{stories - len(failed)} of {stories} stories passed at the first try."]
    told += [f"  needed another: {name}" for name in failed]
    told += [f"  another try cannot mend: {why}" for why in not_forgiven]
    if too_many := len(failed) > OF_A_THOUSAND * ceil(stories / 1000):
        told.append(
            "That is more than two in a thousand: something comes and goes, and has a cause. See tests/live/README.md."
        )
    return not (too_many or not_forgiven or not stories), told


if __name__ == "__main__":
    forgiven, lines = verdict(Path(sys.argv[1]).read_text().splitlines())
    print("\n".join(lines))
    sys.exit(0 if forgiven else 1)
