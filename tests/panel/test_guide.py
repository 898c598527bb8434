"""The guide: the panel's own words, a part for each page, and the panel serves it."""

import re
from collections.abc import Iterator
from itertools import pairwise

import pytest
from babel.messages.pofile import read_po
from django.urls import URLPattern

from centralka.panel.guide.render import DOCS, guide
from centralka.panel.guide.topics import START, TOPICS, topic_of
from centralka.panel.urls import urlpatterns
from tests import cast

from .conftest import SignIn
from .page import Page
from .test_words import CATALOGUES

LANGUAGES = ("pl", "en")
_FIELD = {"pl": "pole", "en": "field"}
"""What the first column of a table of form fields is called."""


def words(language: str) -> set[str]:
    """Everything that the panel says in this language."""
    found: set[str] = set()
    for folder, _places in CATALOGUES.values():
        with (folder / "pl" / "LC_MESSAGES" / "django.po").open("rb") as file:
            for message in read_po(file, locale="pl"):
                said = message.string if language == "pl" else message.id
                found |= {said} if isinstance(said, str) else set(said or ())
    return found


def text(language: str) -> str:
    return (DOCS / f"guide.{language}.md").read_text()


def anchors(language: str) -> list[str]:
    """Return the parts of the guide that can be linked to, in their order."""
    return re.findall(r'<a id="([a-z-]+)"></a>', text(language))


def named(language: str) -> Iterator[str]:
    """What the guide gives as a name in the panel: *in italics*, and the fields of the account's form."""
    yield from re.findall(r"(?<![\w*])\*([^*\n]+)\*", re.sub(r"`[^`]*`|\*\*[^*]+\*\*", "", text(language)))
    in_fields = False
    for before, line in pairwise(["", *text(language).splitlines()]):
        cell = line.strip("|").split("|")[0].strip()
        if line.startswith("|") and not before.startswith("|"):
            in_fields = cell == _FIELD[language]
        elif line.startswith("|") and in_fields and not cell.startswith("-"):
            yield cell


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_guide_uses_the_names_that_the_panel_uses(language: str) -> None:
    found = list(named(language))
    assert len(found) > 20
    assert sorted(set(found) - words(language)) == []


def _pages() -> Iterator[tuple[str, str]]:
    for pattern in urlpatterns:
        if isinstance(pattern, URLPattern):
            yield pattern.name or "", str(pattern.pattern).split("/")[0]


def test_each_page_leads_to_a_part_that_is_there_in_both_languages() -> None:
    assert anchors("pl") == anchors("en")
    assert {topic_of(name, group) for name, group in _pages()} == TOPICS
    assert TOPICS - set(anchors("pl")) == set()
    of_nothing = {group for name, group in _pages() if topic_of(name, group) == START}
    no_page = {
        "",
        "logowanie",
        "wylogowanie",
        "haslo",
        "zapomniane-haslo",
        "nowe-haslo",
        "nowy-adres",
        "jezyk",
        "sesja",
        "firma",
        "pomoc",
        "wybor",
        "ustaw-telefon",
    }
    assert of_nothing <= no_page, "new pages have a part"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_panel_serves_the_guide_in_the_readers_language(
    kwiaty: cast.Company, signed_in: SignIn, language: str
) -> None:
    client = signed_in(kwiaty.reader, language)
    page = Page(client.get("/pomoc/"))
    for name in TOPICS:
        assert page.html.count(f'id="{name}"') == 1, name
    for mark in ("**", "](", "| ", "```"):
        assert mark not in str(guide(language)).replace("<code>", ""), f"{mark} was not understood"
    asked = Page(client.get("/polaczenia/")).html
    assert '/pomoc/#calls"' in asked


def test_nothing_of_the_guide_is_taken_for_html() -> None:
    assert "<script" not in guide("en")
    assert "<img" not in guide("pl")
