"""The mailboxes of one engine: rows follow the folders, the folders follow the orders, and nothing is lost between."""

import asyncio
import os
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.db import connections

from centralka.sound.conversion import greeting_wav
from centralka.store.models import Greeting, Mail, SipAccount, StaleLamp, VoicemailMessage
from centralka.switch.database import Database
from centralka.switch.mailboxes.keeping import MailboxKeeper, mailbox_keeper
from centralka.switch.mailboxes.lamps import Lamps
from centralka.switch.mailboxes.moving import move, remove
from centralka.switch.mailboxes.protocol import Caller
from centralka.switch.wire.channel import ChannelGone
from centralka.switch.wire.edge_control import EdgeAway
from centralka.switch.wire.edge_line import EdgeLine, EdgeRequest
from centralka.switch.wire.engine_answers import EngineAway
from centralka.switch.wire.engine_control import EngineControl, RunningChannel
from tests import cast

from .recordings import half_recorded, message, wav
from .stand_ins import channel, put_away

pytestmark = pytest.mark.django_db(transaction=True)

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
LONG_AGO = time.time() - 600
Story = Callable[[MailboxKeeper], Awaitable[Any]]


class Engine(EngineControl):
    """Says what it records into."""

    def __init__(self) -> None:
        super().__init__(0, "", Path())
        self.away = False
        self.recording_into: list[str] = []
        """What its channels record into, e.g. `7@centralka,s`."""

    async def channels(self) -> list[RunningChannel]:
        if self.away:
            raise EngineAway("no")
        return [replace(channel(data=data), application="VoiceMail") for data in self.recording_into]


class Line(EdgeLine):
    """Notes whose phones the edge is to tell what, as it is put into a lamp."""

    def __init__(self) -> None:
        super().__init__("s3cret", ("127.0.0.1", 9), "centrala.example:5060")
        self.says = 200
        self.lamps: list[tuple[str, str]] = []

    async def send(self, asked: EdgeRequest, repeated_after: Sequence[float] = ()) -> int:
        assert (asked.method, asked.phone, asked.kind) == ("NOTIFY", "", "application/simple-message-summary")
        if self.says == 200:
            waiting, counted = asked.body.splitlines()
            new = counted.removeprefix("Voice-Message: ").partition(" ")[0]
            assert waiting == f"Messages-Waiting: {'no' if new.startswith('0/') else 'yes'}"
            self.lamps.append((asked.login, new))
        return self.says


class House:
    """Alicja's account with a mailbox, the engine's folders, and the switchboard's side of it."""

    def __init__(self, home: Path) -> None:
        self.folder = home / "spool/voicemail"
        self.account = cast.phone(
            cast.alicjas_company().tenant, "100", "Alicja", voicemail_enabled=True, voicemail_email="a@kwiaty.example"
        )
        self.box = self.folder / f"centralka/{self.account.pk}"
        self.engine, self.line = Engine(), Line()
        self.least_free = 0
        self.beside_the_edge = True

    def run(self, *stories: Story) -> Any:
        """Tell the stories one after the other, and after each the lamps. Returns what the last one returns."""
        return asyncio.run(self._run(stories))

    async def _run(self, stories: tuple[Story, ...]) -> Any:
        database = Database()
        lamps = Lamps(database, self.line, beside_edge=self.beside_the_edge)
        keeper = mailbox_keeper(self.folder, database, self.engine, "node1", self.least_free, lamps, lambda: NOW)
        try:
            for story in stories:
                given = await asyncio.wait_for(story(keeper), 20)
                if self.beside_the_edge:
                    with suppress(EdgeAway):
                        await lamps.look()
            return given
        finally:
            await put_away(database)

    def sweep(self) -> bool:
        swept: bool = self.run(lambda keeper: keeper.sweeping.sweep())
        return swept

    def orders(self) -> None:
        self.run(lambda keeper: keeper.orders.carry_out())

    def row(self) -> VoicemailMessage:
        return VoicemailMessage.objects.get()

    def files(self) -> list[str]:
        return sorted(str(path.relative_to(self.box)) for path in self.box.glob("*/msg*.txt"))


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


@pytest.fixture
def with_message(house: House) -> House:
    """One that the switchboard knows."""
    message(house.box, 0, "1795403676-00000000", callerid='"Jan" <600100200>', seconds=5)
    house.sweep()
    return house


def mark_all_heard() -> None:
    """In a thread that leaves no connection behind."""
    VoicemailMessage.objects.update(heard=True)
    connections.close_all()


