"""The words of FastAGI."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from centralka.switch.wire.agi import AgiReply, AgiRequest, Hangup, Stranger, command, parse_line

from .engine_peer import FROM_CARRIER, SECRET, opening


def test_a_connection_without_the_secret_is_not_the_engine() -> None:
    block = opening().rstrip(b"\n")
    assert AgiRequest.parse(block, SECRET).script == "call"
    with pytest.raises(Stranger):
        AgiRequest.parse(block, "another")


def test_the_opening_tells_who_calls_what() -> None:
    request = AgiRequest.parse(opening().rstrip(b"\n"))
    assert request == AgiRequest(
        channel="PJSIP/kwiaty_100-00000001",
        uniqueid="node1-1.1",
        caller_number="100",
        caller_name="Alicja",
        dialled="101",
        script=f"{SECRET}/call",
        language="pl",
        thread="140028126979776",
    )


def test_a_carriers_call_tells_whether_the_caller_hides() -> None:
    request = AgiRequest.parse(opening(**{**FROM_CARRIER, "callingpres": "35"}).rstrip(b"\n"))
    assert (request.caller_number, request.caller_name) == ("+48600100200", "")
    assert request.presentation == "35"


def test_a_transferred_channel_names_who_transferred_it() -> None:
    request = AgiRequest.parse(opening(arg_1="PJSIP/kwiaty_101-00000002").rstrip(b"\n"))
    assert request.argument == "PJSIP/kwiaty_101-00000002"


def test_a_caller_without_number_or_name_is_empty_not_the_word_unknown() -> None:
    request = AgiRequest.parse(opening(callerid="unknown", calleridname="unknown").rstrip(b"\n"))
    assert (request.caller_number, request.caller_name) == ("", "")


@pytest.mark.parametrize("block", [b"", b"nonsense", b"agi_channel: x", b"agi_uniqueid: 1\nagi"])
def test_what_is_no_opening_is_refused(block: bytes) -> None:
    with pytest.raises(ValueError, match="AGI"):
        AgiRequest.parse(block)


def test_a_phone_cannot_write_headers_by_what_it_dials() -> None:
    block = opening(extension="101\nagi_channel: PJSIP/ksiegi_100-00000001").rstrip(b"\n")
    with pytest.raises(ValueError, match="twice"):
        AgiRequest.parse(block)


@pytest.mark.parametrize("mark", ["\x0b", "\x85", "\u2028"])
def test_only_a_line_feed_ends_a_header(mark: str) -> None:
    dialled = f"101{mark}agi_channel: PJSIP/ksiegi_100-00000001"
    assert AgiRequest.parse(opening(extension=dialled).rstrip(b"\n")).dialled == dialled


@pytest.mark.parametrize(
    "line, expected",
    [
        (b"200 result=0\n", AgiReply(200, "0", "")),
        (b"200 result=1 (ANSWER|16|900)\n", AgiReply(200, "1", "ANSWER|16|900")),
        (b"200 result=1 (a (nested) value)\n", AgiReply(200, "1", "a (nested) value")),
        (b"510 Invalid or unknown command\n", AgiReply(510, "", "")),
        (b"511 Command Not Permitted on a dead channel or intercept routine\n", AgiReply(511, "", "")),
        (b"HANGUP\n", Hangup()),
        (b"100 Trying...\n", None),
        (b"520-Invalid command syntax.  Proper usage follows:\n", None),
        (b"\n", None),
    ],
)
def test_each_line_of_the_engine_is_understood(line: bytes, expected: object) -> None:
    assert parse_line(line) == expected


def test_a_value_cannot_end_its_command_and_begin_another() -> None:
    line = command("SET VARIABLE", "CALLERID(name)", 'A" B\\C\nHANGUP\r\0')
    assert line == b'SET VARIABLE "CALLERID(name)" "A\\" B\\\\C HANGUP "\n'


@given(st.text())
def test_every_command_is_exactly_one_line(value: str) -> None:
    line = command("EXEC", "NoOp", value.encode("utf-8", "replace").decode())
    assert line.endswith(b'"\n')
    assert line.count(b"\n") == 1


@given(st.binary())
@example("² is a digit, and no number".encode())
def test_no_line_breaks_the_reader(line: bytes) -> None:
    assert isinstance(parse_line(line), AgiReply | Hangup | None)
