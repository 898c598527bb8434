"""Draw the pages of a received fax: a process of its own with limits, since what is in the file comes from outside.

    python -m centralka.fax.drawing FAX.tif FOLDER

writes `fax.pdf` and `1.png`, `2.png` … into the folder, and says how it went as one line of JSON.
"""

import json
import resource
import sys
from pathlib import Path

from PIL import Image

from .pdf import PdfFile

_MEMORY = 768 * 1024 * 1024
_SECONDS = 240
MOST_PAGES = 1000
"""More than a call of the longest time brings."""
MOST_ROWS, MOST_COLUMNS = 24_000, 4_000
"""Of a page: 3 m of paper at 204 × 196 dots to the inch, A3 at 300."""
_WIDTH = 900
"""Pixels of a page's picture: one can read it."""
_GREYS = 16
_USUAL_DPI = (204.0, 196.0)


def main(file: str, folder: str) -> None:
    """Draw what can be drawn, and tell how many pages that are and how many could not be."""
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    drawn, unreadable = draw(Path(file), Path(folder))
    print(json.dumps({"drawn": drawn, "unreadable": unreadable}))


def draw(file: Path, folder: Path) -> tuple[int, int]:
    """Return how many pages were drawn, and how many could not be read. Raises OSError for a file that is no TIFF."""
    Image.MAX_IMAGE_PIXELS = MOST_ROWS * MOST_COLUMNS
    drawn = unreadable = 0
    with Image.open(file, formats=["TIFF"]) as fax, PdfFile(folder / "fax.pdf") as pdf:
        for number in range(MOST_PAGES):
            try:
                fax.seek(number)
            except EOFError:
                break
            except Exception:  # where the next page stands is broken, in whatever way: no page after it is found
                unreadable += 1
                break
            try:
                bits, dpi = _bits(fax), _dpi(fax)
            except (OSError, ValueError, Image.DecompressionBombError):
                unreadable += 1
                continue
            drawn += 1
            picture(bits, dpi).save(folder / f"{drawn}.png")
            pdf.add(bits, dpi)
    return drawn, unreadable


def _bits(page: Image.Image) -> Image.Image:
    """Read a page. Raises OSError for one that is broken, ValueError for one that is larger than any paper."""
    if page.width > MOST_COLUMNS or page.height > MOST_ROWS:
        raise ValueError("no paper is so large")
    return page.convert("1")


def _dpi(page: Image.Image) -> tuple[float, float]:
    across, down = page.info.get("dpi", _USUAL_DPI)
    return (float(across), float(down)) if across and down else _USUAL_DPI


def picture(bits: Image.Image, dpi: tuple[float, float]) -> Image.Image:
    """Make a picture for the screen: smaller, in greys, and with dots as high as they are wide."""
    height = round(bits.height * _WIDTH / bits.width * dpi[0] / dpi[1])
    smaller = bits.convert("L").resize((_WIDTH, max(1, height)), Image.Resampling.BOX)
    greys = smaller.point([round(grey * (_GREYS - 1) / 255) for grey in range(256)])
    greys.putpalette([level * 255 // (_GREYS - 1) for level in range(_GREYS) for _ in "RGB"])
    return greys


if __name__ == "__main__":
    main(*sys.argv[1:3])
