"""What people mean by an amount: told, or asked."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from centralka.calls.amounts import TwoReadings, read_amount


@pytest.mark.parametrize(
    "text, amount",
    [
        ("1000", "1000"),
        (" 1000 ", "1000"),
        ("0", "0"),
        ("0.125", "0.125"),
        ("0,125", "0.125"),
        ("1,5", "1.5"),
        ("1.50", "1.50"),
        ("1.2340", "1.2340"),
        ("1000,00", "1000.00"),
        ("1000.000", "1000.000"),
        ("1 000", "1000"),
        ("1\u00a0234,50", "1234.50"),
        ("12 345 678", "12345678"),
        ("1 000.500", "1000.500"),
        ("1.000,00", "1000"),
        ("1,000.00", "1000"),
        ("1.000,500", "1000.500"),
        ("1.000.000", "1000000"),
        ("1,000,000.5", "1000000.5"),
        ("-7", "-7"),
        ("−1 000", "-1000"),
        ("- 0,50", "-0.50"),
    ],
)
def test_an_amount_with_one_reading_is_taken(text: str, amount: str) -> None:
    assert read_amount(text) == Decimal(amount)


@pytest.mark.parametrize(
    "text, decimals, thousands",
    [
        ("1.000", "1", "1000"),
        ("1,000", "1", "1000"),
        ("12.345", "12.345", "12345"),
        ("-999,999", "-999.999", "-999999"),
    ],
)
def test_an_amount_with_two_readings_tells_both(text: str, decimals: str, thousands: str) -> None:
    assert read_amount(text) == TwoReadings(Decimal(decimals), Decimal(thousands))


@pytest.mark.parametrize(
    "text",
    [
        *("", "-", "x", "1 50", "1 0000", "10 00", "0 500", "1.000.00", "1,000,00", "1.00,00", "1..5", ".5", "5."),
        *("1e3", "NaN", "--1", "1-", "1'000", "١", "9" * 13, "1." + "9" * 13, "1 000 000 000 000", "1\n000"),
    ],
)
def test_anything_else_is_no_amount(text: str) -> None:
    assert read_amount(text) is None


@given(st.text(alphabet="0123456789., -", max_size=20))
def test_whatever_is_typed_has_an_answer(text: str) -> None:
    found = read_amount(text)
    assert found is None or isinstance(found, TwoReadings) or found.is_finite()
