"""Colleagues call each other: who hears whom, what the caller is told, and what is on record afterwards."""

import pytest

from tests.live.instance import read_proc
from tests.live.office import SOON, Ear, Office, extension_of, gets, over, ring, talk
from tests.live.phones import until


def test_colleagues_talk_and_hear_each_other(office: Office) -> None:
    """Alicja calls Bartek, who answers; both hear each other, and one record tells it all."""
    alicja, bartek = office.phone("Alicja"), office.phone("Bartek")
    talk(alicja, bartek)
    alicja.hang_up()
    over(alicja, bartek)
    assert bartek.last_cause == "hung up there"

    (record,) = office.records(1)
    assert (record.outcome, record.reasons) == ("answered", ["extension_dialled"])
    assert (record.from_number, record.from_name) == (extension_of(alicja), "Alicja")
    assert record.to_number == extension_of(bartek)
    assert record.answered_at
    assert record.ended_at
    assert record.started_at <= record.answered_at <= record.ended_at
    (leg,) = record.legs
    assert (leg["to"], leg["outcome"], leg["why"]["why"]) == (extension_of(bartek), "answered", "extension_dialled")
    assert leg["seconds"] >= 0
    assert record.plan
    assert record.plan["steps"][0]["kind"] == "ring"
    assert record.plan["steps"][0]["extension"] == extension_of(bartek)


def test_the_switchboard_hears_no_more_of_a_call_that_was_answered(office: Office) -> None:
    """Whoever hangs up: it was left to the engine when it began to ring, and comes back only where nobody answers."""
    alicja, bartek = office.phone("Alicja"), office.phone("Bartek")
    talk(alicja, bartek)
    bartek.hang_up()
    over(alicja, bartek)
    (record,) = office.records(1)
    assert (record.outcome, record.rang) == ("answered", [(extension_of(bartek), "answered")])
    said = [line for line in office.house.journal.read_text().splitlines() if record.call_id in line and line[0] == "{"]
    assert [line[: line.index(",")] for line in said] == ['{"kind":"decided"']


def test_what_waits_for_the_database_in_the_engine_holds_up_nobody_else(office: Office) -> None:
    """Fifty requests may wait at once, and the engine has no complaint about how its pools are set."""
    pools = office.house.engine_says("core show taskprocessors like taskpool/s:pjsip")
    assert pools.count("taskpool/s:pjsip-") == 50
    log = office.house.engine_log.read_text().lower()
    assert not [line for line in log.splitlines() if "taskpool" in line or "stasis.conf" in line]


def test_each_thread_of_the_engine_has_memory_of_its_own(office: Office) -> None:
    engine = office.house.pid("engine")
    assert engine
    assert b"MALLOC_ARENA_MAX=128" in read_proc(engine, "environ").split(b"\0")


def test_the_api_shows_the_call_while_it_goes_on_and_after_it(office: Office) -> None:
    """The company's program sees a call that is going on, and later its outcome and why."""
    alicja, bartek = office.account("Alicja"), office.account("Bartek")
    phones = office.phone(alicja), office.phone(bartek)
    calls = f"/calls?sip_account={bartek.id}"
    talk(*phones)
    (going_on,) = until(lambda: office.house.items(calls), SOON, "the call is in the list")
    assert (going_on["from"], going_on["to"]) == (alicja.extension, bartek.extension)
    assert (going_on["outcome"], going_on["ended_at"]) == (None, None)
    phones[0].hang_up()
    office.records(1)
    (ended,) = office.house.items(calls)
    assert (ended["id"], ended["direction"], ended["outcome"]) == (going_on["id"], "internal", "answered")
    assert ended["started_at"] <= ended["answered_at"] <= ended["ended_at"]
    assert ended["ring_seconds"] >= 0
    assert ended["talk_seconds"] >= 0
    assert [(leg["to"], leg["outcome"]) for leg in ended["legs"]] == [(bartek.extension, "answered")]
    assert "Bartek" in ended["why"][0]


def test_phones_on_tcp_call_phones_on_udp_and_back(office: Office) -> None:
    """What a phone speaks to the exchange does not matter to whoever it talks with."""
    alicja, bartek = office.phone("Alicja", transport="tcp"), office.phone("Bartek", transport="udp")
    talk(alicja, bartek)
    bartek.hang_up()
    over(alicja, bartek)
    talk(bartek, alicja)
    bartek.hang_up()
    over(alicja, bartek)
    assert [record.outcome for record in office.records(2)] == ["answered", "answered"]


def test_wideband_phones_hear_each_other_in_wideband(office: Office) -> None:
    """Two phones that both know G.722 use it, as the exchange offers it first."""
    alicja = office.phone("Alicja", codecs=("G722", "PCMA"))
    bartek = office.phone("Bartek", codecs=("G722", "PCMA"))
    talk(alicja, bartek)
    answers = [message.body for message in alicja.messages if not message.sent and "m=audio" in message.body]
    assert "G722/8000" in answers[-1]


