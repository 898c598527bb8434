"""Forwarding: every condition with every target, on real calls; what stands in the way; who pays and who is shown."""

from typing import Any

import pytest

from tests.live.carrier_instance import Carrier
from tests.live.office import SOON, Account, Ear, extension_of, gets, hear_each_other, over
from tests.live.phones import Phone, until
from tests.live.records import CallRow
from tests.live.voicemail.mailboxes import sizes

from .sipp_trunk import SippTrunk, foreign_caller_ids
from .tenant import Firm, invite, invites, outside_number

CONDITIONS = ("no_answer", "busy", "unavailable")
CAUSE = {
    "no_answer": "480 Temporarily Unavailable",
    "busy": "486 Busy Here",
    "unavailable": "480 Temporarily Unavailable",
}
RINGS_FOR = 5
"""Seconds, the least that an account can have."""
PIN = "7391"
VOICEMAIL = {"enabled": True, "pin": PIN, "email": ""}
A_GREETING = 1.0
"""Seconds of sound, which is less than it has."""
CALLER, SHOWN = "+48600100200", "600100200"

every_condition = pytest.mark.parametrize("condition", CONDITIONS)


class Callee:
    """Bartek, whose phone does not take the call: it rings on, declines, or is not there."""

    def __init__(self, firm: Firm, condition: str, target: dict[str, Any] | None, **fields: Any) -> None:
        self.condition = condition
        forwarding = {condition: target, "return_after": RINGS_FOR} if target else {"return_after": RINGS_FOR}
        self.account: Account = firm.account("Bartek", ring_timeout=RINGS_FOR, forwarding=forwarding, **fields)
        self.extension = self.account.extension
        self.phone = None if condition == "unavailable" else firm.phone(self.account)

    def turns_away(self) -> None:
        """The condition comes about."""
        if self.phone is None:
            return
        until(lambda: self.phone and self.phone.ringing, SOON, "Bartek's phone rings")
        if self.condition == "busy":
            self.phone.decline()


def dials(caller: Phone, callee: Callee) -> None:
    caller.dial(callee.extension)
    callee.turns_away()


def save_number(firm: Firm, number: str, name: str = "Ola") -> dict[str, Any]:
    """A saved external number, as a target."""
    firm._api("POST", "/external-numbers", 201, {"number": number, "name": name})
    return {"type": "external", "number": number}


def rang_for(record: CallRow, leg: int, seconds: int) -> bool:
    """As the record tells: it rang so long, and not for any of the other times, whatever a busy machine adds."""
    return seconds - 1 <= int(record.legs[leg]["seconds"]) <= 3 * seconds


# -- Each condition with each target ---------------------------------------------------------------------------


@every_condition
def test_nothing_chosen_ends_with_the_honest_cause(firm: Firm, condition: str) -> None:
    """Alicja is told how it is."""
    alicja, bartek = firm.phone("Alicja"), Callee(firm, condition, None)
    dials(alicja, bartek)
    gets(alicja, CAUSE[condition])
    (record,) = firm.records(1)
    assert (record.outcome, record.rang) == (condition, [(bartek.extension, condition)])
    if condition == "no_answer":
        assert rang_for(record, 0, RINGS_FOR)


@every_condition
def test_another_extension_rings_and_talks(firm: Firm, condition: str) -> None:
    """Celina's phone shows Alicja, and the two hear each other."""
    alicja, celina = firm.phone("Alicja"), firm.phone("Celina")
    bartek = Callee(firm, condition, {"type": "extension", "extension": extension_of(celina)})
    dials(alicja, bartek)
    rings = until(lambda: celina.ringing, SOON, "Celina's phone rings")
    assert (rings.number, rings.name) == (extension_of(alicja), "Alicja")
    celina.answer()
    hear_each_other(alicja, celina)
    alicja.hang_up()
    over(alicja, celina)
    (record,) = firm.records(1)
    assert record.outcome == "answered"
    assert record.rang == [(bartek.extension, condition), (extension_of(celina), "answered")]
    assert record.reasons == ["extension_dialled", "forwarded_to_extension"]
    assert record.why[1]["values"]["condition"] == condition


@every_condition
def test_the_own_voicemail_takes_a_message(firm: Firm, condition: str) -> None:
    """Alicja speaks after the tone and hangs up; what she said is on record as a leg with its seconds."""
    alicja = firm.phone("Alicja")
    bartek = Callee(firm, condition, {"type": "voicemail"}, voicemail=VOICEMAIL)
    dials(alicja, bartek)
    leaves_a_message(firm, alicja)
    (record,) = firm.records(1)
    assert (record.outcome, record.rang) == (
        "voicemail",
        [(bartek.extension, condition), (bartek.extension, "voicemail")],
    )
    assert record.legs[1]["seconds"] >= 3
    assert record.reasons == ["extension_dialled", "to_voicemail"]


