"""A call to a public number: money first, then trunk after trunk."""

import asyncio
from dataclasses import replace
from decimal import Decimal

import pytest

from centralka.calls.facts import CallerNumber, Condition, Trunk
from centralka.calls.journal_events import TrunkTry
from centralka.calls.plan import DialOut, Diversion, Outcome
from centralka.calls.reasons import Reason, Why
from centralka.calls.spelling import NumberStyle
from centralka.calls.tariffs import Rate
from centralka.switch.money.bank import Reserved
from centralka.switch.steps.dial_out import Suspects, dial_out
from centralka.switch.wire.channel import ChannelGone

from .stand_ins import REQUEST, ScriptedChannel, Till

RATE = Rate("486", "", Decimal("0.12"), Decimal(0), 1, 1)
FIRST = Trunk(1, "Pierwszy", NumberStyle.E164)
SECOND = Trunk(2, "Drugi", NumberStyle.NATIONAL)
OPEN = Trunk(4, "Czwarty", NumberStyle.DIGITS, foreign_caller_ids=True)
THIRD = Trunk(3, "Trzeci", NumberStyle.DIGITS)
STEP = DialOut(
    number="+48600100200",
    trunks=(FIRST, SECOND),
    show=CallerNumber("+48221234567", restricted=False),
    rate=RATE,
    seconds=120,
    why=Reason(Why.NUMBER_DIALLED),
    then={},
)
ANSWER, BUSY, DOWN, SILENT = "ANSWER|16|900", "BUSY|17|400|486", "CONGESTION|34||503", "CHANUNAVAIL|18|"
HELD = Reserved(17, 30)


def call(
    channel: ScriptedChannel, bank: Till, step: DialOut = STEP, suspects: Suspects | None = None
) -> tuple[Outcome, tuple[TrunkTry, ...]]:
    ended = asyncio.run(dial_out(step, channel, 1, bank, suspects or Suspects()))
    assert ended.outcome is not None, "its money depends on it"
    return ended.outcome, ended.tries


# -- Trunks --------------------------------------------------------------------------------------------------------


def test_the_first_trunk_carries_the_call() -> None:
    channel = ScriptedChannel([ANSWER])
    assert call(channel, Till()) == (
        Outcome.ANSWERED,
        (TrunkTry(1, "Pierwszy", Outcome.ANSWERED, 16),),
    )
    assert channel.dialled == ["PJSIP/+48600100200@trunk-1,120,iU(answered^30^17/+48600100200/486/0.12/0/1/1/)"]


@pytest.mark.parametrize(
    "failure",
    [
        DOWN,
        SILENT,
        "CHANUNAVAIL|20|",
        "CHANUNAVAIL|0|",
        "NOANSWER|102|",
        "||",
        "X|y|",
        "CHANUNAVAIL|21||403",
        "CHANUNAVAIL|58|500|488",
        # A redirection: the engine says busy, and may have kept the status to itself.
        "BUSY|0|",
        "BUSY|17|900|302",
    ],
)
def test_the_next_trunk_is_tried_where_one_cannot_carry_the_call(failure: str) -> None:
    channel = ScriptedChannel([failure, ANSWER])
    outcome, tries = call(channel, Till())
    assert outcome is Outcome.ANSWERED
    assert [(one.name, one.outcome) for one in tries] == [
        ("Pierwszy", Outcome.UNAVAILABLE),
        ("Drugi", Outcome.ANSWERED),
    ]
    assert [dial.partition(",")[0] for dial in channel.dialled] == [
        "PJSIP/+48600100200@trunk-1",
        "PJSIP/600100200@trunk-2",
    ]


@pytest.mark.parametrize(
    "dial, outcome",
    [
        (ANSWER, Outcome.ANSWERED),
        ("CANCEL|0|900", Outcome.CANCELLED),
        (BUSY, Outcome.BUSY),
        ("CHANUNAVAIL|17||486", Outcome.BUSY),
        ("NOANSWER|0|9000", Outcome.NO_ANSWER),
        ("NOANSWER|19||480", Outcome.NO_ANSWER),
        ("CHANUNAVAIL|127|9000|487", Outcome.NO_ANSWER),
        ("CHANUNAVAIL|1||404", Outcome.NO_SUCH_NUMBER),
        ("CONGESTION|3||604", Outcome.NO_SUCH_NUMBER),
        ("CHANUNAVAIL|22||410", Outcome.NO_SUCH_NUMBER),
        ("CHANUNAVAIL|28||484", Outcome.NO_SUCH_NUMBER),
        ("CHANUNAVAIL|21|900|603", Outcome.DECLINED),
        ("CHANUNAVAIL|127||607", Outcome.DECLINED),
    ],
)
def test_what_no_other_trunk_can_do_better_is_the_end(dial: str, outcome: Outcome) -> None:
    channel = ScriptedChannel([dial])
    found, tries = call(channel, Till())
    assert (found, len(tries), len(channel.dialled)) == (outcome, 1, 1)


