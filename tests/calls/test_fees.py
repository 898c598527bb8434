"""What the rest of a month costs, and which month it is."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from centralka.calls.fees import month_of, pro_rata

WARSAW = ZoneInfo("Europe/Warsaw")


@pytest.mark.parametrize(
    "monthly, day, part",
    [
        ("30", date(2026, 11, 1), "30.0000"),
        ("30", date(2026, 11, 2), "29.0000"),
        ("30", date(2026, 11, 16), "15.0000"),
        ("30", date(2026, 11, 30), "1.0000"),
        ("10", date(2026, 12, 31), "0.3226"),  # 0.32258…
        ("10", date(2028, 2, 29), "0.3448"),  # 0.34482…
        ("10", date(2026, 2, 28), "0.3571"),  # 0.35714…
        ("0", date(2026, 11, 5), "0.0000"),
    ],
)
def test_the_rest_of_a_month_includes_the_day_itself(monthly: str, day: date, part: str) -> None:
    assert str(pro_rata(Decimal(monthly), day)) == part


@given(st.decimals(0, 100000, places=4), st.dates())
def test_a_part_is_never_more_than_the_whole_and_the_first_day_pays_all_of_it(monthly: Decimal, day: date) -> None:
    assert 0 <= pro_rata(monthly, day) <= monthly
    assert pro_rata(monthly, day.replace(day=1)) == monthly


@given(st.decimals(0, 100000, places=4), st.dates(max_value=date(9999, 12, 30)))
def test_a_later_day_of_the_month_never_costs_more(monthly: Decimal, day: date) -> None:
    tomorrow = day + timedelta(days=1)
    assert tomorrow.month != day.month or pro_rata(monthly, tomorrow) <= pro_rata(monthly, day)


@pytest.mark.parametrize(
    "moment, month",
    [
        (datetime(2026, 10, 31, 22, 59, 59, tzinfo=UTC), "2026-10"),
        (datetime(2026, 10, 31, 23, 0, tzinfo=UTC), "2026-11"),  # winter time: an hour ahead
        (datetime(2026, 7, 31, 22, 0, tzinfo=UTC), "2026-08"),  # summer time: two
        (datetime(2026, 12, 31, 23, 30, tzinfo=UTC), "2027-01"),
    ],
)
def test_a_month_begins_at_midnight_of_the_people_who_pay(moment: datetime, month: str) -> None:
    assert month_of(moment, WARSAW) == month


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        month_of(datetime(2026, 11, 1), WARSAW)  # noqa: DTZ001
