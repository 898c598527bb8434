"""The engine's folders of recordings, with files as the engine writes them."""

import fcntl
import os
import threading
import wave
from datetime import UTC, datetime
from pathlib import Path

import pytest

from centralka.switch.mailboxes.cut_off import without_text, write_text
from centralka.switch.mailboxes.leftovers import leftovers, salvage
from centralka.switch.mailboxes.moving import move, remove
from centralka.switch.mailboxes.notes import caller_noted, write_note
from centralka.switch.mailboxes.old_files import remove_if_long_gone, unmark
from centralka.switch.mailboxes.protocol import Caller
from centralka.switch.mailboxes.recordings import recordings, seconds_of, seconds_of_wav
from centralka.switch.mailboxes.room import has_room
from centralka.switch.mailboxes.sounds import remove_other_versions, write_sounds

from .recordings import half_recorded, message, pcm


@pytest.fixture
def box(tmp_path: Path) -> Path:
    return tmp_path / "centralka/7"


def sounds(box: Path) -> list[str]:
    return sorted(str(path.relative_to(box)) for path in box.glob("*/msg*.wav"))


def ids(box: Path) -> list[tuple[str, str]]:
    return sorted((one.folder, one.msg_id) for one in recordings(box))


def test_a_message_is_read_as_the_engine_wrote_it(box: Path) -> None:
    message(box, 0, "1795403676-00000000", callerid='"Numer 1" <20001>', seconds=5)
    (found,) = recordings(box)
    assert (found.msg_id, found.seconds, found.folder) == ("1795403676-00000000", 5, "INBOX")
    assert found.caller == Caller("20001", "Numer 1")
    assert found.received_at == datetime.fromtimestamp(1795403676, UTC)
    assert found.wav()[:4] == b"RIFF"


@pytest.mark.parametrize(
    "written, caller",
    [
        ('"Jan" <+48600100200>', Caller("+48600100200", "Jan")),
        ("<100>", Caller("100", "")),
        ("+48600100200", Caller("+48600100200", "")),
        ("Jan Kowalski", Caller("", "Jan Kowalski")),
        ('"Jan "Wicher" K" <100>', Caller("100", 'Jan "Wicher" K')),
        (r'"Jan \"Wicher\" C:\\K" <100>', Caller("100", r'Jan "Wicher" C:\K')),
        ("Jan\u2028callerid=100\u2028x=", Caller("", "Jan\u2028callerid=100\u2028x=")),
        ('"Jan\x85callerid=" <+48600100200>', Caller("+48600100200", "Jan\x85callerid=")),
        ("Unknown", Caller("", "")),
        ("", Caller("", "")),
    ],
)
def test_the_caller_is_told_from_what_the_engine_makes_of_name_and_number(
    box: Path, written: str, caller: Caller
) -> None:
    message(box, 0, "1-0", callerid=written)
    (found,) = recordings(box)
    assert found.caller == caller


def test_unheard_and_heard_ones_lie_apart(box: Path) -> None:
    message(box, 0, "1-0")
    message(box, 0, "1-1", folder="Old")
    assert ids(box) == [("INBOX", "1-0"), ("Old", "1-1")]


def test_a_mailbox_that_nobody_spoke_into_is_empty(box: Path) -> None:
    assert recordings(box) == []
    assert leftovers(box) == []


def test_audio_that_has_another_name_meanwhile_is_not_taken_for_this_message(box: Path) -> None:
    """The next message gets a number that has become free."""
    message(box, 0, "1-0")
    (found,) = recordings(box)
    message(box, 0, "1-1")
    with pytest.raises(OSError, match="another message"):
        found.wav()


def test_a_message_is_moved_to_where_none_lies(box: Path) -> None:
    message(box, 0, "1-0")
    message(box, 0, "1-1", folder="Old")
    move(box, "1-0", "Old")
    move(box, "1-0", "Old")
    assert ids(box) == [("Old", "1-0"), ("Old", "1-1")]
    assert sounds(box) == ["Old/msg0000.wav", "Old/msg0001.wav"]


def test_of_a_message_in_both_folders_only_the_one_that_is_meant_is_removed(box: Path) -> None:
    message(box, 0, "1-0")
    message(box, 0, "1-0", folder="Old")
    remove(box, "1-0", "INBOX")
    assert ids(box) == [("Old", "1-0")]


def test_a_message_is_removed(box: Path) -> None:
    message(box, 0, "1-0")
    remove(box, "1-0", "INBOX")
    remove(box, "1-0", "INBOX")
    assert not list(box.glob("*/*.*"))