@every_condition
def test_an_external_number_is_called_and_charged_to_who_forwards(firm: Firm, carrier: Carrier, condition: str) -> None:
    """The carrier echoes: Alicja hears herself; the call costs Bartek's company, and Diversion tells whose it was."""
    number = outside_number("04")
    alicja, bartek = firm.phone("Alicja"), Callee(firm, condition, save_number(firm, f"+48{number}"))
    dials(alicja, bartek)
    until(lambda: alicja.in_call, SOON, "the outside world answers")
    until(lambda: alicja.hears(alicja.tone_hz), SOON, "Alicja hears her echo")
    alicja.hang_up()
    (record,) = firm.records(1)
    assert record.rang == [(bartek.extension, condition), (f"+48{number}", "answered")]
    assert record.reasons == ["extension_dialled", "forwarded_outside"]
    assert record.price
    assert record.price > 0
    ((net, details),) = firm.charges()
    assert (net, details["number"]) == (record.price, f"+48{number}")
    seen = invite(carrier, number)
    assert seen["from_user"] == firm.numbers[0]
    (diversion,) = seen["diversion"]
    reason = {"no_answer": "no-answer", "busy": "user-busy", "unavailable": "unavailable"}[condition]
    assert firm.numbers[0] in diversion
    assert f"reason={reason}" in diversion
    assert "counter=1;privacy=off" in diversion


def leaves_a_message(firm: Firm, caller: Phone) -> None:
    """Skip the greeting once it is heard, speak for a few seconds after it, hang up."""
    until(lambda: caller.in_call, SOON, "the mailbox answers")
    ear = Ear(caller)
    until(lambda: ear.seconds() > A_GREETING, SOON, "there is a greeting")
    caller.send_dtmf("#")
    until(lambda: _is_recording(firm), 2 * SOON, "the mailbox records")
    until(lambda: _recorded_bytes(firm) > 4 * 16_000, SOON, "four seconds are recorded")
    caller.hang_up()
    over(caller)


def _recordings(firm: Firm) -> list[int]:
    spool = firm.house.home / "engine/spool/voicemail/centralka"
    return sizes(spool.glob("*/tmp/*.wav"))


def _is_recording(firm: Firm) -> bool:
    return bool(_recordings(firm))


def _recorded_bytes(firm: Firm) -> int:
    return max(_recordings(firm), default=0)


# -- How a condition comes about -------------------------------------------------------------------------------


@pytest.mark.parametrize("status", ["486 Busy Here", "600 Busy Everywhere", "603 Decline"])
def test_busy_declined_and_busy_everywhere_are_busy(firm: Firm, status: str) -> None:
    """Whatever word the phone has for it."""
    alicja, celina = firm.phone("Alicja"), firm.phone("Celina")
    forwarding = {"busy": {"type": "extension", "extension": extension_of(celina)}}
    bartek = firm.account("Bartek", forwarding=forwarding)
    firm.sipp_phone("uas_refuse", bartek, status=status)
    alicja.dial(bartek.extension)
    until(lambda: celina.ringing, SOON, "Celina's phone rings")
    alicja.hang_up()
    (record,) = firm.records(1)
    assert record.rang == [(bartek.extension, "busy"), (extension_of(celina), "cancelled")]


def test_who_talks_without_call_waiting_is_busy(firm: Firm) -> None:
    """Bartek talks to Dorota; Alicja's call goes on to Celina at once."""
    alicja, celina, dorota = firm.phone("Alicja"), firm.phone("Celina"), firm.phone("Dorota")
    forwarding = {"busy": {"type": "extension", "extension": extension_of(celina)}}
    bartek = firm.phone(firm.account("Bartek", call_waiting=False, forwarding=forwarding))
    bartek.dial(extension_of(dorota))
    until(lambda: dorota.ringing, SOON, "Dorota's phone rings")
    dorota.answer()
    alicja.dial(extension_of(bartek))
    until(lambda: celina.ringing, SOON, "Celina's phone rings")
    assert not bartek.ringing
    alicja.hang_up()
    bartek.hang_up()
    firm.records(2)


