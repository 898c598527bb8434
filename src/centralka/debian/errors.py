"""Tell a person what fetching does, and why it cannot."""

from collections.abc import Callable

Progress = Callable[[str], None]
"""Receives a line per stage, and while downloading every few seconds."""


class ProgramUnavailable(Exception):
    """No usable program can be had; the message is one sentence for the person at the terminal."""


def named(name: str, progress: Progress) -> Progress:
    """Return a progress that says first what is fetched: "Engine: unpacking."."""
    return lambda line: progress(f"{name}: {line}")
