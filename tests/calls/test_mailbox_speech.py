"""A mailbox speaks whole sentences with the grammar of each language, in recordings that are shipped."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from centralka.calls.mailbox_speech import after_message, envelope, greeting, message_count
from centralka.calls.prompts import Prompt
from centralka.calls.speech import Language
from prompts.texts import CODINGS, SOUNDS, read_texts, sound_file

TEXTS = {"pl": read_texts("pl"), "en": read_texts("en")}
LANGUAGES: tuple[Language, ...] = ("pl", "en")
WARSAW = ZoneInfo("Europe/Warsaw")
NOW = datetime(2026, 11, 20, 12, 0, tzinfo=WARSAW)
THERE = {path for language in LANGUAGES for path in (SOUNDS / language).rglob("*.*")}


def words(names: list[str], language: Language) -> str:
    """What a caller hears."""
    return " ".join(TEXTS[language][name] for name in names)


def missing(names: list[str]) -> set[str]:
    """Recordings that a language or a coding lacks."""
    files = {f"{language}/{name}" for language in LANGUAGES for name in names}
    return {file for file in files for coding in CODINGS if sound_file(file, coding) not in THERE}


def when(received: datetime, language: Language, now: datetime = NOW) -> str:
    """The part of the envelope that tells the day and the time."""
    names = envelope(received, now, "101", language)
    return words(names[names.index("vm-received") + 1 :], language)


@pytest.mark.parametrize(
    "busy, polish, english",
    [
        (
            False,
            "Abonent pod numerem jeden zero zero nie może teraz odebrać połączenia. Zostaw wiadomość po sygnale. "
            "Aby zakończyć, rozłącz się lub wybierz krzyżyk.",
            "The person at extension one zero zero cannot take your call now. Please leave a message after the tone. "
            "When you have finished, hang up or press the hash key.",
        ),
        (
            True,
            "Abonent pod numerem jeden zero zero prowadzi teraz inną rozmowę. Zostaw wiadomość po sygnale. "
            "Aby zakończyć, rozłącz się lub wybierz krzyżyk.",
            "The person at extension one zero zero is on another call. Please leave a message after the tone. "
            "When you have finished, hang up or press the hash key.",
        ),
    ],
)
def test_the_system_greeting_says_who_does_not_answer_and_why(busy: bool, polish: str, english: str) -> None:
    assert words(greeting("100", busy=busy), "pl") == polish
    assert words(greeting("100", busy=busy), "en") == english


@pytest.mark.parametrize(
    "new, polish, english",
    [
        (1, "jedną nową wiadomość", "one new message"),
        (2, "dwie nowe wiadomości", "two new messages"),
        (4, "cztery nowe wiadomości", "four new messages"),
        (5, "pięć nowych wiadomości", "five new messages"),
        (11, "jedenaście nowych wiadomości", "eleven new messages"),
        (12, "dwanaście nowych wiadomości", "twelve new messages"),
        (14, "czternaście nowych wiadomości", "fourteen new messages"),
        (21, "dwadzieścia jeden nowych wiadomości", "twenty one new messages"),
        (22, "dwadzieścia dwie nowe wiadomości", "twenty two new messages"),
        (101, "sto jeden nowych wiadomości", "one hundred one new messages"),
        (112, "sto dwanaście nowych wiadomości", "one hundred twelve new messages"),
        (
            999,
            "dziewięćset dziewięćdziesiąt dziewięć nowych wiadomości",
            "nine hundred ninety nine new messages",
        ),
    ],
)
def test_messages_are_counted_with_the_right_form(new: int, polish: str, english: str) -> None:
    assert words(message_count(new, 0, "pl"), "pl") == f"Masz {polish}"
    assert words(message_count(new, 0, "en"), "en") == f"You have {english}"


def test_messages_heard_before_are_counted_apart() -> None:
    assert words(message_count(2, 1, "pl"), "pl") == "Masz dwie nowe wiadomości oraz jedną odsłuchaną wiadomość"
    assert words(message_count(2, 1, "en"), "en") == "You have two new messages and one old message"
    assert words(message_count(0, 3, "pl"), "pl") == "Masz trzy odsłuchane wiadomości"


def test_an_empty_mailbox_is_said_to_be_empty() -> None:
    assert words(message_count(0, 0, "pl"), "pl") == "Nie masz żadnych wiadomości."
    assert words(message_count(0, 0, "en"), "en") == "You have no messages."


@pytest.mark.parametrize("new, old", [(-1, 0), (0, -1)])
def test_less_than_no_message_is_refused(new: int, old: int) -> None:
    with pytest.raises(ValueError, match="less than none"):
        message_count(new, old, "pl")


def test_an_envelope_says_from_whom_and_when() -> None:
    received = datetime(2026, 10, 5, 15, 7, tzinfo=WARSAW)
    assert words(envelope(received, NOW, "101", "pl"), "pl") == (
        "Wiadomość z numeru wewnętrznego jeden zero jeden otrzymana w poniedziałek piątego października "
        "o piętnastej siedem"
    )
    assert words(envelope(received, NOW, "101", "en"), "en") == (
        "Message from extension one zero one received on Monday October fifth at three oh seven p.m."
    )


@pytest.mark.parametrize(
    "caller, polish, english",
    [
        ("11", "z numeru wewnętrznego jeden jeden", "from extension one one"),
        (
            "+48600100200",
            "z numeru sześć zero zero jeden zero zero dwa zero zero",
            "from telephone number six zero zero one zero zero two zero zero",
        ),
        (
            "+4930901820",
            "z numeru plus cztery dziewięć trzy zero dziewięć zero jeden osiem dwa zero",
            "from telephone number plus four nine three zero nine zero one eight two zero",
        ),
        (
            "1234567",
            "z numeru jeden dwa trzy cztery pięć sześć siedem",
            "from telephone number one two three four five six seven",
        ),
        ("+48112", "z numeru jeden jeden dwa", "from telephone number one one two"),
        *((caller, "z nieznanego numeru", "from an unknown number") for caller in ("", "+", "+48", "anonymous", "١٢٣")),
    ],
)
def test_a_caller_is_named_by_the_number_to_call_back(caller: str, polish: str, english: str) -> None:
    assert words(envelope(NOW, NOW, caller, "pl"), "pl").startswith(f"Wiadomość {polish} otrzymana")
    assert words(envelope(NOW, NOW, caller, "en"), "en").startswith(f"Message {english} received")


@pytest.mark.parametrize(
    "hour, minute, polish, english",
    [
        (0, 0, "o północy", "at midnight"),
        (0, 7, "o godzinie zero zero siedem", "at twelve oh seven a.m."),
        (0, 45, "o godzinie zero czterdzieści pięć", "at twelve forty five a.m."),
        (1, 0, "o pierwszej", "at one a.m."),
        (7, 30, "o siódmej trzydzieści", "at seven thirty a.m."),
        (12, 0, "o dwunastej", "at twelve p.m."),
        (15, 1, "o piętnastej jeden", "at three oh one p.m."),
        (15, 2, "o piętnastej dwie", "at three oh two p.m."),
        (15, 12, "o piętnastej dwanaście", "at three twelve p.m."),
        (21, 22, "o dwudziestej pierwszej dwadzieścia dwie", "at nine twenty two p.m."),
        (23, 59, "o dwudziestej trzeciej pięćdziesiąt dziewięć", "at eleven fifty nine p.m."),
    ],
)
def test_the_time_of_day_is_said_as_people_say_it(hour: int, minute: int, polish: str, english: str) -> None:
    received = NOW.replace(hour=hour, minute=minute)
    assert when(received, "pl") == f"dzisiaj {polish}"
    assert when(received, "en") == f"today {english}"


@pytest.mark.parametrize(
    "received, polish, english",
    [
        (datetime(2026, 11, 20, 8, 0, tzinfo=WARSAW), "dzisiaj", "today"),
        (datetime(2026, 11, 19, 8, 0, tzinfo=WARSAW), "wczoraj", "yesterday"),
        (
            datetime(2026, 11, 18, 8, 0, tzinfo=WARSAW),
            "w środę osiemnastego listopada",
            "on Wednesday November eighteenth",
        ),
        (datetime(2026, 11, 1, 8, 0, tzinfo=WARSAW), "w niedzielę pierwszego listopada", "on Sunday November first"),
        (
            datetime(2026, 10, 20, 8, 0, tzinfo=WARSAW),
            "we wtorek dwudziestego października",
            "on Tuesday October twentieth",
        ),
        (
            datetime(2026, 8, 22, 8, 0, tzinfo=WARSAW),
            "w sobotę dwudziestego drugiego sierpnia",
            "on Saturday August twenty second",
        ),
        (datetime(2026, 7, 30, 8, 0, tzinfo=WARSAW), "w czwartek trzydziestego lipca", "on Thursday July thirtieth"),
        (
            datetime(2026, 7, 31, 8, 0, tzinfo=WARSAW),
            "w piątek trzydziestego pierwszego lipca",
            "on Friday July thirty first",
        ),
    ],
)
def test_the_day_is_said_without_a_year(received: datetime, polish: str, english: str) -> None:
    assert when(received, "pl") == f"{polish} o ósmej"
    assert when(received, "en") == f"{english} at eight a.m."


def test_today_is_the_day_where_the_mailbox_is() -> None:
    after_midnight_in_warsaw = datetime(2026, 11, 19, 23, 30, tzinfo=UTC)
    received = datetime(2026, 11, 19, 23, 50, tzinfo=WARSAW)
    assert when(received, "pl", after_midnight_in_warsaw) == "wczoraj o dwudziestej trzeciej pięćdziesiąt"


def test_the_next_message_is_offered_only_if_there_is_one() -> None:
    assert words(after_message(more=True), "pl") == (
        "Aby powtórzyć wiadomość, wybierz pięć. Aby usunąć wiadomość, wybierz siedem. "
        "Następna wiadomość: wybierz sześć. Aby zapisać wiadomość, wybierz dziewięć. Aby zakończyć, wybierz gwiazdkę."
    )
    assert words(after_message(more=False), "en") == (
        "Press five to repeat this message. Press seven to delete this message. Press nine to save this message. "
        "Press star to end."
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_count_of_messages_is_recorded(language: Language) -> None:
    assert missing([name for count in range(1000) for name in message_count(count, 999 - count, language)]) == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_day_and_every_minute_is_recorded(language: Language) -> None:
    days = [NOW + timedelta(days=day, minutes=11 * day) for day in range(-400, 5)]
    minutes = [NOW + timedelta(minutes=minute) for minute in range(24 * 60)]
    assert missing([name for moment in days + minutes for name in envelope(moment, NOW, "", language)]) == set()


@pytest.mark.parametrize("busy", [False, True])
def test_every_greeting_is_recorded(busy: bool) -> None:
    assert missing([name for extension in range(10, 10_000) for name in greeting(str(extension), busy=busy)]) == set()


FIRST, LAST = (NOW.replace(year=year, tzinfo=None) for year in (2000, 2099))
MOMENTS = st.datetimes(FIRST, LAST, timezones=st.sampled_from([WARSAW, UTC]))


@given(MOMENTS, MOMENTS, st.text(), st.sampled_from(LANGUAGES))
def test_whoever_calls_whenever_the_envelope_is_recorded(
    received: datetime, now: datetime, caller: str, language: Language
) -> None:
    assert missing(envelope(received, now, caller, language)) == set()


@given(st.from_regex(r"\+?[0-9]{1,20}", fullmatch=True), st.sampled_from(LANGUAGES))
def test_every_number_of_a_caller_is_recorded(caller: str, language: Language) -> None:
    assert missing(envelope(NOW, NOW, caller, language)) == set()


def test_whatever_the_mailbox_says_in_one_piece_is_recorded() -> None:
    assert missing([*after_message(more=True), *(prompt.value for prompt in Prompt)]) == set()