def test_when_no_trunk_works_each_was_tried_once() -> None:
    outcome, tries = call(ScriptedChannel([DOWN, DOWN]), Till())
    assert (outcome, [one.cause for one in tries]) == (Outcome.UNAVAILABLE, [34, 34])
    assert [one.status for one in tries] == [503, 503]


def test_without_a_trunk_nothing_is_dialled() -> None:
    channel = ScriptedChannel()
    assert call(channel, Till(), replace(STEP, trunks=(), rate=None)) == (Outcome.UNAVAILABLE, ())
    assert channel.done == []


@pytest.mark.parametrize(
    "trunk, number, shown",
    [
        (FIRST, "+48600100200", "+48221234567"),
        (SECOND, "600100200", "221234567"),
        (THIRD, "48600100200", "48221234567"),
    ],
)
@pytest.mark.parametrize("restricted, presentation", [(False, "allowed"), (True, "prohib")])
def test_each_trunk_gets_numbers_in_its_style_and_never_the_name(
    trunk: Trunk, number: str, shown: str, restricted: bool, presentation: str
) -> None:
    channel = ScriptedChannel([ANSWER])
    show = CallerNumber("+48221234567", restricted=restricted)
    call(channel, Till(), replace(STEP, trunks=(trunk,), show=show))
    assert channel.dialled[0].startswith(f"PJSIP/{number}@{trunk.endpoint},")
    assert channel.shown == [f"CALLERID(num)={shown},CALLERID(name)=,CALLERID(pres)={presentation}"]


@pytest.mark.parametrize("trunk, shown", [(FIRST, "+48221234567"), (OPEN, "49301234567")])
def test_somebody_elses_number_is_shown_only_where_the_carrier_takes_it(trunk: Trunk, shown: str) -> None:
    channel = ScriptedChannel([ANSWER])
    show = CallerNumber("+48221234567", restricted=False, foreign="+49301234567")
    call(channel, Till(), replace(STEP, trunks=(trunk,), show=show))
    assert channel.shown[0].startswith(f"CALLERID(num)={shown},")


@pytest.mark.parametrize(
    "number, condition, count, arguments",
    [
        ("+48221234567", Condition.NO_ANSWER, 1, "221234567^no-answer^1^off"),
        ("+48221234567", Condition.BUSY, 3, "221234567^user-busy^3^off"),
        (None, Condition.UNAVAILABLE, 1, "anonymous^unavailable^1^off"),
    ],
)
def test_a_carrier_is_told_whose_call_is_forwarded_why_and_how_often(
    number: str | None, condition: Condition, count: int, arguments: str
) -> None:
    channel = ScriptedChannel([ANSWER])
    call(channel, Till(), replace(STEP, trunks=(SECOND,), diversion=Diversion(number, condition, count)))
    assert channel.dialled[0].endswith(f"b(diverted^s^1({arguments}))")


def test_a_number_that_the_forwarding_account_hides_is_for_the_carrier_only() -> None:
    """Also where the caller's number is the one that is shown."""
    channel = ScriptedChannel([ANSWER])
    show = CallerNumber("+48221234567", restricted=True, foreign="+48600300300")
    diversion = Diversion("+48221234567", Condition.BUSY, 1)
    call(channel, Till(), replace(STEP, trunks=(SECOND,), show=show, diversion=diversion))
    assert channel.dialled[0].endswith("b(diverted^s^1(221234567^user-busy^1^full))")


@pytest.mark.parametrize("cause", [17, 1, 21])
def test_the_cause_of_the_phone_that_rang_before_is_not_that_of_a_silent_trunk(cause: int) -> None:
    """A forward rings for less time than the engine waits for a trunk that does not answer at all."""
    channel, suspects = ScriptedChannel([f"NOANSWER|{cause}|", ANSWER]), Suspects()
    outcome, tries = call(channel, Till(), suspects=suspects)
    assert (outcome, [one.cause for one in tries]) == (Outcome.ANSWERED, [0, 16])
    assert [trunk.name for trunk in suspects.last(STEP.trunks)] == ["Drugi", "Pierwszy"]


def test_the_caller_is_set_anew_for_each_trunk() -> None:
    channel = ScriptedChannel([DOWN, ANSWER])
    call(channel, Till())
    assert [application for application, _ in channel.done] == ["MSet", "Dial", "MSet", "Dial"]


def test_without_a_number_to_show_the_extension_does_not_leave_the_company() -> None:
    channel = ScriptedChannel([ANSWER])
    call(channel, Till(), replace(STEP, show=CallerNumber(None, restricted=False)))
    assert channel.shown == ["CALLERID(num)=,CALLERID(name)=,CALLERID(pres)=allowed"]


# -- Money ---------------------------------------------------------------------------------------------------------


def test_money_is_put_aside_in_the_name_of_the_callers_channel_before_anything_is_dialled() -> None:
    bank = Till()
    call(ScriptedChannel([ANSWER]), bank)
    assert bank.asked == [(1, REQUEST.uniqueid, "+48600100200", RATE)]