def test_a_folder_that_the_engine_has_locked_is_waited_for(box: Path) -> None:
    message(box, 0, "1-0")
    lock = os.open(box / "INBOX/lock", os.O_RDWR | os.O_CREAT)
    fcntl.flock(lock, fcntl.LOCK_EX)
    thread = threading.Thread(target=remove, args=(box, "1-0", "INBOX"))
    thread.start()
    assert ids(box) == [("INBOX", "1-0")]
    (box / "INBOX/lock").unlink()
    os.close(lock)
    thread.join(10)
    assert ids(box) == []


@pytest.mark.parametrize("died_after", ["the sound was there", "the text was moved"])
def test_a_move_that_was_broken_off_is_done_again(box: Path, died_after: str) -> None:
    message(box, 3, "1-0", seconds=4)
    message(box, 0, "1-1", folder="Old")
    os.link(box / "INBOX/msg0003.wav", box / "Old/msg0001.wav")
    if died_after == "the text was moved":
        (box / "INBOX/msg0003.txt").rename(box / "Old/msg0001.txt")
    move(box, "1-0", "Old")
    assert ids(box) == [("Old", "1-0"), ("Old", "1-1")]
    assert seconds_of_wav(box / "Old/msg0001.wav") == 4


def test_a_message_whose_sound_was_lost_can_be_moved(box: Path) -> None:
    message(box, 0, "1-0")
    (box / "INBOX/msg0000.wav").unlink()
    move(box, "1-0", "Old")
    assert ids(box) == [("Old", "1-0")]


def test_numbers_do_not_run_out(box: Path) -> None:
    """The engine counts on from the highest one, and one message may lie there for years."""
    for number, seconds in ((2, 2), (997, 3), (9998, 4)):
        message(box, number, f"{number}-0", seconds=seconds)
    remove(box, "997-0", "INBOX")
    assert ids(box) == [("INBOX", "2-0"), ("INBOX", "9998-0")]
    assert sounds(box) == ["INBOX/msg0000.wav", "INBOX/msg0001.wav"]
    assert [seconds_of(str(box / f"INBOX/msg000{number}")) for number in (0, 1)] == [2, 4]


class Recorder(threading.Thread):
    """Leaves messages as the engine does: each with the number after the highest one, under the lock of the folder
    (`leave_voicemail` in its `apps/app_voicemail.c`, `ast_lock_path_flock` in `main/app.c`)."""

    def __init__(self, box: Path, count: int) -> None:
        super().__init__()
        self._box, self._count = box, count
        (box / "INBOX").mkdir(parents=True)

    def run(self) -> None:
        for number in range(self._count):
            message(self._box, 0, f"{number}-new", folder="tmp")
            lock = self._lock()
            taken = [int(path.stem[3:]) for path in (self._box / "INBOX").glob("msg*.txt")]
            for ending in ("wav", "txt"):
                to = self._box / f"INBOX/msg{max(taken, default=-1) + 1:04}.{ending}"
                (self._box / f"tmp/msg0000.{ending}").rename(to)
            (self._box / "INBOX/lock").unlink(missing_ok=True)
            os.close(lock)

    def _lock(self) -> int:
        """It does not look whether the file that it has locked is still the folder's."""
        lock = os.open(self._box / "INBOX/lock", os.O_WRONLY | os.O_CREAT, 0o600)
        fcntl.flock(lock, fcntl.LOCK_EX)
        return lock


def test_a_message_that_is_left_at_this_moment_is_not_overwritten(box: Path) -> None:
    for number in range(100):
        message(box, number, f"{number}-old", folder="Old")
    engine = Recorder(box, 100)
    engine.start()
    for number in range(100):
        move(box, f"{number}-old", "INBOX")
    engine.join(60)
    assert len(ids(box)) == len(sounds(box)) == 200


def test_what_was_said_until_the_engine_died_becomes_a_message(box: Path) -> None:
    message(box, 0, "1-0")
    half_recorded(box, seconds=4.1)
    (leftover,) = leftovers(box)
    caller = Caller("100", r'Alicja "Ala" C:\A')
    assert salvage(box, leftover, caller)
    found = next(one for one in recordings(box) if one.msg_id != "1-0")
    assert (found.caller, found.seconds, found.file.name) == (caller, 4, "msg0001")
    with wave.open(str(found.file.with_suffix(".wav"))) as file:
        assert (file.getnframes(), file.getframerate()) == (round(4.1 * 8000), 8000)
    assert not list((box / "tmp").iterdir())