# -- Rows follow the folders -----------------------------------------------------------------------------------------


def test_a_new_message_is_in_the_database_with_its_audio_and_its_mail(with_message: House) -> None:
    row = with_message.row()
    assert (row.msg_id, row.seconds, row.heard) == ("node1/1795403676-00000000", 5, False)
    assert (row.caller_number, row.caller_name) == ("+48600100200", "Jan")
    assert bytes(row.audio.wav) == wav(5)
    assert Mail.objects.get().message == row


def test_the_length_of_what_was_just_recorded_is_told_and_the_row_is_there(house: House) -> None:
    message(house.box, 0, "1-0", seconds=14)
    recording = str(house.box / "INBOX/msg0000")
    assert house.run(lambda keeper: keeper.mailboxes.for_callers.stored(house.account.pk, recording)) == 14
    assert house.row().seconds == 14


def test_a_second_sweep_doubles_nothing(with_message: House) -> None:
    with_message.sweep()
    assert (VoicemailMessage.objects.count(), Mail.objects.count()) == (1, 1)


def test_a_mailbox_in_which_nothing_changed_is_not_read_again(house: House) -> None:
    message(house.box, 0, "1-0")

    async def story(keeper: MailboxKeeper) -> None:
        await keeper.sweeping.sweep()
        await asyncio.to_thread(mark_all_heard)
        await keeper.sweeping.sweep()

    for folder in ("INBOX", "Old"):
        (house.box / folder).mkdir(exist_ok=True)
        _age(house.box / folder)
    house.run(story)
    assert house.row().heard


def test_what_became_heard_in_the_folders_shows(with_message: House) -> None:
    move(with_message.box, "1795403676-00000000", "Old")
    with_message.sweep()
    assert with_message.row().heard


def test_a_message_outlives_its_recording(with_message: House) -> None:
    Mail.objects.update(state=Mail.State.SENT)
    remove(with_message.box, "1795403676-00000000", "INBOX")
    with_message.sweep()
    assert (with_message.row().deleted_at, bytes(with_message.row().audio.wav)) == (None, wav(5))


def test_a_message_that_a_full_disk_lost_while_it_was_moved_is_still_there(with_message: House) -> None:
    """As the engine leaves it: what was copied to Old is cut off, and the original is deleted."""
    move(with_message.box, "1795403676-00000000", "Old")
    for ending in ("txt", "wav"):
        (with_message.box / f"Old/msg0000.{ending}").write_bytes(b"")
    VoicemailMessage.objects.update(heard=True, order="heard")
    with_message.orders()
    with_message.sweep()
    assert (with_message.row().order, bytes(with_message.row().audio.wav)) == ("", wav(5))


def test_a_recording_without_sound_keeps_no_other_message_away(house: House) -> None:
    message(house.box, 0, "1-0")
    message(house.box, 1, "2-0")
    (house.box / "INBOX/msg0000.wav").unlink()
    assert house.sweep()
    assert house.row().msg_id == "node1/2-0"


def test_a_disk_that_is_not_there_says_nothing_about_messages(with_message: House) -> None:
    with_message.folder.rename(with_message.folder.with_name("elsewhere"))
    assert with_message.sweep()
    assert VoicemailMessage.objects.filter(deleted_at=None).exists()


def test_one_mailbox_that_cannot_be_read_keeps_no_other_from_being_looked_at(house: House) -> None:
    other = cast.phone(house.account.tenant, "101", voicemail_enabled=True)
    (house.box / "INBOX/msg0000.txt").mkdir(parents=True)
    message(house.box.parent / str(other.pk), 0, "1-1")
    assert not house.sweep()
    assert house.row().sip_account == other


def test_the_folder_of_a_deleted_account_stays_a_day(with_message: House) -> None:
    with_message.account.delete()
    with_message.sweep()
    assert with_message.files()
    _age(with_message.box / "gone", 25 * 3600)
    with_message.sweep()
    assert not with_message.box.exists()


# -- The folders follow the orders -----------------------------------------------------------------------------------


def test_a_message_that_was_heard_is_moved(with_message: House) -> None:
    known = with_message.row().pk
    with_message.run(
        lambda keeper: keeper.mailboxes.for_owners.mark_heard(known), lambda keeper: keeper.orders.carry_out()
    )
    assert with_message.files() == ["Old/msg0000.txt"]
    assert (with_message.row().heard, with_message.row().order) == (True, "")


