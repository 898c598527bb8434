"""Money: a call is cut at the second at which it is used up, and calls at once cannot spend more than there is."""

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path

from centralka.calls.prompts import Prompt
from tests.live import sound
from tests.live.office import PASSWORD, SOON, gets, over
from tests.live.phones import Phone, until
from tests.live.records import CallRow
from tests.live.sipp import ADDRESS, Burst, Sipp

from .spoken import is_told
from .tenant import PRICES, Firm, Firms, add_price_list, operator, outside_number, talk_outside

HERE = Path(__file__).parent
DEAR = "61"
"""Ten grosz a second."""


def dear() -> str:
    return outside_number("04", area=DEAR)


def talked(record: CallRow) -> float:
    """Seconds."""
    assert record.answered_at
    assert record.ended_at
    return (record.ended_at - record.answered_at).total_seconds()


def quiet(firm: Firm, microphone: Path, name: str = "Alicja") -> Phone:
    """A phone that says nothing, so that whatever it hears from an echo is the exchange's."""
    return firm.phone(firm.account(name), microphone=microphone)


def test_a_call_is_cut_when_the_money_is_used_up(poor: Firm, firms: Firms, tmp_path: Path) -> None:
    """Prepaid, and on credit: a tone first, then the end at the granted second; the balance is exactly at its limit."""
    microphone = sound.make_silence(tmp_path / "silence.wav")
    poor.top_up("0.40")
    with firms.firm(money="0") as on_credit:
        on_credit.set(credit_limit="0.50")
        alicja, celina = quiet(poor, microphone), quiet(on_credit, microphone, "Celina")
        for phone in (alicja, celina):
            phone.dial(dear())
        for phone in (alicja, celina):
            gets(phone, "hung up there")
            until(lambda phone=phone: sound.seconds_of_sound(phone.heard()) > 0.3, SOON, "the tone was heard")  # type: ignore[misc]
        for firm, price, left in ((poor, "0.40", "0"), (on_credit, "0.50", "-0.50")):
            (record,) = firm.records(1)
            assert record.outcome == "answered"
            assert record.reasons == ["number_dialled", "money_used_up"]
            assert record.price == Decimal(price)
            assert Decimal(price) * 10 <= Decimal(talked(record)) + Decimal("0.1")
            assert Decimal(talked(record)) < Decimal(price) * 10 + 1
            assert firm.balance == Decimal(left)


def test_a_top_up_in_time_keeps_the_call_going(poor: Firm) -> None:
    """The warning has been given already; the money comes, and the call goes on beyond what was granted first."""
    poor.top_up("0.90")
    alicja = poor.phone("Alicja")
    talk_outside(alicja, dear())
    until(lambda: [one for one in poor.reservations() if one["warned_at"]], SOON, "the caller is warned")
    poor.top_up("5.00")
    until(lambda: [one for one in poor.reservations() if one["granted_seconds"] > 9], SOON, "more is put aside")
    begun = sound.duration(alicja.heard())
    until(lambda: sound.duration(alicja.heard()) > begun + 9, SOON, "the call goes on beyond nine seconds")
    assert alicja.in_call
    alicja.hang_up()
    (record,) = poor.records(1)
    assert record.price
    assert record.price > Decimal("0.90")
    assert "money_used_up" not in record.reasons


def test_who_cannot_pay_the_first_increment_is_told_so(poor: Firm) -> None:
    """A second at ten grosz with nine; a whole minute with connection fee at eighty with seventy-nine."""
    poor.top_up("0.09")
    alicja, bartek = poor.phone("Alicja"), poor.phone("Bartek")
    alicja.dial(dear())
    bartek.dial(outside_number("00", area="12"))
    for phone in (alicja, bartek):
        is_told(phone, "403 Forbidden", Prompt.CREDIT_TOO_LOW)
    assert [(record.outcome, record.reasons) for record in poor.records(2)] == [("refused", ["no_money"])] * 2
    poor.top_up("0.71")
    bartek.dial(outside_number("00", area="12"))
    until(lambda: bartek.in_call, SOON, "eighty grosz are enough")
    bartek.hang_up()
    assert poor.records(3)[-1].price == Decimal("0.80")
    assert poor.balance == 0


