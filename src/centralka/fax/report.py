"""Write the report of a fax as a PDF: what became of it, recipient by recipient, and the first page as it was sent."""

import ctypes
import io
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pypdfium2
from PIL import Image, ImageFont
from pypdfium2 import raw

FONT = Path(__file__).parent / "fonts/roboto/Roboto-Regular.ttf"
"""With Polish, other Latin, Greek and Cyrillic letters. A report holds only those that are in it."""
_WIDTH, _HEIGHT = 595.0, 842.0
"""A4, in points."""
_MARGIN = 50.0
_VALUES = 190.0
"""From the left edge: where what stands beside a label begins."""
_TITLE, _HEADING, _TEXT = 18.0, 13.0, 10.0
_LINE = 1.5
"""Lines are so far apart, in heights of their letters."""
_LEAST_PICTURE = 300.0
"""Points: with less room under the text, the picture has a page of its own."""
_MOST_WHITE = 255
_one_at_a_time = threading.Lock()
"""PDFium may be used by one thread at a time."""

Fact = tuple[str, str]
"""A label, and its value."""


@dataclass(frozen=True, slots=True)
class Section:
    """Facts under a heading, e.g. all about one recipient."""

    heading: str
    facts: Sequence[Fact]


@dataclass(frozen=True, slots=True)
class Report:
    """The texts of a report, in the reader's language."""

    title: str
    facts: Sequence[Fact]
    sections: Sequence[Section]
    caption: str
    """Of the picture."""
    picture: bytes
    """The first page (PNG)."""


def report_pdf(report: Report) -> bytes:
    """Return the report as a PDF (A4). Raises OSError for a picture that is none."""
    with _one_at_a_time:
        document = pypdfium2.PdfDocument.new()
        try:
            _Writer(document).write(report)
            file = io.BytesIO()
            document.save(file, flags=raw.FPDF_SUBSET_NEW_FONTS)
            return file.getvalue()
        finally:
            document.close()


class _Writer:
    """Writes from the top of a page downwards, and goes on with another page at its end."""

    def __init__(self, document: pypdfium2.PdfDocument) -> None:
        self._document = document
        held = FONT.read_bytes()
        data = (ctypes.c_uint8 * len(held)).from_buffer_copy(held)
        self._font = raw.FPDFText_LoadFont(document, data, len(held), raw.FPDF_FONT_TRUETYPE, 1)
        self._new_page()

    def write(self, report: Report) -> None:
        self._line(report.title, _TITLE)
        self._down(_TEXT)
        self._facts(report.facts)
        for section in report.sections:
            self._need(_HEADING * 2 + _TEXT * _LINE * 2)
            self._down(_TEXT)
            self._line(section.heading, _HEADING)
            self._facts(section.facts)
        self._picture(report.caption, report.picture)
        self._page.gen_content()

    def _new_page(self) -> None:
        self._page = self._document.new_page(_WIDTH, _HEIGHT)
        self._y = _HEIGHT - _MARGIN

    def _need(self, height: float) -> None:
        """Go on with another page if there is less room than `height` points on this one."""
        if self._y - height < _MARGIN:
            self._page.gen_content()
            self._new_page()

    def _down(self, height: float) -> None:
        self._y -= height

    def _facts(self, facts: Sequence[Fact]) -> None:
        for what, how in facts:
            lines = list(wrapped(how, _TEXT, _WIDTH - _MARGIN - _VALUES)) or [""]
            self._need(_TEXT * _LINE)
            self._put(what, _TEXT, _MARGIN, self._y - _TEXT)
            for line in lines:
                self._need(_TEXT * _LINE)
                self._put(line, _TEXT, _VALUES, self._y - _TEXT)
                self._down(_TEXT * _LINE)

    def _line(self, text: str, size: float) -> None:
        for line in wrapped(text, size, _WIDTH - 2 * _MARGIN):
            self._need(size * _LINE)
            self._put(line, size, _MARGIN, self._y - size)
            self._down(size * _LINE)

    def _put(self, text: str, size: float, x: float, y: float) -> None:
        coded = f"{text}\0".encode("utf-16-le")
        written = raw.FPDFPageObj_CreateTextObj(self._document, self._font, size)
        raw.FPDFText_SetText(written, (raw.FPDF_WCHAR * (len(coded) // 2)).from_buffer_copy(coded))
        raw.FPDFPageObj_Transform(written, 1, 0, 0, 1, x, y)
        raw.FPDFPage_InsertObject(self._page, written)

    def _picture(self, caption: str, png: bytes) -> None:
        self._need(_LEAST_PICTURE)
        self._down(_TEXT)
        self._line(caption, _TEXT)
        with Image.open(io.BytesIO(png), formats=["PNG"]) as opened:
            picture = opened.convert("L")
        scale = min((_WIDTH - 2 * _MARGIN) / picture.width, (self._y - _MARGIN) / picture.height)
        width, height = picture.width * scale, picture.height * scale
        drawn = pypdfium2.PdfImage.new(self._document)
        drawn.set_bitmap(pypdfium2.PdfBitmap.from_pil(picture))
        drawn.set_matrix(pypdfium2.PdfMatrix().scale(width, height).translate(_MARGIN, self._y - height))
        self._page.insert_obj(drawn)
        self._frame(_MARGIN, self._y - height, width, height)

    def _frame(self, x: float, y: float, width: float, height: float) -> None:
        """Draw the edge of the paper, which is white on white."""
        edge = raw.FPDFPageObj_CreateNewRect(x, y, width, height)
        raw.FPDFPageObj_SetStrokeColor(edge, 128, 128, 128, _MOST_WHITE)
        raw.FPDFPath_SetDrawMode(edge, raw.FPDF_FILLMODE_NONE, 1)
        raw.FPDFPage_InsertObject(self._page, edge)


def wrapped(text: str, size: float, width: float) -> Iterator[str]:
    """Break a text into lines that fit into `width` points, between words where that is possible."""
    line = ""
    for word in text.split():
        while word:
            longer = f"{line} {word}".strip()
            if _length(longer, size) <= width:
                line, word = longer, ""
            elif line:
                yield line
                line = ""
            else:
                fits = next(
                    count for count in range(len(word), 0, -1) if count == 1 or _length(word[:count], size) <= width
                )
                line, word = word[:fits], word[fits:]
    if line:
        yield line


def _length(text: str, size: float) -> float:
    return _measure().getlength(text) * size / _MEASURED


_MEASURED = 100
"""Points of the letters that are measured."""


@cache
def _measure() -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(FONT, _MEASURED, layout_engine=ImageFont.Layout.BASIC)
