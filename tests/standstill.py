"""Whatever stands still is told by name. A pytest plugin.

When no test began, failed or ended for `stands_still_after` seconds, the process prints where each of its threads is,
and ends; the process that gave it its tests then names the one that it was at. pytest's own `faulthandler_timeout`
does not look between tests, nor at what comes after a test has failed. Whoever only hands tests out has twice the
patience, as its workers have more to tell. A run that is told to end (SIGTERM) prints the same.
"""

import faulthandler
import os
import signal
from typing import Any

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addini("stands_still_after", "seconds after which a process at rest ends; 0: never", default="0")


def pytest_configure(config: pytest.Config) -> None:
    hands_out = config.getoption("dist", "no") != "no" and not hasattr(config, "workerinput")
    if seconds := float(config.getini("stands_still_after")) * (2 if hands_out else 1):
        config.pluginmanager.register(_Watch(seconds), "standstill")


class _Watch:
    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._told = os.dup(2)
        """Standard error, which is another one while a test runs."""
        self._lost = False
        faulthandler.register(signal.SIGTERM, file=self._told, chain=True)
        self._begin_anew()

    def _begin_anew(self) -> None:
        faulthandler.dump_traceback_later(self._seconds, file=self._told, exit=True)

    def pytest_runtest_logstart(self) -> None:
        self._begin_anew()

    def pytest_runtest_logfinish(self) -> None:
        self._begin_anew()

    @pytest.hookimpl(trylast=True)
    def pytest_exception_interact(self) -> None:
        """After pytest called off what would be told."""
        self._begin_anew()

    @pytest.hookimpl(trylast=True)
    def pytest_unconfigure(self, config: pytest.Config) -> None:
        """A worker that has nothing left to do waits for others. The end of the run itself is looked after, too."""
        if hasattr(config, "workerinput"):
            faulthandler.cancel_dump_traceback_later()

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any, error: object) -> None:
        self._lost = self._lost or error is not None

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Let no run pass of which a worker did not come to its end, though all its tests had."""
        if self._lost:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED
