"""Calls outside that the engine rings by itself (docs/decisions/0055), and what becomes of them meanwhile."""

from pathlib import Path

from tests.live.carrier_instance import Carrier
from tests.live.day import engine_complaints
from tests.live.office import SOON, gets, over, talk
from tests.live.phones import Phone, until
from tests.live.sipp import Burst, run_scenario

from .tenant import Firm, outside_number

AT_ONCE = Path(__file__).parent.parent / "hang_ups/uac_cancel_at_once.xml"


def hand_over_ring(alicja: Phone, bartek: Phone, number: str) -> None:
    """Alicja holds Bartek, calls outside, and joins them while it rings there."""
    talk(alicja, bartek)
    held = alicja.calls[0]
    alicja.hold()
    alicja.dial(number)
    until(lambda: alicja.ringing_there, SOON, "it rings there")
    alicja.transfer_held_to_talking(held, alicja.calls[-1])
    over(alicja)


def test_who_was_joined_while_it_rang_outside_is_paid_for_once(firm: Firm) -> None:
    """The outside world answers Bartek: her account called, and her company pays until he hangs up."""
    alicja, bartek, number = firm.phone("Alicja"), firm.phone("Bartek"), outside_number("77")
    hand_over_ring(alicja, bartek, number)
    until(lambda: bartek.hears(520), SOON, "Bartek hears the outside world")
    assert firm.reservations()
    bartek.hang_up()
    over(bartek)
    inside, out = firm.records(2)
    assert (inside.outcome, inside.price) == ("answered", None)
    assert (out.direction, out.outcome) == ("out", "answered")
    assert [leg["outcome"] for leg in out.legs] == ["answered"]
    assert out.price
    assert len(firm.charges()) == 1


def test_who_was_joined_while_it_rang_outside_can_give_up(poor: Firm) -> None:
    """Bartek does not wait. What was put aside is there for the next call at once."""
    poor.top_up("0.40")
    poor.rules(calls_at_once=1)
    alicja, bartek = poor.phone("Alicja"), poor.phone("Bartek")
    hand_over_ring(alicja, bartek, outside_number("02"))
    bartek.hang_up()
    over(bartek)
    alicja.dial(outside_number("04"))
    until(lambda: alicja.in_call, SOON, "the next call is answered")
    alicja.hang_up()
    over(alicja)
    inside, out, after = poor.records(3)
    assert (inside.outcome, out.outcome, after.outcome) == ("answered", "cancelled", "answered")
    assert [leg["outcome"] for leg in out.legs] == ["cancelled"]
    assert out.price is None


def test_who_was_joined_while_it_rang_outside_is_told_how_it_ended(firm: Firm, carrier: Carrier) -> None:
    """It is declined there: the switchboard goes on with Bartek in her place, and no money stays put aside."""
    alicja, bartek = firm.phone("Alicja"), firm.phone("Bartek")
    hand_over_ring(alicja, bartek, outside_number("02"))
    carrier.engine_says("channel request hangup all")
    gets(bartek, "hung up there")
    over(bartek)
    inside, out = firm.records(2)
    assert (inside.outcome, inside.price) == ("answered", None)
    assert (out.outcome, out.price, out.reasons) == ("busy", None, ["number_dialled", "number_declined"])
    assert [leg["outcome"] for leg in out.legs] == ["declined"]


def test_a_ring_outside_that_is_ended_by_order_holds_no_money(poor: Firm) -> None:
    """Somebody in the panel ends it while it rings; with money for one call, the next goes out at once."""
    poor.top_up("0.40")
    alicja = poor.phone("Alicja")
    alicja.dial(outside_number("02"))
    until(lambda: alicja.ringing_there, SOON, "it rings there")
    (going_on,) = until(poor.all_records, SOON, "the call is on record")
    poor.hang_up_by_order(going_on)
    until(lambda: not alicja.calls, SOON, "the call is over")
    alicja.dial(outside_number("04"))
    until(lambda: alicja.in_call, SOON, "the next call is answered")
    alicja.hang_up()
    over(alicja)
    first, second = poor.records(2)
    assert (first.outcome, first.price) == ("cancelled", None)
    assert "hung_up_by_order" in first.reasons
    assert (second.outcome, second.price is not None) == ("answered", True)


def test_who_gives_up_a_ring_outside_may_call_again_at_once(poor: Firm) -> None:
    """With money for one call, each a few milliseconds after the one before: by then its end is in the journal."""
    poor.top_up("0.40")
    alicja = poor.account("Alicja", call_waiting=True)
    run_scenario(
        "uac_cancel", login=alicja.login, password=alicja.password, called=outside_number("02"),
        port=poor.house.sip_port, burst=Burst(calls=30, rate=50, at_once=1), ring_ms=10, headers="", display="",
    )  # fmt: skip
    assert {record.outcome for record in poor.records(30)} == {"cancelled"}


def test_callers_who_give_up_before_it_is_dialled_leave_nothing(poor: Firm) -> None:
    """INVITE and CANCEL at the same moment: the engine finds the connection closed after its last answer, and of two
    such answers it would complain."""
    poor.top_up("0.40")
    alicja, before = poor.account("Alicja", call_waiting=True), len(list(engine_complaints(poor.house)))
    run_scenario(
        AT_ONCE, login=alicja.login, password=alicja.password, called=outside_number("02"), port=poor.house.sip_port,
        burst=Burst(calls=30, rate=10, at_once=1),
    )  # fmt: skip
    assert {record.outcome for record in poor.records(30)} == {"cancelled"}
    assert list(engine_complaints(poor.house))[before:] == []