def test_a_deleted_message_is_removed_and_its_row_goes_when_its_mail_is_sent(with_message: House) -> None:
    known = with_message.row().pk
    with_message.run(lambda keeper: keeper.mailboxes.for_owners.delete(known), lambda keeper: keeper.orders.carry_out())
    assert with_message.files() == []
    assert with_message.row().deleted_at == NOW
    Mail.objects.update(state=Mail.State.SENT)
    with_message.sweep()
    assert not VoicemailMessage.objects.exists()


def test_a_message_marked_as_new_again_is_moved_back(with_message: House) -> None:
    move(with_message.box, "1795403676-00000000", "Old")
    VoicemailMessage.objects.update(heard=False, order="unheard")
    with_message.orders()
    assert with_message.files() == ["INBOX/msg0000.txt"]


def test_an_order_that_was_carried_out_before_somebody_died_is_done(with_message: House) -> None:
    move(with_message.box, "1795403676-00000000", "Old")
    VoicemailMessage.objects.update(heard=True, order="heard")
    with_message.orders()
    assert with_message.files() == ["Old/msg0000.txt"]
    assert with_message.row().order == ""


def test_a_message_that_cannot_be_moved_is_not_tried_all_the_time(with_message: House) -> None:
    VoicemailMessage.objects.update(heard=True, order="heard")
    in_the_way = with_message.box / "Old"
    in_the_way.write_text("no folder")

    async def story(keeper: MailboxKeeper) -> None:
        await keeper.orders.carry_out()
        in_the_way.unlink()
        assert await keeper.orders.carry_out(), "it is looked at though nobody writes"

    with_message.run(story)
    assert with_message.row().order == "heard"
    assert (with_message.row().heard, with_message.files()) == (True, ["INBOX/msg0000.txt"])
    with_message.orders()  # of a switchboard that has not tried yet
    assert with_message.files() == ["Old/msg0000.txt"]


@pytest.mark.parametrize("on", [True, False])
@pytest.mark.parametrize(
    "order, left", [("heard", ["Old/msg0000.txt"]), ("unheard", ["INBOX/msg0000.txt"]), ("delete", [])]
)
def test_a_message_that_a_dying_engine_left_in_both_folders_becomes_one(
    with_message: House, order: str, left: list[str], on: bool
) -> None:
    """It copies, then deletes."""
    message(with_message.box, 0, "1795403676-00000000", folder="Old")
    SipAccount.objects.update(voicemail_enabled=on)
    VoicemailMessage.objects.update(order=order)
    with_message.orders()
    assert with_message.files() == left


# -- What an engine that died left behind ----------------------------------------------------------------------------


def speak_and_lose_the_engine(house: House) -> Story:
    """Somebody is leaving a message when the engine dies."""

    async def story(keeper: MailboxKeeper) -> None:
        with pytest.raises(ChannelGone), keeper.mailboxes.for_callers.noting(house.account.pk, Caller("101", "Bartek")):
            raise ChannelGone

    return story


def test_a_recording_that_was_broken_off_becomes_a_message_of_who_was_speaking(house: House) -> None:
    house.run(speak_and_lose_the_engine(house))
    half_recorded(house.box, seconds=4.1, at=time.time() - 10)
    for note in (house.folder.parent / "mailboxes/notes").iterdir():
        _age(note, 60)
    assert house.sweep()
    assert (house.row().caller_number, house.row().caller_name, house.row().seconds) == ("101", "Bartek", 4)
    assert Mail.objects.get().message == house.row()


def test_what_cannot_be_salvaged_keeps_nothing_else_from_it(house: House) -> None:
    other = cast.phone(house.account.tenant, "101", voicemail_enabled=True)
    half_recorded(house.box, seconds=4.1, at=LONG_AGO)
    half_recorded(house.box.parent / str(other.pk), seconds=4.1, at=LONG_AGO)
    (house.box / "INBOX").write_text("no folder")
    assert not house.sweep()
    assert house.row().sip_account == other


def test_a_recording_that_goes_on_is_left_alone(house: House) -> None:
    half_recorded(house.box, seconds=4.1, at=LONG_AGO)
    house.engine.recording_into = [f"{house.account.pk}@centralka,s"]
    assert not house.sweep()
    assert not VoicemailMessage.objects.exists()


def test_a_recording_that_was_written_to_just_now_is_left_alone(house: House) -> None:
    half_recorded(house.box, seconds=4.1)
    assert not house.sweep()
    assert not VoicemailMessage.objects.exists()


