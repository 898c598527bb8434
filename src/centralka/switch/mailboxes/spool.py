"""The engine's folders of recordings: what lies in a mailbox, and how something is put into it or taken out of it.

`<box>/INBOX` has the messages that nobody heard, `<box>/Old` the others; each is msgNNNN.wav and msgNNNN.txt, of which
the engine puts the text in place last. `<box>/tmp` has what is being recorded: XXXXXX.wav, and XXXXXX, which is empty
until the end. Source: `apps/app_voicemail.c` of Asterisk 22, and trials with it.
"""

import fcntl
import json
import os
import re
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from centralka.files import write_whole
from centralka.sound.conversion import repaired_wav, wav_seconds

from .protocol import Caller

INBOX, OLD = "INBOX", "Old"
_TMP = "tmp"
_TEXTS = "msg[0-9][0-9][0-9][0-9].txt"
_GONE_SINCE = "gone"
_MOST_MESSAGES = 10_000
_CALLER = re.compile(r'(?:"(?P<name>.*)" )?<(?P<number>[^>]*)>')
_ESCAPED = re.compile(r"\\(.)")
_NUMBER = re.compile(r"[+*#0-9]+")
_UNKNOWN = "Unknown"
_LEAST_SECONDS = 1.0
_PROBE_BYTES = 4096


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
        """Raises OSError, also if the engine has moved the message meanwhile: another one has its name then."""
        found = self.file.with_suffix(".wav").read_bytes()
        if _fields(self.file.with_suffix(".txt")).get("msg_id") != self.msg_id:
            raise OSError(f"{self.file} is another message now")
        return found

    def can_be_heard(self) -> bool:
        """Whether `wav` gives it."""
        try:
            return bool(self.wav())
        except OSError:
            return False


@dataclass(frozen=True, slots=True)
class Leftover:
    """A recording under way, or what a dead engine left of one."""

    text: Path
    wav: Path

    @property
    def began_at(self) -> float:
        """Unix time: the text is made at the tone, and not written before the end."""
        return self.text.stat().st_mtime

    @property
    def last_written(self) -> float:
        """Unix time; while it goes on, every two seconds."""
        return self.wav.stat().st_mtime


def recordings(box: Path) -> list[Recording]:
    """The messages of a mailbox. Raises OSError if the engine renames them at this moment; read again then."""
    # In this order, one that is being moved to Old is found in one of the two at least.
    found = {one.msg_id: one for folder in (INBOX, OLD) for one in _in_folder(box / folder)}
    return list(found.values())


def copies(box: Path, msg_id: str) -> list[Recording]:
    """A message wherever it lies: in both folders, if an engine died while it moved it. Raises OSError as `recordings`
    does."""
    return [one for folder in (INBOX, OLD) for one in _in_folder(box / folder) if one.msg_id == msg_id]


def _in_folder(folder: Path) -> Iterator[Recording]:
    for text in sorted(folder.glob(_TEXTS)):
        if (fields := _fields(text)).get("msg_id"):
            yield _recording(text.with_suffix(""), fields)


def _recording(file: Path, fields: dict[str, str]) -> Recording:
    received = fields.get("origtime", "")
    at = float(received) if received.isdigit() else file.with_suffix(".txt").stat().st_mtime
    seconds = fields.get("duration", "")
    return Recording(
        file,
        fields["msg_id"],
        _caller(fields.get("callerid", "")),
        datetime.fromtimestamp(at, UTC),
        int(seconds) if seconds.isdigit() else 0,
    )


def _fields(text: Path) -> dict[str, str]:
    # A name that somebody gave itself can hold what Unicode takes for the end of a line, and the engine does not.
    lines = text.read_text(errors="replace").split("\n")
    pairs = (line.partition("=") for line in lines if line[:1] not in (";", "["))
    return {name.strip(): value.strip() for name, _sign, value in pairs}


def _caller(written: str) -> Caller:
    """`"name" <number>`, or one of the two alone. Between its quotes the engine escapes quotes and backslashes."""
    if found := _CALLER.fullmatch(written):
        return Caller(found["number"], _ESCAPED.sub(r"\1", found["name"] or ""))
    if written in ("", _UNKNOWN):
        return Caller("", "")
    return Caller(written, "") if _NUMBER.fullmatch(written) else Caller("", written)


