"""Everything that the panel and the actions say is said in Polish too."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.extract import extract_python
from babel.messages.pofile import read_po
from django.utils.translation.template import templatize

from centralka.calls.price_list.errors import MESSAGES

SOURCE = Path(__file__).parents[2] / "src" / "centralka"
KEYWORDS = {
    name: None
    for name in (
        "_", "gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy", "pgettext", "pgettext_lazy",
        "npgettext",
    )
}  # fmt: skip
CATALOGUES = {
    "panel": (SOURCE / "panel" / "locale", [SOURCE / "panel"]),
    "mail": (SOURCE / "outbox" / "locale", [SOURCE / "outbox"]),
    "the rest": (SOURCE / "locale", [SOURCE / "actions", SOURCE / "store", SOURCE / "settings.py"]),
}
Words = tuple[str, str]


def _said(path: Path) -> Iterator[Words]:
    """(context, singular) of each string that a file marks for translation."""
    code = path.read_text()
    if path.suffix == ".html":
        # Only its strings are code; without indentation it can be read as tokens.
        code = "\n".join(line.strip() for line in templatize(code).splitlines())
    for _line, function, words, _comments in extract_python(BytesIO(code.encode()), KEYWORDS, [], {}):
        parts = [words] if isinstance(words, str) else [word for word in words or () if word]
        if parts:
            yield (parts[0], parts[1]) if "pgettext" in function else ("", parts[0])


def _files(places: list[Path]) -> Iterator[Path]:
    for place in places:
        yield from [place] if place.is_file() else [*place.rglob("*.py"), *place.rglob("*.html")]


@pytest.mark.parametrize("which", CATALOGUES)
def test_nothing_is_left_untranslated(which: str) -> None:
    folder, places = CATALOGUES[which]
    said = {words for path in _files(places) for words in _said(path)}
    if which == "the rest":
        # The pure core knows no gettext; `actions.prices.price_lists` says these.
        said |= {("", message) for message in MESSAGES.values()}
    with (folder / "pl" / "LC_MESSAGES" / "django.po").open("rb") as file:
        catalogue = read_po(file, locale="pl")
    known = set()
    for message in catalogue:
        if message.id:
            singular = message.id if isinstance(message.id, str) else message.id[0]
            known.add((message.context or "", singular))
            strings = [message.string] if isinstance(message.string, str) else list(message.string or ())
            assert all(strings), f"no Polish for {singular!r}"
            assert not message.fuzzy, f"unsure Polish for {singular!r}"
            assert not list(message.check()), f"placeholders differ in {singular!r}"
    assert said - known == set(), "no Polish for these: run makemessages and translate"
    assert known - said == set(), "nothing says these any more"
