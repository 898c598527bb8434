"""The ways out: which trunk carries a call when others fail, and what counts when trunks change."""

from pathlib import Path

import pytest

from centralka.calls.prompts import Prompt
from tests.live.carrier_instance import Carrier
from tests.live.instance import Installation
from tests.live.office import SOON, Ear, extension_of, over
from tests.live.phones import until
from tests.live.sipp import ADDRESS, Burst, Sipp, free_port, run_scenario

from .sipp_trunk import SippTrunk, trunk, without_the_carrier
from .spoken import is_told
from .tenant import Firm, invite, invites, operator, outside_number, talk_outside

HERE = Path(__file__).parent
SANDBOX = "Operator demo"
GIVES_UP = 6.4
"""Seconds, as in asterisk/pjsip.conf."""


def tried(firm: Firm, count: int) -> list[list[tuple[str, str]]]:
    """The trunks that each call was tried over, with what came of it, oldest call first."""
    return [[(leg["trunk"], leg["outcome"]) for leg in record.legs] for record in firm.records(count)]


def test_another_trunk_carries_the_call_when_some_fail(firm: Firm) -> None:
    """Overloaded, dead, silent, talking rubbish: each is given up, the next one is tried, and all are on record. Within
    the next minute those that said nothing are tried last."""
    alicja, house = firm.phone("Alicja"), firm.house
    overloaded = SippTrunk(house, "uas_carrier_refuse", {"status": "503 Service Unavailable"}, priority=1)
    dead, silent = SippTrunk(house, None, priority=2), SippTrunk(house, "uas_silent", priority=3)
    rubbish = SippTrunk(house, "uas_silent_garbage", priority=4)
    with overloaded, dead, silent, rubbish:
        alicja.dial(outside_number("00"))
        until(lambda: alicja.in_call, 3 * GIVES_UP + SOON, "the sandbox carrier carries the call")
        alicja.hang_up()
        over(alicja)
        alicja.dial(outside_number("00"))
        until(lambda: alicja.in_call, SOON, "the second call is carried at once")
        alicja.hang_up()
        first, second = tried(firm, 2)
        assert len({message.header("Call-ID") for message in silent.requests("INVITE")}) == 1
    failed = [(one.name, "unavailable") for one in (overloaded, dead, silent, rubbish)]
    assert first == [*failed, (SANDBOX, "answered")]
    assert second == [failed[0], (SANDBOX, "answered")]
    assert "timer" not in house.engine_log.read_text().lower()


def test_a_number_that_is_busy_is_tried_once(firm: Firm) -> None:
    """What the called number says is true over every trunk: no other one is asked."""
    alicja = firm.phone("Alicja")
    with SippTrunk(firm.house, "uas_carrier_refuse", {"status": "486 Busy Here"}) as first:
        alicja.dial(outside_number("00"))
        is_told(alicja, "486 Busy Here", Prompt.NUMBER_BUSY)
        assert tried(firm, 1) == [[(first.name, "busy")]]


@pytest.mark.parametrize("status", ["603 Decline", "606 Not Acceptable", "607 Unwanted", "433 Anonymity Disallowed"])
def test_who_declines_is_not_called_again(firm: Firm, carrier: Carrier, status: str) -> None:
    """The called person has said no: no other trunk calls again, the caller hears "busy", and the record says so."""
    alicja, number = firm.phone("Alicja"), outside_number("00")
    with SippTrunk(firm.house, "uas_carrier_refuse", {"status": status}) as first:
        alicja.dial(number)
        is_told(alicja, "486 Busy Here", Prompt.NUMBER_BUSY)
        (record,) = firm.records(1)
        (leg,) = record.legs
        assert (leg["trunk"], leg["outcome"], f"{leg['status']}") == (first.name, "declined", status[:3])
        # 606 can also mean that no sound we offered was understood there.
        sound = ["sound_not_understood"] if status.startswith("606") else []
        assert (record.outcome, record.reasons) == ("busy", ["number_dialled", *sound, "number_declined"])
        assert record.price is None
    assert not invites(carrier, number)


ELSEWHERE = "\nContact: <sip:+48225550100@127.0.0.1:9>"


