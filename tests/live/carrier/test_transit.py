"""The sandbox carrier carries calls from one exchange to another, as they came."""

from collections.abc import Iterator
from typing import Any

import pytest

from centralka.carrier.credentials import USER
from tests.live.baresip import SipMessage
from tests.live.carrier_instance import Carrier
from tests.live.phones import Phone, until

from .customers import call, ended_for, exchange, register

SOON = 15.0
SECOND = "druga"
FIRST_NUMBER, SECOND_NUMBER, TALKER = "+48226000100", "+48228000104", "+48228000101"


@pytest.fixture(scope="module")
def carrier() -> Iterator[Carrier]:
    """With two customers; their numbers end as numbers of the outside world that would do something else."""
    with Carrier(numbers={"+48226": USER, "+48228": SECOND, "+4822800029": USER}) as running:
        yield running


def values(message: SipMessage, name: str) -> list[str]:
    """The values of all headers of that name, in their order."""
    return [value for key, value in message.headers if key.lower() == name.lower()]


def arrived(carrier: Carrier, called: str, login: str = FIRST_NUMBER, **keys: Any) -> SipMessage:
    """The first exchange calls the second one, which is busy. Gives what the second one got."""
    with exchange(carrier, "uas_refuse", SECOND, status="486 Busy Here") as second:
        call(carrier, "uac_refused", called, login, final=486, **keys)
        return second.messages()[0]


@pytest.mark.parametrize("called", [SECOND_NUMBER, SECOND_NUMBER[1:], SECOND_NUMBER[3:], f"00{SECOND_NUMBER[1:]}"])
def test_a_number_of_another_customer_is_carried_there_in_whatever_spelling_it_comes(
    carrier: Carrier, called: str
) -> None:
    invite = arrived(carrier, called, display='"Alicja" ')
    assert invite.start.startswith(f"INVITE sip:{SECOND_NUMBER}@127.0.0.1:")
    assert ";line=abc123 " in invite.start
    assert (invite.header("From") or "").startswith(f'"Alicja" <sip:{FIRST_NUMBER}@127.0.0.1')
    assert not values(invite, "P-Asserted-Identity") + values(invite, "Privacy") + values(invite, "Diversion")


def test_who_pays_and_who_sent_the_call_on_is_passed_on_unchanged_and_in_order(carrier: Carrier) -> None:
    diversions = [
        "<sip:+48226000101@pbx.example>;reason=no-answer;counter=1",
        '"Jan, K." <sip:+48228000101@pbx.example;user=phone>;reason="user-busy"',
        "<sip:+48226000102@pbx.example>;privacy=off;reason=unconditional",
        "<tel:+48228000102>",
        "<sip:+48226000101@pbx.example>;reason=no-answer;counter=1",
    ]
    headers = f"\nDiversion: {diversions[0]}\nDiversion: {diversions[1]}, {diversions[2]}"
    headers += "".join(f"\nDiversion: {value}" for value in diversions[3:])
    headers += "\nP-Asserted-Identity: <sip:+48226000199@pbx.example>\nHistory-Info: <sip:1@pbx.example>;index=1"
    invite = arrived(carrier, SECOND_NUMBER, "+4930901820", headers=headers)
    assert (invite.header("From") or "").startswith("<sip:+4930901820@")
    assert values(invite, "P-Asserted-Identity") == ["<sip:+48226000199@pbx.example>"]
    assert values(invite, "Diversion") == diversions
    assert values(invite, "History-Info") == ["<sip:1@pbx.example>;index=1"]
    noted = carrier.received()[-1]
    assert noted["diversion"] == diversions
    assert (noted["customer"], noted["carried_to"], noted["behaviour"]) == (USER, SECOND, "carried")


def test_a_hidden_caller_stays_hidden(carrier: Carrier) -> None:
    headers = "\nP-Asserted-Identity: <sip:+48226000100@pbx.example>\nPrivacy: id"
    invite = arrived(carrier, SECOND_NUMBER, "anonymous", headers=headers, display='"Anonymous" ')
    assert (invite.header("From") or "").startswith('"Anonymous" <sip:anonymous@anonymous.invalid>')
    assert values(invite, "Privacy") == ["id"]
    assert values(invite, "P-Asserted-Identity") == ["<sip:+48226000100@pbx.example>"]


