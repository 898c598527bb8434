"""The sandbox carrier plays the outside world for whoever knows its password, and for nobody else."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from centralka.carrier.outside import TONE_HZ
from tests.live.carrier_instance import Carrier
from tests.live.instance import all_pids, command_line, read_proc
from tests.live.phones import Phone, until
from tests.live.sipp import run_scenario

from .customers import call, ended_for, exchange, register

SOON = 15.0
NUMBER = "22123450"
INCOMING_HZ = 440


@pytest.fixture(scope="module")
def carrier() -> Iterator[Carrier]:
    with Carrier() as running:
        yield running


@pytest.fixture
def customer(carrier: Carrier) -> Iterator[Phone]:
    """An exchange of one phone, registered."""
    with Phone(carrier.credentials.user, carrier.credentials.password, port=carrier.port, tone_hz=700) as phone:
        phone.register()
        yield phone
        phone.unregister()  # by itself it may be switched off before the carrier has heard it


@pytest.fixture
def callee(carrier: Carrier) -> Iterator[Phone]:
    """A phone behind a registered exchange: what is called there reaches it."""
    with Phone("+48221234567", port=carrier.port, tone_hz=800) as phone:
        register(carrier, phone.address.replace("+48221234567@", "trunk@"))
        yield phone


def refused(*command: str, environment: dict[str, str]) -> str:
    """What a command that cannot start complains about: one line, and an exit code that is not 0."""
    done = subprocess.run(
        [sys.executable, "-m", "centralka", *command],
        env=environment, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode != 0
    (sentence,) = done.stderr.splitlines()
    return sentence


# -- Calls to the outside --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("last_digit, status", [("1", 486), ("3", 404), ("6", 503)])
def test_a_number_that_refuses_does_so_with_its_own_status(carrier: Carrier, last_digit: str, status: int) -> None:
    call(carrier, "uac_refused", NUMBER + last_digit, final=status)
    ended = until(lambda: ended_for(carrier, NUMBER + last_digit), SOON, "the end is noted")
    assert ended["answered"] is False


def test_00_answers_and_plays(carrier: Carrier, customer: Phone) -> None:
    customer.dial("+482212345" + "00")
    until(lambda: customer.hears(TONE_HZ), SOON, "the customer hears the outside")
    customer.hang_up()
    ended = until(lambda: ended_for(carrier, "+48221234500"), SOON, "the end is noted")
    assert ended["answered"] is True
    assert ended["answered_seconds"] > 0.5  # as much sound had come


def test_02_rings_until_the_caller_gives_up(carrier: Carrier, customer: Phone) -> None:
    customer.dial(NUMBER + "2")
    until(lambda: customer.ringing_there, SOON, "it rings")
    customer.hang_up()
    ended = until(lambda: ended_for(carrier, NUMBER + "2"), SOON, "the end is noted")
    assert (ended["behaviour"], ended["answered"]) == ("ring", False)


def test_04_sends_back_what_is_said(customer: Phone) -> None:
    customer.dial(NUMBER + "4")
    until(lambda: customer.hears(customer.tone_hz), SOON, "the customer hears itself")


def test_05_answers_as_a_fax_receiver(carrier: Carrier) -> None:
    call(carrier, "uac_call", NUMBER + "5", talk_ms=300)
    ended = until(lambda: ended_for(carrier, NUMBER + "5"), SOON, "the end is noted")
    assert (ended["behaviour"], ended["answered"], ended["fax_pages"]) == ("fax", True, "0")


def test_any_other_number_rings_and_then_answers(customer: Phone) -> None:
    customer.dial(NUMBER + "9")
    until(lambda: customer.ringing_there, SOON, "it rings")
    until(lambda: customer.hears(TONE_HZ), SOON, "the customer hears the outside")


def test_what_the_customer_sent_is_noted(carrier: Carrier) -> None:
    headers = (
        "\nP-Asserted-Identity: <sip:+48221234567@pbx.example>\nPrivacy: id"
        "\nDiversion: <sip:+48221234568@pbx.example>;reason=no-answer, <sip:+48221234569@pbx.example>"
        "\nUser-Agent: PBX"
    )
    call(carrier, "uac_refused", "+48601000001", "anonymous", final=486, headers=headers, display='"Anonymous" ')
    (invite,) = [line for line in carrier.received() if line["called"] == "+48601000001"]
    assert (invite["from_user"], invite["from_name"], invite["privacy"]) == ("anonymous", "Anonymous", "id")
    assert invite["pai"] == "<sip:+48221234567@pbx.example>"
    assert invite["diversion"] == [
        "<sip:+48221234568@pbx.example>;reason=no-answer",
        "<sip:+48221234569@pbx.example>",
    ]
    assert (invite["sdp_profile"], invite["codecs"]) == ("RTP/AVP", ["PCMA/8000", "telephone-event/8000"])
    assert (invite["user_agent"], invite["behaviour"]) == ("PBX", "busy")


def test_calls_go_over_tcp_too(carrier: Carrier) -> None:
    call(carrier, "uac_refused", NUMBER + "1", final=486, transport="tcp")


# -- Strangers -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("user, password", [("centralka", "wrong"), ("somebody", "wrong"), ("somebody", None)])
def test_nobody_else_calls_out(carrier: Carrier, user: str, password: str | None) -> None:
    before = carrier.received()
    secret = carrier.credentials.password if password is None else password
    call(carrier, "uac_refused", NUMBER + "0", "centralka", auth=user, password=secret, final=401)
    assert carrier.received() == before


def test_nobody_else_registers(carrier: Carrier) -> None:
    run_scenario("register", login="centralka", password="wrong", port=carrier.port, expires=60, final=401)
    assert not carrier.registered


# -- Calls from the outside ------------------------------------------------------------------------------------------


def test_somebody_outside_calls_and_is_heard(carrier: Carrier, callee: Phone) -> None:
    with carrier.call("600 100 200", "22 123 45 67", seconds=60) as incoming:
        ringing = until(lambda: callee.ringing, SOON, "the phone rings")
        assert ringing.number == "+48600100200"
        callee.answer()
        until(lambda: callee.hears(INCOMING_HZ), SOON, "the callee hears the caller")
        callee.hang_up()
        outcome = incoming.wait()
    assert outcome.answered
    assert outcome.sentence.startswith("Answered after")


def test_the_caller_hangs_up_after_the_wished_time_and_can_echo(carrier: Carrier, callee: Phone) -> None:
    with carrier.call("600 100 200", "22 123 45 67", seconds=3, echo=True) as incoming:
        until(lambda: callee.ringing, SOON, "the phone rings")
        callee.answer()
        until(lambda: callee.hears(callee.tone_hz), SOON, "the callee hears itself")
        until(lambda: not callee.calls, SOON, "the caller hangs up")
        assert incoming.wait().answered


def test_the_caller_gives_up(carrier: Carrier, callee: Phone) -> None:
    with carrier.call("600 100 200", "22 123 45 67", ring=4) as incoming:
        until(lambda: callee.ringing, SOON, "the phone rings")
        assert incoming.wait().sentence == "Not answered within 4 s."
    until(lambda: not callee.calls, SOON, "it rings no more")


def test_ctrl_c_hangs_up(carrier: Carrier, callee: Phone) -> None:
    with carrier.call("600 100 200", "22 123 45 67") as incoming:
        until(lambda: callee.ringing, SOON, "the phone rings")
        incoming.hang_up()
    until(lambda: not callee.calls, SOON, "it rings no more")


@pytest.mark.parametrize("status", ["486 Busy Here", "404 Not Found", "480 Temporarily Unavailable", "603 Decline"])
def test_a_refusal_is_told_with_its_status(carrier: Carrier, status: str) -> None:
    with (
        exchange(carrier, "uas_refuse", status=status),
        carrier.call("600 100 200", "22 123 45 67") as incoming,
    ):
        outcome = incoming.wait()
    assert not outcome.answered
    assert outcome.sentence.startswith(f"Not answered: {status[:3]}, ")


@pytest.mark.parametrize("restricted", [False, True])
def test_the_called_number_stands_in_front_of_the_registered_address(carrier: Carrier, restricted: bool) -> None:
    with exchange(carrier, "uas_answer", ring_ms=0) as answering:
        with carrier.call("0048 600 100 200", "221234567", seconds=1, restricted=restricted) as incoming:
            assert incoming.wait().answered
        invite = answering.messages()[0]
    assert invite.start.startswith("INVITE sip:+48221234567@127.0.0.1:")
    assert ";line=abc123 " in invite.start
    shown = '"Anonymous" <sip:anonymous@anonymous.invalid>' if restricted else "<sip:+48600100200@127.0.0.1>"
    assert (invite.header("From") or "").startswith(shown)
    assert invite.header("Privacy") == ("id" if restricted else None)
    assert (invite.header("P-Asserted-Identity") or "").startswith("<sip:+48600100200@")


# -- Start and stop --------------------------------------------------------------------------------------------------


def test_without_an_exchange_the_caller_is_told_so() -> None:
    with Carrier() as lonely, lonely.call("600 100 200", "22 123 45 67") as incoming:
        outcome = incoming.wait()
    assert not outcome.answered
    assert "No exchange is registered" in outcome.sentence


def test_a_second_carrier_is_refused(carrier: Carrier, tmp_path: Path) -> None:
    assert "running in" in refused("carrier", environment=carrier.environment(CENTRALKA_CARRIER_PORT="1"))
    sentence = refused("carrier", environment=carrier.environment(CENTRALKA_HOME=str(tmp_path)))
    assert f"Port {carrier.port} on 127.0.0.1 cannot be used" in sentence
    assert "CENTRALKA_CARRIER_PORT" in sentence


def test_without_an_engine_it_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    environment = Carrier(tmp_path).environment(CENTRALKA_ENGINE_DIR=str(tmp_path / "file/engine"))
    assert "engine" in refused("carrier", environment=environment)


def test_with_broken_numbers_it_says_so(tmp_path: Path) -> None:
    (tmp_path / "carrier").mkdir()
    (tmp_path / "carrier/numbers.json").write_text('{"22": "druga"}')
    assert "numbers.json needs to be like" in refused("carrier", environment=Carrier(tmp_path).environment())


@pytest.mark.parametrize("by", [signal.SIGINT, signal.SIGTERM])
def test_nothing_is_left_behind_and_the_next_start_keeps_the_password(by: signal.Signals) -> None:
    with Carrier() as carrier:
        before = carrier.credentials
        with Phone(before.user, before.password, port=carrier.port) as phone:
            phone.register()
            phone.dial(NUMBER + "0")
            until(lambda: phone.in_call, SOON, "a call is going on")
            assert carrier.stop(by) == 0
        assert processes_of(carrier) == []
        assert not (carrier.home / "carrier/run/carrier.json").exists()
        assert "make carrier" in refused("carrier-call", "600100200", "221234567", environment=carrier.environment())
        carrier.start()
        assert carrier.credentials == before
        call(carrier, "uac_refused", NUMBER + "1", final=486)


def processes_of(carrier: Carrier) -> list[str]:
    """The command lines of its processes, whoever is their parent now."""
    mark = f"CENTRALKA_HOME={carrier.home}\0".encode()
    return [command_line(pid) for pid in all_pids() if pid != os.getpid() and mark in read_proc(pid, "environ")]
