"""How much of each day an account could be reached."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from centralka.calls.availability import DAYS, days_of, share_of

WARSAW = ZoneInfo("Europe/Warsaw")
NOW = datetime(2026, 11, 23, 11, tzinfo=UTC)
LONG_AGO = NOW - timedelta(days=90)


def test_an_outage_over_midnight_counts_for_both_days() -> None:
    outage = (datetime(2026, 11, 21, 22, tzinfo=UTC), datetime(2026, 11, 22, 1, tzinfo=UTC))
    gone = {one.day.day: one.gone for one in days_of([outage], LONG_AGO, NOW, WARSAW) if one.gone}
    assert gone == {21: 3600, 22: 2 * 3600}


def test_what_was_before_it_was_watched_does_not_count() -> None:
    since = NOW - timedelta(hours=10)
    days = days_of([(since, since + timedelta(hours=1))], since, NOW, WARSAW)
    assert [one.watched for one in days[-2:]] == [0, 10 * 3600]
    assert [one.share for one in days[-2:]] == [None, 0.9]
    assert share_of(days) == 0.9


def test_a_day_of_the_change_of_clocks_is_as_long_as_it_is() -> None:
    now = datetime(2026, 11, 1, 11, tzinfo=UTC)
    days = {one.day: one.watched for one in days_of([], LONG_AGO, now, WARSAW)}
    assert days[date(2026, 10, 25)] == 25 * 3600
    assert days[date(2026, 10, 24)] == 24 * 3600


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 40 * 24 * 3600), max_size=12), st.integers(0, 40 * 24 * 3600))
def test_nothing_is_counted_twice_and_nothing_is_lost(times: list[int], watched: int) -> None:
    ends = [NOW - timedelta(seconds=at) for at in sorted(times, reverse=True)]
    spans = list(zip(ends[::2], ends[1::2], strict=False))
    since = NOW - timedelta(seconds=watched)
    days = days_of(spans, since, NOW, WARSAW)
    assert len(days) == DAYS
    begun = datetime.combine(days[0].day, datetime.min.time(), WARSAW)
    expected = sum(max(0.0, (end - max(begun, since, start)).total_seconds()) for start, end in spans)
    assert abs(sum(one.gone for one in days) - expected) <= 2 * DAYS
    assert all(0 <= one.gone <= one.watched <= 25 * 3600 for one in days)
