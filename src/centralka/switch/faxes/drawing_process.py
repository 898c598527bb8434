"""Draw the pages of a fax in a process of its own, whose memory and time are limited (`centralka.fax.drawing`)."""

import asyncio
import json
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

_PATIENCE = 600.0
"""Seconds; it limits its own time on the processor."""


class CannotDraw(Exception):
    """The process ended without an answer; the text is the end of what it said."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A fax for people."""

    pdf: bytes
    pictures: list[bytes]
    unreadable: int


async def drawn(tiff: Path) -> Drawn:
    """Draw a fax. Raises CannotDraw, OSError."""
    with tempfile.TemporaryDirectory(dir=tiff.parent, prefix=".drawing-") as folder:
        said = await _run(tiff, folder)
        return await asyncio.to_thread(_read, Path(folder), said["drawn"], said["unreadable"])


async def _run(tiff: Path, folder: str) -> dict[str, int]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "centralka.fax.drawing", str(tiff), folder),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(_PATIENCE):
            answer, errors = await process.communicate()
    except TimeoutError:
        raise CannotDraw("it took too long") from None
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode:
        raise CannotDraw(f"{process.returncode}: {errors.decode(errors='replace').strip()[-200:]}")
    found: dict[str, int] = json.loads(answer)
    return found


def _read(folder: Path, pages: int, unreadable: int) -> Drawn:
    pictures = [(folder / f"{number}.png").read_bytes() for number in range(1, pages + 1)]
    return Drawn((folder / "fax.pdf").read_bytes() if pages else b"", pictures, unreadable)
