"""The report of a sending, read back as any reader of PDF does."""

import io

import pypdfium2
import pytest
from PIL import Image

from centralka.fax.report import Report, Section, report_pdf, wrapped

POLISH = "Zażółć gęślą jaźń ZAŻÓŁĆ GĘŚLĄ JAŹŃ"


def a_report(sections: int = 1, **words: str) -> Report:
    page = io.BytesIO()
    Image.linear_gradient("L").resize((900, 1273)).save(page, "PNG")
    given = {"title": "Raport", "caption": "Pierwsza strona", **words}
    told = [Section(f"Odbiorca {number}", [("Stan", "Wysłano"), ("Strony", "2 z 2")]) for number in range(sections)]
    return Report(facts=[("Dokument", "Umowa.pdf")], sections=told, picture=page.getvalue(), **given)


def texts(pdf: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(pdf)
    return [page.get_textpage().get_text_bounded() for page in document]


@pytest.mark.parametrize("words", [POLISH, "Договір Київ", "Σύμβαση", "Æther ßčřžőű — „№ 5”"])
def test_letters_are_right_in_what_one_reads_and_copies(words: str) -> None:
    (text,) = texts(report_pdf(a_report(title=words, caption=f"{words} 2")))
    assert words in text
    assert f"{words} 2" in text


def test_it_is_small_and_shows_the_page() -> None:
    pdf = report_pdf(a_report())
    assert len(pdf) < 400_000
    (page,) = pypdfium2.PdfDocument(pdf)
    drawn = page.render(grayscale=True).to_pil().convert("L")
    assert drawn.size == (595, 842)
    greys = drawn.crop((100, 300, 300, 700)).getextrema()
    assert greys[0] < 100 < 180 < greys[1]


def test_many_recipients_go_on_over_pages_and_none_is_lost() -> None:
    pages = texts(report_pdf(a_report(50)))
    assert len(pages) > 3
    assert "Pierwsza strona" in pages[-1]
    everything = "\n".join(pages)
    assert [f"Odbiorca {number}\r" in everything for number in range(50)] == [True] * 50


def test_lines_break_between_words_and_long_words_break_too() -> None:
    assert list(wrapped("raz dwa trzy", 10, 45)) == ["raz dwa", "trzy"]
    broken = list(wrapped("umowa_" * 40, 10, 200))
    assert "".join(broken) == "umowa_" * 40
    assert len(broken) > 4
    assert list(wrapped("", 10, 45)) == []
    assert list(wrapped("WWW", 10, 1)) == ["W", "W", "W"]
