"""Leaving a message: what the caller hears, what the engine is told, and what the record gets."""

import asyncio
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest

from centralka.calls.mailbox_speech import greeting
from centralka.calls.plan import Outcome, Voicemail
from centralka.calls.prompts import Prompt
from centralka.calls.reasons import Reason, Why
from centralka.switch.mailboxes.protocol import Caller
from centralka.switch.steps.ended import Ended
from centralka.switch.steps.voicemail import caller_of, leave_message
from centralka.switch.wire.channel import ChannelGone

from .stand_ins import REQUEST, ScriptedChannel, Shelf

STEP = Voicemail(7, "kwiaty_101", "101", busy=False, own_greeting=False, why=Reason(Why.TO_VOICEMAIL))
OUTSIDE = replace(REQUEST, channel="PJSIP/trunk-1-00000007", caller_number="+48600100200", caller_name="JAN")
FILE = "/spool/7/INBOX/msg0000"


def stored(**more: object) -> ScriptedChannel:
    return ScriptedChannel(variables={"VM_MESSAGEFILE": FILE}, **more)  # type: ignore[arg-type]


def nothing_stored() -> ScriptedChannel:
    return ScriptedChannel(variables={"VM_MESSAGEFILE": ""})


def leave(channel: ScriptedChannel, shelf: Shelf, step: Voicemail = STEP, seconds: float = 10) -> Ended:
    """`seconds`: how long the engine's recorder goes on."""
    clock = count(0, seconds)
    return asyncio.run(leave_message(step, channel, shelf, lambda: next(clock)))


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path)


def test_a_message_is_recorded_and_its_length_goes_into_the_record(shelf: Shelf) -> None:
    channel = stored()
    assert leave(channel, shelf) == Ended(Outcome.VOICEMAIL, seconds=14)
    assert shelf.recordings == [(7, FILE)]
    assert ("VoiceMail", "7@centralka,s") in channel.done
    assert channel.done[-1] == ("Hangup", "")


def test_the_dialplan_is_told_before_anything_else_that_the_call_is_taken_care_of(shelf: Shelf) -> None:
    channel = stored()
    leave(channel, shelf)
    assert channel.done[0] == ("Set", "TAKEN=voicemail")


@pytest.mark.parametrize("busy", [True, False])
def test_the_systems_greeting_says_whether_the_callee_is_on_the_phone(shelf: Shelf, busy: bool) -> None:
    channel = stored()
    leave(channel, shelf, replace(STEP, busy=busy))
    assert channel.played == greeting("101", busy=busy)


def test_the_own_greeting_is_played_where_the_step_says_so(shelf: Shelf) -> None:
    shelf.own_greeting = "/greetings/7-abc"
    channel, other = stored(), stored()
    leave(channel, shelf, replace(STEP, own_greeting=True))
    leave(other, shelf)
    assert channel.played == ["/greetings/7-abc"]
    assert other.played == greeting("101", busy=False)


def test_an_own_greeting_that_cannot_be_played_is_replaced_by_the_systems(shelf: Shelf) -> None:
    channel = stored()
    leave(channel, shelf, replace(STEP, own_greeting=True))
    assert channel.played == greeting("101", busy=False)


def test_a_hash_skips_the_greeting(shelf: Shelf) -> None:
    channel = stored(keys=["vm-theperson:#"])
    assert leave(channel, shelf).seconds == 14
    assert channel.played == ["vm-theperson"]


def test_whoever_hangs_up_during_the_greeting_left_no_message(shelf: Shelf) -> None:
    channel = stored(keys=["vm-intro:"])
    assert leave(channel, shelf) == Ended(Outcome.VOICEMAIL, seconds=0)
    assert "VoiceMail" not in dict(channel.done)


def test_nothing_of_an_earlier_mailbox_of_the_same_call_is_taken_for_this_message(shelf: Shelf) -> None:
    channel = stored()
    leave(channel, shelf)
    names = [f"{name} {what}" for name, what in channel.done]
    assert names.index("Set VM_MESSAGEFILE=") < names.index("VoiceMail 7@centralka,s")


