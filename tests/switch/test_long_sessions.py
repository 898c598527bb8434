"""Sessions whose other side counts in half hours are asked whether they live; all others are left alone."""

import asyncio
from dataclasses import dataclass, field

from centralka.switch.running.long_sessions import LongSessions
from centralka.switch.wire.engine_answers import Refused
from centralka.switch.wire.engine_control import EngineControl, RunningChannel

from .stand_ins import channel

SECONDS = 90


@dataclass
class Line:
    """A channel: its interval as its INVITE named it, or as its answer did."""

    seconds: float = 60
    invite: str = ""
    answer: str = ""
    is_up: bool = True
    name: str = "PJSIP/kwiaty_100-1"
    gone: bool = False


@dataclass
class Engine(EngineControl):
    """Knows these channels, and notes of whom it asked a sign of life."""

    lines: dict[str, Line]
    asked: list[str] = field(default_factory=list)
    headers_read: int = 0

    async def channels(self) -> list[RunningChannel]:
        return [
            channel(line.name, unique_id, is_up=line.is_up, seconds=line.seconds)
            for unique_id, line in self.lines.items()
        ]

    async def write(self, channel: str, variable: str, value: str) -> None:
        assert (variable, value) == ("PJSIP_SEND_SESSION_REFRESH()", "invite")
        self.asked.append(self._line(channel).name)

    def _line(self, name: str) -> Line:
        line = next(line for line in self.lines.values() if line.name == name)
        if line.gone:
            raise Refused("Provided channel was not found")
        return line

    async def read(self, channel: str, expression: str) -> str:
        line = self._line(channel)
        self.headers_read += 1
        answers = {
            "PJSIP_HEADER(read,Session-Expires)": line.invite,
            "PJSIP_RESPONSE_HEADER(read,Session-Expires)": line.answer,
        }
        return answers[expression]


def looks(engine: Engine, *at: float) -> None:
    """One look at each of these seconds."""
    now = [0.0]

    async def story() -> None:
        sessions = LongSessions(engine, SECONDS, clock=lambda: now[0])
        for now[0] in at:
            await sessions.look()

    asyncio.run(story())


def test_a_long_session_is_refreshed_each_half_of_the_time() -> None:
    engine = Engine({"a1": Line(invite="1800;refresher=uac")})
    looks(engine, 0, 15, 30, 45, 60, 75, 90)
    assert engine.asked == ["PJSIP/kwiaty_100-1"] * 3
    assert engine.headers_read == 2, "what was learnt once is not asked again"


def test_a_called_side_may_have_insisted_on_a_long_one() -> None:
    engine = Engine({"a1": Line(answer="600;refresher=uas")})
    looks(engine, 0)
    assert len(engine.asked) == 1


def test_sessions_whose_own_timer_is_short_enough_are_left_alone() -> None:
    engine = Engine({"a1": Line(), "a2": Line(invite="90", name="PJSIP/kwiaty_101-2"), "a3": Line(answer="no number")})
    looks(engine, 0, 45, 90)
    assert not engine.asked


def test_nothing_is_asked_of_what_is_young_or_not_answered_or_no_phone() -> None:
    long = "1800;refresher=uac"
    engine = Engine(
        {
            "a1": Line(invite=long, seconds=44),
            "a2": Line(invite=long, is_up=False),
            "a3": Line(invite=long, name="Local/s@warning-1;1"),
        }
    )
    looks(engine, 0, 45)
    assert not engine.headers_read


def test_hours_count() -> None:
    engine = Engine({"a1": Line(invite="1800", seconds=3600)})
    looks(engine, 0)
    assert engine.asked


def test_one_that_ends_at_this_moment_keeps_none_of_the_others_waiting() -> None:
    engine = Engine({"a1": Line(gone=True), "a2": Line(invite="1800", name="PJSIP/kwiaty_101-2")})
    looks(engine, 0)
    assert engine.asked == ["PJSIP/kwiaty_101-2"]
