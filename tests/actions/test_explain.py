"""Reasons in words."""

import re

import pytest
from django.utils import translation
from django.utils.translation import gettext

from centralka.actions.explain import _SENTENCES, sentence, sentences
from centralka.calls.reasons import Why

_VALUES = {"number": "+48221234567", "per_minute": "0.0500", "max_rate": "1.2345", "level": "eea"}
_IN_WORDS = {
    "pl": {"number": "22 123 45 67", "per_minute": "0,05 zł", "max_rate": "1,2345 zł", "level": "Europejski Obszar"},
    "en": {"number": "22 123 45 67", "per_minute": "PLN 0.05", "max_rate": "PLN 1.2345", "level": "European Economic"},
}


@pytest.mark.parametrize("why", list(Why))
@pytest.mark.parametrize("language", ["pl", "en"])
def test_every_reason_is_said_in_both_languages(why: Why, language: str) -> None:
    names = re.findall(r"%\((\w+)\)s", _SENTENCES[why])
    values = {name: _VALUES.get(name, f"<{name}>") for name in names}
    with translation.override(language):
        said = sentence(why.value, values)
        translated = gettext(_SENTENCES[why])
    assert (translated != _SENTENCES[why]) == (language == "pl")
    assert all(_IN_WORDS[language].get(name, f"<{name}>") in said for name in names)


def test_a_reason_of_a_later_version_is_shown_as_its_code() -> None:
    assert sentences([{"why": "moon_phase", "values": {}}]) == ["moon_phase"]
    assert sentence("own_extension", {}) == "own_extension"
