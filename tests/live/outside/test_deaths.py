"""Processes die during calls that cost money: nothing is lost, nothing is charged twice, no money stays put aside."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from decimal import Decimal
from pathlib import Path

import pytest

from tests.live import sound
from tests.live.office import PASSWORD, SOON, Ear, over
from tests.live.phones import Phone, until
from tests.live.sipp import ADDRESS, Burst, Sipp

from .tenant import Firm, Firms, invite, invites, outside_number, talk_outside
from .world import World, beginning

HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def fragile_world() -> Iterator[World]:
    """One whose processes are killed; every story leaves it running again."""
    with beginning() as made:
        yield made


@pytest.fixture(scope="module")
def fragile_firms(fragile_world: World) -> Firms:
    return Firms(fragile_world[0], at_once=8)


@pytest.fixture
def fragile_firm(fragile_firms: Firms) -> Iterator[Firm]:
    with fragile_firms.firm() as made:
        yield made


def granted(firm: Firm) -> int:
    """Seconds for which the one running call has money put aside; 0 if there is none."""
    return sum(one["granted_seconds"] for one in firm.reservations() if one["answered_at"])


def goes_on(phone: Phone) -> None:
    """The phone still hears its echo."""
    ear = Ear(phone)
    until(lambda: ear.hears(phone), SOON, f"{phone} hears its echo")


def test_the_switchboard_dies_during_a_charged_call(fragile_firm: Firm) -> None:
    """The call goes on; the next switchboard puts more money aside when it is due; it is charged once, to its end.

    Her phone encrypts, so the switchboard is told of the answer at once, and lets her be heard.
    """
    account, house = fragile_firm.account("Alicja", media_encryption="dtls"), fragile_firm.house
    alicja = fragile_firm.phone(account, transport="tls", encryption="dtls_srtp")
    alicja.dial(outside_number("04", area="61"))
    until(lambda: alicja.in_call, SOON, "the outside world answers")
    first = until(lambda: granted(fragile_firm), SOON, "money is put aside for it")
    dead = house.kill("switchboard")
    goes_on(alicja)
    house.wait_for_another("switchboard", dead)
    until(lambda: granted(fragile_firm) > first, 40, "the new switchboard puts more money aside")
    alicja.hang_up()
    over(alicja)
    (record,) = fragile_firm.records(1)
    assert record.outcome == "answered"
    assert record.price
    assert record.answered_at
    assert record.ended_at
    talked = (record.ended_at - record.answered_at).total_seconds()
    assert abs(record.price - Decimal("0.1") * Decimal(talked)) <= Decimal("0.15")
    assert len(fragile_firm.charges()) == 1


def test_the_switchboard_dies_while_it_rings_outside(fragile_firm: Firm) -> None:
    """The caller gives up afterwards: the money comes back, and nothing is charged."""
    alicja, house = fragile_firm.phone("Alicja"), fragile_firm.house
    alicja.dial(outside_number("02"))
    until(lambda: alicja.ringing_there, SOON, "it rings there")
    dead = house.kill("switchboard")
    house.wait_for_another("switchboard", dead)
    assert alicja.ringing_there
    alicja.hang_up()
    over(alicja)
    (record,) = fragile_firm.records(1)
    assert (record.outcome, record.price) == ("cancelled", None)
    assert not fragile_firm.charges()


def test_the_switchboard_dies_while_it_rings_outside_and_nobody_answers(
    fragile_firm: Firm, fragile_world: World
) -> None:
    """The carrier ends the ring, while there is no switchboard and when there is the next: the caller is told, nothing
    is charged, and no money stays put aside."""
    alicja, (house, carrier) = fragile_firm.phone("Alicja"), fragile_world
    for away in (True, False):
        alicja.dial(outside_number("02"))
        until(lambda: alicja.ringing_there, SOON, "it rings there")
        if away:
            with house.without("switchboard"):
                carrier.engine_says("channel request hangup all")
                until(lambda: alicja.last_cause, SOON, "the caller is told")
        else:
            house.wait_for_another("switchboard", house.kill("switchboard"))
            carrier.engine_says("channel request hangup all")
            until(lambda: alicja.last_cause, SOON, "the caller is told")
    for record in fragile_firm.records(2):
        assert record.outcome in ("busy", "no_answer", "unavailable")
        assert (record.price, record.answered_at, len(record.legs)) == (None, None, 1)
    assert not fragile_firm.charges()


def test_the_switchboard_dies_among_calls_that_begin(fragile_firm: Firm, fragile_world: World) -> None:
    """Forty calls in two seconds, and it is killed in the middle: some die with it. What was answered is charged, each
    once, and nothing else is (`check_books`)."""
    house, carrier = fragile_world
    account, number = fragile_firm.account("Call center", call_waiting=True), outside_number("00")
    scenario, forty = HERE / "uac_perhaps.xml", Burst(calls=40, rate=20)
    with Sipp(
        scenario, account.login, PASSWORD, number, ADDRESS, house.sip_port, "udp", None, forty, 60, {"talk_ms": 1500}
    ) as calls:
        until(lambda: len(invites(carrier, number)) > 10, SOON, "some calls are made")
        house.wait_for_another("switchboard", house.kill("switchboard"))
        calls.wait(60)
    until(lambda: not house.channels(), SOON, "all calls are over")
    outcomes = [record.outcome for record in fragile_firm.records(40)]
    assert outcomes.count("answered") == len(fragile_firm.charges()) == len(invites(carrier, number))
    assert set(outcomes) == {"answered", "failed"}


def test_the_engine_dies_while_it_rings_outside(fragile_firm: Firm) -> None:
    """What was put aside comes back."""
    alicja, house = fragile_firm.phone("Alicja"), fragile_firm.house
    alicja.dial(outside_number("02"))
    until(lambda: alicja.ringing_there, SOON, "it rings there")
    until(lambda: house.keeps(alicja.login), SOON, "the registration is on disk")
    house.wait_for_another("engine", house.kill("engine"))
    (record,) = fragile_firm.records(1)
    assert (record.outcome, record.price) == ("interrupted", None)
    until(lambda: not fragile_firm.reservations(), SOON, "nothing is put aside")
    alicja.pull_the_plug()


def test_the_switchboard_dies_before_the_answer(fragile_firm: Firm, fragile_world: World) -> None:
    """Killed while it rings; the call is answered without it: it is connected for what was put aside, and charged."""
    alicja, house = fragile_firm.phone("Alicja"), fragile_firm.house
    alicja.dial(number := outside_number("77"))
    invite(fragile_world[1], number)  # not only the money: from the money to Dial it is a few milliseconds
    with house.without("switchboard"):
        until(lambda: alicja.in_call, SOON, "it is answered")
        until(lambda: alicja.hears(520), SOON, "Alicja hears the outside world")
        alicja.hang_up()
        over(alicja)
    (record,) = fragile_firm.records(1)
    assert record.outcome == "answered"
    assert record.price
    assert len(fragile_firm.charges()) == 1


def test_the_switchboard_is_back_after_the_answer(fragile_firm: Firm, fragile_world: World) -> None:
    """It reads in the journal that the engine had of the answer, and the seconds run from there."""
    alicja, house = fragile_firm.phone("Alicja"), fragile_firm.house
    alicja.dial(number := outside_number("77"))
    invite(fragile_world[1], number)  # not only the money: from the money to Dial it is a few milliseconds
    with house.without("switchboard"):
        until(lambda: alicja.in_call, SOON, "it is answered")
        assert not granted(fragile_firm)
    until(lambda: granted(fragile_firm), SOON, "the answer is noted")
    alicja.hang_up()
    over(alicja)
    (record,) = fragile_firm.records(1)
    assert len(fragile_firm.charges()) == 1
    assert record.outcome == "answered"
    assert record.price
    assert not fragile_firm.reservations()


def test_without_a_switchboard_only_emergencies_go_out(fragile_firm: Firm, fragile_world: World) -> None:
    """112 is carried over the trunks that the engine remembers, against PIN and empty purse; nothing else is."""
    _house, carrier = fragile_world
    account = fragile_firm.account("Alicja", outbound_pin="4711", max_rate="0", caller_id={"mode": "restricted"})
    alicja, number = fragile_firm.phone(account), outside_number("00")
    fragile_firm.set(price_list_id=None)
    with fragile_firm.house.without("switchboard"):
        alicja.dial(number)
        until(lambda: alicja.last_cause, SOON, "an ordinary call is refused")
        assert alicja.last_cause.startswith("503")
        alicja.dial("112")
        until(lambda: alicja.in_call, SOON, "112 answers")
        alicja.hang_up()
        over(alicja)
    assert not invites(carrier, number)
    (seen,) = invites(carrier, "112")
    assert "Alicja" not in str(seen)
    refused, emergency = fragile_firm.records(2)
    assert (refused.outcome, emergency.outcome) == ("failed", "answered")
    assert (emergency.direction, emergency.to_number, emergency.price) == ("out", "112", None)
    assert emergency.reasons == ["planned_without_switchboard"]


def test_the_engine_dies_during_a_charged_call(fragile_firm: Firm, fragile_world: World) -> None:
    """Charged until the end of the engine, marked as interrupted; the money that was put aside is free again."""
    house, carrier = fragile_world
    alicja = fragile_firm.phone("Alicja")
    talk_outside(alicja, outside_number("04"))
    until(lambda: granted(fragile_firm), SOON, "money is put aside for it")
    until(lambda: house.keeps(alicja.login), SOON, "the registration is on disk")
    dead = house.kill("engine")
    house.wait_for_another("engine", dead)
    (record,) = fragile_firm.records(1)
    assert record.outcome == "interrupted"
    assert record.price
    assert record.answered_at
    assert record.ended_at
    talked = (record.ended_at - record.answered_at).total_seconds()
    assert abs(record.price - Decimal("0.01") * Decimal(talked)) <= Decimal("0.02")
    until(lambda: not fragile_firm.reservations(), SOON, "nothing is put aside")
    alicja.pull_the_plug()
    bartek = fragile_firm.phone("Bartek")
    carrier.engine_says("channel request hangup all")
    talk_outside(bartek, outside_number("04"))
    bartek.hang_up()
    fragile_firm.records(2)


def test_the_web_server_dies_and_no_charge_is_lost(fragile_firm: Firm) -> None:
    """Calls outside and their bookings need neither panel nor API."""
    alicja = fragile_firm.phone("Alicja")
    with fragile_firm.house.without("web"):
        talk_outside(alicja, outside_number("04"))
        alicja.hang_up()
        over(alicja)
        until(lambda: fragile_firm.charges(), SOON, "the call is booked")


def test_a_database_that_is_locked_for_a_while(fragile_firm: Firm) -> None:
    """Somebody holds the database for some seconds while a call ends: the booking waits, and is made once."""
    alicja, number = fragile_firm.phone("Alicja"), outside_number("04")
    talk_outside(alicja, number)
    until(lambda: granted(fragile_firm), SOON, "money is put aside for it")
    begun = sound.duration(alicja.heard())
    with closing(sqlite3.connect(fragile_firm.house.home / "centralka.sqlite3", isolation_level=None)) as database:
        database.execute("BEGIN IMMEDIATE")
        until(lambda: sound.duration(alicja.heard()) > begun + 4, SOON, "the call goes on for four seconds")
        alicja.hang_up()
        over(alicja)
        database.execute("ROLLBACK")
    (record,) = fragile_firm.records(1)
    assert record.price
    assert len(fragile_firm.charges()) == 1


def test_a_database_that_cannot_be_written_lets_no_call_out(fragile_firm: Firm) -> None:
    """Nothing can be put aside, so nothing goes out; the caller is refused."""
    alicja = fragile_firm.phone("Alicja")
    with closing(sqlite3.connect(fragile_firm.house.home / "centralka.sqlite3", isolation_level=None)) as database:
        database.execute("BEGIN IMMEDIATE")
        alicja.dial(outside_number("00"))
        until(lambda: alicja.last_cause, 40, "the call is refused")
        database.execute("ROLLBACK")
    assert alicja.last_cause.startswith("503")
    (record,) = fragile_firm.records(1)
    assert record.price is None
