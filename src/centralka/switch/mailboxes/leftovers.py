"""Recordings that no engine finished: it forgets them when it dies."""

from dataclasses import dataclass
from pathlib import Path

from centralka.files import write_whole
from centralka.sound.conversion import repaired_wav, wav_seconds

from .folder_lock import locked
from .message_text import fields_in, text_of
from .moving import free_name
from .protocol import Caller
from .recordings import INBOX, TMP

_LEAST_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Leftover:
    """A recording under way, or the rest that a dead engine left of one."""

    text: Path
    wav: Path

    @property
    def began_at(self) -> float:
        """Return the Unix time of its begin: the text is made at the tone, and not written before the end."""
        return self.text.stat().st_mtime

    @property
    def last_written(self) -> float:
        """Return the Unix time of the last write; while it goes on, there is one every two seconds."""
        return self.wav.stat().st_mtime


def leftovers(box: Path) -> list[Leftover]:
    """List the recordings that have not been finished; one of them may be going on."""
    wavs = sorted((box / TMP).glob("*.wav")) if (box / TMP).is_dir() else []
    found = [Leftover(wav.with_suffix(""), wav) for wav in wavs]
    return [recording for recording in found if recording.text.exists()]


def salvage(box: Path, leftover: Leftover, caller: Caller) -> bool:
    """Make a message of what a dead engine left. The caller of this function knows that no engine writes to it.

    False: too little was said for a message; the recording is removed.
    """
    fields = fields_in(leftover.text)
    wav = repaired_wav(leftover.wav.read_bytes())
    seconds, began = wav_seconds(wav), leftover.began_at
    worth_it = seconds >= _LEAST_SECONDS
    if worth_it:
        with locked(box / INBOX):
            file = free_name(box / INBOX)
            write_whole(file.with_suffix(".wav"), wav)
            # It was killed before it put the finished text in place, or before it wrote it.
            text = text_of(box, caller, began, round(seconds)).encode()
            write_whole(file.with_suffix(".txt"), leftover.text.read_bytes() if fields.get("msg_id") else text)
    leftover.text.unlink()
    leftover.wav.unlink()
    return worth_it