def seconds_of(file: str) -> int:
    """The length of the message with this path without ending. Raises OSError."""
    seconds = _fields(Path(f"{file}.txt")).get("duration", "")
    return int(seconds) if seconds.isdigit() else _seconds_of_wav(Path(f"{file}.wav"))


def _seconds_of_wav(wav: Path) -> int:
    return round(wav_seconds(repaired_wav(wav.read_bytes())))


def without_text(box: Path) -> list[Path]:
    """New messages, without ending, that were cut off by a full disk: the sound is there as far as it fitted, but the
    text is empty. Raises OSError as `recordings` does."""
    return [text.with_suffix("") for text in sorted((box / INBOX).glob(_TEXTS)) if not has_text(text.with_suffix(""))]


def has_text(file: Path) -> bool:
    """Whether the text of the message with this path without ending could be written. Raises OSError."""
    return bool(_fields(file.with_suffix(".txt")).get("msg_id"))


def began_at(file: Path) -> float:
    """When such a message was begun, or ended: Unix time. Raises OSError."""
    return file.with_suffix(".txt").stat().st_mtime


def write_text(box: Path, file: Path, caller: Caller) -> None:
    """Give such a message the text that there was no room for. Raises OSError while there still is none."""
    with locked(box / INBOX):
        if not has_text(file):  # else the engine has moved it meanwhile, and another one has its name
            text = _text(box, caller, began_at(file), _seconds_of_wav(file.with_suffix(".wav")))
            write_whole(file.with_suffix(".txt"), text.encode())


def has_room(boxes: Path, account_id: int, least_free: int) -> bool:
    """Whether a message can be written down: there is room (bytes), and we may write there."""
    try:
        boxes.mkdir(parents=True, exist_ok=True, mode=0o700)
        folder = next((one for one in (boxes / str(account_id) / _TMP, boxes) if one.is_dir()), boxes)
        with tempfile.TemporaryFile(dir=folder) as probe:
            probe.write(bytes(_PROBE_BYTES))
            probe.flush()
        return shutil.disk_usage(folder).free >= least_free
    except OSError:
        return False


