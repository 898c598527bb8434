"""The owner in the mailbox: keys pressed on a scripted channel, and what became of messages and greeting."""

import asyncio
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import pytest

from centralka.calls.plan import Outcome, VoicemailMenu
from centralka.calls.prompts import Prompt
from centralka.calls.reasons import Reason, Why
from centralka.store.voicemail import KeptMessage
from centralka.switch.steps.ended import Ended
from centralka.switch.steps.voicemail_menu import Visit, open_mailbox
from centralka.switch.wire.channel import ChannelGone

from .stand_ins import ScriptedChannel, Shelf

STEP = VoicemailMenu(7, Reason(Why.MAILBOX_DIALLED))
AT = datetime(2026, 11, 22, 13, 5, tzinfo=UTC)


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path, [KeptMessage(1, "101", AT, heard=False), KeptMessage(2, "+48600100200", AT, heard=True)])


def visit(shelf: Shelf, *keys: str | None, **channel: object) -> ScriptedChannel:
    """`None` in `keys`: the owner hangs up there."""
    made = ScriptedChannel(keys=keys, **channel)  # type: ignore[arg-type]
    assert asyncio.run(open_mailbox(STEP, made, shelf)) == Ended(Outcome.DONE)
    return made


def heard(shelf: Shelf) -> list[int]:
    return [one.id for one in shelf.kept if one.heard]


def test_the_count_is_said_first_and_then_the_choices(shelf: Shelf) -> None:
    channel = visit(shelf, "*")
    assert channel.done[:2] == [("Set", "TAKEN=mailbox"), ("Answer", "")]
    assert channel.played[0] == "vm-youhave"
    assert channel.played[-2:] == [Prompt.MAILBOX_MENU, Prompt.GOODBYE]
    assert channel.done[-1] == ("Hangup", "")


def test_a_message_is_played_after_its_envelope_and_counts_as_heard(shelf: Shelf) -> None:
    channel = visit(shelf, "1", None)
    at = channel.played.index("message-1")
    assert "vm-from-extension" in channel.played[:at]
    assert channel.played[at + 1] == "vm-repeat"
    assert heard(shelf) == [1, 2]


def test_the_time_in_the_envelope_is_that_of_the_wall(shelf: Shelf) -> None:
    """13:05 by the clocks of Greenwich is five past two in Poland."""
    channel = visit(shelf, "1", None)
    assert "digits/t-14" in channel.played


def test_a_key_during_the_envelope_goes_on_and_the_message_stays_new(shelf: Shelf) -> None:
    channel = visit(shelf, "1", "vm-received:6", None)
    assert "message-1" not in channel.played
    assert "message-2" in channel.played
    assert heard(shelf) == [2]


def test_a_key_during_the_message_cuts_it_short_and_it_was_heard(shelf: Shelf) -> None:
    channel = visit(shelf, "1", "message-1:6", None)
    assert "vm-repeat" not in channel.played[: channel.played.index("message-2")]
    assert heard(shelf) == [1, 2]


def test_who_is_put_in_the_owners_place_hears_nothing_and_deletes_nothing(shelf: Shelf) -> None:
    """An attended transfer to the mailbox: the engine goes on with this call, on another channel."""

    class PassedOn(ScriptedChannel):
        async def key(self, seconds: float) -> str:
            self.variables["CHANNEL(name)"] = "PJSIP/trunk-1-00000007"
            return await super().key(seconds)

    channel = PassedOn(keys=["1", "7", "0", None])
    assert asyncio.run(open_mailbox(STEP, channel, shelf)) == Ended(Outcome.DONE)
    assert channel.played[-1] == Prompt.MAILBOX_MENU
    assert [one.id for one in shelf.kept] == [1, 2]


def test_seven_deletes(shelf: Shelf) -> None:
    visit(shelf, "1", "7", None)
    assert [one.id for one in shelf.kept] == [2]


def test_a_message_that_was_deleted_in_the_panel_meanwhile_is_passed_over(shelf: Shelf) -> None:
    class Emptied(Shelf):
        async def messages(self, account_id: int) -> list[KeptMessage]:
            found, self.kept = list(self.kept), []
            return found

    channel = visit(Emptied(shelf.folder, shelf.kept), "1", None)
    assert not [sound for sound in channel.played if sound.startswith("message-")]


@pytest.mark.parametrize("seconds, is_heard", [(1.0, False), (4.0, True)])
def test_who_hangs_up_after_the_first_words_has_heard_it_but_not_who_does_at_once(
    shelf: Shelf, seconds: float, is_heard: bool
) -> None:
    clock = count(0, seconds)
    channel = ScriptedChannel(keys=["1", "message-1:"])
    with pytest.raises(ChannelGone):
        asyncio.run(Visit(7, channel, shelf, shelf.folder / "draft", clock=lambda: next(clock)).serve_owner())
    assert (1 in heard(shelf)) is is_heard


def test_a_greeting_is_spoken_heard_and_saved(shelf: Shelf) -> None:
    channel = visit(shelf, "0", "2", "1", None, recorded=[b"RIFF"])
    draft = str(shelf.folder / "draft")
    assert [Prompt.RECORD_GREETING, Prompt.GREETING_REVIEW, draft] == channel.played[-6:-3]
    assert shelf.saved == [(7, b"RIFF")]


def test_a_greeting_can_be_spoken_again(shelf: Shelf) -> None:
    visit(shelf, "0", "3", "1", None, recorded=[b"first", b"second"])
    assert shelf.saved == [(7, b"second")]


def test_a_greeting_that_is_given_up_or_left_in_the_middle_is_not_saved(shelf: Shelf) -> None:
    visit(shelf, "0", "*", "*", recorded=[b"RIFF"])
    visit(shelf, "0", None, recorded=[b"RIFF"])
    visit(shelf, "0", recorded=[None])
    assert shelf.saved == []


def test_a_greeting_that_is_too_short_is_refused(shelf: Shelf) -> None:
    shelf.long_enough = False
    channel = visit(shelf, "0", "*", recorded=[b""])
    assert Prompt.GREETING_TOO_SHORT in channel.played


def test_a_disk_on_which_nothing_can_be_written_is_told(shelf: Shelf) -> None:
    channel = visit(shelf, "0", "*", recorded=[False])
    assert Prompt.CANNOT_RECORD in channel.played


def test_nothing_that_is_pressed_dials_anywhere(shelf: Shelf) -> None:
    channel = visit(shelf, *"84#1#80#", *["*"] * 2, recorded=[b"RIFF"])
    assert {name for name, _ in channel.done} == {"Set", "Answer", "Play", "Hangup"}
