"""What a call costs, and how long it can be paid for."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from centralka.calls.tariffs import (
    LONGEST_CALL,
    Rate,
    affordable_seconds,
    billed_seconds,
    first_minute,
    gross,
    longest,
    prefixes_of,
    price,
    rate_as_json,
    rate_from_json,
)


def a_rate(
    per_minute: str = "0.60",
    fee: str = "0",
    first: int = 1,
    following: int = 1,
    prefix: str = "48",
    name: str = "Poland",
) -> Rate:
    return Rate(prefix, name, Decimal(per_minute), Decimal(fee), first, following)


def amounts(highest: str) -> st.SearchStrategy[Decimal]:
    """Not negative, as the database keeps them: four decimals."""
    return st.decimals(min_value=0, max_value=Decimal(highest), places=4)


RATES = st.builds(
    Rate,
    prefix=st.just("48"),
    description=st.just(""),
    per_minute=amounts("1000"),
    connection_fee=amounts("1000"),
    first_increment=st.integers(1, 3600),
    next_increment=st.integers(1, 3600),
)


@given(RATES)
def test_the_first_minute_never_costs_less_than_a_minute(rate: Rate) -> None:
    assert first_minute(rate) >= max(rate.per_minute, rate.connection_fee, price(rate, rate.first_increment))


SECONDS = st.decimals(min_value=0, max_value=LONGEST_CALL, places=3)


@pytest.mark.parametrize(
    "increments, talked, billed",
    [
        ((1, 1), "0", 1),
        ((1, 1), "0.001", 1),
        ((1, 1), "1", 1),
        ((1, 1), "1.001", 2),
        ((60, 60), "0", 60),
        ((60, 60), "60", 60),
        ((60, 60), "60.2", 120),
        ((60, 1), "59.9", 60),
        ((60, 1), "60.5", 61),
        ((30, 6), "31", 36),
        ((30, 6), "36", 36),
        ((1, 60), "2", 61),
    ],
)
def test_a_call_is_charged_by_whole_increments(increments: tuple[int, int], talked: str, billed: int) -> None:
    assert billed_seconds(a_rate(first=increments[0], following=increments[1]), Decimal(talked)) == billed


@pytest.mark.parametrize(
    "rate, talked, costs",
    [
        (a_rate("0.60"), "60", "0.6000"),
        (a_rate("0.60"), "0", "0.0100"),
        (a_rate("0.60", fee="0.15"), "0", "0.1600"),
        (a_rate("0.10"), "1", "0.0017"),  # 0.00166…
        (a_rate("0.01"), "20", "0.0033"),  # 0.00333…
        (a_rate("0.003"), "1", "0.0001"),  # exactly half of the last decimal goes up
        (a_rate("0.10"), "180", "0.3000"),  # not 180 rounded seconds
        (a_rate("2.40", first=60, following=60), "61", "4.8000"),
        (a_rate("0"), "3600", "0.0000"),
        (a_rate("1000.0000", fee="1000.0000"), "86400", "1441000.0000"),
    ],
)
def test_a_price_is_rounded_once_to_four_decimals(rate: Rate, talked: str, costs: str) -> None:
    assert str(price(rate, Decimal(talked))) == costs


def test_a_call_that_nobody_answers_costs_nothing() -> None:
    assert billed_seconds(a_rate(fee="0.50", first=60), None) == 0
    assert str(price(a_rate(fee="0.50", first=60), None)) == "0.0000"


def test_a_clock_that_was_put_back_makes_no_negative_price() -> None:
    assert price(a_rate("0.60", first=60), -3600) == Decimal("0.60")


def test_seconds_that_carry_the_noise_of_a_float_are_no_longer_for_it() -> None:
    assert billed_seconds(a_rate(first=60, following=60), 60.00000000000001) == 60
    assert billed_seconds(a_rate(), 0.1 + 0.2) == 1


@pytest.mark.parametrize("seconds", [float("nan"), float("inf"), Decimal("NaN")])
def test_a_length_that_is_none_is_refused(seconds: Decimal | float) -> None:
    with pytest.raises(ValueError, match="cannot last"):
        price(a_rate(), seconds)


@pytest.mark.parametrize("wrong", [{"first": 0}, {"following": 0}, {"first": -1}, {"per_minute": "-1"}, {"fee": "NaN"}])
def test_a_rate_by_which_nothing_can_be_counted_cannot_be_made(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="48"):
        a_rate(**wrong)  # type: ignore[arg-type]


@given(RATES, SECONDS, SECONDS)
def test_a_longer_call_never_costs_less(rate: Rate, one: Decimal, other: Decimal) -> None:
    assert price(rate, min(one, other)) <= price(rate, max(one, other))


@given(RATES, SECONDS)
def test_what_is_billed_covers_the_call_by_less_than_an_increment_and_is_billed_the_same_again(
    rate: Rate, seconds: Decimal
) -> None:
    billed = billed_seconds(rate, seconds)
    assert seconds <= billed < seconds + max(rate.first_increment, rate.next_increment) + 1
    assert (billed - rate.first_increment) % rate.next_increment == 0
    assert billed_seconds(rate, billed) == billed


@given(RATES, amounts("100000"))
def test_the_affordable_seconds_never_cost_more_than_there_is_and_one_increment_more_does(
    rate: Rate, money: Decimal
) -> None:
    granted = affordable_seconds(rate, money)
    if granted == 0:
        assert price(rate, 0) > money
        return
    assert price(rate, granted) <= money
    assert billed_seconds(rate, granted) == granted <= LONGEST_CALL
    more = granted + rate.next_increment
    assert price(rate, more) > money or more > LONGEST_CALL


@given(RATES, amounts("1000"), amounts("1000"))
def test_more_money_never_buys_less_time(rate: Rate, one: Decimal, other: Decimal) -> None:
    assert affordable_seconds(rate, min(one, other)) <= affordable_seconds(rate, max(one, other))


def test_a_call_that_costs_nothing_is_granted_a_day() -> None:
    assert affordable_seconds(a_rate("0"), Decimal(0)) == LONGEST_CALL
    assert affordable_seconds(a_rate("0", first=60, following=60), Decimal(0)) == LONGEST_CALL


def test_what_is_granted_can_be_limited_further() -> None:
    assert affordable_seconds(a_rate(first=60, following=60), Decimal(100), limit=150) == 120
    assert affordable_seconds(a_rate(first=60), Decimal(100), limit=59) == 0


@pytest.mark.parametrize("money", ["0", "-5", "0.0099"])
def test_too_little_money_buys_nothing(money: str) -> None:
    assert affordable_seconds(a_rate("0.60"), Decimal(money)) == 0


def test_every_prefix_of_a_number_is_asked_for_the_longest_first() -> None:
    assert prefixes_of("+48221") == ["48221", "4822", "482", "48", "4"]
    assert len(prefixes_of("+491234567890123")) == 15


def test_a_short_code_is_looked_for_in_its_country_and_never_at_its_countrys_price() -> None:
    assert prefixes_of("118913") == ["48118913", "4811891", "481189", "48118", "4811"]
    assert prefixes_of("112") == ["48112", "4811"]
    poland, enquiries = a_rate(), a_rate("2.40", prefix="48118", name="Directory enquiries")
    north_america = a_rate(prefix="1")
    assert longest([poland, north_america], "118913") is None
    assert longest([poland, north_america, enquiries], "118913") == enquiries


def test_the_longest_prefix_counts_whatever_the_order() -> None:
    poland, mobile, warsaw = a_rate(prefix="48"), a_rate(prefix="4860"), a_rate(prefix="4822")
    for rates in ([poland, mobile, warsaw], [warsaw, mobile, poland]):
        assert longest(rates, "+48600100200") == mobile
        assert longest(rates, "+48221234567") == warsaw
        assert longest(rates, "+48717654321") == poland


def test_a_number_under_no_prefix_has_no_price() -> None:
    assert longest([], "+48221234567") is None
    assert longest([a_rate(prefix="49"), a_rate(prefix="480"), a_rate(prefix="482212345678")], "+48221234567") is None


@given(st.from_regex(r"\+[1-9][0-9]{6,14}", fullmatch=True), st.sets(st.from_regex(r"[1-9][0-9]{0,4}", fullmatch=True)))
def test_the_longest_prefix_is_the_one_that_looking_at_all_of_them_finds(number: str, prefixes: set[str]) -> None:
    matching = [prefix for prefix in prefixes if number[1:].startswith(prefix)]
    found = longest((a_rate(prefix=prefix) for prefix in prefixes), number)
    assert (found and found.prefix) == max(matching, key=len, default=None)


@pytest.mark.parametrize(
    "net, vat, shown", [("100", "23", "123.00"), ("0.0041", "23", "0.01"), ("0.5", "1", "0.51"), ("7", "0", "7.00")]
)
def test_people_see_prices_with_vat_and_two_decimals(net: str, vat: str, shown: str) -> None:
    assert str(gross(Decimal(net), Decimal(vat))) == shown


@given(RATES)
def test_a_rate_survives_being_stored(rate: Rate) -> None:
    assert rate_from_json(rate_as_json(rate)) == rate
