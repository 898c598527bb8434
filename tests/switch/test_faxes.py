"""Faxes are kept once their calls are over, whatever died meanwhile, and each once."""

import asyncio
import errno
import os
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from centralka.store.models import Fax, FaxFile, Mail, SipAccount
from centralka.switch.database import Database
from centralka.switch.faxes.keeping import FaxKeeper, state_of
from centralka.switch.faxes.protocol import NoRoom, Told
from centralka.switch.faxes.spool import Note, Spool
from centralka.switch.mailboxes.protocol import Caller
from centralka.switch.wire.engine_answers import EngineAway
from centralka.switch.wire.engine_control import EngineControl, RunningChannel
from tests import cast
from tests.faxes import a_page, is_same, pages_of, write_tiff

from .stand_ins import channel, put_away

pytestmark = pytest.mark.django_db(transaction=True)
GOOD = Told("SUCCESS", "", 2, "+48 600 100 200")
CALLER = Caller("600100200", "Anna")


class EngineThatReceives(EngineControl):
    """Says what its channels receive into."""

    def __init__(self) -> None:
        super().__init__(0, "", Path())
        self.into: list[str] = []
        self.away = False

    async def channels(self) -> list[RunningChannel]:
        if self.away:
            raise EngineAway
        return [channel(data=f"{file},f") for file in self.into]


class SpoolWithoutRoom(Spool):
    """The disk is full when a fax ends."""

    def note_end(self, name: str, how: Told) -> None:
        raise OSError(errno.ENOSPC, "no room")


@dataclass
class Office:
    """A fax account, the folder of faxes, and an engine."""

    folder: Path
    account: SipAccount
    engine: EngineThatReceives

    @property
    def socket(self) -> Path:
        """The engine's for its console, which it makes when it starts."""
        return self.folder.parent / "asterisk.ctl"

    def engine_starts(self, at: float) -> None:
        self.socket.touch()
        os.utime(self.socket, (at, at))

    @property
    def spool(self) -> Spool:
        return Spool(self.folder, self.socket, 0)

    def note(self, **changes: Any) -> str:
        """A fax that began a while ago. Returns its name."""
        note = Note(self.account.pk, "node1-1.1", CALLER, time.time() - 60)
        return self.spool.begin(replace(note, **changes))

    def arrives(self, name: str, *words: str) -> None:
        """The engine has written these pages."""
        write_tiff(self.spool.pages(name), [a_page(word) for word in words])

    def run(self, story: Callable[[FaxKeeper], Coroutine[Any, Any, Any]], spool: type[Spool] = Spool) -> Any:
        async def whole() -> Any:
            database = Database()
            try:
                made = spool(self.folder, self.socket, 0)
                return await story(FaxKeeper(made, database, self.engine, "node1"))
            finally:
                await put_away(database)

        return asyncio.run(whole())

    def look(self) -> bool:
        done: bool = self.run(FaxKeeper.look)
        return done


@pytest.fixture
def office(tmp_path: Path, kwiaty: cast.Company) -> Office:
    account = cast.fax_account(kwiaty.tenant, fax_emails="a@kwiaty.example\nb@kwiaty.example")
    made = Office(tmp_path / "faxes", account, EngineThatReceives())
    made.engine_starts(0)
    return made


def test_a_fax_that_came_is_kept_with_its_mails_and_leaves_the_folder(office: Office) -> None:
    name = office.note(ended=GOOD)
    office.arrives(name, "Strona 1", "Strona 2")
    assert office.look()
    fax = Fax.objects.get()
    assert (fax.pages, fax.unreadable, fax.state) == (2, 0, "complete")
    assert (fax.caller_number, fax.caller_name, fax.station) == ("+48600100200", "Anna", "+48 600 100 200")
    assert (fax.key, fax.call_id) == (f"node1/{name}", "node1-1.1")
    pages = pages_of(bytes(fax.file.pdf))
    assert [is_same(page, a_page(f"Strona {number}")) for number, page in enumerate(pages, 1)] == [True, True]
    assert [picture.number for picture in fax.pictures.all()] == [1, 2]
    assert sorted(Mail.objects.values_list("to", "kind")) == [("a@kwiaty.example", "fax"), ("b@kwiaty.example", "fax")]
    assert list(office.folder.iterdir()) == []


def test_a_call_without_a_page_leaves_no_fax(office: Office) -> None:
    first, second = office.note(ended=Told("FAILED", "HANGUP", 0, "")), office.note(ended=Told("FAILED", "", 0, ""))
    office.spool.pages(second).write_bytes(b"II*\0" + bytes(4))
    assert office.look()
    assert not Fax.objects.exists()
    assert not office.spool.pages(first).exists()
    assert list(office.folder.iterdir()) == []


def test_a_fax_is_kept_once_though_we_died_before_removing_it(office: Office) -> None:
    name = office.note(ended=GOOD)
    office.arrives(name, "Strona 1")
    kept = {path: path.read_bytes() for path in office.folder.iterdir()}
    office.look()
    for path, content in kept.items():
        path.write_bytes(content)
    assert office.look()
    assert (Fax.objects.count(), Mail.objects.count()) == (1, 2)
    assert list(office.folder.iterdir()) == []


