"""A call at the carrier, from the engine's opening line to the noted end, over real sockets."""

import asyncio
import json
import socket
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from centralka.carrier.numbers import Numbers
from centralka.carrier.outside import Outside
from centralka.carrier.received import Received
from centralka.carrier.wire import Wire
from tests.switch.engine_peer import EnginePeer

from .messages import copied, invite

NUMBERS = Numbers({"+48228": "druga"})
REGISTERED = "PJSIP/druga/sip:trunk@192.0.2.2:5060;line=abc"


def engine(
    channel_gone_at: str = "no command", contacts: str = REGISTERED, dial: str = "ANSWER|16|1500"
) -> Callable[[str], str]:
    """Answer commands; the channel is gone from the command on that has these words in it.

    `contacts` are where the second customer is registered, `dial` is how a call to it ends.
    """
    gone = False

    def answer(command: str) -> str:
        nonlocal gone
        gone = gone or channel_gone_at in command
        if "call-id" in command:
            return "200 result=1 (one)"
        if "DIAL_CONTACTS" in command:
            return f"200 result=1 ({contacts})"
        if "DIALSTATUS" in command:
            return f"200 result=1 ({dial})"
        if "FAXOPT" in command:
            return "200 result=1 (SUCCESS|3)"
        return "511 result=-1 Command Not Permitted on a dead channel or intercept routine" if gone else "200 result=0"

    return answer


def called(
    number: str, folder: Path, answer: Callable[[str], str], *headers: str
) -> tuple[list[str], list[dict[str, Any]]]:
    """The commands that the engine got for a call of `number`, and the noted lines."""

    async def story() -> list[str]:
        wire = Wire()
        server, port = await Outside(wire, Received(folder / "received.jsonl"), folder, NUMBERS).listen()
        await copy_to(await wire.listen(), copied(invite(*headers, called=number)))
        try:
            peer = await EnginePeer.call(port, extension=number, channel="PJSIP/centralka-00000001")
            return await asyncio.wait_for(peer.answer_all(answer), 20)
        finally:
            server.close()
            wire.close()

    commands = asyncio.run(story())
    return commands[1:], [json.loads(line) for line in (folder / "received.jsonl").read_text().splitlines()]


async def copy_to(port: int, datagram: bytes) -> None:
    with closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as sender:
        sender.sendto(datagram, ("127.0.0.1", port))


@pytest.mark.parametrize(
    "last_digits, commands",
    [
        ("00", ['EXEC "Answer" ""', 'EXEC "PlayTones" "520/1000,0/500"', 'WAIT FOR DIGIT "86400000"']),
        ("01", ['EXEC "Hangup" "17"']),
        ("02", ['EXEC "Ringing" ""', 'WAIT FOR DIGIT "86400000"']),
        ("03", ['EXEC "Hangup" "1"']),
        ("04", ['EXEC "Answer" ""', 'GOSUB "echo" "s" "1"']),
        ("06", ['EXEC "Hangup" "34"']),
    ],
)
def test_each_number_does_its_own(last_digits: str, commands: list[str], tmp_path: Path) -> None:
    assert called(f"2212345{last_digits}", tmp_path, engine())[0] == commands


def test_any_other_number_rings_a_moment_and_answers(tmp_path: Path) -> None:
    commands, _ = called("221234599", tmp_path, engine())
    assert commands[:3] == ['EXEC "Ringing" ""', 'EXEC "Wait" "2"', 'EXEC "Answer" ""']


def test_a_call_leaves_a_line_for_its_beginning_and_one_for_its_end(tmp_path: Path) -> None:
    _, (begin, end) = called("+48221234500", tmp_path, engine())
    assert (begin["event"], begin["called"], begin["behaviour"]) == ("invite", "+48221234500", "answer")
    assert (end["event"], end["call_id"], end["answered"]) == ("end", begin["call_id"], True)
    assert end["answered_seconds"] >= 0


def test_a_caller_who_gives_up_before_the_answer_was_not_answered(tmp_path: Path) -> None:
    _, (_begin, end) = called("221234599", tmp_path, engine(channel_gone_at="Answer"))
    assert (end["answered"], end["answered_seconds"]) == (False, 0.0)


