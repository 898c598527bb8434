"""Lamps that phones asked for, in a database like the edge's own; the edge plays what it is told."""

import asyncio
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest

from centralka.calls.call import Call, Line
from centralka.calls.doing import Doing, WhoDoesWhat
from centralka.calls.endpoints import Phone
from centralka.edge.lamps import prepare_lamps
from centralka.store.models import SipAccount, VoicemailMessage
from centralka.switch.database import Database
from centralka.switch.watched.lamp import Event, Lamp, colleague
from centralka.switch.watched.lamp_file import LampFile
from centralka.switch.watched.watched_lamps import ASK_AGAIN_EVERY, WatchedLamps
from centralka.switch.wire.edge_control import EdgeAway, EdgeControl, EdgeRefuses
from centralka.switch.wire.message_summary import message_summary
from tests import cast

from .stand_ins import put_away

NOW = datetime(2026, 11, 28, 9, 0, tzinfo=UTC)
BARTEK = "kwiaty_101"
LAMP, BOX = Lamp(Event.COLLEAGUE, BARTEK), Lamp(Event.MAILBOX, BARTEK)


class Edge(EdgeControl):
    """Writes down who watches, and notes which lamps it is to tell, with what they showed then."""

    def __init__(self, path: Path) -> None:
        super().__init__(Path("/dev/null"))
        self.path = path
        self.told: list[tuple[str, str, str]] = []
        self.problem: EdgeAway | None = None
        self.starts = 1

    def started(self) -> tuple[int, int] | None:
        return (self.starts, 0) if self.starts else None

    async def ask(self, method: str, *parameters: object) -> object:
        if self.problem:
            raise self.problem
        uri, event, kind = parameters
        assert (method, kind) == ("presence.refreshWatchers", 1)
        self.told.append((str(uri), str(event), self.shows(str(uri), str(event))))
        return {}

    def shows(self, uri: str, event: str) -> str:
        user, _, domain = uri.removeprefix("sip:").partition("@")
        with closing(sqlite3.connect(self.path)) as own:
            found = own.execute(
                "SELECT body FROM presentity WHERE username = ? AND domain = ? AND event = ? AND expires > ?",
                [user, domain, event, int(time.time())],
            ).fetchall()
        assert len(found) <= 1
        return str(found[0][0]) if found else ""

    def watched(self, lamp: Lamp, seconds: int = 600, phone: str = "a") -> None:
        with closing(sqlite3.connect(self.path)) as own, own:
            names = ("presentity_uri", "event", "expires", "to_tag", "callid", "from_tag", "watcher_username")
            others = ("watcher_domain", "to_user", "to_domain", "local_cseq", "remote_cseq", "contact", "socket_info")
            more = ("local_contact", "from_user", "from_domain", "updated", "updated_winfo")
            row = [lamp.uri, lamp.event.value, int(time.time()) + seconds, phone, lamp.uri, lamp.event.value, "x"]
            columns = (*names, *others, *more)
            values = [*row, *["0"] * (len(others) + len(more))]
            marks = ", ".join("?" * len(columns))
            own.execute(f"INSERT INTO active_watchers ({', '.join(columns)}) VALUES ({marks})", values)

    def unwatched(self) -> None:
        with closing(sqlite3.connect(self.path)) as own, own:
            own.execute("DELETE FROM active_watchers")


class Exchange:
    """One switchboard with its lamps."""

    def __init__(self, path: Path) -> None:
        prepare_lamps(path)
        self.edge, self.calls, self.database = Edge(path), WhoDoesWhat(), Database()
        self.known = True
        self.start_anew()

    def start_anew(self) -> None:
        """A switchboard that knows nothing of what the one before did."""
        calls = self.calls
        self.lamps = WatchedLamps(
            LampFile(self.edge.path), self.edge, self.database, lambda: calls if self.known else None
        )

    def does(self, doing: Doing | None, login: str = BARTEK) -> None:
        line = Line("1.1", Phone(login), NOW, ended=None if doing else NOW)
        first = [Line("1.0", None, NOW)] if doing is Doing.RINGING else []
        self.calls.note(Call(login, 0, "", "", [*first, line]))

    def look(self, *between: Callable[[], object]) -> list[str]:
        """Look once, and once more after each of these. Returns the bodies that phones were told meanwhile."""
        before = len(self.edge.told)

        async def story() -> None:
            await self._look()
            for step in between:
                await asyncio.to_thread(step)
                await self._look()

        asyncio.run(story())
        return [body for _uri, _event, body in self.edge.told[before:]]

    async def _look(self) -> None:
        with suppress(EdgeAway):
            await self.lamps.look()


