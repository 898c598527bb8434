"""The switchboard, which decides calls, dies or hangs: calls go on, new ones ring, and every record is right."""

import signal
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest

from tests.live.instance import STOP_SECONDS, Installation
from tests.live.journal import attempts
from tests.live.office import PASSWORD, SOON, Ear, Office, extension_of, gets, hear_each_other, over, ring, talk
from tests.live.phones import until
from tests.live.secure.device import Device
from tests.live.secure.test_offers import KEYS
from tests.live.sipp import Burst, run_scenario


@pytest.fixture
def fresh() -> Iterator[Office]:
    """An office whose supervisor has not seen a death yet: it waits longer after each."""
    with Installation() as house, Office(house) as office:
        yield office


def test_a_call_goes_on(fragile: Office) -> None:
    """The switchboard is killed while Alicja and Bartek talk: they hear nothing of it; the record has the true end."""
    alicja, bartek = fragile.phone("Alicja"), fragile.phone("Bartek")
    talk(alicja, bartek)
    dead = fragile.house.kill("switchboard")
    hear_each_other(alicja, bartek)
    fragile.house.wait_for_another("switchboard", dead)
    hear_each_other(alicja, bartek)
    hung_up = datetime.now(UTC)
    alicja.hang_up()
    over(alicja, bartek)
    (record,) = fragile.records(1)
    assert (record.outcome, record.reasons) == ("answered", ["extension_dialled"])
    assert record.rang == [(extension_of(bartek), "answered")]
    assert record.plan
    assert record.ended_at
    assert record.ended_at >= hung_up


def test_what_had_begun_goes_on(fragile: Office) -> None:
    """The switchboard is killed while phones ring and somebody hears the echo: all of it ends as it would have."""
    names = ("Alicja", "Bartek", "Celina", "Dorota", "Ewa")
    alicja, bartek, celina, dorota, ewa = (fragile.phone(name) for name in names)
    ring(alicja, bartek)
    ring(celina, dorota)
    ewa.dial("*43")
    until(lambda: ewa.hears(ewa.tone_hz), SOON, "Ewa hears herself")
    with fragile.house.without("switchboard"):
        bartek.answer()
        hear_each_other(alicja, bartek)
        dorota.decline()
        gets(celina, "486 Busy Here")
        ear = Ear(ewa)
        until(lambda: ear.hears(ewa), SOON, "Ewa hears herself")
        ewa.hang_up()
        alicja.hang_up()
        over(alicja, bartek, celina, dorota, ewa)
    answered, declined, echo = fragile.records(3)
    assert (answered.outcome, answered.rang) == ("answered", [(extension_of(bartek), "answered")])
    assert (declined.outcome, declined.rang) == ("busy", [(extension_of(dorota), "busy")])
    assert (echo.outcome, echo.reasons) == ("answered", ["echo_dialled"])
    assert [len(phone.all_calls) for phone in (bartek, dorota)] == [1, 1]


def test_an_encrypted_caller_who_is_answered_without_a_switchboard_is_heard_by_the_next(fragile: Office) -> None:
    """Nothing is heard of a phone with DTLS-SRTP before its handshake, and the switchboard knows of its end. One whose
    call the engine lets ring by itself is answered before it rings, and so has its handshake."""
    alicja, celina = (
        fragile.phone(fragile.account(name, media_encryption="dtls"), transport="tls", encryption="dtls_srtp")
        for name in ("Alicja", "Celina")
    )
    bartek, dorota = fragile.phone("Bartek"), fragile.phone("Dorota")
    ring(alicja, bartek)
    with fragile.house.without("switchboard"):
        bartek.answer()
        until(lambda: alicja.in_call, SOON, "Alicja has an answer")
        celina.dial(extension_of(dorota))
        until(lambda: dorota.ringing and celina.in_call, SOON, "it rings, and Celina is connected")
        dorota.answer()
        hear_each_other(celina, dorota)
        celina.hang_up()
        over(celina, dorota)
        celina.dial(extension_of(dorota))
        until(lambda: dorota.ringing and celina.in_call, SOON, "it rings again")
        dorota.decline()
        over(celina, dorota)
    hear_each_other(alicja, bartek)
    alicja.hang_up()
    over(alicja, bartek)
    assert [one.outcome for one in fragile.records(3)] == ["answered", "answered", "busy"]


def test_a_caller_who_does_not_encrypt_is_not_heard_without_a_switchboard_either(fragile: Office) -> None:
    """Nor does anything ring for it."""
    caller, bartek = fragile.account("Alicja", media_encryption="dtls"), fragile.phone("Bartek")
    with fragile.house.without("switchboard"), Device(fragile.house, caller.login, PASSWORD) as alicja:
        offer = alicja.offer("UDP/TLS/RTP/SAVPF", *KEYS["fingerprint"])
        with alicja.call(extension_of(bartek), offer) as answered:
            assert answered.status == 200
            assert alicja.left()
    assert not bartek.all_calls


