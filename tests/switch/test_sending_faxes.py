"""The switchboard sends faxes: the engine is asked once, pages go out once, and an unknown end is said to be one."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from centralka.calls.fax_sending import FaxEnd
from centralka.store import sent_faxes as store
from centralka.store.models import FaxTry, SentFax
from centralka.switch.database import Database
from centralka.switch.faxes.sending import HOW_IT_ENDED, FaxSender, try_of
from centralka.switch.wire.engine_answers import Refused
from centralka.switch.wire.engine_control import EngineControl, RunningChannel
from tests import cast

from .stand_ins import ScriptedChannel, channel, put_away

pytestmark = pytest.mark.django_db(transaction=True)
LATER = timedelta(minutes=2)


class Engine(EngineControl):
    """It has the channels that it is told, notes what it is asked for, and remembers ends in its own database."""

    def __init__(self) -> None:
        super().__init__(0, "", Path())
        self.asked: list[dict[str, str]] = []
        self.living: list[str] = []
        self.noted: dict[str, str] = {}
        self.sessions: dict[str, int] = {}
        self.refuses = False

    async def call(self, called: str, extension: str, context: str, **wishes: str) -> None:
        if self.refuses:
            raise Refused("no")
        self.asked.append({"called": called, "extension": extension, "context": context, **wishes})

    async def channels(self) -> list[RunningChannel]:
        return [channel(unique_id=unique_id) for unique_id in self.living]

    async def fax_sessions(self) -> list[Mapping[str, str]]:
        return [{"File Name": file, "Tx Pages": str(pages)} for file, pages in self.sessions.items()]

    async def kept(self, family: str, key: str) -> str:
        return self.noted.get(key, "")


class Office:
    """A fax of two pages waits."""

    def __init__(self, folder: Path) -> None:
        self.fax = cast.sent_fax(cast.phone(cast.alicjas_company().tenant, "100"))
        self.folder, self.engine = folder / "sent-faxes", Engine()
        self.after = timedelta()
        self.draining = False

    def run(self, *stories: Callable[[FaxSender], Awaitable[Any]]) -> None:
        """Each story with a switchboard of its own: the one before has died."""
        for story in stories:
            asyncio.run(self._run(story))
        self.fax.refresh_from_db()

    async def _run(self, story: Callable[[FaxSender], Awaitable[Any]]) -> None:
        database = Database()
        made = FaxSender(
            self.folder,
            database,
            self.engine,
            "node1",
            is_draining=lambda: self.draining,
            now=lambda: timezone.now() + self.after,
        )
        try:
            await asyncio.wait_for(story(made), 20)
        finally:
            await put_away(database)

    @property
    def tried(self) -> FaxTry:
        return FaxTry.objects.get()


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


async def look(sender: FaxSender) -> bool:
    return await sender.look()


async def place(sender: FaxSender) -> None:
    for tried in await sender.database.do(lambda: list(FaxTry.objects.values_list("pk", flat=True))):
        await sender.place(tried)


def send(channel: ScriptedChannel) -> Callable[[FaxSender], Awaitable[None]]:
    """Somebody answered on the channel."""

    async def sending(sender: FaxSender) -> None:
        (tried,) = await sender.database.do(lambda: list(FaxTry.objects.values_list("pk", flat=True)))
        await sender.send(tried, channel)

    return sending


def ends_with(said: str) -> ScriptedChannel:
    """The engine says this of the fax at its end."""
    return ScriptedChannel(variables={HOW_IT_ENDED[2:-1]: said})


def test_the_engine_is_asked_once_with_the_pages_beside_it(office: Office) -> None:
    office.run(look, look)
    (asked,) = office.engine.asked
    tried = office.tried
    assert asked["called"] == f"Local/kwiaty_100.{tried.pk}@fax-call/n"
    assert (asked["channelId"], asked["extension"]) == (tried.call_id, str(tried.pk))
    assert (office.folder / f"{tried.pk}.tif").read_bytes() == b"II*"
    assert office.fax.state == SentFax.State.DIALLING


def test_as_long_as_a_fax_waits_it_is_looked_at_though_nobody_writes(office: Office) -> None:
    told: list[bool] = []

    async def note(sender: FaxSender) -> None:
        told.append(await sender.look())

    office.run(note, note)
    SentFax.objects.update(state=SentFax.State.FAILED)
    FaxTry.objects.all().delete()
    office.run(note)
    assert told == [True, True, False]


def test_while_the_exchange_is_drained_none_is_begun(office: Office) -> None:
    office.draining = True
    office.run(look)
    assert office.engine.asked == []
    assert office.fax.state == SentFax.State.QUEUED


def test_pages_are_sent_once_and_their_end_is_noted(office: Office) -> None:
    first, second = ends_with("SUCCESS||2|"), ends_with("SUCCESS||2|")
    office.run(look, place, send(first))
    assert ("SendFAX", f"{office.folder / str(office.tried.pk)}.tif,f") in first.done
    assert (office.fax.state, office.fax.pages_sent) == (SentFax.State.DONE, 2)
    assert list(office.folder.iterdir()) == []
    office.run(send(second))
    assert second.done == []


@pytest.mark.parametrize(
    ("said", "reason"), [("FAILED|T1|0|", "no_fax"), ("FAILED||1|+48 22", "broken_off"), ("", "no_fax")]
)
def test_what_was_not_confirmed_is_not_sent_again(office: Office, said: str, reason: str) -> None:
    office.run(look, place, send(ends_with(said)))
    assert (office.fax.state, office.fax.reason) == (SentFax.State.FAILED, reason)


def test_an_engine_that_will_not_call_is_asked_again_later(office: Office) -> None:
    office.engine.refuses = True
    office.run(look)
    assert (office.fax.state, office.fax.reason) == (SentFax.State.QUEUED, FaxEnd.UNAVAILABLE)
    assert list(office.folder.iterdir()) == []


def test_a_call_that_vanished_before_anybody_answered_is_made_again(office: Office) -> None:
    office.run(look, place)
    office.after = LATER
    office.run(look)
    assert (office.fax.state, office.fax.reason) == (SentFax.State.QUEUED, FaxEnd.UNAVAILABLE)


def test_a_call_that_the_engine_still_has_is_left_alone(office: Office) -> None:
    office.run(look, place)
    office.engine.living = [office.tried.call_id]
    office.after = LATER
    office.run(look)
    assert office.fax.state == SentFax.State.DIALLING


def answered(office: Office) -> None:
    office.run(look, place)
    store.begin_sending(office.tried.pk)
    office.after = LATER


def test_an_end_that_nobody_saw_is_unknown_and_not_tried_again(office: Office) -> None:
    answered(office)
    store.note_pages(office.tried.pk, 1)
    office.run(look)
    assert (office.fax.state, office.fax.reason, office.fax.pages_sent) == (SentFax.State.UNKNOWN, FaxEnd.UNKNOWN, 1)
    office.run(look)
    assert len(office.engine.asked) == 1


def test_an_end_that_the_engine_noted_counts(office: Office) -> None:
    answered(office)
    office.engine.noted[str(office.tried.pk)] = "SUCCESS|HANGUP|2|+48 22"
    office.run(look)
    assert (office.fax.state, office.fax.pages_sent) == (SentFax.State.DONE, 2)


def test_it_tells_how_many_pages_are_gone(office: Office) -> None:
    answered(office)
    office.engine.living = [office.tried.call_id]
    office.engine.sessions = {str(office.folder / f"{office.tried.pk}.tif"): 1, "/spool/faxes/node1-1.tif": 7}

    async def watch(sender: FaxSender) -> None:
        with sender.looking_after(office_try):
            await sender.look()

    office_try = office.tried.pk
    office.run(watch)
    assert office.fax.pages_sent == 1


@pytest.mark.parametrize(("file", "found"), [("/a/17.tif", 17), ("/a/x-1.tif", 0), ("", 0)])
def test_whose_pages_a_file_has(file: str, found: int) -> None:
    assert try_of(file) == found
