"""Calls from public numbers: which phone rings, what it shows, what is on record, and where they can be passed on."""

from centralka.calls.prompts import Prompt
from tests.live.carrier_instance import Carrier
from tests.live.office import SOON, Ear, extension_of, hear_each_other, over, talk
from tests.live.phones import Phone, until
from tests.live.records import CallRow

from .sipp_trunk import foreign_caller_ids
from .spoken import hears_prompt
from .tenant import Firm, invite, outside_number

CALLER, SHOWN = "+48600100200", "600100200"
INCOMING_HZ = 440


def hears_outside(phone: Phone) -> None:
    """The phone hears the caller's tone, from now on."""
    ear = Ear(phone)
    until(lambda: phone.in_call and ear.seconds() > 0.6 and phone.hears(INCOMING_HZ), SOON, f"{phone} hears the caller")


def one_leg(record: CallRow, phone: Phone, outcome: str) -> bool:
    return record.rang == [(extension_of(phone), outcome)]


def test_a_call_comes_in_and_both_hear_each_other(firm: Firm, carrier: Carrier) -> None:
    """The number points at Alicja: her phone shows the caller, and the call is no expense."""
    alicja = firm.reached_by(firm.numbers[0])
    with carrier.call(SHOWN, firm.numbers[0], echo=True):
        until(lambda: alicja.ringing, SOON, "Alicja's phone rings")
        assert alicja.ringing
        assert alicja.ringing.number == SHOWN
        alicja.answer()
        until(lambda: alicja.in_call and alicja.hears(alicja.tone_hz), SOON, "Alicja hears herself from outside")
        alicja.hang_up()
        (record,) = firm.records(1)
    assert (record.direction, record.outcome, record.price) == ("in", "answered", None)
    assert (record.from_number, record.to_number) == (CALLER, firm.numbers[0])
    assert record.reasons == ["number_points_at"]
    assert one_leg(record, alicja, "answered")


def test_the_caller_hangs_up(firm: Firm, carrier: Carrier) -> None:
    """The caller from outside plays a tone and hangs up: Alicja's phone is told."""
    alicja = firm.reached_by(firm.numbers[0])
    with carrier.call(SHOWN, firm.numbers[0]) as call:
        until(lambda: alicja.ringing, SOON, "Alicja's phone rings")
        alicja.answer()
        hears_outside(alicja)
        call.hang_up()
        over(alicja)
        assert alicja.all_calls[-1].cause == "hung up there"
    (record,) = firm.records(1)
    assert record.outcome == "answered"


def test_a_foreign_and_a_hidden_caller(firm: Firm, carrier: Carrier) -> None:
    """A number from abroad is shown with plus; a hidden one neither on the phone nor in the record."""
    alicja = firm.reached_by(firm.numbers[0])
    for restricted, shown in ((False, "+4930123456"), (True, "anonymous")):
        with carrier.call("+4930123456", firm.numbers[0], restricted=restricted):
            call = until(lambda: alicja.ringing, SOON, "Alicja's phone rings")
            assert call.number == shown
            alicja.decline()
            over(alicja)
    assert [record.from_number for record in firm.records(2)] == ["+4930123456", ""]
    got = [m for m in alicja.messages if not m.sent and m.start.startswith("INVITE")][-1]
    assert "30123456" not in str(got)


def test_numbers_that_lead_nowhere_do_not_exist(firm: Firm, carrier: Carrier) -> None:
    """A number of the company that points at nothing, and one that no company has: the caller gets 404."""
    nobodys = outside_number("00")
    for number in (firm.numbers[1], nobodys):
        ended = carrier.call(SHOWN, number).wait()
        assert not ended.answered
        assert "404" in ended.sentence, ended.sentence
    (record,) = firm.records(1)
    assert (record.direction, record.outcome, record.reasons) == ("in", "failed", ["number_points_nowhere"])
    assert not [row for row in firm.house.records() if nobodys in row.to_number]