def test_a_phone_that_is_registered_and_dead_becomes_unavailable_quickly(firm: Firm) -> None:
    """Bartek's phone lost its power: the call reaches Celina long before his ring time is over."""
    alicja, celina = firm.phone("Alicja"), firm.phone("Celina")
    target = {"type": "extension", "extension": extension_of(celina)}
    bartek = firm.account("Bartek", ring_timeout=60, forwarding={"unavailable": target})
    firm.sipp_phone("uas_silent", bartek)
    alicja.dial(bartek.extension)
    until(lambda: celina.ringing, SOON, "Celina's phone rings")
    alicja.hang_up()
    (record,) = firm.records(1)
    assert record.rang == [(bartek.extension, "unavailable"), (extension_of(celina), "cancelled")]


@pytest.mark.parametrize("condition", ["no_answer", "busy"])
def test_nobody_takes_it_anywhere_and_the_first_callees_mailbox_does(firm: Firm, condition: str) -> None:
    """The whole path: Bartek rang or declined, Celina rang for the time to return, then Bartek's own voicemail."""
    alicja = firm.phone("Alicja")
    own = {"no_answer": {"type": "voicemail"}}
    celina = firm.phone(firm.account("Celina", ring_timeout=60, voicemail=VOICEMAIL, forwarding=own))
    target = {"type": "extension", "extension": extension_of(celina)}
    bartek = Callee(firm, condition, target, voicemail=VOICEMAIL)
    dials(alicja, bartek)
    until(lambda: celina.ringing, SOON, "Celina's phone rings")
    leaves_a_message(firm, alicja)
    (record,) = firm.records(1)
    assert record.rang == [
        (bartek.extension, condition),
        (extension_of(celina), "no_answer"),
        (bartek.extension, "voicemail"),
    ]
    if condition == "no_answer":
        assert rang_for(record, 0, RINGS_FOR)
    assert rang_for(record, 1, RINGS_FOR)
    assert record.legs[2]["seconds"] >= 3


def test_the_targets_own_forwards_do_not_apply(firm: Firm) -> None:
    """Bartek forwards to Celina and she to him: no loop, the caller hears busy."""
    alicja = firm.phone("Alicja")
    bartek, celina = firm.account("Bartek"), firm.account("Celina")
    firm.change(bartek, forwarding={"busy": {"type": "extension", "extension": celina.extension}})
    firm.change(celina, forwarding={"busy": {"type": "extension", "extension": bartek.extension}})
    phones = firm.phone(bartek), firm.phone(celina)
    alicja.dial(bartek.extension)
    for phone in phones:
        until(lambda phone=phone: phone.ringing, SOON, f"{phone} rings")  # type: ignore[misc]
        phone.decline()
    gets(alicja, "486 Busy Here")
    (record,) = firm.records(1)
    assert record.rang == [(bartek.extension, "busy"), (celina.extension, "busy")]


def test_a_target_that_was_deleted_counts_as_none_and_the_record_says_so(firm: Firm) -> None:
    """Celina's account is gone: Alicja hears busy at once."""
    alicja, celina = firm.phone("Alicja"), firm.account("Celina")
    bartek = Callee(firm, "busy", {"type": "extension", "extension": celina.extension})
    firm.delete(celina)
    dials(alicja, bartek)
    gets(alicja, "486 Busy Here")
    (record,) = firm.records(1)
    assert record.reasons == ["extension_dialled", "forward_target_gone", "callee_busy"]


# -- Forwarding outside ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("area", "changes", "money", "why"),
    [
        ("61", {"max_rate": "1.00"}, None, "above_max_rate"),
        ("22", {}, "0", "no_money"),
    ],
)
def test_what_forbids_the_forward_lets_the_call_go_on(
    firm: Firm, poor: Firm, carrier: Carrier, area: str, changes: dict[str, Any], money: str | None, why: str
) -> None:
    """The ceiling, or the money: the carrier never hears of it, the mailbox answers, and the record says why."""
    company = poor if money == "0" else firm
    number = outside_number("04", area)
    alicja = company.phone("Alicja")
    bartek = Callee(company, "busy", save_number(company, f"+48{number}"), voicemail=VOICEMAIL, **changes)
    dials(alicja, bartek)
    until(lambda: alicja.in_call, SOON, "the mailbox answers")
    alicja.hang_up()
    (record,) = company.records(1)
    assert record.reasons == ["extension_dialled", "forward_not_followed", why, "to_voicemail"]
    assert record.outcome == "voicemail"
    assert record.price is None
    assert not invites(carrier, number)


def test_an_unanswered_forward_outside_comes_back_after_its_time(firm: Firm, carrier: Carrier) -> None:
    """The number outside rings for ever; after the time to return Alicja hears that nobody took the call."""
    number = outside_number("02")
    alicja, bartek = firm.phone("Alicja"), Callee(firm, "busy", save_number(firm, f"+48{number}"))
    dials(alicja, bartek)
    gets(alicja, "486 Busy Here")
    (record,) = firm.records(1)
    assert record.rang == [(bartek.extension, "busy"), (f"+48{number}", "no_answer")]
    assert rang_for(record, 1, RINGS_FOR)
    assert record.price is None