@pytest.mark.parametrize(
    "status, final",
    [("486 Busy Here", 486), ("404 Not Found", 404), ("480 Temporarily Unavailable", 480), ("603 Decline", 403)],
)
def test_a_refusal_comes_back_with_the_status_of_its_cause(carrier: Carrier, status: str, final: int) -> None:
    with exchange(carrier, "uas_refuse", SECOND, status=status):
        call(carrier, "uac_refused", SECOND_NUMBER, final=final)


def test_a_customer_who_is_not_registered_is_unavailable(carrier: Carrier) -> None:
    secret = carrier.credentials_of(SECOND).password
    with Phone(SECOND, secret, port=carrier.port) as phone:
        phone.register()
        phone.unregister()
    until(lambda: not carrier.has(SECOND), SOON, "the second exchange is gone")
    call(carrier, "uac_refused", SECOND_NUMBER, final=480)


def test_the_longest_beginning_of_a_number_decides_and_may_lead_back_to_the_caller(carrier: Carrier) -> None:
    with exchange(carrier, "uas_refuse", USER, status="486 Busy Here") as first:
        call(carrier, "uac_refused", "+48228000299", final=486)
        assert first.messages()[0].start.startswith("INVITE sip:+48228000299@")
    assert carrier.received()[-1]["carried_to"] == USER


def test_both_talk_and_the_length_is_noted(carrier: Carrier) -> None:
    first = carrier.credentials_of(USER)
    with (
        Phone(first.user, first.password, port=carrier.port, tone_hz=700) as caller,
        Phone(TALKER, port=carrier.port, tone_hz=800) as callee,
    ):
        caller.register()
        register(carrier, callee.address.replace(f"{TALKER}@", "trunk@"), SECOND)
        caller.dial(TALKER)
        until(lambda: callee.ringing, SOON, "the second exchange rings")
        callee.answer()
        until(lambda: caller.hears(callee.tone_hz), SOON, "the caller hears the callee")
        until(lambda: callee.hears(caller.tone_hz), SOON, "the callee hears the caller")
        caller.hang_up()
        until(lambda: not callee.calls, SOON, "it is over there too")
    ended = until(lambda: ended_for(carrier, TALKER), SOON, "the end is noted")
    assert (ended["behaviour"], ended["answered"]) == ("carried", True)
    assert ended["answered_seconds"] > 0.5  # as much sound had come


def test_who_gives_up_is_not_answered(carrier: Carrier) -> None:
    with exchange(carrier, "uas_answer", SECOND, ring_ms=60_000) as second:
        call(carrier, "uac_cancel", "+48228000177", ring_ms=300)
        until(lambda: [m for m in second.messages() if m.start.startswith("CANCEL")], SOON, "the callee is told")
    ended = until(lambda: ended_for(carrier, "+48228000177"), SOON, "the end is noted")
    assert (ended["behaviour"], ended["answered"]) == ("carried", False)


def test_somebody_outside_calls_a_number_of_the_second_exchange(carrier: Carrier) -> None:
    diversions = ["22 123 45 67;reason=user-busy", "600 100 201", "+49 30 901820;counter=3"]
    with exchange(carrier, "uas_answer", SECOND, ring_ms=0) as second:
        with carrier.call("600 100 200", SECOND_NUMBER, seconds=1, diversions=diversions) as incoming:
            assert incoming.wait().answered
        invite = second.messages()[0]
    assert invite.start.startswith(f"INVITE sip:{SECOND_NUMBER}@")
    assert values(invite, "Diversion") == [
        "<sip:+48221234567@carrier.example>;reason=user-busy",
        "<sip:+48600100201@carrier.example>",
        "<sip:+4930901820@carrier.example>;counter=3",
    ]
    assert values(invite, "P-Asserted-Identity") == ["<sip:+48600100200@carrier.example>"]


def test_other_numbers_stay_numbers_of_the_outside_world(carrier: Carrier) -> None:
    call(carrier, "uac_refused", "+48227000101", final=486, customer=SECOND)
    noted = carrier.received()[-1]
    assert (noted["customer"], noted["carried_to"], noted["behaviour"]) == (SECOND, None, "busy")