def test_a_fax_is_kept_and_its_pages_are_noted(tmp_path: Path) -> None:
    commands, (_begin, end) = called("221234505", tmp_path, engine())
    assert commands[1] == f'EXEC "ReceiveFAX" "{tmp_path}/node1-1.1.tiff,f"'
    assert (end["fax_status"], end["fax_pages"], end["fax_file"]) == ("SUCCESS", "3", f"{tmp_path}/node1-1.1.tiff")


def test_the_noted_call_names_the_customer(tmp_path: Path) -> None:
    _, (begin, _end) = called("+48221234501", tmp_path, engine())
    assert (begin["customer"], begin["carried_to"]) == ("centralka", None)


def test_a_number_of_a_customer_is_dialled_there_with_the_headers_that_came(tmp_path: Path) -> None:
    headers = ["Privacy: none", "Diversion: <sip:1@x>;reason=no-answer, <sip:2@x>", "P-Asserted-Identity: <sip:3@x>"]
    commands, (begin, end) = called("228000100", tmp_path, engine(), *headers)
    sent = [("P-Asserted-Identity", "<sip:3@x>"), ("Privacy", "none")]
    sent += [("Diversion", "<sip:1@x>;reason=no-answer"), ("Diversion", "<sip:2@x>")]
    assert commands[1:] == [
        'SET VARIABLE "__HEADERS" "4"',
        *(
            f'SET VARIABLE "__HEADER_{number}_{part}" "{text}"'
            for number, pair in enumerate(sent, 1)
            for part, text in zip(("NAME", "VALUE"), pair, strict=True)
        ),
        'EXEC "Dial" "PJSIP/druga/sip:+48228000100@192.0.2.2:5060;line=abc,180,ib(carried^s^1)"',
        'GET FULL VARIABLE "${DIALSTATUS}|${HANGUPCAUSE}|${ANSWEREDTIME_MS}"',
    ]
    assert (begin["behaviour"], begin["carried_to"]) == ("carried", "druga")
    assert (end["behaviour"], end["answered"]) == ("carried", True)
    assert end["answered_seconds"] >= 1.5


@pytest.mark.parametrize(
    "header", ["Privacy: id", "Privacy: header; id", "Privacy: USER", "From: <sip:anonymous@anonymous.invalid>;tag=1"]
)
def test_a_hidden_caller_is_hidden_from_the_other_customer(tmp_path: Path, header: str) -> None:
    commands, _ = called("+48228000100", tmp_path, engine(), header)
    assert 'SET VARIABLE "CALLERID(pres)" "prohib"' in commands


@pytest.mark.parametrize(
    "dial, cause",
    [
        ("BUSY|17|", "17"),
        ("CHANUNAVAIL|1|", "1"),
        ("NOANSWER|0|", "19"),
        ("NOANSWER|16|", "19"),
        ("CONGESTION||", "19"),
    ],
)
def test_how_the_other_customer_refuses_is_told_to_the_caller(tmp_path: Path, dial: str, cause: str) -> None:
    commands, (_begin, end) = called("+48228000100", tmp_path, engine(dial=dial))
    assert commands[-1] == f'EXEC "Hangup" "{cause}"'
    assert (end["answered"], end["answered_seconds"]) == (False, 0.0)


@pytest.mark.parametrize("contacts", ["", "PJSIP/druga/sip:trunk@192.0.2.2:5060,60,U(answered)"])
def test_a_customer_without_an_address_is_unavailable(tmp_path: Path, contacts: str) -> None:
    commands, (_begin, end) = called("+48228000100", tmp_path, engine(contacts=contacts))
    assert commands[1:] == ['EXEC "Hangup" "20"']
    assert (end["behaviour"], end["answered"]) == ("carried", False)


def test_a_copy_that_comes_late_is_waited_for(tmp_path: Path) -> None:
    async def story() -> str:
        wire = Wire()
        port = await wire.listen()
        waiting = asyncio.create_task(wire.invite("one"))
        await asyncio.sleep(0)
        await copy_to(port, b"noise")
        await copy_to(port, copied(invite(call_id="another")))
        await copy_to(port, copied(invite()))
        try:
            return (await asyncio.wait_for(waiting, 10)).called
        finally:
            wire.close()

    assert asyncio.run(story()) == "+48221234500"