@pytest.mark.parametrize(
    ("dialled", "cause", "outcome", "why"),
    [
        ("7999", "404 Not Found", "failed", "no_such_extension"),
        ("1", "404 Not Found", "failed", "no_such_extension"),
        ("22123456", "404 Not Found", "failed", "no_such_extension"),
        ("00", "404 Not Found", "failed", "no_such_extension"),
        ("1234567890123456", "484 Address Incomplete", "failed", "not_a_number"),
        ("sekretariat", "484 Address Incomplete", "failed", "not_a_number"),
        ("*99", "484 Address Incomplete", "failed", "not_a_number"),
        ("#", "484 Address Incomplete", "failed", "not_a_number"),
        ("+", "484 Address Incomplete", "failed", "not_a_number"),
    ],
)
def test_what_nobody_has_is_refused(office: Office, dialled: str, cause: str, outcome: str, why: str) -> None:
    """Whoever dials what is no extension learns so at once, and it is on record."""
    alicja = office.phone("Alicja")
    alicja.dial(dialled)
    gets(alicja, cause)
    (record,) = office.records(1)
    assert (record.to_number, record.outcome, record.reasons, record.legs) == (dialled, outcome, [why], [])


def test_the_own_extension_is_busy(office: Office) -> None:
    """Who dials the own extension hears busy, and the own phone stays quiet."""
    alicja = office.phone("Alicja")
    alicja.dial(extension_of(alicja))
    gets(alicja, "486 Busy Here")
    assert not [call for call in alicja.all_calls if call.incoming]
    (record,) = office.records(1)
    assert (record.outcome, record.reasons) == ("busy", ["own_extension"])


def test_the_echo_test_sends_the_callers_sound_back(office: Office) -> None:
    """Alicja dials *43 and hears her own tone."""
    alicja = office.phone("Alicja")
    alicja.dial("*43")
    ear = Ear(alicja)
    until(lambda: ear.hears(alicja), SOON, "Alicja hears herself")
    alicja.hang_up()
    over(alicja)
    (record,) = office.records(1)
    assert (record.to_number, record.outcome, record.reasons) == ("*43", "answered", ["echo_dialled"])
    assert record.legs == []


def test_a_phone_that_nobody_answers_stops_after_its_ring_time(office: Office) -> None:
    """After the ring time Bartek's phone is quiet and Alicja is told that he did not answer."""
    alicja, bartek = office.phone("Alicja"), office.phone(office.account("Bartek", ring_timeout=5))
    ring(alicja, bartek)
    until(lambda: alicja.last_cause, 20, "Alicja is told")
    assert alicja.last_cause == "480 Temporarily Unavailable"
    over(bartek)
    (record,) = office.records(1)
    assert (record.outcome, record.answered_at) == ("no_answer", None)
    assert record.reasons == ["extension_dialled", "no_one_answered"]
    assert record.rang == [(extension_of(bartek), "no_answer")]


def test_a_phone_that_says_nothing_at_all_is_unavailable(office: Office) -> None:
    """Bartek's phone is registered, but its network is gone: that is not the same as not answering."""
    alicja, account = office.phone("Alicja"), office.account("Bartek", ring_timeout=5)
    bartek = office.sipp_phone("uas_silent", account)
    alicja.dial(account.extension)
    until(lambda: alicja.last_cause, 20, "Alicja is told")
    assert alicja.last_cause == "480 Temporarily Unavailable"
    assert bartek.requests("INVITE")
    (record,) = office.records(1)
    assert record.outcome == "unavailable"
    assert record.reasons == ["extension_dialled", "callee_unavailable"]


def test_a_declined_call_is_busy(office: Office) -> None:
    """Bartek presses the red key: Alicja hears busy."""
    alicja, bartek = office.phone("Alicja"), office.phone("Bartek")
    ring(alicja, bartek)
    bartek.decline()
    gets(alicja, "486 Busy Here")
    (record,) = office.records(1)
    assert record.outcome == "busy"
    assert record.reasons == ["extension_dialled", "callee_busy"]
    assert record.rang == [(extension_of(bartek), "busy")]


@pytest.mark.parametrize("status", ["486 Busy Here", "600 Busy Everywhere", "603 Decline"])
def test_every_way_to_decline_is_busy(office: Office, status: str) -> None:
    """Phones refuse in different words; the caller hears busy each time."""
    alicja, account = office.phone("Alicja"), office.account("Bartek")
    office.sipp_phone("uas_refuse", account, status=status)
    alicja.dial(account.extension)
    gets(alicja, "486 Busy Here")
    assert [record.outcome for record in office.records(1)] == ["busy"]


@pytest.mark.parametrize("status", ["404 Not Found", "480 Temporarily Unavailable", "500 Server Internal Error"])
def test_a_phone_that_fails_is_unavailable(office: Office, status: str) -> None:
    """A phone that is on the line but cannot take calls counts as not there, at once."""
    alicja, account = office.phone("Alicja"), office.account("Bartek")
    office.sipp_phone("uas_refuse", account, status=status)
    alicja.dial(account.extension)
    gets(alicja, "480 Temporarily Unavailable")
    assert [record.outcome for record in office.records(1)] == ["unavailable"]


def test_an_account_without_a_phone_is_unavailable_at_once(office: Office) -> None:
    """Nobody is registered as Bartek: Alicja is told without any ringing."""
    alicja, bartek = office.phone("Alicja"), office.account("Bartek")
    alicja.dial(bartek.extension)
    gets(alicja, "480 Temporarily Unavailable")
    assert not [event for event in alicja.events if event.type == "CALL_RINGING"]
    (record,) = office.records(1)
    assert (record.outcome, record.rang) == ("unavailable", [(bartek.extension, "unavailable")])
    assert record.reasons == ["extension_dialled", "callee_unavailable"]
