"""Pages as fax machines have them: made for a test, and read back from what the exchange made of them."""

import functools
import io
import re
import struct
from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageChops, ImageDraw, ImageFont

WIDTH, FINE = 1728, (204, 196)
"""Dots of a line (T.4), and how many there are to the inch."""
_IMAGE = re.compile(
    rb"/Subtype /Image /Width (\d+) /Height (\d+) .*?/K -1 (/BlackIs1 true )?.*?/Length (\d+) >>\nstream\n"
)


@functools.cache
def a_page(words: str, height: int = 700) -> Image.Image:
    """Text, and a patch of grey, in black and white dots."""
    page = Image.new("L", (WIDTH, height), 255)
    drawn, font = ImageDraw.Draw(page), ImageFont.load_default(48)
    for line in range(3):
        drawn.text((120, 60 + 90 * line), f"{words} {line + 1}: 0123456789", fill=0, font=font)
    page.paste(Image.linear_gradient("L").resize((240, 60)), (150, 400))
    return page.convert("1")


@functools.cache
def a_dense_page(height: int = 500) -> Image.Image:
    """Greys all over, which take T.4 some 60 kB and a modem half a minute."""
    page = Image.linear_gradient("L").resize((WIDTH, height)).convert("1")
    page.paste(a_page("Gęsto", height).crop((0, 0, WIDTH, 320)), (0, 0))
    return page


def write_tiff(file: Path, pages: Sequence[Image.Image], dpi: tuple[int, int] = FINE) -> Path:
    """Write pages as the engine does, and as it takes them to send."""
    pages[0].save(file, "TIFF", save_all=True, append_images=pages[1:], compression="group3", dpi=dpi)
    return file


def pages_of(pdf: bytes) -> list[Image.Image]:
    """The pages of a PDF of ours, decoded again from their own coding (T.6)."""
    found = []
    for image in _IMAGE.finditer(pdf):
        width, height, length = int(image[1]), int(image[2]), int(image[4])
        data = pdf[image.end() : image.end() + length]
        with Image.open(io.BytesIO(_as_tiff(data, width, height, zero_is_black=bool(image[3])))) as page:
            found.append(page.convert("1"))
    return found


def _as_tiff(data: bytes, width: int, height: int, *, zero_is_black: bool) -> bytes:
    tags = [(256, width), (257, height), (258, 1), (259, 4), (262, int(zero_is_black)), (273, 8), (278, height)]
    tags.append((279, len(data)))
    entries = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in tags)
    padded = data + b"\0" * (len(data) % 2)
    directory = struct.pack("<H", len(tags)) + entries + struct.pack("<I", 0)
    return b"II*\0" + struct.pack("<I", 8 + len(padded)) + padded + directory


def is_same(one: Image.Image, other: Image.Image) -> bool:
    """Dot by dot."""
    return one.size == other.size and ImageChops.difference(one.convert("L"), other.convert("L")).getbbox() is None
