"""Messages that a full disk cut off: their sound is there as far as it fitted, but their text is empty."""

from pathlib import Path

from centralka.files import write_whole

from .folder_lock import locked
from .message_text import fields_in, text_of
from .protocol import Caller
from .recordings import INBOX, TEXTS, seconds_of_wav


def without_text(box: Path) -> list[Path]:
    """Return the paths of such new messages, without ending. Raises OSError as `recordings` does."""
    return [text.with_suffix("") for text in sorted((box / INBOX).glob(TEXTS)) if not has_text(text.with_suffix(""))]


def has_text(file: Path) -> bool:
    """Tell whether the text of the message with this path without ending could be written. Raises OSError."""
    return bool(fields_in(file.with_suffix(".txt")).get("msg_id"))


def began_at(file: Path) -> float:
    """Return when such a message was begun or ended, as Unix time. Raises OSError."""
    return file.with_suffix(".txt").stat().st_mtime


def write_text(box: Path, file: Path, caller: Caller) -> None:
    """Give such a message the text that there was no room for. Raises OSError while there still is none."""
    with locked(box / INBOX):
        if not has_text(file):  # else the engine has moved it meanwhile, and another one has its name
            text = text_of(box, caller, began_at(file), seconds_of_wav(file.with_suffix(".wav")))
            write_whole(file.with_suffix(".txt"), text.encode())
