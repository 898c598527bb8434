"""A log on a full disk ends nothing, and tells afterwards that it lacks lines."""

import json
import os
import subprocess
import sys
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


def logged(log_format: str) -> list[str]:
    """What a process writes that logs in this format, by our logs and by Django's."""
    program = (
        "import logging, structlog, django; django.setup()\n"
        "from centralka.logs import write_logs; write_logs()\n"
        "log = structlog.get_logger()\n"
        "with structlog.contextvars.bound_contextvars(call='node1-1.2'):\n"
        "    log.warning('a message could not be recorded', account=7)\n"
        "log.info('the worker is there')\n"
        "try:\n    1 / 0\n"
        "except ZeroDivisionError:\n    logging.getLogger('django.request').exception('Żle: %s', '/konta')\n"
    )
    environment = {**os.environ, "CENTRALKA_LOG_FORMAT": log_format, "DJANGO_SETTINGS_MODULE": "centralka.settings"}
    environment["PYTHONPATH"] = os.pathsep.join(path for path in sys.path if path)
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=True
    )
    return done.stdout.decode().splitlines()


def test_as_json_each_line_is_an_object_with_the_call_it_is_about() -> None:
    first, second, django = sorted((json.loads(line) for line in logged("json")), key=lambda line: line["timestamp"])
    assert (first["level"], first["event"], first["account"], first["call"]) == (
        "warning",
        "a message could not be recorded",
        7,
        "node1-1.2",
    )
    assert "call" not in second
    assert (django["level"], django["logger"], django["event"]) == ("error", "django.request", "Żle: /konta")
    assert "ZeroDivisionError" in django["exception"]


def test_as_lines_they_are_for_people() -> None:
    line = next(one for one in logged("lines") if "a message could not" in one)
    assert line.startswith("timestamp='")
    assert "level='warning' event='a message could not be recorded'" in line
    assert "call='node1-1.2'" in line