@pytest.mark.parametrize(
    "status, headers",
    [
        ("302 Moved Temporarily", ELSEWHERE),
        ("301 Moved Permanently", ELSEWHERE),
        ("302 Moved Temporarily", ""),
        ("403 Forbidden", ""),
        ("488 Not Acceptable Here", ""),
    ],
)
def test_a_carrier_that_does_not_carry_the_call_is_followed_by_the_next(firm: Firm, status: str, headers: str) -> None:
    """A redirection is not followed, and it is nobody's "busy": the next trunk carries the call."""
    alicja = firm.phone("Alicja")
    with SippTrunk(firm.house, "uas_carrier_refuse", {"status": status, "headers": headers}) as first:
        alicja.dial(outside_number("00"))
        until(lambda: alicja.in_call, SOON, "the sandbox carrier carries the call")
        alicja.hang_up()
        over(alicja)
        (record,) = firm.records(1)
    assert [(leg["trunk"], leg["outcome"]) for leg in record.legs] == [
        (first.name, "unavailable"),
        (SANDBOX, "answered"),
    ]
    assert record.legs[0]["status"] in (int(status[:3]), None)


def test_where_every_carrier_sends_elsewhere_no_way_out_is_left(firm: Firm) -> None:
    """The caller is told so, not that the number is busy."""
    alicja = firm.phone("Alicja")
    redirects = {"status": "302 Moved Temporarily", "headers": ELSEWHERE}
    with SippTrunk(firm.house, "uas_carrier_refuse", redirects) as first, without_the_carrier(firm.house):
        alicja.dial(outside_number("00"))
        is_told(alicja, "503 Service Unavailable", Prompt.NO_TRUNK)
        assert tried(firm, 1) == [[(first.name, "unavailable")]]


def test_a_carrier_known_by_its_address(firm: Firm) -> None:
    """No registration: calls go to the address, and come from it; from another port of it nobody is believed."""
    alicja = firm.reached_by(firm.numbers[0])
    with SippTrunk(firm.house, "uas_carrier") as carrier:
        alicja.dial(outside_number("00"))
        until(lambda: alicja.in_call, SOON, "the carrier answers")
        alicja.hang_up()
        assert tried(firm, 1) == [[(carrier.name, "answered")]]
    with trunk(firm.house, name="Z adresu", kind="address", host=ADDRESS, port=carrier.port) as made:
        until(lambda: operator(firm.house, "GET", f"/trunks/{made}")["addresses"], SOON, "the address is known")
        with comes_in(firm, carrier.port, "answered") as sipp:
            until(lambda: alicja.ringing, SOON, "Alicja's phone rings")
            assert alicja.ringing
            assert alicja.ringing.number == "600100200"
            alicja.answer()
            assert sipp.wait(SOON) == 0, sipp.complaints()
            told = [message for message in sipp.messages() if not message.sent]
            assert not [message for message in told if "Alicja" in str(message) or extension_of(alicja) in str(message)]
        over(alicja)
        with comes_in(firm, None, "refused") as sipp:
            assert sipp.wait(SOON) == 0, sipp.complaints()
    assert [record.direction for record in firm.records(2)] == ["out", "in"]


def comes_in(firm: Firm, port: int | None, end: str) -> Sipp:
    """SIPp calls the company's number from a port of this machine, without any name or password."""
    return Sipp(
        HERE / f"uac_carrier_{end}.xml", "+48600100200", "", firm.numbers[0], ADDRESS, firm.house.sip_port, "udp", port,
        Burst(), 30, {},
    )  # fmt: skip


@pytest.mark.parametrize("hidden", [False, True])
def test_a_carriers_call_without_any_sound_of_ours_leaves_a_record(firm: Firm, hidden: bool) -> None:
    """The company sees who tried to call, unless that is hidden, and why nothing rang."""
    firm.reached_by(firm.numbers[0])
    sound, privacy = "m=audio [media_port] RTP/AVP 18\na=rtpmap:18 G729/8000", "\nPrivacy: id" if hidden else ""
    port = free_port()
    with trunk(firm.house, name="Tylko G.729", kind="address", host=ADDRESS, port=port) as made:
        until(lambda: operator(firm.house, "GET", f"/trunks/{made}")["addresses"], SOON, "the address is known")
        run_scenario(
            HERE / "uac_carrier_turned_away.xml", login="+48600100200", called=firm.numbers[0], local_port=port,
            port=firm.house.sip_port, sound=sound, headers=privacy,
        )  # fmt: skip
        (record,) = firm.records(1)
    assert (record.direction, record.outcome, record.to_number) == ("in", "failed", firm.numbers[0])
    assert record.from_number == ("" if hidden else "+48600100200")
    assert record.why == [{"why": "offered_codecs", "values": {"codecs": "G729"}}]


