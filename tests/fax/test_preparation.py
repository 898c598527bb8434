"""Uploaded files made into pages for faxing: as people see them, and whatever is in them."""

import io
import struct
import zlib
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from centralka.fax.drawing import draw
from centralka.fax.preparation import MAX_BYTES, prepared
from centralka.fax.preparing import COLUMNS, MOST_PAGES, ROWS
from centralka.fax.problems import BadFile, FileProblem
from tests.documents import a_pdf, an_image
from tests.faxes import a_page, is_same, write_tiff


def tiff_pages(tiff: bytes) -> list[Image.Image]:
    with Image.open(io.BytesIO(tiff)) as found:
        pages = []
        for number in range(getattr(found, "n_frames", 1)):
            found.seek(number)
            assert found.info["dpi"] == (204, 196)
            pages.append(found.convert("1"))
        return pages


def black(page: Image.Image, box: tuple[float, float, float, float]) -> float:
    """The share of black dots within a box, given as shares of the page."""
    part = page.crop((int(box[0] * COLUMNS), int(box[1] * ROWS), int(box[2] * COLUMNS), int(box[3] * ROWS)))
    return 1 - sum(part.convert("L").histogram()[128:]) / (part.width * part.height)


def test_each_page_of_a_pdf_is_drawn_where_it_is_black_and_grey() -> None:
    made = prepared(a_pdf([["0 g 0 421 297 421 re f"], ["0.5 g 297 0 298 421 re f"]]))
    one, two = tiff_pages(made.tiff)
    assert one.size == two.size == (COLUMNS, ROWS)
    assert black(one, (0.02, 0.01, 0.48, 0.49)) == 1
    assert black(one, (0.51, 0.01, 0.99, 0.99)) == 0
    assert 0.4 < black(two, (0.51, 0.51, 0.99, 0.99)) < 0.6
    assert len(made.pictures) == 2
    with Image.open(io.BytesIO(made.pictures[0])) as picture:
        assert picture.width == 900


def test_what_is_shown_is_what_is_sent(tmp_path: Path) -> None:
    made = prepared(an_image("PNG"))
    (tmp_path / "a.tif").write_bytes(made.tiff)
    draw(tmp_path / "a.tif", tmp_path)
    assert (tmp_path / "1.png").read_bytes() == made.pictures[0]


def test_letters_stay_sharp() -> None:
    """Text in black on white is not dotted: a page of ours comes out as it went in."""
    page = a_page("Strona 1", ROWS).convert("L")
    page.paste(255, (100, 380, 500, 500))
    file = io.BytesIO()
    # As many dots down as across, as on a screen.
    page.resize((COLUMNS, round(ROWS * 204 / 196))).save(file, "PNG")
    (made,) = tiff_pages(prepared(file.getvalue()).tiff)
    differ = sum(1 for one, other in zip(made.tobytes(), page.convert("1").tobytes(), strict=True) if one != other)
    assert differ < 0.01 * len(made.tobytes())


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_a_picture_is_one_page_upright_and_as_large_as_fits(kind: str) -> None:
    wide = Image.new("L", (1000, 500), 255)
    ImageDraw.Draw(wide).rectangle((0, 0, 499, 499), fill=0)
    file = io.BytesIO()
    wide.save(file, kind)
    (page,) = tiff_pages(prepared(file.getvalue()).tiff)
    assert black(page, (0.2, 0.55, 0.8, 0.95)) > 0.99, "turned to the left, its left half is below"
    assert black(page, (0.2, 0.02, 0.8, 0.45)) < 0.01


def test_what_one_sees_through_is_white() -> None:
    seen = Image.new("RGBA", (100, 100), (0, 0, 0, 0))
    file = io.BytesIO()
    seen.save(file, "PNG")
    (page,) = tiff_pages(prepared(file.getvalue()).tiff)
    assert black(page, (0, 0, 1, 1)) == 0


def test_a_photograph_that_was_taken_sideways_stands_upright() -> None:
    taken = Image.new("L", (400, 500), 255)
    ImageDraw.Draw(taken).rectangle((0, 0, 399, 249), fill=0)
    exif, file = Image.Exif(), io.BytesIO()
    exif[0x0112] = 3  # turned by 180 degrees
    taken.save(file, "JPEG", exif=exif)
    (page,) = tiff_pages(prepared(file.getvalue()).tiff)
    assert black(page, (0.1, 0.02, 0.9, 0.3)) < 0.01


def test_scripts_and_actions_of_a_pdf_are_not_carried_out() -> None:
    """PDFium is taken without JavaScript: the page is drawn, and nothing else happens."""
    script = "/OpenAction << /S /JavaScript /JS (while (true) {}) >>"
    assert len(tiff_pages(prepared(a_pdf([["0 g 0 0 100 100 re f"]], catalog=script)).tiff)) == 1


ENCRYPTED = "/Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O <{0}> /U <{0}> >> /ID [<00><00>]".format("ab" * 32)


def a_png_of(width: int, height: int, rows: int) -> bytes:
    """A file of few bytes that says it has many pixels. It ends after that many rows."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    data = zlib.compress((b"\0" + b"\xff" * ((width + 7) // 8)) * rows, 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("file", "problem"),
    [
        (b"", FileProblem.EMPTY),
        (b"x" * (MAX_BYTES + 1), FileProblem.TOO_BIG),
        (b"hello", FileProblem.UNKNOWN),
        (b"GIF89a", FileProblem.UNKNOWN),
        (b"%PDF-1.4 and no more", FileProblem.BROKEN),
        (an_image("PNG")[:200], FileProblem.BROKEN),
        (an_image("JPEG")[:200], FileProblem.BROKEN),
        (a_pdf([]), FileProblem.BROKEN),
        (a_pdf([[""]], trailer=ENCRYPTED), FileProblem.ENCRYPTED),
        (a_pdf([[""]] * (MOST_PAGES + 1)), FileProblem.TOO_MANY_PAGES),
        (a_png_of(10_000, 10_000, rows=10_000), FileProblem.TOO_LARGE),
        (a_png_of(200_000, 200_000, rows=100)[:2_000], FileProblem.TOO_LARGE),
    ],
)
def test_a_file_that_cannot_be_faxed_is_refused_with_its_reason(file: bytes, problem: FileProblem) -> None:
    with pytest.raises(BadFile) as refused:
        prepared(file)
    assert refused.value.problem is problem


def test_a_page_as_long_as_a_street_is_made_to_fit() -> None:
    (page,) = tiff_pages(prepared(a_pdf([["0 g 0 0 14400 14400 re f"]], size=(100, 14_400))).tiff)
    assert page.size == (COLUMNS, ROWS)


def test_as_many_pages_as_may_be_are_made() -> None:
    made = prepared(a_pdf([["0 g 0 0 100 100 re f"]] * MOST_PAGES))
    assert len(made.pictures) == MOST_PAGES


def test_a_fax_that_came_can_be_sent_on(tmp_path: Path) -> None:
    """Its PDF is one of ours; dots may differ, since it is drawn anew, but it is the same page."""
    (tmp_path / "out").mkdir()
    draw(write_tiff(tmp_path / "a.tif", [a_page("Strona 1", ROWS)]), tmp_path / "out")
    (again,) = tiff_pages(prepared((tmp_path / "out/fax.pdf").read_bytes()).tiff)
    assert again.size == (COLUMNS, ROWS)
    assert not is_same(again, Image.new("1", again.size, 1))