def test_who_hangs_up_or_gives_up_may_call_again_at_once(poor: Firm) -> None:
    """With money for one call at a time, and no more than one at once: what the last call held is there again."""
    poor.top_up("0.40")
    poor.rules(calls_at_once=1)
    alicja = poor.phone("Alicja")
    for call in range(6):
        alicja.dial(outside_number("02" if call % 2 else "04"))
        until(lambda: alicja.ringing_there or alicja.in_call, SOON, "it rings there, or is answered")
        alicja.hang_up()
        over(alicja)
    assert [record.outcome for record in poor.records(6)] == ["answered", "cancelled"] * 3
    assert not poor.items("/fraud-stops")


def test_many_calls_at_once_cannot_spend_more_than_there_is(poor: Firm) -> None:
    """Thirty calls on money for five at once: some are refused; every answered one is booked exactly once."""
    poor.top_up("1.50")
    account = poor.account("Call center", call_waiting=True)
    scenario, thirty = HERE / "uac_perhaps.xml", Burst(calls=30, rate=60)
    with Sipp(
        scenario, account.login, PASSWORD, outside_number("00"), ADDRESS, poor.house.sip_port, "udp", None, thirty, 60,
        {"talk_ms": 1500},
    ) as calls, ThreadPoolExecutor(1) as beside:  # fmt: skip
        ended = beside.submit(calls.wait, 60)
        lowest = Decimal("1.50")
        while not ended.done():
            lowest = min(lowest, poor.balance - reserved(poor))
        assert ended.result() == 0, calls.complaints()
    assert lowest >= 0
    records = poor.records(30)
    answered = [record for record in records if record.outcome == "answered"]
    refused = [record for record in records if record.outcome == "refused"]
    assert len(answered) + len(refused) == 30
    assert answered
    assert refused
    # At the decision, or a moment later, when another call had taken the money.
    assert {record.reasons[-1] for record in refused} == {"no_money"}
    assert len(poor.charges()) == len(answered)


def reserved(firm: Firm) -> Decimal:
    return sum((Decimal(str(one["amount"])) for one in firm.reservations()), Decimal(0)).quantize(Decimal("0.0001"))


def test_a_call_that_is_hung_up_by_order_costs_what_was_talked(firm: Firm) -> None:
    """A program ends Alicja's talk outside: phone and carrier are told, and the money for the rest is free again."""
    alicja = firm.phone("Alicja")
    talk_outside(alicja, outside_number("04"))
    (going_on,) = until(firm.all_records, SOON, "the call is on record")
    firm.hang_up_by_order(going_on)
    gets(alicja, "hung up there")
    (record,) = firm.records(1)
    assert (record.outcome, record.reasons) == ("answered", ["number_dialled", "hung_up_by_order"])
    assert record.price
    assert Decimal("0.01") * int(talked(record)) <= record.price <= Decimal("0.01") * (int(talked(record)) + 2)


def test_new_prices_do_not_count_for_a_running_call(firm: Firm) -> None:
    """The operator makes the destination ten times dearer during the call: it costs what it cost when it began."""
    prices = add_price_list(firm.house, firm.slug, PRICES)
    firm.set(price_list_id=prices)
    alicja, number = firm.phone("Alicja"), outside_number("04")
    talk_outside(alicja, number)
    operator(
        firm.house, "POST", f"/price-lists/{prices}/prices", PRICES.replace(b"48;Polska;0,6000", b"48;Polska;6,0000")
    )
    alicja.hang_up()
    over(alicja)
    alicja.dial(outside_number("00"))
    until(lambda: alicja.in_call, SOON, "the second call is answered")
    alicja.hang_up()
    old, new = firm.records(2)
    assert [record.legs[0]["rate"]["per_minute"] for record in (old, new)] == ["0.6000", "6.0000"]
    assert old.price
    assert new.price
    assert old.price <= Decimal("0.01") * (int(talked(old)) + 2)
    assert Decimal("0.10") * int(talked(new)) <= new.price >= Decimal("0.10")
