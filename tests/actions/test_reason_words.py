"""Reasons in words."""

import re
from typing import Any

import pytest
from django.utils import translation
from django.utils.translation import gettext

from centralka.actions.reason_words import _SENTENCES, sentence, sentences
from centralka.calls.reasons import Reason, Why, reason_from_json

_VALUES = {
    "number": "+48221234567",
    "per_minute": "0.0500",
    "max_rate": "1.2345",
    "first_minute": "35.0500",
    "level": "eea",
    "condition": "busy",
    "to_name": "Serwis",
}
_PRICE: dict[str, Any] = {
    "per_minute": "0.0500",
    "connection_fee": "35.0000",
    "first_increment": 60,
    "next_increment": 30,
}
_FORWARD = {"extension": "100", "name": "Ala", "number": "+48221234567", "to_name": "Serwis"}
_IN_WORDS = {
    "pl": {
        "number": "22 123 45 67",
        "per_minute": "0,05 zł",
        "max_rate": "1,2345 zł",
        "first_minute": "35,05 zł",
        "price": "0,05 zł netto za minutę, 35,00 zł za połączenie, naliczanie co 60/30 s",
        "level": "Europejski Obszar",
        "condition": "100 (Ala): linia jest zajęta",
        "to_name": "Serwis",
        "target": "22 123 45 67 (Serwis)",
    },
    "en": {
        "number": "22 123 45 67",
        "per_minute": "PLN 0.05",
        "max_rate": "PLN 1.2345",
        "first_minute": "PLN 35.05",
        "price": "PLN 0.05 net a minute, PLN 35.00 for the connection, charged by 60/30 s",
        "level": "European Economic",
        "condition": "100 (Ala) is busy",
        "to_name": "Serwis",
        "target": "22 123 45 67 (Serwis)",
    },
}


@pytest.mark.parametrize("why", sorted(set(Why) - {Why.OF_ANOTHER_VERSION}))
@pytest.mark.parametrize("language", ["pl", "en"])
def test_every_reason_is_said_in_both_languages(why: Why, language: str) -> None:
    names = re.findall(r"%\((\w+)\)s", _SENTENCES[why])
    values: dict[str, Any] = {name: _VALUES.get(name, f"<{name}>") for name in names if name not in ("target", "price")}
    if "price" in names:
        values |= _PRICE
    if "condition" in names:
        values = _FORWARD | values
    with translation.override(language):
        said = sentence(Reason(why, values))
        translated = gettext(_SENTENCES[why])
    assert (translated != _SENTENCES[why]) == (language == "pl")
    # What is put together of several values has tests of its own.
    assert all(_IN_WORDS[language].get(name, f"<{name}>") in said for name in names if name != "breach")


def test_a_reason_of_a_later_version_is_shown_as_its_code() -> None:
    assert sentences([reason_from_json({"why": "moon_phase", "values": {}})]) == ["moon_phase"]
    assert sentence(Reason(Why.OWN_EXTENSION)) == "own_extension"


@pytest.mark.parametrize(
    "condition, said",
    [
        ("no_answer", "nobody answered at 100 (Ala), so the call goes to 11 (Biuro)"),
        ("busy", "100 (Ala) is busy, so the call goes to 11 (Biuro)"),
        ("unavailable", "no phone of 100 (Ala) can be reached, so the call goes to 11 (Biuro)"),
    ],
)
def test_a_forward_tells_why_the_account_did_not_take_the_call(condition: str, said: str) -> None:
    values = {"extension": "100", "name": "Ala", "condition": condition, "to": "11", "to_name": "Biuro"}
    with translation.override("en"):
        assert sentence(Reason(Why.FORWARDED_TO_EXTENSION, values)) == said


def test_a_price_that_was_noted_before_fees_were_is_said_as_far_as_it_is_known() -> None:
    with translation.override("en"):
        said = sentence(Reason(Why.ABOVE_MAX_RATE, {"per_minute": "2.0000", "max_rate": "1.0000"}))
    assert said == "the first minute costs PLN 2.00 net, and the limit is PLN 1.00; the price is PLN 2.00 net a minute"


def test_a_percent_sign_in_a_name_is_only_a_name() -> None:
    values = {"extension": "100", "name": "50%(x)s", "condition": "busy", "to": "11", "to_name": "%s"}
    with translation.override("en"):
        assert sentence(Reason(Why.FORWARD_NOT_FOLLOWED, values)).endswith("cannot be forwarded to 11 (%s)")
