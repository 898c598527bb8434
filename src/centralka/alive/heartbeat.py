"""Ask whether a process touched its file again: for a process that listens nowhere."""

from pathlib import Path


class NotTouched(OSError):
    """The file is as it was."""


class Heartbeat:
    """A file that a process touches between two pieces of its work."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._seen = self._touched_at()

    async def ask(self) -> None:
        """Return when the file was touched since the last answer. Raises NotTouched."""
        at = self._touched_at()
        if at == self._seen:
            raise NotTouched
        self._seen = at

    def _touched_at(self) -> int:
        return self._file.stat().st_mtime_ns if self._file.exists() else 0