def test_unanswered_calls_end_honestly(firm: Firm, carrier: Carrier) -> None:
    """Declined, nobody there, given up, not answered: each record has its own outcome."""
    alicja = firm.reached_by(firm.numbers[0], ring_timeout=5)
    with carrier.call(SHOWN, firm.numbers[0]) as call:
        until(lambda: alicja.ringing, SOON, "Alicja's phone rings")
        alicja.decline()
        assert "486" in call.wait().sentence
    with carrier.call(SHOWN, firm.numbers[0]) as call:
        until(lambda: alicja.ringing, SOON, "Alicja's phone rings")
        call.hang_up()
        over(alicja)
    with carrier.call(SHOWN, firm.numbers[0]) as call:
        assert "480" in call.wait().sentence
    alicja.unregister()
    with carrier.call(SHOWN, firm.numbers[0]) as call:
        assert "480" in call.wait().sentence
    outcomes = ["busy", "cancelled", "no_answer", "unavailable"]
    records = firm.records(4)
    assert [(record.direction, record.outcome) for record in records] == [("in", outcome) for outcome in outcomes]


def test_a_caller_is_passed_on_to_a_colleague(firm: Firm, carrier: Carrier) -> None:
    """Alicja transfers blindly; Bartek's phone shows the number of the caller outside, and they talk."""
    alicja, bartek = firm.reached_by(firm.numbers[0]), firm.phone("Bartek")
    with carrier.call(SHOWN, firm.numbers[0]) as call:
        until(lambda: alicja.ringing, SOON, "Alicja's phone rings")
        alicja.answer()
        hears_outside(alicja)
        alicja.transfer_to(extension_of(bartek))
        ringing = until(lambda: bartek.ringing, SOON, "Bartek's phone rings")
        assert ringing.number == SHOWN
        over(alicja)
        bartek.answer()
        hears_outside(bartek)
        call.hang_up()
        over(bartek)
    (record,) = firm.records(1)
    assert (record.direction, record.from_number) == ("in", CALLER)
    assert record.rang == [(extension_of(alicja), "answered"), (extension_of(bartek), "answered")]
    assert record.reasons == ["number_points_at", "blind_transfer", "extension_dialled"]


def test_a_caller_is_passed_on_to_a_number_outside(firm: Firm, carrier: Carrier) -> None:
    """Alicja transfers a caller back out: her company pays for that leg, and her number is shown there."""
    alicja, number = firm.reached_by(firm.numbers[0]), outside_number("00")
    with carrier.call(SHOWN, firm.numbers[0]) as call:
        until(lambda: alicja.ringing, SOON, "Alicja's phone rings")
        alicja.answer()
        hears_outside(alicja)
        alicja.transfer_to(number)
        assert invite(carrier, number)["from_user"] == firm.numbers[0]
        over(alicja)
        until(lambda: [one for one in firm.reservations() if one["answered_at"]], SOON, "the second leg is answered")
        call.hang_up()
        (record,) = firm.records(1)
    assert record.rang == [(extension_of(alicja), "answered"), (f"+48{number}", "answered")]
    assert record.price
    assert record.direction == "in"
    ((_net, details),) = firm.charges()
    assert details["number"] == f"+48{number}"


def test_a_caller_who_is_passed_on_is_shown_where_the_carrier_takes_it(firm: Firm, carrier: Carrier) -> None:
    """The trunk allows foreign caller IDs: the number outside sees who really calls."""
    alicja, number = firm.reached_by(firm.numbers[0]), outside_number("00")
    with foreign_caller_ids(firm.house), carrier.call(SHOWN, firm.numbers[0]) as call:
        until(lambda: alicja.ringing, SOON, "Alicja's phone rings")
        alicja.answer()
        hears_outside(alicja)
        alicja.transfer_to(number)
        assert invite(carrier, number)["from_user"] == CALLER
        over(alicja)
        call.hang_up()
        firm.records(1)


def test_a_transfer_outside_without_money_ends_the_call(poor: Firm, carrier: Carrier) -> None:
    """What the account may not call, it cannot transfer to either."""
    alicja, number = poor.reached_by(poor.numbers[0]), outside_number("00")
    with carrier.call(SHOWN, poor.numbers[0]) as call:
        until(lambda: alicja.ringing, SOON, "Alicja's phone rings")
        alicja.answer()
        hears_outside(alicja)
        alicja.transfer_to(number)
        over(alicja)
        call.wait()
        (record,) = poor.records(1)
    assert record.reasons == ["number_points_at", "blind_transfer", "no_money"]
    assert one_leg(record, alicja, "answered")


