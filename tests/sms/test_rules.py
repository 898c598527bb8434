"""Recipients, prices, senders, states, and words by which people want no more."""

from decimal import Decimal
from itertools import permutations

import pytest
from django.utils import translation

from centralka.calls.destinations import Level
from centralka.sms.prices import SmsRate, rate_of
from centralka.sms.recipients import NoRecipient, Recipient, recipient
from centralka.sms.senders import BadName, Mode, Tier, tier_of, wrong_with
from centralka.sms.states import State, after_report
from centralka.sms.stop_words import is_stop
from centralka.sms.texts import has_bad_characters, tidy
from centralka.store.models.sms_reasons import in_words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("600 100 200", Recipient("+48600100200", Level.NATIONAL)),
        ("+48 600-100-200", Recipient("+48600100200", Level.NATIONAL)),
        ("0049 151 23456789", Recipient("+4915123456789", Level.EEA)),
        ("+1 201 555 0123", Recipient("+12015550123", Level.WORLD)),
        ("+44 7400 123456", Recipient("+447400123456", Level.WORLD)),
        ("22 123 45 67", NoRecipient.LANDLINE),
        ("+49 30 123456", NoRecipient.LANDLINE),
        ("800 100 100", NoRecipient.LANDLINE),
        ("112", NoRecipient.SHORT_CODE),
        ("118913", NoRecipient.SHORT_CODE),
        ("70 012 34 56", NoRecipient.PREMIUM),
        ("+881 6 1234 5678", NoRecipient.SATELLITE),
        ("7255", NoRecipient.NOT_A_NUMBER),
        ("100", NoRecipient.NOT_A_NUMBER),
        ("abc", NoRecipient.NOT_A_NUMBER),
        ("", NoRecipient.NOT_A_NUMBER),
        ("600100200\0", NoRecipient.NOT_A_NUMBER),
        ("6" * 2000, NoRecipient.NOT_A_NUMBER),
    ],
)
def test_recipients(text: str, expected: Recipient | NoRecipient) -> None:
    assert recipient(text) == expected


def test_the_longest_prefix_has_the_price_and_premium_can_be_not_sold() -> None:
    poland = SmsRate("48", Decimal("0.09"), Decimal("0.16"))
    mobile = SmsRate("4860", Decimal("0.08"), None)
    assert rate_of([poland, mobile], "+48600100200") == mobile
    assert rate_of([mobile, poland], "+48500100200") == poland
    assert rate_of([poland], "+49151234567") is None
    assert (mobile.per_part(Tier.PREMIUM), poland.per_part(Tier.STANDARD)) == (None, Decimal("0.09"))
    assert [tier_of(mode) for mode in Mode] == [Tier.STANDARD, Tier.PREMIUM, Tier.PREMIUM]


@pytest.mark.parametrize("name", ["Kwiaty", "KWIATY 24", "Firma.pl", "A&B Serwis", "Sad Pod Las", "Kasia", "Gustaw"])
def test_names_that_can_be_asked_for(name: str) -> None:
    assert wrong_with(name) is None


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("Kwiaciarnia1", BadName.MALFORMED),
        ("ab", BadName.MALFORMED),
        ("Zażółć", BadName.MALFORMED),
        ("<script>", BadName.MALFORMED),
        (" Kwiaty", BadName.MALFORMED),
        ("123456", BadName.NO_LETTER),
        *((name, BadName.PUBLIC_BODY) for name in (
            "ZUS", "zus", "Z.U.S", "ZU5", "ZUS-INFO", "ZUSinfo", "eZUS", "GOV.PL", "gov pl", "g0v", "P0LICJA",
            "Policja", "PoIicja", "mObywatel", "m0bywatel", "ePUAP", "UrzadSkarb", "Alert RCB", "INFO", "BANK", "NFZ",
        )),
    ],
)  # fmt: skip
def test_names_that_are_refused(name: str, why: BadName) -> None:
    assert wrong_with(name) is why


def test_the_operators_own_words_are_refused_in_any_spelling() -> None:
    assert wrong_with("K0NKURENT", frozenset({"konkurent"})) is BadName.DENIED
    assert wrong_with("Kwiaty", frozenset({"konkurent", "", "123"})) is None


def test_in_whatever_order_reports_come_the_best_news_stays() -> None:
    reports = [State.ACCEPTED, State.SENT, State.FAILED, State.DELIVERED, State.SENT]
    for order in permutations(reports):
        now = State.UNKNOWN
        for report in order:
            now = after_report(now, report) or now
        assert now is State.DELIVERED
    assert after_report(State.SENT, State.SENT) is None
    assert after_report(State.FAILED, State.SENT) is None
    assert after_report(State.RECEIVED, State.DELIVERED) is None
    assert after_report(State.SENT, State.QUEUED) is None


@pytest.mark.parametrize("text", ["STOP", "stop.", " Nie ", "Wypisz mnie!", "NIE!!!", "Rezygnuję"])
def test_words_that_stop(text: str) -> None:
    assert is_stop(text)


@pytest.mark.parametrize("text", ["", "Nie, dziękuję", "Stoper", "tak", "Nie wypisz mnie z listy"])
def test_words_that_do_not(text: str) -> None:
    assert not is_stop(text)


def test_bad_characters() -> None:
    assert tidy(" a\r\nb\rc ") == "a\nb\nc"
    assert not has_bad_characters("Zażółć\n😀 👨‍👩‍👧 שלום")
    assert all(map(has_bad_characters, ["a\0", "a\u202eb", "\ud800", "\u2066x", "\x1b[0m"]))


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("no answer: TimeoutError", "brak odpowiedzi: TimeoutError"),
        ("it refuses our login: ESME_RINVPASWD", "odrzuca nasze logowanie: ESME_RINVPASWD"),
        ("part 2 of 3: no answer", "część 2 z 3: brak odpowiedzi"),
        ("an answer without an id", "odpowiedź bez identyfikatora"),
        ("HTTP 503", "HTTP 503"),
        ("1001: Nieprawidłowy login", "1001: Nieprawidłowy login"),
        ("part of it: lost", "part of it: lost"),
        ("", ""),
    ],
)
def test_reasons_of_ours_are_told_in_the_readers_language_and_others_as_they_came(reason: str, said: str) -> None:
    with translation.override("pl"):
        assert in_words(reason) == said
