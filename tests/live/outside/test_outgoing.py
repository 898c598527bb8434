"""Calls to public numbers: what the caller hears, what the carrier gets, what is charged."""

from decimal import Decimal

import pytest

from centralka.calls.prompts import Prompt
from tests.live import sound
from tests.live.carrier_instance import Carrier
from tests.live.office import SOON, extension_of, gets, over
from tests.live.phones import until
from tests.live.sipp import Burst, run_scenario

from .spoken import is_told, was_heard
from .tenant import Firm, invite, outside_number, talk_outside


def test_a_call_goes_out_is_heard_both_ways_and_is_charged_by_the_second(firm: Firm, carrier: Carrier) -> None:
    """Alicja talks to an echo: the booking, the record and the leg name the same price, one grosz a second."""
    alicja, number = firm.phone("Alicja"), outside_number("04")
    talk_outside(alicja, number)
    alicja.hang_up()
    (record,) = firm.records(1)
    assert (record.direction, record.outcome, record.reasons) == ("out", "answered", ["number_dialled"])
    (leg,) = record.legs
    assert (leg["to"], leg["outcome"], leg["trunk"]) == (f"+48{number}", "answered", "Operator demo")
    assert record.answered_at
    assert record.ended_at
    talked = (record.ended_at - record.answered_at).total_seconds()
    (charge,) = firm.charges()
    assert charge[0] == record.price == Decimal(leg["price"])
    assert Decimal("0.01") * int(talked) <= charge[0] <= Decimal("0.01") * (int(talked) + 2)
    assert charge[1]["number"] == f"+48{number}"
    assert invite(carrier, number)["called"] == f"+48{number}"


def test_the_outside_hangs_up_first(firm: Firm, carrier: Carrier) -> None:
    """The carrier ends the call: the phone is told, and the call is charged as any other."""
    alicja = firm.phone("Alicja")
    alicja.dial(outside_number("00"))
    until(lambda: alicja.hears(520), SOON, "Alicja hears the outside world's tone")
    carrier.engine_says("channel request hangup all")
    gets(alicja, "hung up there")
    (record,) = firm.records(1)
    assert record.outcome == "answered"
    assert record.price


@pytest.mark.parametrize("before", ["", "48", "+48", "0048"])
def test_a_number_can_be_dialled_in_any_spelling(firm: Firm, carrier: Carrier, before: str) -> None:
    """National, with and without plus, with 00: it is the same number to the carrier, the record and the bill."""
    alicja, number = firm.phone("Alicja"), outside_number("00")
    alicja.dial(before + number)
    until(lambda: alicja.in_call, SOON, "the outside world answers")
    assert invite(carrier, number)["called"] == f"+48{number}"
    alicja.hang_up()
    (record,) = firm.records(1)
    assert record.rang == [(f"+48{number}", "answered")]


def test_who_cannot_be_reached_is_told_why_and_pays_nothing(firm: Firm) -> None:
    """Busy, unknown, congestion: the caller hears it before the call is answered, and then the phone gets the code."""
    refusals = [
        ("01", "486 Busy Here", Prompt.NUMBER_BUSY, "busy", "number_busy"),
        ("03", "404 Not Found", Prompt.NUMBER_UNALLOCATED, "failed", "number_not_known"),
        ("06", "503 Service Unavailable", Prompt.NO_TRUNK, "failed", "no_trunk_worked"),
    ]
    phones = [firm.phone(name) for name in ("Alicja", "Bartek", "Celina")]
    for phone, (ending, *_) in zip(phones, refusals, strict=True):
        phone.dial(outside_number(ending))
    for phone, (_ending, cause, prompt, *_) in zip(phones, refusals, strict=True):
        is_told(phone, cause, prompt)
        assert -35 < sound.level_dbfs(phone.heard()) < -8
        assert sound.seconds_of_sound(phone.heard()) > 2
    records = {record.from_number: record for record in firm.records(3)}
    for phone, (*_, outcome, why) in zip(phones, refusals, strict=True):
        record = records[extension_of(phone)]
        assert (record.outcome, record.reasons, record.price) == (outcome, ["number_dialled", why], None)
        assert record.answered_at is None
    assert not firm.charges()


def test_an_english_company_hears_english(firm: Firm) -> None:
    """The company's language is the one of its announcements."""
    firm.set(language="en")
    alicja = firm.phone("Alice")
    alicja.dial(outside_number("03"))
    is_told(alicja, "404 Not Found", Prompt.NUMBER_UNALLOCATED, "en")
    assert not was_heard(alicja.heard(), Prompt.NUMBER_UNALLOCATED, "pl")


def test_a_caller_gives_up(firm: Firm, carrier: Carrier) -> None:
    """It rings there for ever; Alicja hears it ring, hangs up, and pays nothing."""
    alicja, number = firm.phone("Alicja"), outside_number("02")
    alicja.dial(number)
    until(lambda: alicja.ringing_there, SOON, "it rings there")
    until(firm.reservations, SOON, "money is put aside")
    alicja.hang_up()
    over(alicja)
    (record,) = firm.records(1)
    assert (record.outcome, record.reasons[-1], record.price) == ("cancelled", "caller_hung_up", None)
    assert record.rang == [(f"+48{number}", "cancelled")]
    assert not firm.charges()
    until(lambda: not carrier.engine_says("core show channels concise").strip(), SOON, "it does not ring there either")


def test_callers_who_hang_up_at_once_leave_nothing_at_the_carrier(firm: Firm, carrier: Carrier) -> None:
    """Answered and hung up in the same moment: no call stays up on either side."""
    alicja = firm.account("Alicja")
    for ending, talk_ms in [("04", 0), ("00", 100)]:
        run_scenario(
            "uac_call", login=alicja.login, password=alicja.password, called=outside_number(ending),
            port=firm.house.sip_port, burst=Burst(calls=8, rate=16), talk_ms=talk_ms,
        )  # fmt: skip
    until(lambda: not firm.house.channels(), SOON, "no call is left in the exchange")
    until(lambda: not carrier.engine_says("core show channels concise").strip(), SOON, "none is left at the carrier")
    assert {record.outcome for record in firm.records(16)} == {"answered"}


def test_what_is_no_number_is_told_so(firm: Firm, carrier: Carrier) -> None:
    """A string that is no extension and no public number never leaves the exchange."""
    before = len(carrier.received())
    told = [
        (firm.phone("Alicja"), "7777", "404 Not Found", Prompt.NO_SUCH_NUMBER),
        (firm.phone("Bartek"), "0123", "404 Not Found", Prompt.NO_SUCH_NUMBER),
        (firm.phone("Celina"), "+", "484 Address Incomplete", Prompt.NOT_A_NUMBER),
    ]
    for phone, dialled, *_ in told:
        phone.dial(dialled)
    for phone, _dialled, cause, prompt in told:
        is_told(phone, cause, prompt)
    assert len(carrier.received()) == before
    assert [record.outcome for record in firm.records(3)] == ["failed"] * 3
