"""Logs of the processes: a line an event, `key=value` or JSON, to where the supervisor sends it."""

import json
import logging
import os
import sys
from datetime import UTC, datetime

import structlog
from django.conf import settings


def write_logs() -> None:
    """Write the log of the whole process; called once. What is bound to a task, such as its call, is in its lines."""
    as_json = structlog.processors.JSONRenderer(ensure_ascii=False, default=str)
    as_lines = structlog.processors.KeyValueRenderer(key_order=["timestamp", "level", "event"])
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.TimeStamper(fmt="iso"),
            structlog.processors.add_log_level,
            structlog.processors.format_exc_info,
            as_json if settings.LOG_FORMAT == "json" else as_lines,
        ],
        logger_factory=structlog.WriteLoggerFactory(file=LogFile(sys.stdout.fileno())),  # type: ignore[arg-type]
        cache_logger_on_first_use=True,
    )


class JsonFormatter(logging.Formatter):
    """Format what Django and libraries log in the words of our own lines."""

    def format(self, record: logging.LogRecord) -> str:
        """Return one line."""
        told = {
            "timestamp": datetime.fromtimestamp(record.created, UTC).isoformat().replace("+00:00", "Z"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": record.getMessage(),
        }
        if record.exc_info:
            told["exception"] = self.formatException(record.exc_info)
        return json.dumps(told, ensure_ascii=False)


class LogFile:
    """Write to a file descriptor. A line for which the disk has no room is lost, and told of once there is room.

    Raising would end the work that has something to say, and a full disk makes every process say something.
    """

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._lost = 0
        self._cut = False
        """The last line stands there without its end."""

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