def test_a_text_that_the_engine_had_finished_is_kept_as_it_is(box: Path) -> None:
    text = half_recorded(box, seconds=3)
    text.write_text('[message]\ncallerid="Jan" <101>\norigtime=1795403676\nmsg_id=1795403676-00000003\nduration=3\n')
    (leftover,) = leftovers(box)
    assert salvage(box, leftover, Caller("", ""))
    (found,) = recordings(box)
    assert (found.msg_id, found.caller) == ("1795403676-00000003", Caller("101", "Jan"))


def test_a_text_that_the_engine_had_finished_can_name_a_caller_in_any_code(box: Path) -> None:
    """A stranger's name goes into it as it came."""
    message(box, 0, "1-0", callerid='"J\xf3zef" <600100200>')
    text = half_recorded(box, seconds=4.1, at=1795403680)
    text.write_bytes((box / "INBOX/msg0000.txt").read_text().encode("latin-1"))
    remove(box, "1-0", "INBOX")
    (left,) = leftovers(box)
    assert salvage(box, left, Caller("", ""))
    (found,) = recordings(box)
    assert (found.msg_id, found.caller.number) == ("1-0", "600100200")


def test_a_breath_is_no_message(box: Path) -> None:
    half_recorded(box, seconds=0.4)
    (leftover,) = leftovers(box)
    assert not salvage(box, leftover, Caller("100", ""))
    assert not list(box.glob("*/*.*"))


def test_who_was_speaking_is_the_last_one_who_had_begun(tmp_path: Path) -> None:
    for at, number in ((100, "101"), (200, "102"), (300, "103")):
        note = write_note(tmp_path, 7, Caller(number, ""))
        os.utime(note, (at, at))
    write_note(tmp_path, 8, Caller("104", ""))
    assert caller_noted(tmp_path, 7, 250).number == "102"
    assert caller_noted(tmp_path, 9, 250) == Caller("", "")


def test_there_is_room_or_not(tmp_path: Path, box: Path) -> None:
    assert has_room(box.parent, 7, least_free=1)
    assert not has_room(box.parent, 7, least_free=2**60)
    (tmp_path / "file").touch()
    assert not has_room(tmp_path / "file/centralka", 7, least_free=1)


def test_the_mailbox_of_a_deleted_account_goes_after_a_while(box: Path) -> None:
    message(box, 0, "1-0")
    now = datetime.now(UTC).timestamp()
    assert not remove_if_long_gone(box, now, 60)
    assert not remove_if_long_gone(box, now + 50, 60)
    unmark(box)
    assert not remove_if_long_gone(box, now + 100, 60)
    assert remove_if_long_gone(box, now + 200, 60)
    assert not box.exists()


def test_a_new_greeting_replaces_the_old_version(tmp_path: Path) -> None:
    for version in ("7-a", "7-b", "77-c"):
        write_sounds(tmp_path / version, {"alaw": pcm(1), "g722": b""})
    remove_other_versions(tmp_path / "7-b")
    assert {path.name for path in tmp_path.iterdir()} == {"7-b.alaw", "7-b.g722", "77-c.alaw", "77-c.g722"}


# -- Messages that were cut off by a full disk -----------------------------------------------------------------------


def cut_off(box: Path, number: int = 0) -> Path:
    """As the engine leaves one: the sound as far as it fitted, and an empty text."""
    message(box, number, "1-0", seconds=5)
    file = box / f"INBOX/msg{number:04}"
    file.with_suffix(".txt").write_text("")
    return file


def test_a_message_without_its_text_gets_one_with_its_real_length(box: Path) -> None:
    file = cut_off(box)
    assert without_text(box) == [file]
    assert recordings(box) == []
    write_text(box, file, Caller("101", "Bartek"))
    (found,) = recordings(box)
    assert (found.caller, found.seconds, found.folder) == (Caller("101", "Bartek"), 5, "INBOX")
    assert without_text(box) == []


def test_the_length_of_a_message_without_its_text_is_that_of_its_sound(box: Path) -> None:
    assert seconds_of(str(cut_off(box))) == 5


def test_a_text_that_is_there_is_left_alone(box: Path) -> None:
    message(box, 0, "1-0", seconds=5, callerid="<100>")
    write_text(box, box / "INBOX/msg0000", Caller("101", "Bartek"))
    assert ids(box) == [("INBOX", "1-0")]
    assert recordings(box)[0].caller == Caller("100", "")