def test_a_forward_that_rings_in_early_media_is_not_tried_again_elsewhere(firm: Firm, carrier: Carrier) -> None:
    """The first trunk's carrier plays the ringing itself: after the time to return the second trunk is left alone."""
    number = outside_number("00")
    alicja, bartek = firm.phone("Alicja"), Callee(firm, "busy", save_number(firm, f"+48{number}"))
    with SippTrunk(firm.house, "uas_early_media") as first:
        dials(alicja, bartek)
        gets(alicja, "486 Busy Here")
        (record,) = firm.records(1)
    assert [(leg["trunk"], leg["outcome"]) for leg in record.legs] == [(None, "busy"), (first.name, "no_answer")]
    assert not invites(carrier, number)


def test_after_a_busy_phone_a_dead_trunk_is_no_busy_number(firm: Firm, carrier: Carrier) -> None:
    """The first trunk says nothing for as long as a forward rings: the second one carries the call."""
    number = outside_number("00")
    alicja, bartek = firm.phone("Alicja"), Callee(firm, "busy", save_number(firm, f"+48{number}"))
    with SippTrunk(firm.house, "uas_silent") as dead:
        dials(alicja, bartek)
        until(lambda: alicja.in_call, 2 * SOON, "the outside world answers over the other trunk")
        alicja.hang_up()
        (record,) = firm.records(1)
    tried = [(leg["trunk"], leg["outcome"]) for leg in record.legs[1:]]
    assert tried == [(dead.name, "unavailable"), ("Operator demo", "answered")]


def test_a_caller_from_outside_is_shown_on_only_where_the_trunk_takes_it(firm: Firm, carrier: Carrier) -> None:
    """A call from outside, forwarded outside: the own number first; with the trunk's permission the caller's."""
    number = outside_number("00")
    bartek = firm.account("Bartek", forwarding={"unavailable": save_number(firm, f"+48{number}")})
    firm.point(firm.numbers[0], bartek)
    with carrier.call(SHOWN, firm.numbers[0]):
        until(lambda: len(invites(carrier, number)) == 1, SOON, "the carrier gets the call back")
    with foreign_caller_ids(firm.house), carrier.call(SHOWN, firm.numbers[0]):
        until(lambda: len(invites(carrier, number)) == 2, SOON, "the carrier gets the call back")
    own, foreign = invites(carrier, number)
    assert (own["from_user"], foreign["from_user"]) == (firm.numbers[0], CALLER)
    for seen in (own, foreign):
        assert firm.numbers[0] in seen["diversion"][0]
    first, second = firm.records(2)
    assert (first.direction, second.direction) == ("in", "in")
    assert first.rang[1][0] == f"+48{number}"


def test_a_call_that_was_forwarded_five_times_goes_outside_no_more(firm: Firm, carrier: Carrier) -> None:
    """It arrives with five diversions: the forward is not followed, and the record says why."""
    number = outside_number("00")
    bartek = firm.account("Bartek", forwarding={"unavailable": save_number(firm, f"+48{number}")})
    firm.point(firm.numbers[0], bartek)
    diverted = [f"22 555 66 {end}" for end in range(10, 15)]
    ended = carrier.call(SHOWN, firm.numbers[0], diversions=diverted).wait()
    assert not ended.answered
    (record,) = firm.records(1)
    assert record.reasons == ["number_points_at", "forward_not_followed", "forwarded_too_often", "callee_unavailable"]
    assert not invites(carrier, number)


def test_a_talk_over_a_forward_flows_both_ways(firm: Firm, carrier: Carrier) -> None:
    """Somebody outside reaches Celina through Bartek's forward: both hear each other."""
    celina = firm.phone("Celina")
    target = {"type": "extension", "extension": extension_of(celina)}
    bartek = firm.account("Bartek", forwarding={"unavailable": target})
    firm.point(firm.numbers[0], bartek)
    with carrier.call(SHOWN, firm.numbers[0], echo=True):
        rings = until(lambda: celina.ringing, SOON, "Celina's phone rings")
        assert rings.number == SHOWN
        celina.answer()
        ear = Ear(celina)
        until(lambda: celina.in_call and ear.seconds() > 0.6, SOON, "Celina hears something")
        until(lambda: celina.hears(celina.tone_hz), SOON, "Celina hears herself from outside")
    (record,) = firm.records(1)
    assert record.outcome == "answered"
