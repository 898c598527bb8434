"""Reasons in words."""

import re

import pytest
from django.utils import translation

from centralka.actions.explain import _SENTENCES, sentence, sentences
from centralka.calls.reasons import Why


@pytest.mark.parametrize("why", list(Why))
@pytest.mark.parametrize("language", ["pl", "en"])
def test_every_reason_is_said_in_both_languages(why: Why, language: str) -> None:
    names = re.findall(r"%\((\w+)\)s", _SENTENCES[why])
    with translation.override(language):
        said = sentence(why.value, {name: f"<{name}>" for name in names})
        assert (said != _SENTENCES[why] % {name: f"<{name}>" for name in names}) == (language == "pl")
    assert all(f"<{name}>" in said for name in names)


def test_a_reason_of_a_later_version_is_shown_as_its_code() -> None:
    assert sentences([{"why": "moon_phase", "values": {}}]) == ["moon_phase"]
    assert sentence("own_extension", {}) == "own_extension"
