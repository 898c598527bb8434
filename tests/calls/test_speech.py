"""Numbers, money and time are spoken with the grammar of each language, in prompts that exist."""

import itertools
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from centralka.calls.speech import BEYOND, Gender, Language, say_digits, say_money, say_number
from prompts.texts import read_texts

TEXTS = {"pl": read_texts("pl"), "en": read_texts("en")}
LANGUAGES: tuple[Language, ...] = ("pl", "en")


def words(names: list[str], language: Language) -> str:
    """What a caller hears."""
    return " ".join(TEXTS[language][name] for name in names)


@pytest.mark.parametrize(
    "number, heard",
    [
        (0, "zero"),
        (1, "jeden"),
        (2, "dwa"),
        (10, "dziesięć"),
        (12, "dwanaście"),
        (19, "dziewiętnaście"),
        (20, "dwadzieścia"),
        (21, "dwadzieścia jeden"),
        (100, "sto"),
        (101, "sto jeden"),
        (212, "dwieście dwanaście"),
        (999, "dziewięćset dziewięćdziesiąt dziewięć"),
        (1000, "tysiąc"),
        (1001, "tysiąc jeden"),
        (2000, "dwa tysiące"),
        (4040, "cztery tysiące czterdzieści"),
        (5000, "pięć tysięcy"),
        (12_000, "dwanaście tysięcy"),
        (21_000, "dwadzieścia jeden tysięcy"),
        (22_000, "dwadzieścia dwa tysiące"),
        (112_345, "sto dwanaście tysięcy trzysta czterdzieści pięć"),
        (1_000_000, "milion"),
        (2_000_002, "dwa miliony dwa"),
        (5_001_000, "pięć milionów tysiąc"),
        (-7, "minus siedem"),
    ],
)
def test_a_polish_number_is_said_as_poles_count(number: int, heard: str) -> None:
    assert words(say_number(number, "pl"), "pl") == heard


@pytest.mark.parametrize(
    "number, heard",
    [
        (1, "jedna"),
        (2, "dwie"),
        (12, "dwanaście"),
        (21, "dwadzieścia jeden"),
        (22, "dwadzieścia dwie"),
        (101, "sto jeden"),
        (102, "sto dwie"),
        (2000, "dwa tysiące"),
        (2002, "dwa tysiące dwie"),
        (-1, "minus jedna"),
    ],
)
def test_a_polish_number_agrees_with_a_feminine_noun(number: int, heard: str) -> None:
    assert words(say_number(number, "pl", Gender.FEMININE), "pl") == heard


@pytest.mark.parametrize(
    "number, heard",
    [
        (0, "zero"),
        (2, "two"),
        (13, "thirteen"),
        (21, "twenty one"),
        (100, "one hundred"),
        (1000, "one thousand"),
        (1245, "one thousand two hundred forty five"),
        (12_000, "twelve thousand"),
        (3_000_001, "three million one"),
        (-5, "minus five"),
    ],
)
def test_an_english_number_is_said_as_the_english_count(number: int, heard: str) -> None:
    assert words(say_number(number, "en"), "en") == heard


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("gender", Gender)
def test_every_number_up_to_9999_has_its_own_words(language: Language, gender: Gender) -> None:
    heard = {words(say_number(number, language, gender), language) for number in range(10_000)}
    assert len(heard) == 10_000


@given(st.integers(-BEYOND + 1, BEYOND - 1), st.sampled_from(LANGUAGES), st.sampled_from(Gender))
def test_every_number_that_can_be_said_names_prompts_that_exist(
    number: int, language: Language, gender: Gender
) -> None:
    assert words(say_number(number, language, gender), language)


@given(st.integers(1, BEYOND - 1))
def test_a_number_below_zero_is_the_same_number_after_a_minus(number: int) -> None:
    assert say_number(-number, "pl") == ["digits/minus", *say_number(number, "pl")]


@pytest.mark.parametrize("number", [BEYOND, -BEYOND])
def test_a_number_that_is_too_large_is_refused(number: int) -> None:
    with pytest.raises(ValueError, match="cannot be said"):
        say_number(number, "pl")


@pytest.mark.parametrize(
    "amount, heard",
    [
        ("0", "zero złotych"),
        ("1", "jeden złoty"),
        ("1.01", "jeden złoty jeden grosz"),
        ("2.02", "dwa złote dwa grosze"),
        ("4.24", "cztery złote dwadzieścia cztery grosze"),
        ("5.50", "pięć złotych pięćdziesiąt groszy"),
        ("12.12", "dwanaście złotych dwanaście groszy"),
        ("13.14", "trzynaście złotych czternaście groszy"),
        ("21.21", "dwadzieścia jeden złotych dwadzieścia jeden groszy"),
        ("22.00", "dwadzieścia dwa złote"),
        ("101", "sto jeden złotych"),
        ("102", "sto dwa złote"),
        ("112", "sto dwanaście złotych"),
        ("1000", "tysiąc złotych"),
        ("1002.03", "tysiąc dwa złote trzy grosze"),
        ("0.30", "trzydzieści groszy"),
        ("0.0449", "cztery grosze"),
        ("0.045", "pięć groszy"),
        ("0.9999", "jeden złoty"),
        ("-3.10", "minus trzy złote dziesięć groszy"),
        ("-0.001", "zero złotych"),
        ("-0", "zero złotych"),
    ],
)
def test_money_is_said_in_polish(amount: str, heard: str) -> None:
    assert words(say_money(Decimal(amount), "pl"), "pl") == heard


@pytest.mark.parametrize(
    "amount, names",
    [
        ("1", ["digits/1", "money/zloty-1"]),
        ("2.01", ["digits/2", "money/zloty-2", "digits/1", "money/grosz-1"]),
        ("12.50", ["digits/12", "money/zloty-2", "digits/50", "money/grosz-2"]),
    ],
)
def test_money_is_said_in_english(amount: str, names: list[str]) -> None:
    assert say_money(Decimal(amount), "en") == names


@given(st.decimals(-999_999_998, 999_999_998, places=4), st.sampled_from(LANGUAGES))
def test_every_amount_names_prompts_that_exist(amount: Decimal, language: Language) -> None:
    assert words(say_money(amount, language), language)


def test_every_grosz_up_to_a_hundred_zlotys_is_heard() -> None:
    heard = {words(say_money(Decimal(grosze) / 100, "pl"), "pl") for grosze in range(10_000)}
    assert len(heard) == 10_000


@pytest.mark.parametrize("amount", ["NaN", "sNaN", "Infinity", "-Infinity", "1e9", "999999999.5"])
def test_what_is_no_amount_is_refused(amount: str) -> None:
    with pytest.raises(ValueError, match="cannot be said"):
        say_money(Decimal(amount), "pl")


def test_a_phone_number_is_said_digit_by_digit() -> None:
    assert words(say_digits("+48 22-10"), "pl") == "plus cztery osiem dwa dwa jeden zero"
    assert words(say_digits("*98#"), "en") == "star nine eight hash"


@pytest.mark.parametrize("text", ["١", "a", "1.5", "²", "1\n"])
def test_what_cannot_be_dialled_is_not_said(text: str) -> None:
    with pytest.raises(ValueError, match="can be dialled"):
        say_digits(text)


def test_both_languages_have_the_same_prompts() -> None:
    assert set(TEXTS["pl"]) == set(TEXTS["en"])


def test_every_form_of_every_counted_noun_exists() -> None:
    nouns = ("money/zloty", "money/grosz")
    wanted = {f"{noun}-{form}" for noun, form in itertools.product(nouns, (1, 2, 5))}
    assert wanted <= set(TEXTS["pl"])