def test_while_the_engine_still_receives_it_nothing_is_done(office: Office) -> None:
    """The switchboard that began it is dead; the engine goes on."""
    name = office.note()
    office.arrives(name, "Strona 1")
    office.engine.into = [str(office.spool.pages(name))]
    assert not office.look()
    assert not Fax.objects.exists()
    office.engine.into = []
    assert office.look()
    assert Fax.objects.get().state == Fax.State.UNCONFIRMED


def test_what_came_before_the_engine_died_is_kept_as_broken_off(office: Office) -> None:
    name = office.note()
    office.arrives(name, "Strona 1")
    office.engine_starts(time.time())
    assert office.look()
    assert (Fax.objects.get().state, Fax.objects.get().pages) == (Fax.State.BROKEN_OFF, 1)


def test_one_that_has_only_begun_waits_for_the_engine_to_show_it(office: Office) -> None:
    office.note(began=time.time())
    assert not office.look()
    assert len(office.spool.names()) == 1


def test_without_the_engine_one_waits(office: Office) -> None:
    office.arrives(office.note(), "Strona 1")
    office.engine.away = True
    assert not office.look()
    assert not Fax.objects.exists()


def test_the_fax_of_an_account_that_was_deleted_is_not_kept(office: Office) -> None:
    office.arrives(office.note(ended=GOOD), "Strona 1")
    office.account.delete()
    assert office.look()
    assert not Fax.objects.exists()
    assert list(office.folder.iterdir()) == []


def test_a_file_that_cannot_be_drawn_is_told_of_and_put_aside(office: Office) -> None:
    name = office.note(ended=GOOD)
    office.spool.pages(name).write_bytes(b"II*\0" + bytes(500))
    assert [office.look() for _ in range(3)] == [False, False, True]
    fax = Fax.objects.get()
    assert (fax.pages, fax.unreadable) == (0, 2)
    assert not FaxFile.objects.exists()
    assert Mail.objects.count() == 2
    assert [path.name for path in (office.folder / "unreadable").iterdir()] == [f"{name}.tif"]
    assert office.spool.names() == []


def test_one_that_was_put_aside_is_told_of_though_we_died_right_after(office: Office) -> None:
    office.note(tries=3)
    assert office.look()
    assert (Fax.objects.get().pages, Fax.objects.get().unreadable) == (0, 1)


@pytest.mark.parametrize("written", [["Strona 1"], []])
def test_pages_that_the_engine_took_but_could_not_write_are_told_of(office: Office, written: list[str]) -> None:
    """The disk was full: the sender thinks that all arrived."""
    name = office.note(ended=replace(GOOD, pages=3))
    if written:
        office.arrives(name, *written)
    assert office.look()
    assert (Fax.objects.get().pages, Fax.objects.get().unreadable) == (len(written), 3 - len(written))


def test_one_that_fails_keeps_no_other_away(office: Office) -> None:
    broken, good = office.note(ended=GOOD, channel="node1-0"), office.note(ended=GOOD)
    office.spool.pages(broken).write_bytes(b"II*\0" + bytes(500))
    office.arrives(good, "Strona 1")
    assert not office.look()
    assert Fax.objects.get().key == f"node1/{good}"


def test_during_the_call_it_is_left_alone_and_kept_right_after(office: Office) -> None:
    async def story(keeper: FaxKeeper) -> tuple[bool, bool]:
        with await keeper.begin(office.account.pk, "node1-9.9", CALLER) as receiving:
            write_tiff(Path(receiving.file), [a_page("Strona 1")])
            during = await keeper.look()
            before = len(office.spool.names())
            await receiving.ended(replace(GOOD, pages=1))
        return during and before == 1, await keeper.look()

    assert office.run(story) == (True, True)
    assert Fax.objects.get().state == Fax.State.COMPLETE


def test_the_end_is_remembered_though_there_is_no_room_to_note_it(office: Office) -> None:
    async def story(keeper: FaxKeeper) -> bool:
        with await keeper.begin(office.account.pk, "node1-9.9", CALLER) as receiving:
            write_tiff(Path(receiving.file), [a_page("Strona 1")])
            await receiving.ended(GOOD)
        return await keeper.look()

    assert office.run(story, SpoolWithoutRoom)
    assert (Fax.objects.get().state, Fax.objects.get().unreadable) == (Fax.State.COMPLETE, 1)


def test_without_room_no_fax_is_begun(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "faxes", tmp_path, 2**62)
    with pytest.raises(NoRoom):
        spool.begin(Note(1, "node1-1", CALLER, 0.0))
    assert spool.names() == []


@pytest.mark.parametrize(
    "how, state",
    [
        (Told("SUCCESS", "", 2, ""), Fax.State.COMPLETE),
        (Told("FAILED", "T38_NEG_ERROR", 1, ""), Fax.State.UNCONFIRMED),
        (Told("FAILED", "T38_NEG_ERROR", 0, ""), Fax.State.BROKEN_OFF),
        (Told("FAILED", "HANGUP", 1, ""), Fax.State.BROKEN_OFF),
        (Told("", "", 0, ""), Fax.State.BROKEN_OFF),
    ],
)
def test_whether_it_is_complete_is_told_by_the_engines_last_word(how: Told, state: Fax.State) -> None:
    assert state_of(how) == state
