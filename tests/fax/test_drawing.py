"""Received files made into a PDF and pictures: exactly, and whatever is in them."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from centralka.fax.drawing import MOST_COLUMNS, draw
from tests.faxes import FINE, a_page, is_same, pages_of, write_tiff


@pytest.fixture
def out(tmp_path: Path) -> Path:
    (tmp_path / "out").mkdir()
    return tmp_path / "out"


def test_each_page_is_in_the_pdf_dot_by_dot(tmp_path: Path, out: Path) -> None:
    pages = [a_page("Strona 1"), a_page("Strona 2", 300)]
    assert draw(write_tiff(tmp_path / "a.tif", pages), out) == (2, 0)
    got = pages_of((out / "fax.pdf").read_bytes())
    assert [is_same(one, other) for one, other in zip(got, pages, strict=True)] == [True, True]


def test_a_page_is_as_large_on_paper_as_it_was_sent(tmp_path: Path, out: Path) -> None:
    """A coarse page has half as many lines to the inch."""
    draw(write_tiff(tmp_path / "a.tif", [a_page("Grubo", 588)], (204, 98)), out)
    assert b"/MediaBox [0 0 609.88 432.00]" in (out / "fax.pdf").read_bytes()
    with Image.open(out / "1.png") as picture:
        assert picture.size == (900, round(588 * 900 / 1728 * 204 / 98))


def test_the_pdf_finds_its_own_parts(tmp_path: Path, out: Path) -> None:
    draw(write_tiff(tmp_path / "a.tif", [a_page("Strona 1")] * 3), out)
    pdf = (out / "fax.pdf").read_bytes()
    table = int(pdf.split(b"startxref\n")[1].split()[0])
    assert pdf[table:].startswith(b"xref\n")
    _xref, counted, *rows = pdf[table:].split(b"trailer")[0].splitlines()
    assert counted == f"0 {len(rows)}".encode()
    for number, row in enumerate(rows[1:], 1):
        assert pdf[int(row.split()[0]) :].startswith(f"{number} 0 obj".encode())
    assert b"/Count 3 " in pdf


def test_the_picture_is_grey_and_small_enough_for_a_list(tmp_path: Path, out: Path) -> None:
    draw(write_tiff(tmp_path / "a.tif", [a_page("Strona 1", 2200)]), out)
    with Image.open(out / "1.png") as picture:
        assert len(picture.convert("L").getcolors() or ()) > 2
    assert (out / "1.png").stat().st_size < 60_000


def test_what_was_written_before_the_file_broke_off_is_kept(tmp_path: Path, out: Path) -> None:
    whole = write_tiff(tmp_path / "a.tif", [a_page("Strona 1"), a_page("Strona 2")]).read_bytes()
    (tmp_path / "b.tif").write_bytes(whole[: len(whole) - 3000])
    drawn, unreadable = draw(tmp_path / "b.tif", out)
    assert (drawn, unreadable) == (1, 1)
    assert is_same(pages_of((out / "fax.pdf").read_bytes())[0], a_page("Strona 1"))


def test_a_page_that_is_larger_than_any_paper_is_not_drawn(tmp_path: Path, out: Path) -> None:
    wide = Image.new("1", (MOST_COLUMNS + 1, 10), 1)
    assert draw(write_tiff(tmp_path / "a.tif", [wide, a_page("Strona 2")]), out) == (1, 1)


def test_four_hundred_pages_are_drawn(tmp_path: Path, out: Path) -> None:
    page = Image.new("1", (1728, 40), 1)
    assert draw(write_tiff(tmp_path / "a.tif", [page] * 400), out) == (400, 0)


def run(file: Path, out: Path) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "centralka.fax.drawing", str(file), str(out)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_process_tells_how_it_went(tmp_path: Path, out: Path) -> None:
    done = run(write_tiff(tmp_path / "a.tif", [a_page("Strona 1")]), out)
    assert (done.returncode, json.loads(done.stdout)) == (0, {"drawn": 1, "unreadable": 0})


def test_a_file_that_is_no_tiff_ends_the_process(tmp_path: Path, out: Path) -> None:
    file = tmp_path / "a.tif"
    file.write_bytes(b"II*\0" + bytes(4))
    assert run(file, out).returncode == 1


def test_the_process_has_no_memory_for_a_page_of_any_size(tmp_path: Path, out: Path) -> None:
    """Within the limits of a page, three metres of it need no more than it has."""
    tall = Image.new("1", (1728, 24_000), 1)
    tall.save(tmp_path / "a.tif", "TIFF", compression="group4", dpi=FINE)
    assert json.loads(run(tmp_path / "a.tif", out).stdout) == {"drawn": 1, "unreadable": 0}
