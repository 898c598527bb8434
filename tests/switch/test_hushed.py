"""A caller is heard from the moment at which the sound is encrypted, and a call without that is ended."""

import asyncio
from collections.abc import Sequence
from datetime import datetime

from centralka.switch.hushed import HushedCallers
from centralka.switch.wire.ami import Message
from centralka.switch.wire.manager import EngineAway, Refused

CALLER = "PJSIP/kwiaty_100.dtls-00000001"


class Engine:
    """It tells so many packets, one number or problem for each question; the last for ever."""

    def __init__(self, sent: Sequence[str | Exception]) -> None:
        self._sent = list(sent)
        self.asked: list[str] = []

    async def ask(self, action: str, fields: Message) -> Message:
        self.asked.append(" ".join([action, *(value for name, value in fields.items() if name != "Channel")]))
        assert fields["Channel"] == CALLER
        if action != "Getvar":
            return {}
        sent = self._sent.pop(0) if len(self._sent) > 1 else self._sent[0]
        if isinstance(sent, Exception):
            raise sent
        return {"Value": sent}


def looked_after(*sent: str | Exception) -> tuple[list[str], list[str]]:
    """Look after a caller. Returns what the engine was told, without the questions, and what was noted as ended."""
    engine, ended = Engine(sent), []

    async def sleep(seconds: float) -> None:
        pass

    def note(channel: str, time: datetime) -> None:
        ended.append(channel)

    asyncio.run(HushedCallers(engine, note, sleep).look_after(CALLER, "b1"))
    return [one for one in engine.asked if not one.startswith("Getvar")], ended


def test_a_caller_who_encrypts_is_heard() -> None:
    assert looked_after("0", "7") == (["Setvar MUTEAUDIO(in) off"], [])


def test_where_nothing_is_passed_on_a_key_is_sent_to_find_out() -> None:
    assert looked_after(*["0"] * 6, "1") == (["PlayDTMF D 40", "Setvar MUTEAUDIO(in) off"], [])


def test_a_call_of_one_who_does_not_encrypt_is_ended_and_that_is_noted_before() -> None:
    told, ended = looked_after("0")
    assert told[-1] == "Hangup 16"
    assert "Setvar MUTEAUDIO(in) off" not in told
    assert ended == ["b1"]


def test_one_who_has_hung_up_is_looked_after_no_more() -> None:
    assert looked_after("0", Refused("No such channel")) == ([], [])


def test_an_engine_that_is_away_for_a_moment_is_asked_again() -> None:
    assert looked_after(EngineAway("a moment"), "3") == (["Setvar MUTEAUDIO(in) off"], [])