@pytest.fixture
def exchange(tmp_path: Path) -> Iterator[Exchange]:
    made = Exchange(tmp_path / "lamps.sqlite3")
    yield made
    asyncio.run(put_away(made.database))


def body(doing: Doing) -> str:
    written = colleague(LAMP, doing)
    assert written
    return written


RINGS, TALKS = body(Doing.RINGING), body(Doing.IN_CALL)


def test_what_phones_are_told_of_a_colleague() -> None:
    assert "<state>early</state>" in RINGS
    assert "<state>confirmed</state>" in TALKS
    assert colleague(LAMP, None) is None


def test_what_phones_are_told_of_a_mailbox() -> None:
    assert message_summary(2, 3) == "Messages-Waiting: yes\r\nVoice-Message: 2/3 (0/0)\r\n"
    assert message_summary(0, 3) == "Messages-Waiting: no\r\nVoice-Message: 0/3 (0/0)\r\n"


def test_a_lamp_is_named_as_the_edge_names_it() -> None:
    assert LAMP.uri == "sip:101@kwiaty"
    assert Lamp.named("sip:101@kwiaty", "dialog") == LAMP
    for uri in ("sip:101", "sip:@kwiaty", "sip:101@"):
        with pytest.raises(ValueError, match="a lamp has an extension"):
            Lamp.named(uri, "dialog")


def test_nothing_is_told_of_lamps_that_nobody_asked_for(exchange: Exchange) -> None:
    exchange.does(Doing.RINGING)
    assert exchange.look(lambda: exchange.does(Doing.IN_CALL), lambda: exchange.does(None)) == []
    assert exchange.edge.shows(LAMP.uri, "dialog") == ""


def test_a_lamp_follows_what_the_account_does_and_each_change_is_told_once(exchange: Exchange) -> None:
    exchange.edge.watched(LAMP)
    exchange.look()
    steps = [Doing.RINGING, Doing.RINGING, Doing.IN_CALL, None, None]
    told = exchange.look(*[partial(exchange.does, now) for now in steps])
    assert told == [RINGS, TALKS, ""]


def test_what_others_do_is_not_told(exchange: Exchange) -> None:
    exchange.edge.watched(LAMP)
    exchange.look()
    assert exchange.look(lambda: exchange.does(Doing.IN_CALL, "kwiaty_102")) == []
    assert exchange.look(lambda: exchange.does(Doing.IN_CALL, "ksiegi_101")) == []


def test_who_watches_from_the_middle_of_a_call_is_told(exchange: Exchange) -> None:
    exchange.does(Doing.IN_CALL)
    assert exchange.look() == []
    assert exchange.look(lambda: exchange.edge.watched(LAMP)) == [TALKS]
    assert exchange.look(lambda: exchange.edge.watched(LAMP, phone="b")) == []  # the edge reads what it shows


def test_nothing_is_kept_of_a_lamp_that_is_not_watched_any_more(exchange: Exchange) -> None:
    exchange.does(Doing.IN_CALL)
    exchange.edge.watched(LAMP)
    exchange.look(exchange.edge.unwatched)
    assert exchange.edge.shows(LAMP.uri, "dialog") == ""
    exchange.does(None)
    assert exchange.look(lambda: exchange.edge.watched(LAMP)) == [""]


def test_a_subscription_that_ran_out_is_none(exchange: Exchange) -> None:
    exchange.edge.watched(LAMP, seconds=-1)
    exchange.does(Doing.IN_CALL)
    assert exchange.look() == []


