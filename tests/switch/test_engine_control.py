"""Questions to the engine, to peers on real sockets: its REST interface, and its console."""

import asyncio
import socketserver
import threading
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from centralka.calls.causes import Cause
from centralka.switch.wire.console import written
from centralka.switch.wire.engine_answers import EngineAway, Refused
from centralka.switch.wire.engine_control import EngineControl, RunningChannel

SECRET = "tajne:hasło"
CHANNEL = """{"id": "node1-1.1", "name": "PJSIP/kwiaty_100-00000001", "state": "Up",
  "creationtime": "2026-11-30T06:49:14.404+0000",
  "dialplan": {"context": "internal", "exten": "101", "priority": 2, "app_name": "AGI", "app_data": "agi://x"}}"""


@dataclass
class Peer:
    """Plays the engine: what it answers to a request or a command, and what it was asked."""

    answers: Mapping[str, tuple[int, str]] = field(default_factory=dict)
    """Status and body by method and path."""
    prints: Mapping[str, str] = field(default_factory=dict)
    """What the console prints, by command."""
    asked: list[str] = field(default_factory=list)

    @contextmanager
    def running(self, folder: Path) -> Iterator[EngineControl]:
        """Listen on both doors during the block."""
        console = folder / "asterisk.ctl"
        rest = HTTPServer(("127.0.0.1", 0), self._rest())
        unix = socketserver.UnixStreamServer(str(console), self._console())
        with rest, unix:
            for server in (rest, unix):
                threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
            try:
                yield EngineControl(rest.server_address[1], SECRET, console)
            finally:
                rest.shutdown()
                unix.shutdown()

    def _rest(self) -> type[BaseHTTPRequestHandler]:
        peer = self

        class Handler(BaseHTTPRequestHandler):
            def answer(self) -> None:
                assert self.headers["Authorization"] == "Basic c3dpdGNoYm9hcmQ6dGFqbmU6aGFzxYJv"
                question = f"{self.command} {self.path}"
                peer.asked.append(question)
                status, body = peer.answers.get(question, (204, ""))
                self.send_response(status)
                self.end_headers()
                self.wfile.write(body.encode())

            do_GET = do_POST = do_PUT = do_DELETE = answer

            def log_message(self, format: str, *args: Any) -> None:
                """Print nothing."""

        return Handler

    def _console(self) -> type[socketserver.StreamRequestHandler]:
        peer = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                self.wfile.write(b"machine/17/22.10.1\n")
                command = self.connection.recv(512).decode().removeprefix("cli quit after ").removesuffix("\0")
                peer.asked.append(command)
                self.wfile.write(peer.prints.get(command, "").encode())

        return Handler


def told(peer: Peer, folder: Path, question: Callable[[EngineControl], Awaitable[Any]]) -> Any:
    async def ask(engine: EngineControl) -> Any:
        return await question(engine)

    with peer.running(folder) as engine:
        return asyncio.run(ask(engine))


def test_channels_are_told_as_they_are_now(tmp_path: Path) -> None:
    peer = Peer({"GET /ari/channels?": (200, f"[{CHANNEL}]")})
    began = datetime(2026, 11, 30, 6, 49, 14, 404_000, UTC)
    assert told(peer, tmp_path, EngineControl.channels) == [
        RunningChannel("PJSIP/kwiaty_100-00000001", "node1-1.1", True, began, "AGI", "agi://x")
    ]


def test_a_name_stays_one_part_of_the_address(tmp_path: Path) -> None:
    peer = Peer()
    told(peer, tmp_path, lambda engine: engine.hang_up("PJSIP/a b?c-1", Cause.NORMAL))
    assert peer.asked == ["DELETE /ari/channels/PJSIP%2Fa%20b%3Fc-1?reason_code=16"]


READ = "GET /ari/channels/a1/variable?variable=CHANNEL%28name%29"


@pytest.mark.parametrize(
    ("answer", "value"),
    [
        ((200, '{"value": "PJSIP/x"}'), "PJSIP/x"),
        ((404, '{"message": "Provided variable was not found"}'), ""),
        ((500, '{"message": "Unable to read provided function"}'), ""),
        ((404, '{"message": "Provided channel was not found"}'), Refused),
        ((503, '{"message": "Asterisk not booted"}'), EngineAway),
        ((409, '{"message": "Another reload is in progress"}'), EngineAway),
        ((401, '{"message": "Authentication required"}'), EngineAway),
        ((200, "<html>"), EngineAway),
    ],
)
def test_a_variable_that_is_not_there_is_told_from_a_channel_that_is_not(
    tmp_path: Path, answer: tuple[int, str], value: object
) -> None:
    peer = Peer({READ: answer})
    if isinstance(value, str):
        assert told(peer, tmp_path, lambda engine: engine.read("a1", "CHANNEL(name)")) == value
        return
    with pytest.raises(value):  # type: ignore[call-overload]
        told(peer, tmp_path, lambda engine: engine.read("a1", "CHANNEL(name)"))


