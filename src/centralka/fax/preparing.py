"""Make an uploaded file into pages that can be faxed: a process of its own with limits, since anybody's file is read.

    python -m centralka.fax.preparing FILE FOLDER

writes `fax.tif`, which the engine sends, and `1.png`, `2.png` … as people see them into the folder, and says how it
went as one line of JSON: `{"pages": 2}` or `{"problem": "encrypted"}`.
"""

import json
import resource
import sys
from collections.abc import Iterator
from pathlib import Path

import pypdfium2
from PIL import Image, ImageOps, UnidentifiedImageError
from pypdfium2.raw import FPDF_ERR_PASSWORD

from .drawing import picture
from .problems import BadFile, FileProblem

_MEMORY = 1024 * 1024 * 1024
_SECONDS = 90
MOST_PAGES = 50
MOST_PIXELS = 40_000_000
"""Of a photograph: a sheet at 600 dots to the inch has 35 million."""
COLUMNS, ROWS = 1728, 2292
"""Of a page: A4 as fax machines have it (T.4), fine resolution."""
DPI = (204, 196)
_POINTS = 72
_BLACK, _WHITE = 70, 200
"""Greys that become black and white: letters stay sharp, and only what is grey between them is dotted."""
_PDF_BEGINS_WITHIN = 1024
"""Bytes; as readers of PDF do."""


def main(file: str, folder: str) -> None:
    """Prepare the file, and tell how many pages there are or what is wrong with it."""
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        print(json.dumps({"pages": prepare(Path(file), Path(folder))}))
    except BadFile as bad:
        print(json.dumps({"problem": bad.problem}))
    except MemoryError:
        print(json.dumps({"problem": FileProblem.TOO_LARGE}))


def prepare(file: Path, folder: Path) -> int:
    """Write the pages into the folder. Returns how many there are. Raises BadFile, MemoryError."""
    pages = []
    for number, page in enumerate(_pages(file), 1):
        bits = _bits(page)
        picture(bits, DPI).save(folder / f"{number}.png")
        pages.append(bits)
    first, *rest = pages
    first.save(folder / "fax.tif", "TIFF", save_all=True, append_images=rest, compression="group3", dpi=DPI)
    return len(pages)


def _pages(file: Path) -> Iterator[Image.Image]:
    with file.open("rb") as opened:
        begin = opened.read(_PDF_BEGINS_WITHIN)
    if b"%PDF-" in begin:
        yield from _pages_of_pdf(file)
    elif begin.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n")):
        yield _photograph(file)
    else:
        raise BadFile(FileProblem.UNKNOWN)


def _pages_of_pdf(file: Path) -> Iterator[Image.Image]:
    """Draw each page, in greys, as large as it fits. What a PDF would do (scripts, forms, links) is not done."""
    try:
        document = pypdfium2.PdfDocument(file)
        count = len(document)
    except pypdfium2.PdfiumError as problem:
        is_locked = getattr(problem, "err_code", None) == FPDF_ERR_PASSWORD
        raise BadFile(FileProblem.ENCRYPTED if is_locked else FileProblem.BROKEN) from problem
    if not count:
        raise BadFile(FileProblem.BROKEN)
    if count > MOST_PAGES:
        raise BadFile(FileProblem.TOO_MANY_PAGES)
    for number in range(count):
        yield _drawn(document, number)


def _drawn(document: pypdfium2.PdfDocument, number: int) -> Image.Image:
    try:
        page = document[number]
        width, height = page.get_size()
        if width <= 0 or height <= 0:
            raise BadFile(FileProblem.BROKEN)
        scale = _scale(*sorted((width, height)))
        drawn = page.render(scale=scale, grayscale=True)
        found: Image.Image = drawn.to_pil().convert("L")
        page.close()
        return found
    except pypdfium2.PdfiumError as problem:
        raise BadFile(FileProblem.BROKEN) from problem


def _scale(short: float, long: float) -> float:
    """Return dots to the point with which a page fits onto the paper, upright; `short`, `long`: its sides."""
    return min(COLUMNS / short, ROWS * DPI[0] / DPI[1] / long)


def _photograph(file: Path) -> Image.Image:
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS // 2  # Pillow refuses what is twice as large
    try:
        with Image.open(file, formats=["JPEG", "PNG"]) as found:
            if found.width * found.height > MOST_PIXELS:
                raise BadFile(FileProblem.TOO_LARGE)
            found.draft("L", (COLUMNS, ROWS))
            return _on_white(ImageOps.exif_transpose(found))
    except Image.DecompressionBombError as problem:
        raise BadFile(FileProblem.TOO_LARGE) from problem
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as problem:
        raise BadFile(FileProblem.BROKEN) from problem


def _on_white(found: Image.Image) -> Image.Image:
    """Return the picture in greys, and white where one sees through it."""
    if not found.has_transparency_data:
        return found.convert("L")
    seen = found.convert("LA")
    white = Image.new("L", seen.size, 255)
    white.paste(seen.getchannel("L"), mask=seen.getchannel("A"))
    return white


def _bits(page: Image.Image) -> Image.Image:
    """Put a page onto the paper of fax machines, upright and from its upper left corner, in black and white dots."""
    upright = page.transpose(Image.Transpose.ROTATE_90) if page.width > page.height else page
    scale = _scale(upright.width, upright.height)
    across = min(COLUMNS, max(1, round(upright.width * scale)))
    down = min(ROWS, max(1, round(upright.height * scale * DPI[1] / DPI[0])))
    paper = Image.new("L", (COLUMNS, ROWS), 255)
    paper.paste(upright.resize((across, down), Image.Resampling.LANCZOS), ((COLUMNS - across) // 2, 0))
    return paper.point(_sharpened).convert("1")


_sharpened = [max(0, min(255, round((grey - _BLACK) * 255 / (_WHITE - _BLACK)))) for grey in range(256)]


if __name__ == "__main__":
    main(*sys.argv[1:3])
