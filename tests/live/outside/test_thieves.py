"""Ways to talk for nothing, or at somebody else's expense, that do not work."""

from decimal import Decimal

from tests.live.carrier_instance import Carrier
from tests.live.office import SOON, extension_of, over, talk
from tests.live.phones import Phone, until
from tests.live.sipp import ADDRESS, Burst, Sipp, free_port

from .sipp_trunk import HERE, trunk
from .tenant import Firm, invites, outside_number

DEAR = "61"
"""An area at 6.00 a minute; others cost 0.60."""


def answered(firm: Firm, carrier: Carrier, number: str) -> None:
    """The number outside has answered, and its seconds run."""
    until(lambda: invites(carrier, number), SOON, f"the carrier receives a call to {number}")
    until(lambda: any(row["peer_id"] for row in firm.reservations()), SOON, "it is answered, and paid for")


def hears_for_two_seconds(phone: Phone) -> None:
    """The line is up for at least so long."""
    before = phone.said().stat().st_size
    until(lambda: phone.said().stat().st_size > before + 2 * 16_000, SOON, f"{phone} has been on the line for 2 s")


def test_who_was_joined_and_then_sent_outside_is_charged(firm: Firm, carrier: Carrier) -> None:
    """Three colleagues: one joins the other two, and then one of these sends the other to a dear number."""
    alicja, bartek, dorota = firm.phone("Alicja"), firm.phone("Bartek"), firm.phone("Dorota")
    number = outside_number("04", area=DEAR)
    talk(alicja, bartek)
    held = bartek.calls[0]
    bartek.hold()
    talk(bartek, dorota)
    bartek.transfer_held_to_talking(held, bartek.calls[-1])
    over(bartek)
    alicja.transfer_to(number)
    answered(firm, carrier, number)
    over(alicja)
    hears_for_two_seconds(dorota)
    dorota.hang_up()
    over(dorota)
    until(lambda: firm.charges(), SOON, "the call is charged")
    ((net, details),) = firm.charges()
    assert net >= Decimal("0.2000")
    assert details["number"] == f"+48{number}"


def test_a_dear_call_that_is_at_once_sent_to_a_cheap_number_costs_what_it_costs(firm: Firm, carrier: Carrier) -> None:
    alicja = firm.phone("Alicja")
    dear, cheap = outside_number("04", area=DEAR), outside_number("04")
    alicja.dial(dear)
    until(lambda: alicja.in_call, SOON, f"{dear} answers")
    alicja.transfer_to(cheap)
    until(lambda: len([row for row in firm.reservations() if row["peer_id"]]) == 2, SOON, "both are paid for")
    over(alicja)
    firm.house.engine_says("channel request hangup all")
    until(lambda: len(firm.charges()) == 2, SOON, "both are charged")
    per_second = {details["number"]: net for net, details in firm.charges()}
    assert per_second[f"+48{dear}"] >= 5 * per_second[f"+48{cheap}"]


def test_a_callers_number_with_line_breaks_calls_nobody(firm: Firm, carrier: Carrier) -> None:
    """A line break in the caller's number would end the engine's words to the switchboard, and begin the caller's."""
    alicja = firm.reached_by(firm.numbers[0])
    wanted, port = outside_number("04"), free_port()
    login = f"{firm.slug}_{extension_of(alicja)}"
    words = f"1\nagi_extension: {wanted}\nagi_arg_1: PJSIP/{login}-1\n\n"
    caller = "".join(f"%{ord(letter):02X}" for letter in words)
    with trunk(firm.house, name=f"Obcy {port}", kind="address", host=ADDRESS, port=port, priority=90) as made:
        until(lambda: _is_known(firm, made), SOON, "the trunk is known by its address")
        with Sipp(
            HERE / "uac_carrier_answered.xml", caller, "", firm.numbers[0], ADDRESS, firm.house.sip_port, "udp", port,
            Burst(), 30, {},
        ) as call:  # fmt: skip
            until(lambda: alicja.ringing, SOON, "the call rings as any other")
            alicja.answer()
            assert call.wait(SOON) == 0, call.complaints()
    assert invites(carrier, wanted) == []
    (record,) = firm.records(1)
    assert (record.direction, record.outcome) == ("in", "answered")


def _is_known(firm: Firm, made: int) -> bool:
    return any(row["id"] == made and row["addresses"] for row in firm.house.rows("trunk"))
