"""Which digits can be an extension."""

import pytest

from centralka.calls.destinations import EMERGENCY_NUMBERS, Kind, destination
from centralka.calls.numbers import is_public_short_code, is_well_formed_extension


@pytest.mark.parametrize("text", ["10", "11", "100", "101", "9999", "999999"])
def test_two_to_six_digits_are_an_extension(text: str) -> None:
    assert is_well_formed_extension(text)


@pytest.mark.parametrize("text", ["", "1", "1234567", "012", "00", "1a", " 10", "10\n", "١٠٠", "-10", "1.0", "*43"])
def test_anything_else_is_not(text: str) -> None:
    assert not is_well_formed_extension(text)


@pytest.mark.parametrize(
    "text", ["112", "997", "998", "999", "986", "116111", "116123", "118913", "19115", "989", "116900"]
)
def test_emergency_and_service_numbers_are_public(text: str) -> None:
    assert is_public_short_code(text)


@pytest.mark.parametrize(
    "text", ["10", "11", "100", "101", "110", "200", "911", "1234", "999999", "", "١١٢", "abc", "1" * 10_000]
)
def test_ordinary_extensions_are_not(text: str) -> None:
    assert not is_public_short_code(text)


def test_no_extension_hides_a_number_that_is_dialled_as_a_short_code() -> None:
    """What goes outside as it is dialled is refused as an extension, and nothing else is."""
    for number in map(str, [*range(10, 20_000), *range(116_000, 119_000)]):
        to = destination(number)
        assert is_public_short_code(number) == (to is not None and to.number == number), number


@pytest.mark.parametrize("number", sorted(EMERGENCY_NUMBERS))
def test_no_extension_hides_an_emergency_number(number: str) -> None:
    to = destination(number)
    assert to is not None
    assert to.kind is Kind.EMERGENCY
    assert is_public_short_code(number)