def test_a_recording_for_a_caller_of_this_switchboard_is_left_alone(house: House) -> None:
    half_recorded(house.box, seconds=4.1, at=LONG_AGO)

    async def story(keeper: MailboxKeeper) -> bool:
        with keeper.mailboxes.for_callers.noting(house.account.pk, Caller("101", "Bartek")):
            return await keeper.sweeping.sweep()

    assert house.run(story)
    assert not VoicemailMessage.objects.exists()


def test_what_was_broken_off_waits_for_the_engine(house: House) -> None:
    """Only it can say that nobody writes there any more."""
    half_recorded(house.box, seconds=4.1, at=LONG_AGO)
    house.engine.away = True
    assert not house.sweep()
    house.engine.away = False
    assert house.sweep()
    assert house.row().caller_number == ""


# -- Greetings -------------------------------------------------------------------------------------------------------


def own_greeting(house: House, version: str) -> None:
    made = greeting_wav(wav(2))
    values = {"wav": made.wav, "seconds": 2, "source": "upload", "version": version, "changed_at": NOW}
    Greeting.objects.update_or_create(sip_account=house.account, defaults=values)


def test_the_own_greeting_is_written_for_the_engine_and_replaced_by_a_new_one(house: House) -> None:
    def written() -> list[str]:
        file = house.run(lambda keeper: keeper.mailboxes.for_callers.greeting(house.account.pk))
        return sorted(path.name for path in Path(file).parent.iterdir())

    own_greeting(house, "old")
    assert written() == [f"{house.account.pk}-old.alaw", f"{house.account.pk}-old.g722"]
    own_greeting(house, "new")
    assert written() == [f"{house.account.pk}-new.alaw", f"{house.account.pk}-new.g722"]


def test_without_an_own_greeting_or_with_a_broken_one_there_is_none(house: House) -> None:
    assert house.run(lambda keeper: keeper.mailboxes.for_callers.greeting(house.account.pk)) is None
    own_greeting(house, "broken")
    Greeting.objects.update(wav=b"no sound")
    assert house.run(lambda keeper: keeper.mailboxes.for_callers.greeting(house.account.pk)) is None


def test_a_greeting_recorded_by_phone_is_kept_like_an_uploaded_one(house: House) -> None:
    async def story(keeper: MailboxKeeper) -> Path:
        with keeper.mailboxes.for_owners.draft() as draft:
            draft.with_suffix(".wav").write_bytes(wav(2))
            assert await keeper.mailboxes.for_owners.is_greeting(draft)
            await keeper.mailboxes.for_owners.save_greeting(house.account.pk, draft)
        return draft

    draft: Path = house.run(story)
    kept = Greeting.objects.get()
    assert (kept.source, round(kept.seconds)) == ("phone", 2)
    assert bytes(kept.wav) == greeting_wav(wav(2)).wav
    assert not draft.with_suffix(".wav").exists()


def test_a_cough_is_no_greeting(house: House) -> None:
    async def story(keeper: MailboxKeeper) -> bool:
        with keeper.mailboxes.for_owners.draft() as draft:
            draft.with_suffix(".wav").write_bytes(wav(0.2))
            return await keeper.mailboxes.for_owners.is_greeting(draft)

    assert house.run(story) is False


# -- Playing and room ------------------------------------------------------------------------------------------------


def test_a_message_is_played_from_a_file_that_is_gone_afterwards(with_message: House) -> None:
    known = with_message.row().pk

    async def story(keeper: MailboxKeeper) -> Path:
        async with keeper.mailboxes.for_owners.sound_of(known) as sound:
            assert sound is not None
            assert Path(f"{sound}.wav").read_bytes() == wav(5)
            return Path(f"{sound}.wav")

    assert not with_message.run(story).exists()


def test_a_message_that_is_gone_is_not_played(house: House) -> None:
    async def story(keeper: MailboxKeeper) -> None:
        async with keeper.mailboxes.for_owners.sound_of(4711) as sound:
            assert sound is None

    house.run(story)


def test_no_message_is_begun_on_a_disk_that_is_nearly_full(house: House) -> None:
    assert house.run(lambda keeper: keeper.mailboxes.for_callers.can_record(house.account.pk))
    house.least_free = 2**60
    assert not house.run(lambda keeper: keeper.mailboxes.for_callers.can_record(house.account.pk))


def _age(path: Path, seconds: float = 600) -> None:
    at = time.time() - seconds
    os.utime(path, (at, at))


# -- Messages that were cut off by a full disk -----------------------------------------------------------------------


