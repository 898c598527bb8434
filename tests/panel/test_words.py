"""Everything that the panel and the actions say is said in Polish too."""

import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.extract import extract_python
from babel.messages.pofile import read_po
from django.utils.translation import override
from django.utils.translation.template import templatize

from centralka.calls.plan import Outcome
from centralka.calls.price_list.errors import MESSAGES
from centralka.calls.record.leg import LegOutcome
from centralka.calls.record.outcome import CallOutcome
from centralka.panel.tables.outcomes import outcome_in_words

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
    "the rest": (
        SOURCE / "locale",
        [SOURCE / "actions", SOURCE / "certificates", SOURCE / "store", SOURCE / "settings.py"],
    ),
}
Words = tuple[str, str]
_OF_A_MAN_OR_A_WOMAN = re.compile(
    r"\b(\w+(?:łem|łam|łeś|łaś)|(?:powin|win)(?:ienem|nam|ieneś|naś)|jesteś (?:pewien|pewna)|(?:za|wy)logowany)\b",
    re.IGNORECASE,
)
_NOUNS = {"hasłem", "działem", "sygnałem", "kanałem", "tytułem"}
"""Nouns that only look like a verb of a man or a woman."""
_OUTCOMES: list[LegOutcome] = [
    *(outcome for outcome in CallOutcome if outcome is not CallOutcome.IN_PROGRESS),
    Outcome.NO_SUCH_NUMBER,
    Outcome.NO_MONEY,
    Outcome.STOPPED,
    Outcome.DECLINED,
]


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


def test_polish_speaks_to_women_and_men_alike() -> None:
    catalogues = sorted(SOURCE.rglob("django.po"))
    texts = [line for path in catalogues for line in path.read_text().splitlines() if not line.startswith("msgid")]
    texts += (SOURCE.parents[1] / "prompts" / "pl.tsv").read_text().splitlines()
    found = {word.lower() for text in texts for word in _OF_A_MAN_OR_A_WOMAN.findall(text)}
    assert found - _NOUNS == set()


@pytest.mark.parametrize("language", ["pl", "en"])
def test_each_outcome_has_a_word_of_its_own(language: str) -> None:
    with override(language):
        words = [outcome_in_words(outcome) for outcome in _OUTCOMES]
    assert len(set(words)) == len(_OUTCOMES), words
