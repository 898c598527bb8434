"""Either side hangs up early, at every stage; each attempt leaves exactly one record."""

from pathlib import Path

import pytest

from tests.live.office import SOON, Office, extension_of, gets, over, ring, talk
from tests.live.phones import until
from tests.live.sipp import Burst, run_scenario

HERE = Path(__file__).parent


def test_the_caller_gives_up_while_it_rings(office: Office) -> None:
    """Alicja hangs up before Bartek answers: his phone is quiet, and the record says who ended it."""
    alicja, bartek = office.phone("Alicja"), office.phone("Bartek")
    ring(alicja, bartek)
    alicja.hang_up()
    over(alicja, bartek)
    (record,) = office.records(1)
    assert (record.outcome, record.answered_at) == ("cancelled", None)
    assert record.reasons == ["extension_dialled", "caller_hung_up"]
    assert record.rang == [(extension_of(bartek), "cancelled")]


def test_the_caller_gives_up_at_once(office: Office) -> None:
    """Whoever hangs up before anything rings has tried to call all the same: one record for each attempt."""
    alicja, bartek = office.account("Alicja"), office.account("Bartek")
    phone = office.phone(bartek)
    give_up = HERE / "uac_cancel_at_once.xml"
    run_scenario(
        give_up, login=alicja.login, password=alicja.password, called=bartek.extension, port=office.house.sip_port,
        burst=Burst(calls=20, rate=50),
    )  # fmt: skip
    records = office.records(20)
    assert {record.outcome for record in records} == {"cancelled"}
    over(phone)


def test_the_callee_hangs_up_as_soon_as_it_answered(office: Office) -> None:
    """A call of no duration is an answered call."""
    alicja, bartek = office.phone("Alicja"), office.account("Bartek")
    office.sipp_phone(HERE / "uas_hang_up.xml", bartek)
    alicja.dial(bartek.extension)
    gets(alicja, "hung up there")
    (record,) = office.records(1)
    assert (record.outcome, record.rang) == ("answered", [(bartek.extension, "answered")])


def test_the_caller_hangs_up_as_soon_as_it_is_answered(office: Office) -> None:
    """A call of no duration is an answered call, whoever ends it; forty of them are forty records."""
    alicja, bartek = office.account("Alicja"), office.account("Bartek")
    office.sipp_phone("uas_answer", bartek, ring_ms=0)
    run_scenario(
        "uac_call", login=alicja.login, password=alicja.password, called=bartek.extension, port=office.house.sip_port,
        talk_ms=0, burst=Burst(calls=40, rate=20),
    )  # fmt: skip
    records = office.records(40)
    assert {record.outcome for record in records} == {"answered"}
    assert len({record.call_id for record in records}) == 40


@pytest.mark.parametrize("talk_ms", [0, 300])
def test_an_echo_test_that_is_hung_up_at_once_ends(office: Office, talk_ms: int) -> None:
    """Thirty callers of *43 hang up within the half second in which the engine waits for their first sound: nothing of
    it stays, and no account is busy because of it."""
    alicja, bartek = office.account("Alicja", call_waiting=False), office.phone("Bartek")
    phone = office.phone(alicja)
    run_scenario(
        "uac_call", login=alicja.login, password=alicja.password, called="*43", port=office.house.sip_port,
        talk_ms=talk_ms, burst=Burst(calls=30, rate=30),
    )  # fmt: skip
    until(lambda: not office.house.channels(), SOON, "no echo test is left in the engine")
    talk(bartek, phone)
    bartek.hang_up()
    over(bartek, phone)
    records = [record for record in office.records(31) if record.to_number == "*43"]
    assert [record.outcome for record in records] == ["answered"] * 30


def test_the_callee_declines_while_the_caller_gives_up(office: Office) -> None:
    """Both red keys in the same moment: one record, which says one of the two."""
    alicja, bartek = office.phone("Alicja"), office.phone("Bartek")
    call = ring(alicja, bartek)
    alicja.hang_up()
    if bartek.ringing:
        bartek.decline(call)
    over(alicja, bartek)
    (record,) = office.records(1)
    assert record.outcome in ("cancelled", "busy")


def test_a_phone_that_loses_power_in_a_call_leaves_a_record(office: Office) -> None:
    """Alicja's phone is switched off without a word; Bartek hangs up."""
    alicja, bartek = office.phone("Alicja"), office.phone("Bartek")
    talk(alicja, bartek)
    alicja.pull_the_plug()
    bartek.hang_up()
    over(bartek)
    assert [record.outcome for record in office.records(1)] == ["answered"]


def test_calls_one_after_another_are_as_many_records(office: Office) -> None:
    """The same two phones call each other again and again."""
    alicja, bartek = office.phone("Alicja"), office.phone("Bartek")
    for caller, callee in [(alicja, bartek), (bartek, alicja), (alicja, bartek)]:
        talk(caller, callee)
        callee.hang_up()
        over(alicja, bartek)
    assert [record.from_name for record in office.records(3)] == ["Alicja", "Bartek", "Alicja"]