def test_a_call_that_the_carrier_sends_back_ends(firm: Firm, carrier: Carrier) -> None:
    """The carrier routes our own call back to us: nobody here has the number, so it does not go round for ever."""
    alicja, number = firm.phone("Alicja"), outside_number("02")
    alicja.dial(number)
    until(lambda: alicja.ringing_there, SOON, "the call is at the carrier")
    came_back = carrier.call(firm.numbers[0], number).wait()
    assert "404" in came_back.sentence, came_back.sentence
    assert len(invites(carrier, number)) == 1
    alicja.hang_up()
    (record,) = firm.records(1)
    assert (record.direction, record.outcome) == ("out", "cancelled")


def test_a_refused_registration_is_shown(world: tuple[Installation, Carrier]) -> None:
    """A wrong password: the operator sees that the carrier rejected it; the right one beside it stays registered."""
    house, carrier = world
    fields = {
        "host": ADDRESS,
        "port": carrier.port,
        "username": carrier.credentials.user,
        "password": "wrong-Password-1",
    }
    with trunk(house, name="Złe hasło", priority=99, **fields) as made:
        until(lambda: status(house, made) == "rejected", 40, "the rejection is shown")
        (sandbox,) = [one for one in operator(house, "GET", "/trunks")["items"] if one["name"] == SANDBOX]
        assert sandbox["status"] == "registered"
        assert carrier.registered


def status(house: Installation, made: int) -> str | None:
    found: str | None = operator(house, "GET", f"/trunks/{made}")["status"]
    return found


def test_changed_trunks_count_at_once_and_running_calls_go_on(firm: Firm, carrier: Carrier) -> None:
    """Switched off during a call: the call goes on, the next one has no way out; switched on: calls go both ways."""
    alicja, bartek = firm.reached_by(firm.numbers[0]), firm.phone("Bartek")
    talk_outside(alicja, outside_number("04"))
    with without_the_carrier(firm.house):
        bartek.dial(outside_number("00"))
        until(lambda: not carrier.registered, SOON, "the registration is taken back")
        ear = Ear(alicja)
        until(lambda: ear.hears(alicja), SOON, "Alicja's call goes on")
        is_told(bartek, "503 Service Unavailable", Prompt.NO_TRUNK)
    until(lambda: carrier.registered, SOON, "the exchange is registered again")
    alicja.hang_up()
    over(alicja)
    bartek.dial(outside_number("00"))
    until(lambda: bartek.in_call, SOON, "calls go out again")
    bartek.hang_up()
    with carrier.call("600100200", firm.numbers[0]):
        until(lambda: alicja.ringing, SOON, "calls come in again")
        alicja.decline()
        over(alicja)
    refused = next(record for record in firm.records(4) if record.outcome == "failed")
    assert (refused.from_number, refused.reasons) == (extension_of(bartek), ["no_trunk"])


def test_the_carrier_starts_again(firm: Firm, carrier: Carrier) -> None:
    """It was away, and is back: calls go out and come in again without anybody doing anything."""
    alicja = firm.reached_by(firm.numbers[0])
    carrier.stop()
    carrier.start()
    until(lambda: carrier.registered, 60, "the exchange is registered")
    number = outside_number("00")
    alicja.dial(number)
    until(lambda: alicja.in_call, SOON, "calls go out")
    assert invite(carrier, number)
    alicja.hang_up()
    over(alicja)
    with carrier.call("600100200", firm.numbers[0]):
        until(lambda: alicja.ringing, SOON, "calls come in")
        alicja.decline()
        over(alicja)
    firm.records(2)
