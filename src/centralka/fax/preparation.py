"""Prepare a file for faxing in a process whose memory and time are limited (`preparing`)."""

import json
import signal
import subprocess
import sys
import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path

from .problems import BadFile, FileProblem

MAX_BYTES = 20 * 1024 * 1024
_PATIENCE = 120.0
"""Seconds; the process limits its own time on the processor."""
_OUT_OF_TIME = (signal.SIGXCPU, signal.SIGKILL)
_one_at_a_time = threading.Lock()
"""Each takes up to a gigabyte and a processor, which calls need, too."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """Pages as they will be sent."""

    tiff: bytes
    """The pages that the engine sends."""
    pictures: list[bytes]
    """PNG, page by page."""


def prepared(file: bytes) -> Prepared:
    """Turn a PDF, JPEG or PNG into pages. Raises BadFile, OSError."""
    if not file:
        raise BadFile(FileProblem.EMPTY)
    if len(file) > MAX_BYTES:
        raise BadFile(FileProblem.TOO_BIG)
    with tempfile.TemporaryDirectory(prefix="centralka-fax-") as name, _one_at_a_time:
        folder = Path(name)
        (folder / "file").write_bytes(file)
        pages = _pages(folder)
        pictures = [(folder / f"{number}.png").read_bytes() for number in range(1, pages + 1)]
        return Prepared((folder / "fax.tif").read_bytes(), pictures)


def _pages(folder: Path) -> int:
    """Return how many pages the process made. Raises BadFile."""
    command = [sys.executable, "-m", "centralka.fax.preparing", str(folder / "file"), str(folder)]
    try:
        ended = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=_PATIENCE, check=False)  # noqa: S603
    except subprocess.TimeoutExpired:
        raise BadFile(FileProblem.TOO_LONG) from None
    if ended.returncode < 0:
        # Killed: by its limit of time, or by a fault of a library over a file that is made to find one.
        raise BadFile(FileProblem.TOO_LONG if -ended.returncode in _OUT_OF_TIME else FileProblem.BROKEN)
    if ended.returncode:
        raise BadFile(FileProblem.BROKEN)
    said = json.loads(ended.stdout)
    if "problem" in said:
        raise BadFile(FileProblem(said["problem"]))
    return int(said["pages"])
