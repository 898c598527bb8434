"""Tell the person at the terminal what happens."""

from contextlib import suppress


def say(line: str) -> None:
    """Tell the person at the terminal, or the file on a full disk that stands for it: what runs goes on."""
    with suppress(OSError):
        print(line, flush=True)