def test_an_edge_that_was_away_is_told_later(exchange: Exchange) -> None:
    exchange.edge.watched(LAMP)
    exchange.does(Doing.IN_CALL)
    exchange.edge.problem = EdgeAway("")
    assert exchange.look() == []
    exchange.edge.problem = None
    assert exchange.look() == [TALKS]
    assert exchange.look() == []


def test_an_edge_that_reaches_no_phone_is_not_asked_for_ever(exchange: Exchange) -> None:
    exchange.edge.watched(LAMP)
    exchange.does(Doing.IN_CALL)
    exchange.edge.problem = EdgeRefuses("")
    exchange.look()
    exchange.edge.problem = None
    assert exchange.look() == []


def test_an_edge_that_was_started_again_is_told_all(exchange: Exchange) -> None:
    exchange.edge.watched(LAMP)
    exchange.does(Doing.IN_CALL)
    exchange.look()
    exchange.edge.starts = 0
    assert exchange.look(lambda: exchange.does(None)) == []
    exchange.edge.starts = 2
    assert exchange.look() == [""]


def test_another_switchboard_tells_what_changed_meanwhile_and_nothing_before_it_knows_the_calls(
    exchange: Exchange,
) -> None:
    exchange.edge.watched(LAMP)
    exchange.does(Doing.IN_CALL)
    exchange.look()
    exchange.does(None)
    exchange.known = False
    exchange.start_anew()
    assert exchange.look() == []
    exchange.known = True
    assert exchange.look() == [""]


def test_what_a_switchboard_before_left_of_lamps_that_nobody_watches_goes(exchange: Exchange) -> None:
    exchange.edge.watched(LAMP)
    exchange.does(Doing.IN_CALL)
    exchange.look()
    exchange.edge.unwatched()
    exchange.start_anew()
    exchange.look()
    assert exchange.edge.shows(LAMP.uri, "dialog") == ""


@pytest.fixture
def bartek(transactional_db: None) -> SipAccount:
    account = cast.phone(cast.alicjas_company().tenant, "101")
    SipAccount.objects.filter(pk=account.pk).update(voicemail_enabled=True)
    return account


def leave(account: SipAccount) -> None:
    VoicemailMessage.objects.create(
        sip_account=account, node="node1", caller_number="100", caller_name="", received_at=NOW, seconds=5,
        msg_id=f"{VoicemailMessage.objects.count()}",
    )  # fmt: skip


def test_a_mailbox_is_told_when_somebody_asks_and_when_it_changes(exchange: Exchange, bartek: SipAccount) -> None:
    assert exchange.look(lambda: exchange.edge.watched(BOX)) == [message_summary(0, 0)]
    leave(bartek)
    assert exchange.look() == []
    exchange.lamps.mailboxes_changed({BARTEK, "kwiaty_100"})
    assert exchange.look() == [message_summary(1, 0)]
    exchange.lamps.mailboxes_changed({BARTEK})
    assert exchange.look() == []


def test_the_mailbox_of_an_account_that_is_gone_is_empty(exchange: Exchange, bartek: SipAccount) -> None:
    bartek.delete()
    assert exchange.look(lambda: exchange.edge.watched(BOX)) == [message_summary(0, 0)]


def test_lamps_that_wait_for_somebody_to_write_are_kept_true(exchange: Exchange) -> None:
    """What a phone asks for and what a colleague does: each has it looked again, long before it would be anyway."""
    changes: list[Callable[[], object]] = [
        lambda: exchange.edge.watched(LAMP),
        lambda: exchange.does(Doing.RINGING),
        lambda: exchange.does(Doing.IN_CALL),
    ]

    async def story() -> list[str]:
        keeping = asyncio.create_task(exchange.lamps.keep_true())
        try:
            async with asyncio.timeout(ASK_AGAIN_EVERY * 0.8):
                for told, change in enumerate(changes, 1):
                    await asyncio.to_thread(change)
                    while len(exchange.edge.told) < told:
                        await asyncio.sleep(0.05)
        finally:
            keeping.cancel()
            await asyncio.gather(keeping, return_exceptions=True)
        return [body for _uri, _event, body in exchange.edge.told]

    assert asyncio.run(story())[1:] == [RINGS, TALKS]
