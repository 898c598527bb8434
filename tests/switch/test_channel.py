"""A channel over AGI: sounds that a key cuts short, keys, and recordings, in the engine's words."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import cast

import pytest

from centralka.calls.dial_result import DialResult
from centralka.switch.wire.agi_connection import AgiConnection
from centralka.switch.wire.channel import AgiChannel, ChannelGone, DialEnd

from .stand_ins import REQUEST


class Line:
    """A connection on which the engine answers with these lines."""

    def __init__(self, *lines: bytes) -> None:
        self._lines = list(lines)
        self.sent: list[str] = []

    def send(self, line: bytes) -> None:
        self.sent.append(line.decode().rstrip("\n"))

    async def line(self) -> bytes | None:
        return self._lines.pop(0) if self._lines else None


def talk(line: Line, story: Callable[[AgiChannel], Awaitable[object]]) -> object:
    async def run() -> object:
        return await story(AgiChannel(REQUEST, cast(AgiConnection, line)))

    return asyncio.run(run())


def test_a_sound_is_played_to_its_end() -> None:
    line = Line(b"200 result=0 endpos=14400")
    assert talk(line, lambda channel: channel.play("vm-intro", "#")) == ""
    assert line.sent == ['STREAM FILE "vm-intro" "#"']


@pytest.mark.parametrize("code, key", [(35, "#"), (42, "*"), (48, "0"), (55, "7")])
def test_a_key_cuts_a_sound_short_or_is_waited_for(code: int, key: str) -> None:
    assert talk(Line(b"200 result=%d endpos=800" % code), lambda channel: channel.play("x", "0123456789*#")) == key
    assert talk(Line(b"200 result=%d" % code), lambda channel: channel.key(6)) == key


def test_silence_is_no_key() -> None:
    line = Line(b"200 result=0")
    assert talk(line, lambda channel: channel.key(6.5)) == ""
    assert line.sent == ['WAIT FOR DIGIT "6500"']


def test_a_recording_ends_at_a_key_at_silence_or_at_the_longest() -> None:
    line = Line(b"200 result=35 (dtmf) endpos=16000")
    assert talk(line, lambda channel: channel.record("/spool/a", "#", 180)) is True
    assert line.sent == ['RECORD FILE "/spool/a" "wav" "#" "180000" "BEEP" "s=8"']
    assert talk(Line(b"200 result=0 (timeout) endpos=16000"), lambda channel: channel.record("a", "#", 180)) is True


def test_a_recording_that_cannot_be_written_is_no_hang_up() -> None:
    assert talk(Line(b"200 result=-1 (writefile)"), lambda channel: channel.record("/no/a", "#", 180)) is False


@pytest.mark.parametrize("lines", [(b"HANGUP", b"200 result=-1 (hangup) endpos=800"), (b"511 dead",), ()])
@pytest.mark.parametrize(
    "story",
    [
        lambda channel: channel.play("x", "#"),
        lambda channel: channel.key(6),
        lambda channel: channel.record("a", "#", 180),
    ],
)
def test_a_hang_up_is_told(lines: tuple[bytes, ...], story: Callable[[AgiChannel], Awaitable[object]]) -> None:
    with pytest.raises(ChannelGone):
        talk(Line(*lines), story)


ASKED = 'GET FULL VARIABLE "${DIALSTATUS}|${HANGUPCAUSE}|${RINGTIME_MS}${PROGRESSTIME_MS}"'


def test_after_an_answer_nothing_more_is_asked() -> None:
    line = Line(b"200 result=1 (ANSWER|16|900)")
    assert talk(line, lambda channel: channel.how_dial_ended()) == DialEnd(DialResult.ANSWERED, 16, rang=True)
    assert line.sent == [ASKED]


def test_the_status_of_each_who_was_dialled_is_told_and_taken_away() -> None:
    """Of two phones one declined and the other one only rang; the next Dial begins without what they said."""
    line = Line(
        b"200 result=1 (CHANUNAVAIL|21|400)",
        b"200 result=1 (PJSIP/a_100-1,PJSIP/a_100-2)",
        b"200 result=1 (603,180)",
        b"200 result=0",
    )
    assert talk(line, lambda channel: channel.how_dial_ended()) == DialEnd(DialResult.UNREACHABLE, 21, True, (603,))
    assert line.sent == [
        ASKED,
        'GET FULL VARIABLE "${HANGUPCAUSE_KEYS()}"',
        'GET FULL VARIABLE "${HANGUPCAUSE(PJSIP/a_100-1,tech):4:3},${HANGUPCAUSE(PJSIP/a_100-2,tech):4:3}"',
        'EXEC "HangupCauseClear" ""',
    ]


def test_where_nobody_said_anything_there_is_no_status() -> None:
    line = Line(b"200 result=1 (NOANSWER||)", b"200 result=1 ()")
    assert talk(line, lambda channel: channel.how_dial_ended()) == DialEnd(DialResult.NO_ANSWER)


def test_a_subroutine_is_not_begun_for_a_channel_that_has_hung_up() -> None:
    line = Line(b"HANGUP", b"511 Command Not Permitted on a dead channel or intercept routine")
    with pytest.raises(ChannelGone):
        talk(line, lambda channel: channel.run_subroutine("echo"))
    assert line.sent == ['GOSUB "echo" "s" "1"']
