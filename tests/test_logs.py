"""A log on a full disk ends nothing, and tells afterwards that it lacks lines."""

import os
from pathlib import Path

from centralka.logs import LogFile


def test_without_room_a_line_is_lost_and_nobody_is_stopped() -> None:
    """/dev/full answers each write with ENOSPC, full(4)."""
    full = os.open("/dev/full", os.O_WRONLY)
    assert LogFile(full).write("a line\n") == len("a line\n")
    os.close(full)


def test_a_log_that_has_room_again_tells_what_it_lost(tmp_path: Path) -> None:
    path = tmp_path / "log"
    descriptor = os.open(path, os.O_CREAT | os.O_WRONLY)
    log = LogFile(descriptor)
    log.write("first\n")
    full = os.open("/dev/full", os.O_WRONLY)
    room = os.dup(descriptor)
    os.dup2(full, descriptor)
    log.write("second\n")
    log.write("third\n")
    os.dup2(room, descriptor)
    log.write("fourth\n")
    assert path.read_text() == "first\n2 lines are missing here\nfourth\n"
    for one in (descriptor, full, room):
        os.close(one)