def test_new_calls_still_ring(fragile: Office) -> None:
    """While there is no switchboard colleagues reach each other all the same; the record says how it came about."""
    account = fragile.account("Alicja", internal_caller_id="900300")
    alicja, bartek = fragile.phone(account), fragile.phone("Bartek")
    with fragile.house.without("switchboard"):
        call = ring(alicja, bartek)
        assert (call.number, call.name) == ("900300", "Alicja")
        bartek.answer()
        hear_each_other(alicja, bartek)
        bartek.hang_up()
        over(alicja, bartek)
        assert not fragile.all_records()
    (record,) = fragile.records(1)
    assert (record.outcome, record.reasons, record.plan) == ("answered", ["planned_without_switchboard"], None)
    assert (record.from_number, record.to_number) == (account.extension, extension_of(bartek))
    assert record.rang == [(extension_of(bartek), "answered")]


def test_new_calls_that_fail_are_refused_honestly(fresh: Office) -> None:
    """Without a switchboard, too, busy is busy, nobody there is nobody there, and a stranger is a stranger."""
    alicja, bartek, nobody = fresh.phone("Alicja"), fresh.phone("Bartek"), fresh.account("Nikt")
    with Office(fresh.house, fresh.house.add_company("ksiegi")) as ksiegi:
        celina = ksiegi.phone("Celina")
        with fresh.house.without("switchboard"):
            ring(alicja, bartek)
            bartek.decline()
            gets(alicja, "486 Busy Here")
            alicja.dial(nobody.extension)
            gets(alicja, "480 Temporarily Unavailable")
            ring(alicja, bartek)
            alicja.hang_up()
            over(alicja, bartek)
            for dialled in (extension_of(celina), celina.login, "*43", "+48221234567"):
                alicja.dial(dialled)
                until(lambda: alicja.last_cause, SOON, "Alicja is refused")
                assert alicja.last_cause[:3] in ("480", "503")
        assert not celina.all_calls
    records = fresh.records(7)
    assert [record.outcome for record in records[:3]] == ["busy", "unavailable", "cancelled"]
    assert {record.outcome for record in records[3:]} <= {"failed", "unavailable"}


def test_a_switchboard_that_hangs_is_replaced(fresh: Office) -> None:
    """It stops answering without dying: it is found out and replaced, and a call made meanwhile gets through then."""
    alicja, bartek = fresh.phone("Alicja"), fresh.phone("Bartek")
    hanging = fresh.house.signal("switchboard", signal.SIGSTOP)
    alicja.dial(extension_of(bartek))
    until(lambda: bartek.ringing, STOP_SECONDS, "the call gets through")
    assert "does not answer and is killed" in fresh.house.said()
    fresh.house.wait_for_another("switchboard", hanging)
    bartek.answer()
    hear_each_other(alicja, bartek)
    alicja.hang_up()
    over(alicja, bartek)
    talk(bartek, alicja)
    bartek.hang_up()
    assert [record.outcome for record in fresh.records(2)] == ["answered", "answered"]


def test_no_attempt_is_lost_or_counted_twice(fresh: Office) -> None:
    """The switchboard is killed twice during 150 calls: each of them is answered, and each has one record."""
    alicja, bartek = fresh.account("Alicja"), fresh.account("Bartek")
    fresh.sipp_phone("uas_answer", bartek, ring_ms=20)
    with ThreadPoolExecutor(1) as beside:
        calls = beside.submit(
            run_scenario, "uac_call", login=alicja.login, password=PASSWORD, called=bartek.extension,
            port=fresh.house.sip_port, talk_ms=200, burst=Burst(calls=150, rate=10), seconds=60,
        )  # fmt: skip
        dead = [kill_a_working_one(fresh.house) for _ in range(2)]
        assert not calls.done()
        calls.result()
    fresh.house.wait_for_another("switchboard", dead[-1])
    records = fresh.records(150)
    assert Counter(record.outcome for record in records) == {"answered": 150}
    assert {record.call_id for record in records} == attempts(fresh.house.journal)


def kill_a_working_one(house: Installation) -> int:
    """Kill the switchboard as soon as it decides calls (again)."""
    before = decisions(house)
    until(lambda: decisions(house) > before and house.pid("switchboard"), 30, "the switchboard decides calls")
    return house.kill("switchboard")


def decisions(house: Installation) -> int:
    """How many calls a switchboard has decided."""
    return house.journal.read_text().count('"kind":"decided"')