async def leave_cut_off(house: House, keeper: MailboxKeeper) -> None:
    """As the engine leaves one when nothing more fits: its sound, and an empty text."""
    with keeper.mailboxes.for_callers.noting(house.account.pk, Caller("101", "Bartek")):
        message(house.box, 0, "1-0", seconds=5)
        (house.box / "INBOX/msg0000.txt").write_text("")


def test_a_message_that_was_cut_off_is_there_as_soon_as_there_is_room(house: House) -> None:
    recording, in_the_way = str(house.box / "INBOX/msg0000"), house.box / "INBOX/lock"
    house.run(lambda keeper: leave_cut_off(house, keeper))
    in_the_way.mkdir()  # nothing can be written there, as on a full disk
    assert not house.run(lambda keeper: keeper.mailboxes.for_callers.is_whole(recording))
    assert house.run(lambda keeper: keeper.mailboxes.for_callers.stored(house.account.pk, recording)) == 5
    assert not house.sweep()
    assert not VoicemailMessage.objects.exists()
    in_the_way.rmdir()
    assert house.sweep()
    row = house.row()
    assert (row.seconds, row.caller_number, row.caller_name) == (5, "101", "Bartek")


# -- Lamps -----------------------------------------------------------------------------------------------------------


def test_the_lamp_follows_a_new_message_a_heard_one_and_a_deleted_one(house: House) -> None:
    message(house.box, 0, "1-0")
    house.sweep()
    known = house.row().pk
    house.run(lambda keeper: keeper.mailboxes.for_owners.mark_heard(known), lambda keeper: keeper.orders.carry_out())
    house.run(lambda keeper: keeper.mailboxes.for_owners.delete(known), lambda keeper: keeper.orders.carry_out())
    assert house.line.lamps == [("kwiaty_100", "1/0"), ("kwiaty_100", "0/1"), ("kwiaty_100", "0/0")]


def test_the_lamp_goes_out_with_the_voicemail_and_comes_back_with_it(house: House) -> None:
    message(house.box, 0, "1-0")

    def switch(on: bool) -> None:
        SipAccount.objects.filter(pk=house.account.pk).update(voicemail_enabled=on)

    async def story(keeper: MailboxKeeper, on: bool) -> None:
        await asyncio.to_thread(switch, on)
        await keeper.sweeping.sweep()

    _age(house.box / "INBOX")
    house.run(*(partial(story, on=on) for on in (True, False, False, True, True)))
    assert house.line.lamps == [("kwiaty_100", "1/0"), ("kwiaty_100", "0/0"), ("kwiaty_100", "1/0")]


def test_phones_that_come_are_told_if_they_have_a_mailbox(house: House) -> None:
    cast.phone(house.account.tenant, "101")
    told: set[str] = set()

    async def story(database: Database) -> None:
        lamps = Lamps(database, house.line, beside_edge=True, changed=told.update)
        try:
            await lamps.tell_who_came({"kwiaty_100", "kwiaty_101", "kwiaty_102"})
            await lamps.look()
            await lamps.look()
        finally:
            await put_away(database)

    asyncio.run(story(Database()))
    assert house.line.lamps == [("kwiaty_100", "0/0")]
    assert told == {"kwiaty_100"}


def test_an_edge_that_is_away_keeps_no_message_away_and_has_the_lamp_told_when_it_is_back(house: House) -> None:
    message(house.box, 0, "1-0")

    async def story(keeper: MailboxKeeper) -> None:
        await keeper.sweeping.sweep()

    async def is_back(_keeper: MailboxKeeper) -> None:
        house.line.says = 200

    house.line.says = 408
    house.run(story, is_back)
    assert house.row().caller_number
    assert house.line.lamps == [("kwiaty_100", "1/0")]


def test_phones_that_are_gone_are_not_asked_for_again(house: House) -> None:
    message(house.box, 0, "1-0")

    async def come(_keeper: MailboxKeeper) -> None:
        house.line.says = 200

    house.line.says = 480
    house.run(lambda keeper: keeper.sweeping.sweep(), come)
    assert house.line.lamps == []


def test_the_switchboard_beside_the_edge_has_the_lamps_told_for_the_others(house: House) -> None:
    message(house.box, 0, "1-0")
    house.beside_the_edge = False
    house.sweep()
    assert StaleLamp.objects.count() == 1
    StaleLamp.objects.create(account=house.account.pk + 1)  # deleted meanwhile
    house.beside_the_edge = True

    async def nothing(_keeper: MailboxKeeper) -> None:
        pass

    house.run(nothing)
    assert house.line.lamps == [("kwiaty_100", "1/0")]
    assert not StaleLamp.objects.exists()
