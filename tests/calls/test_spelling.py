"""How public numbers are read from people, and written for people and machines."""

import pytest

from centralka.calls.spelling import NumberStyle, grouped, parse_number, spelled


@pytest.mark.parametrize(
    "text",
    [
        "221234567",
        "22 123 45 67",
        " 22-123-45-67 ",
        "(22) 123 45 67",
        "(0-22) 123 45 67",
        "022 123 45 67",
        "0 22 123 45 67",
        "48 22 123 45 67",
        "0048 22 123 45 67",
        "+48 22 123 45 67",
        "+48 (22) 123-45-67",
        "+48 (0)22 123 45 67",
        "+48.22.123.45.67",
        "22–123–45–67",
        "22\u00a0123\u00a045\u00a067",
        "tel:+48-22-123-45-67",
    ],
)
def test_a_person_writes_a_number_in_many_ways(text: str) -> None:
    assert parse_number(text) == "+48221234567"


@pytest.mark.parametrize(
    "text, number",
    [
        ("600 100 200", "+48600100200"),
        ("+49 (0)30 12345678", "+493012345678"),
        ("0049 30 / 12345678", "+493012345678"),
        ("+39 06 1234 5678", "+390612345678"),
        ("+1 (212) 555-1234", "+12125551234"),
    ],
)
def test_numbers_of_other_kinds_and_countries_too(text: str, number: str) -> None:
    assert parse_number(text) == number


@pytest.mark.parametrize(
    "text",
    [
        "",
        "112",
        "116111",
        "100",
        "22 123 45",
        "22 123 45 67 89",
        "111 222 333",
        "+48 111 222 333",
        "+44 7700 900123",
        "+999 123 456",
        "numer",
        "22 123 45 67 wew. 5",
        "221234567\n600100200",
        "٢٢١٢٣٤٥٦٧",
        "2" * 10_000,
    ],
)
def test_anything_else_is_no_valid_number(text: str) -> None:
    assert parse_number(text) is None


@pytest.mark.parametrize(
    "number, shown",
    [
        ("+48221234567", "22 123 45 67"),
        ("+48717654321", "71 765 43 21"),
        ("+48600100200", "600 100 200"),
        ("+48800123456", "800 123 456"),
        ("+48111222333", "111 222 333"),
        ("+4930123456", "+49 30 123456"),
        ("+442079460018", "+44 20 7946 0018"),
        ("112", "112"),
        ("116111", "116111"),
        ("101", "101"),
        ("", ""),
        ("+", "+"),
        ("+48", "+48"),
        ("+9991234567", "+9991234567"),
        ("+48 22 123 45 67", "+48 22 123 45 67"),
        ("anonymous", "anonymous"),
    ],
)
def test_numbers_are_shown_in_groups_and_all_else_as_it_is(number: str, shown: str) -> None:
    assert grouped(number) == shown


@pytest.mark.parametrize(
    "number, e164, digits, national",
    [
        ("+48221234567", "+48221234567", "48221234567", "221234567"),
        ("+4930123456", "+4930123456", "4930123456", "004930123456"),
        ("112", "112", "112", "112"),
        ("116111", "116111", "116111", "116111"),
    ],
)
def test_each_carrier_gets_numbers_in_its_style(number: str, e164: str, digits: str, national: str) -> None:
    assert [spelled(number, style) for style in NumberStyle] == [e164, digits, national]


@pytest.mark.parametrize("number", ["+48221234567", "+48600100200", "+4930123456", "+12125551234", "+390612345678"])
def test_what_is_shown_or_spelled_can_be_read_again(number: str) -> None:
    readings = [grouped(number), *(spelled(number, style) for style in (NumberStyle.E164, NumberStyle.NATIONAL))]
    assert [parse_number(text) for text in readings] == [number] * 3
