"""Mail as files, where no mail server was set: each can be opened with any mail program."""

from dataclasses import dataclass
from pathlib import Path

from centralka.files import write_whole_and_sync

from .delivery import Letter, Trouble


@dataclass(frozen=True)
class MailFolder:
    """A folder of `.eml` files. The same letter is the same file, however often it is delivered."""

    path: Path
    leaves = False

    def deliver(self, letter: Letter) -> None:
        """Write the letter down whole and onto the disk, or not at all. Raises Trouble."""
        try:
            self.path.mkdir(parents=True, exist_ok=True, mode=0o700)
            write_whole_and_sync(self.path / letter.file_name, letter.content)
        except OSError as problem:
            raise Trouble(str(problem)) from problem
