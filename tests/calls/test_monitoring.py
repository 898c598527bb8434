"""What is told of an account that is watched: examples, and what holds whatever it does."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from centralka.calls.monitoring import (
    BLINK,
    GONE_AFTER,
    STEADY_AFTER,
    News,
    Told,
    Watched,
    due,
    first_seen,
    interrupted,
    seen,
)

START = datetime(2026, 11, 16, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
Story = list[tuple[int, bool]]
"""For how many seconds it is reachable, or is not."""


def told_in(story: Story, step: int = 1, pause: tuple[int, int] | None = None) -> list[tuple[int, News]]:
    """What is told, and in which second; looked at every `step` seconds. `pause`: silent between these seconds."""
    watched, news, at = first_seen(START), [], 0
    for seconds, reachable in story:
        for _ in range(0, seconds, step):
            at += step
            until = START + pause[1] * SECOND if pause and at >= pause[0] else None
            watched, told = seen(watched, reachable, START + at * SECOND, until)
            if told:
                news.append((at, told))
    return news


def kinds(story: Story) -> list[News]:
    return [told for _at, told in told_in(story)]


def test_gone_for_longer_than_three_minutes_is_told_once_and_so_is_its_return() -> None:
    assert told_in([(60, True), (179, False), (600, True)]) == []
    assert told_in([(60, True), (3000, False), (60, True)]) == [(241, News.GONE), (3061, News.BACK)]


def test_two_outages_are_told_each() -> None:
    assert kinds([(60, True), (300, False), (3600, True), (300, False), (60, True)]) == [
        News.GONE, News.BACK, News.GONE, News.BACK,
    ]  # fmt: skip


def test_four_changes_in_half_an_hour_are_told_as_one_and_then_nothing_until_it_is_steady() -> None:
    flapping = [(60, False), (60, True)] * 30
    news = told_in([(60, True), *flapping, (7200, True)])
    assert [told for _at, told in news] == [News.FLAPS, News.STEADY]
    assert news[0][0] == 60 + 180 + 1
    assert news[1][0] == 60 + 59 * 60 + 1 + 3600


def test_one_that_stays_away_after_it_flapped_is_told_as_gone() -> None:
    flapping = [(60, False), (60, True)] * 2
    assert kinds([*flapping, (4000, False), (60, True)]) == [News.FLAPS, News.GONE, News.BACK]


def test_four_changes_in_a_longer_time_are_no_flapping() -> None:
    slow = [(300, False), (1200, True)] * 4
    assert News.FLAPS not in kinds(slow)


def test_a_phone_that_connects_anew_all_day_is_no_news() -> None:
    assert kinds([(29, False), (60, True)] * 200) == []


def test_it_is_not_told_during_a_pause_and_what_is_so_at_its_end_is() -> None:
    assert told_in([(60, True), (600, False), (60, True)], pause=(30, 800)) == []
    gone = told_in([(60, True), (3000, False)], pause=(30, 800))
    assert gone == [(800 + 180, News.GONE)]
    back = told_in([(60, True), (300, False), (900, True)], pause=(300, 800))
    assert back == [(241, News.GONE), (800, News.BACK)]


def test_a_pause_that_is_ended_early_is_over() -> None:
    watched, _ = seen(first_seen(START), False, START + SECOND, START + timedelta(days=9))
    watched, _ = seen(watched, False, START + 10 * SECOND, None)
    after = [seen(watched, False, START + 10 * SECOND + passed, None) for passed in (BLINK, GONE_AFTER)]
    assert after[0][0].is_outage
    assert after[1][1] is News.GONE


def test_after_a_break_in_looking_it_is_waited_for_anew() -> None:
    watched, _ = seen(first_seen(START), False, START + SECOND)
    watched = interrupted(watched, START + timedelta(hours=1))
    watched, told = seen(watched, False, START + timedelta(hours=1, minutes=2))
    assert told is None
    assert seen(watched, False, START + timedelta(hours=1, minutes=3))[1] is News.GONE


@pytest.mark.parametrize("back", [timedelta(hours=1), timedelta(seconds=1)])
def test_a_clock_that_is_put_back_tells_nothing_of_itself(back: timedelta) -> None:
    watched, _ = seen(first_seen(START), False, START + SECOND)
    watched, told = seen(watched, False, START - back)
    assert told is None
    assert seen(watched, False, START - back + GONE_AFTER)[1] is News.GONE


# -- Whatever it does --------------------------------------------------------------------------------------------------

STEP = 10
stories = st.lists(st.tuples(st.integers(1, 400).map(STEP.__mul__), st.booleans()), min_size=1, max_size=8)
often = settings(max_examples=60, deadline=None)
FOLLOWS = {
    None: {News.GONE, News.FLAPS},
    News.GONE: {News.BACK, News.FLAPS},
    News.BACK: {News.GONE, News.FLAPS},
    News.FLAPS: {News.STEADY, News.GONE},
    News.STEADY: {News.GONE, News.FLAPS},
}


@often
@given(stories)
def test_news_make_sense_one_after_the_other(story: Story) -> None:
    last: News | None = None
    for _at, told in told_in(story, STEP):
        assert told in FOLLOWS[last]
        last = told


@often
@given(stories)
def test_after_it_flapped_there_is_silence_for_an_hour_at_least(story: Story) -> None:
    news = told_in(story, STEP)
    for (at, told), (later, _next) in pairwise(news):
        assert told is not News.FLAPS or later - at >= STEADY_AFTER.total_seconds() - BLINK.total_seconds()


@often
@given(stories)
def test_what_is_told_last_is_true_in_the_end(story: Story) -> None:
    for end in (True, False):
        news = told_in([*story, (4000 + 1800, end)], STEP)
        believed = {None: True, News.GONE: False, News.BACK: True, News.STEADY: True}[news[-1][1] if news else None]
        assert believed is end


@often
@given(stories)
def test_to_look_at_changes_and_when_it_is_due_is_enough(story: Story) -> None:
    """As the worker does, which cannot look at each of 20,000 accounts each second."""
    watched, lazy, at, calls = first_seen(START), [], 0, 0
    for seconds, reachable in story:
        for _ in range(0, seconds, STEP):
            at += STEP
            now, wake = START + at * SECOND, due(watched)
            if reachable is not watched.reachable or (wake and wake <= now):
                calls += 1
                watched, told = seen(watched, reachable, now)
                lazy += [(at, told)] if told else []
    assert lazy == told_in(story, STEP)
    assert calls <= 4 * len(story)


@given(st.integers(0, 10_000), st.booleans(), st.sampled_from(Told))
def test_who_is_well_is_not_waited_for(seconds: int, reachable: bool, told: Told) -> None:
    watched = replace(first_seen(START), reachable=reachable, told=told)
    quiet = (reachable, told) in {(True, Told.WELL), (False, Told.GONE)}
    assert (due(watched) is None) is quiet
    assert isinstance(seen(watched, reachable, START + seconds * SECOND)[0], Watched)
