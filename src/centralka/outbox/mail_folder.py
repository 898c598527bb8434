"""Mail as files, where no mail server was set: each can be opened with any mail program."""

import os
from dataclasses import dataclass
from pathlib import Path

from .delivery import Letter, Trouble


@dataclass(frozen=True)
class MailFolder:
    """A folder of `.eml` files. The same letter is the same file, however often it is delivered."""

    path: Path
    leaves = False

    def deliver(self, letter: Letter) -> None:
        """Whole and on the disk, or not at all."""
        try:
            self.path.mkdir(parents=True, exist_ok=True, mode=0o700)
            part = self.path / f"{letter.file_name}.part"
            with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
                out.write(letter.content)
                out.flush()
                os.fsync(out.fileno())
            part.replace(self.path / letter.file_name)
            self._keep_name()
        except OSError as problem:
            raise Trouble(str(problem)) from problem

    def _keep_name(self) -> None:
        """The file's name is in the folder, and that has to reach the disk too."""
        folder = os.open(self.path, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