def test_without_money_nothing_is_dialled() -> None:
    channel, bank = ScriptedChannel(), Till(seconds=0)
    assert call(channel, bank) == (Outcome.NO_MONEY, ())
    assert (channel.done, bank.released) == ([], [])


@pytest.mark.parametrize("dial", [BUSY, "CANCEL|0|900", "NOANSWER|0|9000", "CHANUNAVAIL|1||404"])
def test_a_call_that_comes_to_nothing_gives_the_money_back(dial: str) -> None:
    bank = Till()
    call(ScriptedChannel([dial]), bank)
    assert bank.released == [HELD]


def test_money_is_put_aside_once_for_all_trunks_and_given_back_once() -> None:
    bank = Till()
    call(ScriptedChannel([DOWN, DOWN]), bank)
    assert (len(bank.asked), bank.released) == (1, [HELD])


def test_an_answered_call_keeps_the_money_for_its_record_to_charge() -> None:
    bank = Till()
    call(ScriptedChannel([ANSWER]), bank)
    assert bank.released == []


def test_of_a_call_whose_end_nobody_saw_the_money_is_kept_for_its_record_to_settle() -> None:
    bank = Till()
    with pytest.raises(ChannelGone):
        call(ScriptedChannel([None]), bank)
    assert bank.released == []


def test_money_that_cannot_be_given_back_now_changes_nothing_for_the_caller() -> None:
    outcome, tries = call(ScriptedChannel([BUSY]), Till(broken=True))
    assert (outcome, len(tries)) == (Outcome.BUSY, 1)


def test_a_free_call_asks_no_money_and_is_not_cut() -> None:
    channel, bank = ScriptedChannel([ANSWER]), Till(seconds=0)
    outcome, _tries = call(channel, bank, replace(STEP, number="112", rate=None))
    assert (outcome, bank.asked) == (Outcome.ANSWERED, [])
    assert channel.dialled == ["PJSIP/112@trunk-1,120,i"]


# -- Silent trunks -------------------------------------------------------------------------------------------------


def names(suspects: Suspects) -> list[str]:
    return [trunk.name for trunk in suspects.last([FIRST, SECOND, THIRD])]


@pytest.mark.parametrize(
    "dial",
    ["CHANUNAVAIL|0|", SILENT, "CHANUNAVAIL|20|", "NOANSWER|102|", "CHANUNAVAIL|18||408", "CHANUNAVAIL|102||504"],
)
def test_a_trunk_that_said_nothing_is_tried_last_for_the_next_minute(dial: str) -> None:
    now = 1000.0
    suspects = Suspects(clock=lambda: now)
    call(ScriptedChannel([dial, ANSWER]), Till(), suspects=suspects)
    assert names(suspects) == ["Drugi", "Trzeci", "Pierwszy"]
    now += 59
    assert names(suspects) == ["Drugi", "Trzeci", "Pierwszy"]
    now += 1
    assert names(suspects) == ["Pierwszy", "Drugi", "Trzeci"]


def test_a_trunk_that_refuses_at_once_costs_nobody_time_and_keeps_its_place() -> None:
    suspects = Suspects(clock=lambda: 1000.0)
    call(ScriptedChannel([DOWN, ANSWER]), Till(), suspects=suspects)
    assert names(suspects) == ["Pierwszy", "Drugi", "Trzeci"]


def test_a_silent_trunk_that_answers_again_has_its_place_back_at_once() -> None:
    suspects = Suspects(clock=lambda: 1000.0)
    call(ScriptedChannel([SILENT, SILENT]), Till(), suspects=suspects)
    assert names(suspects) == ["Trzeci", "Pierwszy", "Drugi"]
    call(ScriptedChannel([BUSY]), Till(), suspects=suspects)
    assert names(suspects) == ["Pierwszy", "Trzeci", "Drugi"]


def test_on_a_machine_that_has_just_started_no_trunk_is_suspect() -> None:
    assert names(Suspects(clock=lambda: 0.0)) == ["Pierwszy", "Drugi", "Trzeci"]


# -- Encrypted sound -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "rate", "once_answered"),
    [
        ("+48600100200", RATE, "U(answered-unheard^30^17/+48600100200/486/0.12/0/1/1/^PJSIP/kwiaty_100.dtls-00000001)"),
        ("116111", None, "U(sealed^PJSIP/kwiaty_100.dtls-00000001)"),
        ("112", None, ""),
        ("985", None, ""),
    ],
)
def test_only_an_emergency_call_is_heard_before_it_is_encrypted(
    number: str, rate: Rate | None, once_answered: str
) -> None:
    """And never ended, because the handshake does not come."""
    request = replace(REQUEST, channel="PJSIP/kwiaty_100.dtls-00000001")
    channel = ScriptedChannel([ANSWER], variables={"CHANNEL(rtcp,txcount)": "0"}, request=request)
    call(channel, Till(), replace(STEP, number=number, trunks=(FIRST,), rate=rate))
    assert channel.dialled == [f"PJSIP/{number}@trunk-1,120,i{once_answered}"]
    assert (("Set", "MUTEAUDIO(in)=on") in channel.done) == bool(once_answered)