# -- Where the engine does not help: it knows only mailboxes that are switched on, and forgets what it did not end --


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """As the engine locks a folder (`lockmode = flock`): its file `lock`, which is removed in the end."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "lock"
    while True:
        lock = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        fcntl.flock(lock, fcntl.LOCK_EX)
        if _is_same_file(path, lock):
            break
        os.close(lock)  # whoever had it has removed it: nobody else would look at this one
    try:
        yield
    finally:
        path.unlink(missing_ok=True)
        os.close(lock)


def _is_same_file(path: Path, opened: int) -> bool:
    try:
        return os.path.samestat(path.stat(), os.fstat(opened))
    except FileNotFoundError:
        return False


def remove(box: Path, msg_id: str, folder: str) -> None:
    """Take a message out of a folder without the engine."""
    with locked(box / folder):
        for found in _in_folder(box / folder):
            if found.msg_id == msg_id:
                found.file.with_suffix(".txt").unlink()
                found.file.with_suffix(".wav").unlink(missing_ok=True)


def move(box: Path, msg_id: str, folder: str) -> None:
    """Put a message into a folder, out of the other one, without the engine."""
    other = INBOX if folder == OLD else OLD
    with locked(box / other), locked(box / folder):
        for found in _in_folder(box / other):
            if found.msg_id == msg_id:
                file = _free_name(box / folder)
                found.file.with_suffix(".wav").rename(file.with_suffix(".wav"))
                found.file.with_suffix(".txt").rename(file.with_suffix(".txt"))


def _free_name(folder: Path) -> Path:
    """Without ending."""
    files = (folder / f"msg{number:04}" for number in range(_MOST_MESSAGES))
    return next(file for file in files if not file.with_suffix(".txt").exists())


def leftovers(box: Path) -> list[Leftover]:
    """Recordings that have not been finished; one of them may be going on."""
    wavs = sorted((box / _TMP).glob("*.wav")) if (box / _TMP).is_dir() else []
    found = [Leftover(wav.with_suffix(""), wav) for wav in wavs]
    return [one for one in found if one.text.exists()]


def salvage(box: Path, leftover: Leftover, caller: Caller) -> bool:
    """Make a message of what a dead engine left. Whoever calls knows that nobody writes to it any more.

    False: too little was said to be a message; it is removed.
    """
    fields = _fields(leftover.text)
    wav = repaired_wav(leftover.wav.read_bytes())
    seconds, began = wav_seconds(wav), leftover.began_at
    worth_it = seconds >= _LEAST_SECONDS
    if worth_it:
        with locked(box / INBOX):
            file = _free_name(box / INBOX)
            write_whole(file.with_suffix(".wav"), wav)
            # It was killed before it put the finished text in place, or before it wrote it.
            text = _text(box, caller, began, round(seconds)).encode()
            write_whole(file.with_suffix(".txt"), leftover.text.read_bytes() if fields.get("msg_id") else text)
    leftover.text.unlink()
    leftover.wav.unlink()
    return worth_it


def _text(box: Path, caller: Caller, began: float, seconds: int) -> str:
    # The engine's own ids end with a counter from its start: it never comes so far.
    msg_id = f"{int(began)}-f{secrets.token_hex(4)[1:]}"
    name = caller.name.replace("\\", "\\\\").replace('"', '\\"')
    shown = f'"{name}" <{caller.number}>' if name and caller.number else caller.number or caller.name
    fields = {
        "origmailbox": box.name,
        "callerid": shown or _UNKNOWN,
        "origtime": int(began),
        "msg_id": msg_id,
        "flag": "",
        "duration": seconds,
    }
    return "[message]\n" + "".join(f"{name}={value}\n" for name, value in fields.items())


def remove_if_long_gone(box: Path, now: float, after: float) -> bool:
    """The mailbox of an account that was deleted: removed when it has been seen `after` seconds ago for the first time.

    Until then somebody may put an old copy of the database back.
    """
    mark = box / _GONE_SINCE
    if not mark.exists():
        mark.touch()
    elif now - mark.stat().st_mtime >= after:
        shutil.rmtree(box)
        return True
    return False


def unmark(box: Path) -> None:
    """The account exists (again)."""
    (box / _GONE_SINCE).unlink(missing_ok=True)


# -- Notes of who is leaving a message ---------------------------------------------------------------------------------


def write_note(folder: Path, account_id: int, caller: Caller) -> Path:
    """Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    note = folder / f"{account_id}-{secrets.token_hex(8)}.json"
    write_whole(note, json.dumps([caller.number, caller.name]).encode())
    return note


def caller_noted(folder: Path, account_id: int, began_at: float) -> Caller:
    """Who had begun to leave a message when this recording began: the last note before it."""
    notes = [(_changed_at(note), note) for note in folder.glob(f"{account_id}-*.json")]
    before = [(at, note) for at, note in notes if 0 < at <= began_at]
    try:
        number, name = json.loads(max(before)[1].read_text()) if before else ("", "")
    except FileNotFoundError:
        return Caller("", "")
    return Caller(str(number), str(name))


def remove_old(folder: Path, now: float, after: float) -> None:
    """Files that nobody came back for."""
    for path in folder.glob("*"):
        if now - (_changed_at(path) or now) >= after:
            path.unlink(missing_ok=True)


def _changed_at(path: Path) -> float:
    """Unix time; 0 for a file that somebody has removed meanwhile."""
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return 0.0


def write_sounds(file: Path, sounds: dict[str, bytes]) -> None:
    """The same sound in several formats, by ending. Raises OSError."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    for ending, content in sounds.items():
        write_whole(file.with_name(f"{file.name}.{ending}"), content)


def remove_other_versions(file: Path) -> None:
    """Of the greeting `<account>-<version>`; a call that plays one has it open and hears it to its end."""
    account, _, _version = file.name.partition("-")
    for path in file.parent.glob(f"{account}-*"):
        if path.stem != file.name:
            path.unlink(missing_ok=True)
