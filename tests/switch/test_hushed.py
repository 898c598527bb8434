"""A caller is heard from the moment at which the sound is encrypted, and a call without that is ended."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from centralka.calls.causes import Cause
from centralka.switch.running.hushed import HushedCallers
from centralka.switch.wire.engine_answers import EngineAway, Refused
from centralka.switch.wire.engine_control import EngineControl, RunningChannel

from .stand_ins import channel

CALLER = "PJSIP/kwiaty_100.dtls-00000001"


OTHER = "PJSIP/kwiaty_102-00000003"
AWAY = EngineAway("a moment")


class Engine(EngineControl):
    """It tells so many packets, one number or problem for each question; the last for ever. `peers`: the channels to
    which the called one is connected at each question; None: it is gone, too."""

    def __init__(
        self, sent: Sequence[str | Exception], peers: Sequence[str | None] = (), up: Sequence[str] = ()
    ) -> None:
        self._sent = list(sent)
        self._peers = list(peers)
        self._up = up
        super().__init__(0, "", Path())
        self.asked = 0
        self.told: list[str] = []
        self.heard: list[str] = []

    async def channels(self) -> list[RunningChannel]:
        if isinstance(first := self._sent[0], EngineAway):
            self._sent.pop(0)
            raise first
        return [channel("PJSIP/kwiaty_109.dtls-00000009", is_up=False), *map(channel, self._up)]

    async def read(self, channel: str, expression: str) -> str:
        self.asked += 1
        if expression == "BRIDGEPEER":
            assert channel == "b1"
            if (peer := self._peers.pop(0) if self._peers else None) is None:
                raise Refused("Provided channel was not found")
            return peer
        sent = self._sent.pop(0) if len(self._sent) > 1 else self._sent[0]
        if isinstance(sent, Exception):
            raise sent
        return sent

    async def write(self, channel: str, variable: str, value: str) -> None:
        self.heard.append(channel)
        self.told.append(f"{variable}={value}")

    async def run(self, called: str, application: str, arguments: str) -> None:
        self.told.append(f"{application} {arguments}")

    async def hang_up(self, channel: str, cause: Cause) -> None:
        self.told.append(f"hang up {int(cause)}")


async def no_sleep(seconds: float) -> None:
    pass


def looking(engine: Engine) -> tuple[HushedCallers, list[str]]:
    """Return who looks after the callers, and the list of what is noted as ended."""
    ended: list[str] = []

    def note(channel: str, time: datetime) -> None:
        ended.append(channel)

    return HushedCallers(engine, note, no_sleep), ended


def looked_after(*sent: str | Exception) -> tuple[list[str], list[str]]:
    """Look after a caller. Returns what the engine was told, without the questions, and what was noted as ended."""
    engine = Engine(sent)
    hushed, ended = looking(engine)
    asyncio.run(hushed.look_after(CALLER, "b1"))
    return engine.told, ended


def test_a_caller_who_encrypts_is_heard() -> None:
    assert looked_after("0", "7") == (["MUTEAUDIO(in)=off"], [])


def test_where_nothing_is_passed_on_a_key_is_sent_to_find_out() -> None:
    assert looked_after(*["0"] * 6, "1") == ([f"SendDTMF D,,40,{CALLER}", "MUTEAUDIO(in)=off"], [])


def test_a_call_of_one_who_does_not_encrypt_is_ended_and_that_is_noted_before() -> None:
    told, ended = looked_after("0")
    assert told[-1] == "hang up 16"
    assert "MUTEAUDIO(in)=off" not in told
    assert ended == ["b1"]


def test_one_who_has_hung_up_is_looked_after_no_more() -> None:
    assert looked_after("0", Refused("No such channel")) == ([], [])


def test_an_engine_that_is_away_for_a_moment_is_asked_again() -> None:
    assert looked_after(AWAY, "3") == (["MUTEAUDIO(in)=off"], [])


def test_an_engine_that_says_nothing_is_not_a_caller_who_does_not_encrypt() -> None:
    """However long it is away; and if it never comes back, nothing is claimed of the call."""
    assert looked_after(*[AWAY] * 100, "0", "3") == (["MUTEAUDIO(in)=off"], [])
    assert looked_after(AWAY) == ([], [])


def test_who_takes_the_callers_place_while_it_rings_is_heard() -> None:
    """The engine keeps the mute on whoever the call was handed to, a plain phone as well; it may not tell at once."""
    engine = Engine([Refused("No such channel")], ["", "", OTHER])
    hushed, ended = looking(engine)
    asyncio.run(hushed.look_after(CALLER, "b1"))
    assert (engine.heard, ended) == ([OTHER], [])


def test_a_caller_without_a_successor_is_looked_for_no_longer_than_one_who_does_not_encrypt() -> None:
    engine = Engine([Refused("No such channel")], [""] * 100)
    hushed, ended = looking(engine)
    asyncio.run(hushed.look_after(CALLER, "b1"))
    assert (engine.heard, ended) == ([], [])
    assert engine.asked < 200


def test_a_new_switchboard_lets_those_be_heard_who_were_answered_before_it() -> None:
    """Once their sound is encrypted. It ends no call: an emergency call goes on however its sound comes."""
    plain, web = "PJSIP/kwiaty_101-00000002", "PJSIP/kwiaty_102.web-00000003"
    engine = Engine([AWAY, "0", AWAY, "5"], up=[plain, CALLER, web])
    hushed, ended = looking(engine)
    asyncio.run(hushed.take_over())
    assert (sorted(engine.heard), ended) == ([CALLER, web], [])
    silent = Engine(["0"], up=[CALLER])
    hushed, ended = looking(silent)
    asyncio.run(hushed.take_over())
    assert (silent.heard, ended) == ([], [])
    assert "hang up 16" not in silent.told
