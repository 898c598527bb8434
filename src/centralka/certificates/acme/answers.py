"""Answer what an authority asks at http://NAME/.well-known/acme-challenge/TOKEN (RFC 8555, 8.3).

The worker writes it, the panel's process answers with it.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from centralka.files import write_whole

PATH = "/.well-known/acme-challenge/"
_TOKEN = re.compile(r"[A-Za-z0-9_-]{1,200}")
"""Base64url, 22 signs at least; nothing else ever becomes the name of a file."""
_LONGEST = 1000


class Answers:
    """Answers in a folder, a file for each."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @contextmanager
    def kept(self, token: str, answer: str) -> Iterator[None]:
        """Keep an answer during the block. Raises ValueError for a token that is none, OSError."""
        if not _TOKEN.fullmatch(token):
            raise ValueError("the token is none of RFC 8555")
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        file = self._folder / token
        write_whole(file, answer)
        try:
            yield
        finally:
            file.unlink(missing_ok=True)

    def forget(self) -> None:
        """Remove what a process left that was killed within `kept`. Raises OSError."""
        for file in self._folder.glob("*"):
            file.unlink(missing_ok=True)

    def find(self, token: str) -> str | None:
        """Return the answer; None where there is none."""
        if not _TOKEN.fullmatch(token):
            return None
        try:
            with (self._folder / token).open(encoding="ascii", errors="replace") as file:
                return file.read(_LONGEST)
        except OSError:
            return None