def test_a_caller_is_passed_on_after_asking(firm: Firm, carrier: Carrier) -> None:
    """Alicja holds the caller, asks Bartek and joins the two."""
    alicja, bartek = firm.reached_by(firm.numbers[0]), firm.phone("Bartek")
    with carrier.call(SHOWN, firm.numbers[0]) as call:
        until(lambda: alicja.ringing, SOON, "Alicja's phone rings")
        alicja.answer()
        hears_outside(alicja)
        held = alicja.calls[0]
        alicja.hold()
        talk(alicja, bartek)
        alicja.transfer_held_to_talking(held, alicja.calls[-1])
        over(alicja)
        hears_outside(bartek)
        call.hang_up()
        over(bartek)
    first, second = firm.records(2)
    assert (first.direction, second.direction) == ("in", "internal")
    assert "attended_transfer" in first.reasons + second.reasons


def test_a_caller_who_is_joined_to_the_mailbox_is_soon_let_go(firm: Firm, carrier: Carrier) -> None:
    """Alicja opens her mailbox and puts the held caller there: nobody from outside reaches the menu."""
    account = firm.account("Alicja", voicemail={"enabled": True, "pin": "7391", "email": ""})
    alicja = firm.phone(account)
    firm.point(firm.numbers[0], account)
    with carrier.call(SHOWN, firm.numbers[0]) as call:
        until(lambda: alicja.ringing, SOON, "Alicja's phone rings")
        alicja.answer()
        hears_outside(alicja)
        held = alicja.calls[0]
        alicja.hold()
        alicja.dial("*98")
        until(lambda: len(alicja.calls) == 2 and alicja.in_call != held, SOON, "the mailbox answers")
        hears_prompt(alicja, Prompt.MAILBOX_PIN)
        alicja.send_dtmf("7391#")
        hears_prompt(alicja, Prompt.MAILBOX_MENU)
        alicja.transfer_held_to_talking(held, alicja.calls[-1])
        over(alicja)
        call.wait(2 * SOON)
    assert {record.to_number for record in firm.records(2)} == {firm.numbers[0], "*98"}


def test_a_dialled_number_is_passed_on_after_asking(firm: Firm, carrier: Carrier) -> None:
    """Alicja calls outside, asks Bartek and joins the two: the call is paid for until its real end."""
    alicja, bartek, number = firm.phone("Alicja"), firm.phone("Bartek"), outside_number("04")
    alicja.dial(number)
    until(lambda: alicja.in_call, SOON, "the outside world answers")
    held = alicja.calls[0]
    alicja.hold()
    talk(alicja, bartek)
    alicja.transfer_held_to_talking(held, alicja.calls[-1])
    over(alicja)
    ear = Ear(bartek)
    until(lambda: ear.hears(bartek), SOON, "Bartek hears himself from outside")
    assert firm.reservations()
    bartek.hang_up()
    over(bartek)
    out, internal = firm.records(2)
    assert (out.direction, internal.direction) == ("out", "internal")
    assert out.price
    assert internal.price is None
    assert carrier.registered


def test_a_dialled_number_is_passed_on_blindly(firm: Firm) -> None:
    """Alicja passes the echo outside on to Bartek: the charged leg goes on, and is charged once."""
    alicja, bartek, number = firm.phone("Alicja"), firm.phone("Bartek"), outside_number("04")
    alicja.dial(number)
    until(lambda: alicja.in_call, SOON, "the outside world answers")
    alicja.transfer_to(extension_of(bartek))
    until(lambda: bartek.ringing, SOON, "Bartek's phone rings")
    over(alicja)
    bartek.answer()
    until(lambda: bartek.in_call and bartek.hears(bartek.tone_hz), SOON, "Bartek hears himself from outside")
    assert firm.reservations()
    bartek.hang_up()
    (record,) = firm.records(1)
    assert record.rang == [(f"+48{number}", "answered"), (extension_of(bartek), "answered")]
    assert record.price


def test_colleagues_hear_each_other_while_somebody_calls_from_outside(firm: Firm, carrier: Carrier) -> None:
    """Without call waiting a caller from outside gets busy."""
    account = firm.account("Alicja", call_waiting=False)
    firm.point(firm.numbers[0], account)
    alicja, bartek = firm.phone(account), firm.phone("Bartek")
    talk(alicja, bartek)
    assert "486" in carrier.call(SHOWN, firm.numbers[0]).wait().sentence
    hear_each_other(alicja, bartek)