def test_a_message_that_was_too_short_is_none(shelf: Shelf) -> None:
    channel = nothing_stored()
    assert leave(channel, shelf) == Ended(Outcome.VOICEMAIL, seconds=0)
    assert Prompt.CANNOT_RECORD not in channel.played


def test_a_disk_that_became_full_meanwhile_is_told(shelf: Shelf) -> None:
    shelf.room = [True, False]
    channel = nothing_stored()
    leave(channel, shelf)
    assert channel.played[-1] == Prompt.CANNOT_RECORD


def test_a_recorder_that_gives_up_at_once_is_told(shelf: Shelf) -> None:
    """The mailbox was switched off meanwhile, or its folder cannot be made."""
    channel = nothing_stored()
    leave(channel, shelf, seconds=0.01)
    assert channel.played[-1] == Prompt.CANNOT_RECORD


def test_whoever_hangs_up_just_before_the_recorder_left_no_message(shelf: Shelf) -> None:
    class Gone(ScriptedChannel):
        async def execute(self, application: str, arguments: str = "") -> None:
            if application in ("VoiceMail", "Hangup"):
                raise ChannelGone

    assert leave(Gone(variables={"VM_MESSAGEFILE": ""}), shelf) == Ended(Outcome.VOICEMAIL, seconds=0)
    assert shelf.notes == []


@pytest.mark.parametrize("busy, cause", [(True, "17"), (False, "20")])
def test_where_nothing_can_be_recorded_the_caller_hears_so_and_pays_nothing(
    shelf: Shelf, busy: bool, cause: str
) -> None:
    shelf.room = [False]
    channel = ScriptedChannel()
    assert leave(channel, shelf, replace(STEP, busy=busy)).outcome is Outcome.UNAVAILABLE
    assert ("Playback", f"{Prompt.CANNOT_RECORD},noanswer") in channel.done
    assert channel.done[-1] == ("Hangup", cause)
    assert "Answer" not in dict(channel.done)


def test_who_is_calling_is_noted_while_the_engine_records(shelf: Shelf) -> None:
    leave(stored(request=OUTSIDE), shelf)
    assert shelf.noted == [Caller("+48600100200", "JAN")]
    assert shelf.notes == []


def test_the_note_stays_when_the_engine_dies_meanwhile(shelf: Shelf) -> None:
    class Dying(ScriptedChannel):
        async def evaluate(self, expression: str) -> str:
            raise ChannelGone

    with pytest.raises(ChannelGone):
        leave(Dying(), shelf)
    assert shelf.notes == [Caller("100", "Alicja")]


def test_the_message_has_the_real_extension_of_a_colleague_not_the_shown_one() -> None:
    assert caller_of(replace(REQUEST, caller_number="555")) == Caller("100", "Alicja")


def test_a_caller_from_outside_who_hides_the_number_stays_unknown(shelf: Shelf) -> None:
    channel = stored(request=replace(OUTSIDE, presentation="32"))
    leave(channel, shelf)
    assert shelf.noted == [Caller("", "")]
    assert {("Set", "CALLERID(num)="), ("Set", "CALLERID(name)=")} <= set(channel.done)


def test_a_caller_from_outside_is_never_taken_for_a_colleague() -> None:
    assert caller_of(replace(OUTSIDE, caller_number="101", caller_name="Prezes")) == Caller("", "")


def test_a_caller_who_was_cut_off_by_a_full_disk_is_told(shelf: Shelf) -> None:
    shelf.whole, shelf.room = False, [True, False]
    channel = stored()
    assert leave(channel, shelf) == Ended(Outcome.VOICEMAIL, seconds=14)
    assert channel.played[-1] == Prompt.CANNOT_RECORD
    assert channel.done[-1] == ("Hangup", "")
