"""Show between two pieces of work that the worker is not stuck."""

from pathlib import Path
from typing import Protocol

import structlog

log = structlog.get_logger()


class End(Protocol):
    """Tells when the process is to end."""

    def asked_for(self) -> bool:
        """Tell whether the end has come; asked between two pieces of work."""

    def within(self, seconds: float) -> bool:
        """Wait so long, or until the end is asked for. Returns whether it is."""


class Beating:
    """Touch the heartbeat each time that the worker asks for its end: after every piece of work."""

    def __init__(self, end: End, file: Path) -> None:
        self._end = end
        self._file = file

    def asked_for(self) -> bool:
        self._beat()
        return self._end.asked_for()

    def within(self, seconds: float) -> bool:
        self._beat()
        return self._end.within(seconds)

    def _beat(self) -> None:
        try:
            self._file.touch()
        except OSError as problem:
            log.error("the heartbeat cannot be written", problem=str(problem))