def test_a_variable_is_set_on_the_console(tmp_path: Path) -> None:
    command = '"dialplan" "set" "chanvar" "a1" "TIMEOUT(absolute)" "9.5"'
    peer = Peer()
    told(peer, tmp_path, lambda engine: engine.write("a1", "TIMEOUT(absolute)", "9.5"))
    assert peer.asked == [command]
    (tmp_path / "gone").mkdir()
    gone = Peer(prints={command: "Channel 'a1' not found\nCommand failed.\n"})
    with pytest.raises(Refused, match="not found"):
        told(gone, tmp_path / "gone", lambda engine: engine.write("a1", "TIMEOUT(absolute)", "9.5"))


def test_what_the_dialplan_kept_is_read_whole(tmp_path: Path) -> None:
    command = '"database" "get" "fax-tries" "7"'
    peer = Peer(prints={command: "Value: SUCCESS||2|FAX: 22 |x\n"})
    assert told(peer, tmp_path, lambda engine: engine.kept("fax-tries", "7")) == "SUCCESS||2|FAX: 22 |x"


def test_nothing_kept_is_nothing(tmp_path: Path) -> None:
    peer = Peer(prints={'"database" "get" "fax-tries" "7"': "Database entry not found.\n"})
    assert told(peer, tmp_path, lambda engine: engine.kept("fax-tries", "7")) == ""


@pytest.mark.parametrize("state", ["Avail", "Unavail", "Created", "NonQual"])
def test_the_state_of_a_contact_is_the_last_word_but_one(tmp_path: Path, state: str) -> None:
    printed = (
        "      Aor:  <Aor........>  <MaxContact>\n    Contact:  <Aor/ContactUri....> <Hash....> <Status> <RTT(ms)..>\n"
        f"=====\n\n      Aor:  ping-1   0\n    Contact:  ping-1/sip:192.0.2.7:5060;tr 1ad31abf1d {state}   12.345\n"
    )
    peer = Peer(prints={'"pjsip" "show" "aor" "ping-1"': printed})
    assert told(peer, tmp_path, lambda engine: engine.contact_state("ping-1")) == state


def test_each_fax_under_way_is_looked_at(tmp_path: Path) -> None:
    listed = (
        "\nCurrent FAX Sessions:\n\nChannel     Tech       FAXID      Type  Operation  State           File(s)\n"
        "Local/kwiaty_100.3@fax-call-00 Spandsp    4          T.38  send       Active          /srv/3.tif\n"
        "\n1 FAX sessions\n\n"
    )
    session = (
        "\nFAX Session Details:\n\nFile Name              : /srv/sent: faxes/3.tif\n\nTx Pages               : 2\n"
    )
    peer = Peer(prints={'"fax" "show" "sessions"': listed, '"fax" "show" "session" "4"': session})
    (found,) = told(peer, tmp_path, EngineControl.fax_sessions)
    assert (found["File Name"], found["Tx Pages"]) == ("/srv/sent: faxes/3.tif", "2")


def test_an_engine_that_still_starts_is_away(tmp_path: Path) -> None:
    command = '"sorcery" "memory" "cache" "expire" "res_pjsip/aor"'
    peer = Peer(prints={command: "No such command 'sorcery memory cache expire'\n"})
    with pytest.raises(EngineAway, match="No such command"):
        told(peer, tmp_path, lambda engine: engine.forget("res_pjsip/aor"))


def test_no_engine_is_away(tmp_path: Path) -> None:
    with HTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as server:
        port = server.server_address[1]
    engine = EngineControl(port, SECRET, tmp_path / "none.ctl")
    for question in (engine.channels, engine.ask_core, lambda: engine.forget("x")):
        with pytest.raises(EngineAway):
            asyncio.run(question())


@pytest.mark.parametrize("word", ["a\nb", "a\rb", "a\0b", "x" * 500])
def test_a_word_that_the_console_would_read_as_another_is_not_sent(word: str) -> None:
    with pytest.raises(ValueError, match="console"):
        written(("dialplan", "set", "chanvar", "a1", "X", word))


def test_words_are_quoted() -> None:
    assert written(("say", 'a "b" \\c')) == b'cli quit after "say" "a \\"b\\" \\\\c"\0'
