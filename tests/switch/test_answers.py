"""Which phones answer, as the switchboard hears it from the edge."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from centralka.store.models import Registration
from centralka.switch.database import Database
from centralka.switch.phones.answers import Answers
from tests import cast

from .stand_ins import put_away

NODE = "node1"
ALICJA, BARTEK = ("kwiaty_100", "sip:a"), ("kwiaty_101", "sip:b")
ROWS = {"ulcx-69-1-1": ALICJA, "ulcx-69-1-2": BARTEK}
A, B = (f"{row}-3f2a-77" for row in ROWS)
"""The tags of questions to them."""


class Story:
    """An edge that asks every 25 seconds, and a clock that goes when it is told to."""

    def __init__(self, database: Database) -> None:
        self.now, self.edge = 1000.0, 1
        self.answers = Answers(NODE, database, 25, lambda: self.edge or None, lambda: self.now)

    async def passes(self, seconds: int, *tags: str) -> None:
        """Time passes; these phones answer meanwhile, each when it is asked."""
        for second in range(seconds):
            self.now += 1
            if second % 25 == 0:
                for tag in tags:
                    self.answers.hear(tag)
            await self.answers.look()


def played(story: Callable[[Story], Awaitable[None]]) -> dict[str, bool | None]:
    """Play a story. Returns whether each phone answers, by its address."""

    async def play() -> None:
        database = Database()
        told = Story(database)
        await told.answers.begin(ROWS)
        await told.answers.look()
        await story(told)
        await put_away(database)

    asyncio.run(play())
    return dict(Registration.objects.values_list("uri", "answers"))


@pytest.fixture(autouse=True)
def phones(transactional_db: None) -> None:
    tenant = cast.alicjas_company().tenant
    for (_login, uri), extension in ((ALICJA, "100"), (BARTEK, "101")):
        account = cast.phone(tenant, extension)
        Registration.objects.create(sip_account=account, node=NODE, uri=uri, since=account.created_at)


def test_a_phone_that_has_just_come_is_neither_until_it_answers() -> None:
    async def story(story: Story) -> None:
        await story.passes(70, A)

    assert played(story) == {"sip:a": True, "sip:b": None}


def test_three_unanswered_questions_make_a_phone_silent_and_one_answer_brings_it_back() -> None:
    async def story(story: Story) -> None:
        await story.passes(50, A, B)
        await story.passes(82, A)
        assert dict(await story_rows(story)) == {"sip:a": True, "sip:b": False}
        await story.passes(1, A, B)

    assert played(story) == {"sip:a": True, "sip:b": True}


def test_an_edge_that_is_away_or_starts_anew_makes_nobody_silent() -> None:
    async def story(story: Story) -> None:
        await story.passes(50, A, B)
        story.edge = 0
        await story.passes(600)
        story.edge = 2
        await story.passes(79)

    assert played(story) == {"sip:a": True, "sip:b": True}


def test_after_an_outage_whoever_stays_silent_is_silent() -> None:
    async def story(story: Story) -> None:
        await story.passes(50, A, B)
        story.edge = 2
        await story.passes(90, A)

    assert played(story) == {"sip:a": True, "sip:b": False}


def test_a_switchboard_that_stood_still_starts_counting_anew() -> None:
    async def story(story: Story) -> None:
        await story.passes(50, A, B)
        story.now += 600
        await story.passes(70)

    assert played(story) == {"sip:a": True, "sip:b": True}


def test_a_switchboard_that_starts_believes_what_is_written_until_it_knows_better() -> None:
    Registration.objects.filter(uri="sip:b").update(answers=False)

    async def story(story: Story) -> None:
        await story.passes(20, A)

    assert played(story) == {"sip:a": True, "sip:b": False}


def test_a_phone_that_goes_and_comes_between_two_looks_is_written_anew() -> None:
    async def story(story: Story) -> None:
        await story.passes(30, A, B)
        await asyncio.to_thread(Registration.objects.update, answers=None)
        story.answers.change(ROWS, {ALICJA, BARTEK}, set())
        await story.passes(30, A)

    assert played(story) == {"sip:a": True, "sip:b": None}


def test_many_are_told_of_at_once() -> None:
    async def story(story: Story) -> None:
        await story.passes(3, f"{A} {B}")

    assert played(story) == {"sip:a": True, "sip:b": True}


def test_a_phone_that_was_heard_when_all_were_read_again_is_believed_silent_as_soon_as_others() -> None:
    async def story(story: Story) -> None:
        await story.passes(50, A, B)
        await story.passes(40, A)
        await story.answers.begin(ROWS)
        await story.passes(42, A)

    assert played(story) == {"sip:a": True, "sip:b": False}


def test_nobody_is_made_reachable_by_an_answer_of_nobody() -> None:
    async def story(story: Story) -> None:
        await story.passes(3, "", "-", "ulcx-69-1-9-3f2a-77", "ulcx-69-1")

    assert played(story) == {"sip:a": None, "sip:b": None}


def test_a_phone_that_is_gone_is_not_followed() -> None:
    async def story(story: Story) -> None:
        story.answers.change({"ulcx-69-1-1": None}, set(), {ALICJA})
        await story.passes(100, A)

    assert played(story) == {"sip:a": None, "sip:b": False}


async def story_rows(story: Story) -> list[tuple[str, bool | None]]:
    return await asyncio.to_thread(lambda: list(Registration.objects.values_list("uri", "answers")))
