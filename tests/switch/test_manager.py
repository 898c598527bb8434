"""Questions to the engine's manager interface, to a peer on a real loopback socket."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from centralka.switch.wire.ami import parse_message
from centralka.switch.wire.manager import EngineAway, Manager, Refused

Answers = Callable[[dict[str, str]], str | None]
"""What the peer says to an action; `{id}` stands for its ActionID. None: it hangs up."""


class AmiPeer:
    """Plays the engine: greets, lets the switchboard log in, and answers each action."""

    def __init__(self, answer: Answers, secret: str = "tajne") -> None:
        self._answer = answer
        self._secret = secret
        self.actions: list[dict[str, str]] = []
        self.logins = 0

    async def serve(self) -> asyncio.Server:
        return await asyncio.start_server(self._talk, "127.0.0.1", 0)

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"Asterisk Call Manager/11.0.0\r\n")
        try:
            while answer := self._answer_to(dict(parse_message(await _message(reader)))):
                writer.write(answer)
        except asyncio.IncompleteReadError:
            pass
        finally:
            writer.close()

    def _answer_to(self, action: dict[str, str]) -> bytes | None:
        if action["Action"] == "Login":
            self.logins += 1
            good = action["Secret"] == self._secret
            return _block("Response: Success" if good else "Response: Error\nMessage: Authentication failed")
        self.actions.append(action)
        answer = self._answer(action)
        return None if answer is None else _block(answer.replace("{id}", action["ActionID"]))


async def _message(reader: asyncio.StreamReader) -> bytes:
    return (await reader.readuntil(b"\r\n\r\n")).removesuffix(b"\r\n\r\n")


def _block(text: str) -> bytes:
    """Messages with empty lines between them, as the protocol ends lines."""
    return text.replace("\n", "\r\n").encode() + b"\r\n\r\n"


def with_engine(peer: AmiPeer, story: Callable[[Manager], Awaitable[Any]], secret: str = "tajne") -> Any:
    async def run() -> Any:
        server = await peer.serve()
        manager = Manager(server.sockets[0].getsockname()[1], secret)
        try:
            return await asyncio.wait_for(story(manager), 20)
        finally:
            manager.close()
            server.close()

    return asyncio.run(run())


def done(_action: dict[str, str]) -> str:
    return "Response: Success\nActionID: {id}\nMessage: done"


def test_an_answer_comes_back_to_its_question() -> None:
    peer = AmiPeer(done)
    answer = with_engine(peer, lambda manager: manager.ask("Setvar", {"Channel": "PJSIP/trunk-1-1", "Value": "9.5"}))
    assert answer["Message"] == "done"
    (action,) = peer.actions
    assert (action["Action"], action["Channel"], action["Value"]) == ("Setvar", "PJSIP/trunk-1-1", "9.5")


def test_events_and_answers_to_others_are_passed_over() -> None:
    peer = AmiPeer(
        lambda _action: (
            "Event: Newchannel\nChannel: PJSIP/x-1\n\n"
            "Response: Error\nActionID: somebody else's\nMessage: no\n\n"
            "Response: Success\nActionID: {id}\nMessage: mine"
        )
    )
    assert with_engine(peer, lambda manager: manager.ask("Ping", {}))["Message"] == "mine"


def test_a_list_is_read_to_its_end() -> None:
    peer = AmiPeer(
        lambda _action: (
            "Response: Success\nActionID: {id}\n\n"
            "Event: OutboundRegistrationDetail\nActionID: {id}\nObjectName: trunk-1\n\n"
            "Event: PeerStatus\nPeer: PJSIP/x\n\n"
            "Event: OutboundRegistrationDetail\nActionID: {id}\nObjectName: trunk-2\n\n"
            "Event: Done\nActionID: {id}"
        )
    )
    listed = with_engine(peer, lambda manager: manager.listed("PJSIPShowRegistrationsOutbound", {}, "Done"))
    assert [one["ObjectName"] for one in listed] == ["trunk-1", "trunk-2"]


def test_the_one_event_that_follows_an_answer_is_read() -> None:
    peer = AmiPeer(
        lambda _action: (
            "Response: Success\nActionID: {id}\nMessage: FAXSession event will follow\n\n"
            "Event: FAXSession\nActionID: {id}\nPagesTransmitted: 1"
        )
    )
    told = with_engine(peer, lambda manager: manager.event("FAXSession", {"SessionNumber": "0"}, "FAXSession"))
    assert told["PagesTransmitted"] == "1"


def test_what_the_engine_would_not_do_is_said_and_no_connection_stays() -> None:
    peer = AmiPeer(lambda _action: "Response: Error\nActionID: {id}\nMessage: No such channel")

    async def story(manager: Manager) -> None:
        for _ in range(2):
            with pytest.raises(Refused, match="No such channel"):
                await manager.ask("Setvar", {})

    with_engine(peer, story)
    assert (len(peer.actions), peer.logins) == (2, 2)


def test_two_questions_at_once_are_asked_one_after_the_other() -> None:
    peer = AmiPeer(lambda action: f"Response: Success\nActionID: {{id}}\nMessage: {action['Value']}")

    async def story(manager: Manager) -> list[str]:
        answers = await asyncio.gather(*(manager.ask("Setvar", {"Value": str(n)}) for n in range(5)))
        return [answer["Message"] for answer in answers]

    assert with_engine(peer, story) == ["0", "1", "2", "3", "4"]
    assert peer.logins == 5


def test_an_engine_that_hangs_up_is_away_and_is_asked_anew_over_a_new_connection() -> None:
    peer = AmiPeer(lambda action: None if action["Action"] == "Die" else done(action))

    async def story(manager: Manager) -> str:
        with pytest.raises(EngineAway):
            await manager.ask("Die", {})
        return (await manager.ask("Ping", {}))["Response"]

    assert with_engine(peer, story) == "Success"
    assert peer.logins == 2


def test_an_engine_that_does_not_know_us_is_away() -> None:
    async def story(manager: Manager) -> None:
        with pytest.raises(EngineAway, match="Authentication failed"):
            await manager.ask("Ping", {})

    with_engine(AmiPeer(done), story, secret="wrong")


def test_an_engine_that_does_not_run_is_away() -> None:
    async def story() -> None:
        server = await asyncio.start_server(lambda _reader, _writer: None, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        server.close()
        await server.wait_closed()
        with pytest.raises(EngineAway):
            await Manager(port, "tajne").ask("Ping", {})

    asyncio.run(story())


def test_a_value_with_a_line_break_is_not_sent() -> None:
    peer = AmiPeer(done)

    async def story(manager: Manager) -> None:
        with pytest.raises(ValueError, match="line break"):
            await manager.ask("Setvar", {"Value": "1\r\nAction: Originate"})

    with_engine(peer, story)
    assert peer.actions == []
