"""The PIN before a call outside: asked for where it has to be, three tries, and never a charge without it."""

from centralka.calls.prompts import Prompt
from tests.live.carrier_instance import Carrier
from tests.live.office import SOON, extension_of, gets, over, talk
from tests.live.phones import Phone, until

from .spoken import hears_prompt, was_heard
from .tenant import Firm, invites, outside_number

PIN = "4711081"
"""So long that no log has it by chance, in a time or in the number of a port."""


def with_pin(firm: Firm, name: str = "Alicja") -> Phone:
    """A phone whose account asks for the PIN."""
    return firm.phone(firm.account(name, outbound_pin=PIN))


def is_asked(phone: Phone, number: str) -> None:
    """The phone dials and hears that it has to give the PIN."""
    phone.dial(number)
    until(lambda: phone.in_call, SOON, "the call is answered for the PIN")
    hears_prompt(phone, Prompt.ENTER_PIN)


def test_the_right_pin_lets_the_call_out(firm: Firm, carrier: Carrier) -> None:
    """The talk begins when the other side answers, not when the PIN is asked for; and the PIN is nowhere on record."""
    alicja, number = with_pin(firm), outside_number("04")
    is_asked(alicja, number)
    assert not invites(carrier, number)
    alicja.send_dtmf(f"{PIN}#")
    until(lambda: invites(carrier, number), SOON, "the call goes out")
    until(lambda: alicja.hears(alicja.tone_hz), SOON, "Alicja hears her echo")
    assert alicja.digits_heard == ""  # the echo outside got no key of the PIN
    alicja.hang_up()
    (record,) = firm.records(1)
    assert (record.outcome, record.reasons) == ("answered", ["pin_needed", "number_dialled"])
    assert record.rang == [(f"+48{number}", "answered")]
    assert record.answered_at
    assert (record.answered_at - record.started_at).total_seconds() > 2
    assert PIN not in str(record)
    for log in (*firm.house.home.glob("log/*.log"), firm.house.home / "run.log", firm.house.engine_log):
        assert PIN not in log.read_text()


def test_a_pin_answered_call_that_nobody_takes_was_not_answered(firm: Firm) -> None:
    """Busy after the right PIN: the phone was connected to hear the question, yet nobody was reached."""
    alicja = with_pin(firm)
    alicja.dial(outside_number("01"))
    until(lambda: alicja.in_call, SOON, "the call is answered for the PIN")
    alicja.send_dtmf(f"{PIN}#")
    hears_prompt(alicja, Prompt.NUMBER_BUSY)
    over(alicja)
    (record,) = firm.records(1)
    assert (record.outcome, record.answered_at, record.price) == ("busy", None, None)


def test_a_wrong_pin_can_be_corrected_and_typed_at_once(firm: Firm) -> None:
    """Alicja types before the question has ended: wrong first, then right; nobody waits for the end of the sentence."""
    alicja = with_pin(firm)
    alicja.dial(outside_number("04"))
    until(lambda: alicja.in_call, SOON, "the call is answered for the PIN")
    alicja.send_dtmf("0000#")
    hears_prompt(alicja, Prompt.WRONG_PIN)
    assert not was_heard(alicja.heard(), Prompt.ENTER_PIN)
    alicja.send_dtmf(f"{PIN}#")
    until(lambda: alicja.hears(alicja.tone_hz), SOON, "Alicja hears her echo")
    alicja.hang_up()
    (record,) = firm.records(1)
    assert record.outcome == "answered"


def test_whoever_does_not_know_the_pin_is_turned_away(firm: Firm, carrier: Carrier) -> None:
    """Three wrong ones, silence as one of them, and a hang-up in the middle. Nothing goes out, nothing is put aside."""
    before = len(carrier.received())
    guesser, mute, hasty = (with_pin(firm, name) for name in ("Zgadula", "Milczek", "Pochopny"))
    for phone in (mute, hasty, guesser):
        phone.dial(outside_number("00"))
    until(lambda: hasty.in_call, SOON, "the call is answered for the PIN")
    hasty.send_dtmf(PIN)
    hasty.hang_up()
    until(lambda: guesser.in_call, SOON, "the call is answered for the PIN")
    for _ in range(3):
        guesser.send_dtmf("1111#")
    hears_prompt(guesser, Prompt.WRONG_PIN_GOODBYE)
    gets(guesser, "hung up there")
    hears_prompt(mute, Prompt.WRONG_PIN)
    for _ in range(2):
        mute.send_dtmf("1111#")
    hears_prompt(mute, Prompt.WRONG_PIN_GOODBYE)
    gets(mute, "hung up there")
    records = {record.from_number: record for record in firm.records(3)}
    for phone in (guesser, mute):
        record = records[extension_of(phone)]
        assert (record.outcome, record.reasons) == ("refused", ["pin_needed", "wrong_pin"])
        assert (record.answered_at, record.legs) == (None, [])
    given_up = records[extension_of(hasty)]
    assert (given_up.outcome, given_up.reasons) == ("cancelled", ["pin_needed", "caller_hung_up"])
    assert len(carrier.received()) == before
    assert not firm.reservations()


def test_inside_nobody_is_asked(firm: Firm) -> None:
    """Colleagues, the echo test and emergencies need no PIN."""
    alicja, bartek = with_pin(firm), firm.phone("Bartek")
    talk(alicja, bartek)
    alicja.hang_up()
    over(alicja, bartek)
    for dialled in ("*43", "112"):
        alicja.dial(dialled)
        until(lambda: alicja.in_call, SOON, f"{dialled} answers")
        alicja.hang_up()
        over(alicja)
    assert [record.outcome for record in firm.records(3)] == ["answered"] * 3
    assert not [record for record in firm.all_records() if "pin_needed" in record.reasons]
