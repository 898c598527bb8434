"""The engine's folders of recordings: which messages lie in a mailbox.

`<box>/INBOX` has the messages that nobody heard, `<box>/Old` the others; each is msgNNNN.wav and msgNNNN.txt, of which
the engine puts the text in place last. `<box>/tmp` has what is being recorded: XXXXXX.wav, and XXXXXX, which is empty
until the end. Source: `apps/app_voicemail.c` of Asterisk 22, and trials with it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from centralka.sound.conversion import repaired_wav, wav_seconds

from .message_text import caller_in, fields_in
from .protocol import Caller

INBOX, OLD = "INBOX", "Old"
TMP = "tmp"
TEXTS = "msg[0-9][0-9][0-9][0-9].txt"


@dataclass(frozen=True, slots=True)
class Recording:
    """One message."""

    file: Path
    """Without ending."""
    msg_id: str
    caller: Caller
    received_at: datetime
    seconds: int

    @property
    def folder(self) -> str:
        return self.file.parent.name

    def wav(self) -> bytes:
        """Read the sound. Raises OSError, also if the engine has moved the message: another has its name then."""
        found = self.file.with_suffix(".wav").read_bytes()
        if fields_in(self.file.with_suffix(".txt")).get("msg_id") != self.msg_id:
            raise OSError(f"{self.file} is another message now")
        return found

    def can_be_heard(self) -> bool:
        """Tell whether `wav` can read the sound."""
        try:
            return bool(self.wav())
        except OSError:
            return False


def recordings(box: Path) -> list[Recording]:
    """List the messages of a mailbox. Raises OSError if the engine renames them at this moment; read again then."""
    # In this order, a message that is being moved to Old is found in one of the two at least.
    found = {recording.msg_id: recording for folder in (INBOX, OLD) for recording in in_folder(box / folder)}
    return list(found.values())


def copies(box: Path, msg_id: str) -> list[Recording]:
    """Find a message wherever it lies: in both folders, if an engine died while it moved it. Raises OSError as
    `recordings` does."""
    return [recording for folder in (INBOX, OLD) for recording in in_folder(box / folder) if recording.msg_id == msg_id]


def in_folder(folder: Path) -> Iterator[Recording]:
    """List the messages that the engine has completed in one folder. Raises OSError as `recordings` does."""
    for text in sorted(folder.glob(TEXTS)):
        if (fields := fields_in(text)).get("msg_id"):
            yield _recording(text.with_suffix(""), fields)


def _recording(file: Path, fields: dict[str, str]) -> Recording:
    received = fields.get("origtime", "")
    at = float(received) if received.isdecimal() else file.with_suffix(".txt").stat().st_mtime
    seconds = fields.get("duration", "")
    return Recording(
        file,
        fields["msg_id"],
        caller_in(fields.get("callerid", "")),
        datetime.fromtimestamp(at, UTC),
        int(seconds) if seconds.isdecimal() else 0,
    )


def seconds_of(file: str) -> int:
    """Return the length of the message with this path without ending, in seconds. Raises OSError."""
    seconds = fields_in(Path(f"{file}.txt")).get("duration", "")
    return int(seconds) if seconds.isdecimal() else seconds_of_wav(Path(f"{file}.wav"))


def seconds_of_wav(wav: Path) -> int:
    """Return the length of a WAV file in seconds. Raises OSError."""
    return round(wav_seconds(repaired_wav(wav.read_bytes())))
