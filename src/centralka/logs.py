"""Logs of the processes: a line an event, `key=value`, to where the supervisor sends it."""

import os
import sys

import structlog


def write_logs() -> None:
    """Write the log of the whole process; called once."""
    structlog.configure(
        processors=[
            structlog.processors.TimeStamper(fmt="iso"),
            structlog.processors.add_log_level,
            structlog.processors.format_exc_info,
            structlog.processors.KeyValueRenderer(key_order=["timestamp", "level", "event"]),
        ],
        logger_factory=structlog.WriteLoggerFactory(file=LogFile(sys.stdout.fileno())),  # type: ignore[arg-type]
    )


class LogFile:
    """Write to a file descriptor. A line for which the disk has no room is lost, and told of once there is room.

    Raising would end the work that has something to say, and a full disk makes every process say something.
    """

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._lost = 0
        self._cut = False
        """Whether the last line stands there without its end."""

    def write(self, text: str) -> int:
        """Write all of it at once, or count it as lost. Returns the number of characters, as `write` of a file."""
        try:
            if self._lost:
                end = "\n" if self._cut else ""
                os.write(self._descriptor, f"{end}{self._lost} lines are missing here\n".encode())
                self._lost, self._cut = 0, False
            self._write_whole(text.encode())
        except OSError:
            self._lost += 1
        return len(text)

    def flush(self) -> None:
        """Do nothing: nothing is held back."""

    def _write_whole(self, line: bytes) -> None:
        written = os.write(self._descriptor, line)
        if written < len(line):
            self._cut = True
            raise OSError
