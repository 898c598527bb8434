"""The sandbox's network of text messages, over HTTP: takes them, delivers them or not, reports, and answers."""

import json
import socket
from collections.abc import Callable, Collection
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Lock, Thread, Timer
from typing import Any
from urllib.error import URLError
from urllib.request import Request, urlopen

from centralka.files import write_whole

from . import serwersms_network
from .sms_behaviour import Later, TextBehaviour, text_behaviour, told_later

_NO_MESSAGE = (400, '{"error": "needs to, from, text, id and report"}')
Tell = Callable[[str, dict[str, str]], None]
_SILENT_FOR = 60.0
"""Seconds."""
_MOST_BYTES = 64 * 1024
_TRIES, _PAUSE, _PATIENCE = 5, 2.0, 10.0
"""The number of tries to tell an exchange that cannot be reached, and the seconds between and for each try."""


class SmsNetwork:
    """Keeps what it took while it runs. `passwords`: of the customers. `tell`: brings fields to an address."""

    def __init__(self, passwords: Collection[str], log: Path, tell: Tell | None = None) -> None:
        self._passwords = passwords
        self._log = log
        self._tell = tell or _post
        self._lock = Lock()
        self._timers: set[Timer] = set()
        self.messages: dict[str, dict[str, str]] = {}
        """By the customer's id: `to`, `from`, `text`, `report`, `status`."""
        self.answers: list[dict[str, str]] = []
        """Messages that came in for customers who ask for them: they gave no address to bring them to."""
        self.ended = Event()

    def take(self, given: dict[str, str]) -> tuple[int, str]:
        """Take a message. Returns the HTTP status and the content of the answer; the same id is taken once."""
        behaviour = text_behaviour(given["to"])
        if behaviour is TextBehaviour.REFUSE:
            self.note("refused", given)
            return 422, json.dumps({"error": "barred"})
        if behaviour is TextBehaviour.BUSY:
            self.note("busy", given)
            return 429, json.dumps({"error": "too many messages"})
        with self._lock:
            is_new = given["id"] not in self.messages
            if is_new:
                self.messages[given["id"]] = {**given, "status": "accepted"}
        self.note("taken" if is_new else "repeated", given)
        if is_new:
            for later in told_later(behaviour):
                self._later(given, later)
        return self._answer(behaviour, given["id"])

    def state(self, key: str) -> tuple[int, str]:
        """Tell how far a message is."""
        found = self.messages.get(key)
        if found is None:
            return 404, json.dumps({"error": "no such message"})
        return 200, json.dumps({"id": f"sandbox-{key}", "status": found["status"]})

    def knows(self, authorization: str) -> bool:
        """Tell whether a request comes from a customer."""
        return authorization.removeprefix("Bearer ") in self._passwords

    def end(self) -> None:
        """Tell nothing any more."""
        self.ended.set()
        for timer in list(self._timers):
            timer.cancel()

    def _answer(self, behaviour: TextBehaviour, key: str) -> tuple[int, str]:
        if behaviour is TextBehaviour.SILENT:
            self.ended.wait(_SILENT_FOR)
        if behaviour is TextBehaviour.HTML:
            return 200, "<!DOCTYPE html><html><body><h1>It works!</h1></body></html>"
        return 200, json.dumps({"id": f"sandbox-{key}"})

    def _later(self, given: dict[str, str], later: Later) -> None:
        def come_true() -> None:
            self._timers.discard(timer)
            self._come_true(given, later)

        timer = Timer(later.after, come_true)
        timer.daemon = True
        self._timers.add(timer)
        timer.start()

    def _come_true(self, given: dict[str, str], later: Later) -> None:
        key, address = given["id"], given["report"]
        if later.answer:
            text = given["text"] if later.answer == "=" else later.answer
            fields = {"from": given["to"], "to": given["from"], "text": text, "id": f"answer-{key}"}
            if not address:
                self.answers.append(fields)
            self._tell_it(address, fields)
            return
        self.messages[key]["status"] = later.state
        self.note(later.state, given)
        self._tell_it(address, {"id": key, "status": later.state, "reason": later.reason})

    def _tell_it(self, address: str, fields: dict[str, str]) -> None:
        if address and not self.ended.is_set():
            self._tell(address, fields)

    def note(self, event: str, given: dict[str, str]) -> None:
        """Write down what happened to a message."""
        fields = {name: given[name] for name in ("id", "to", "from", "text")}
        line = json.dumps({"time": datetime.now(UTC).isoformat(), "event": event, **fields}, ensure_ascii=False)
        with self._lock, self._log.open("a") as file:
            file.write(line + "\n")
        if given["report"]:
            write_whole(self._log.with_suffix(".address"), given["report"].rpartition("/")[0])


def serve(network: SmsNetwork, host: str, port: int) -> ThreadingHTTPServer:
    """Listen in a thread. Raises OSError."""
    server = _server(host)((host, port), _handler(network))
    server.daemon_threads = True
    Thread(target=server.serve_forever, daemon=True).start()
    return server


def _server(host: str) -> type[ThreadingHTTPServer]:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return type("Server", (ThreadingHTTPServer,), {"address_family": family})


def _handler(network: SmsNetwork) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        """`POST /messages`, `GET /messages/<id>`; and the requests of SerwerSMS.pl."""

        def do_POST(self) -> None:
            body = self.rfile.read(min(int(self.headers.get("Content-Length") or 0), _MOST_BYTES))
            if self.path in serwersms_network.ACTIONS:
                known = network.knows(self.headers.get("Authorization", ""))
                said = serwersms_network.answer(network, self.path, _json(body)) if known else serwersms_network.NOBODY
                self._say(*said)
                return
            given = _message(body)
            self._answer(lambda: _NO_MESSAGE if given is None else network.take(given))

        def do_GET(self) -> None:
            self._answer(lambda: network.state(self.path.removeprefix("/messages/")))

        def _answer(self, ask: Callable[[], tuple[int, str]]) -> None:
            known = network.knows(self.headers.get("Authorization", ""))
            self._say(*(ask() if known else (401, '{"error": "who are you?"}')))

        def _say(self, status: int, content: str) -> None:
            try:
                self.send_response(status)
                self.send_header("Content-Type", "application/json" if content.startswith("{") else "text/html")
                self.send_header("Content-Length", str(len(content.encode())))
                self.end_headers()
                self.wfile.write(content.encode())
            except OSError:
                self.close_connection = True  # the client is gone

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing: `sms.jsonl` tells more."""

    return Handler


def _message(body: bytes) -> dict[str, str] | None:
    given = _json(body)
    names = ("to", "from", "text", "id", "report")
    if not isinstance(given, dict) or not all(isinstance(given.get(name), str) for name in names):
        return None
    return {name: given[name] for name in names}


def _json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return None


def _post(address: str, fields: dict[str, str]) -> None:
    """Bring fields to an address of the exchange, which may be starting at this moment."""
    body = json.dumps(fields).encode()
    request = Request(address, body, {"Content-Type": "application/json"}, method="POST")  # noqa: S310 (the customer's)
    for _try in range(_TRIES):
        try:
            with urlopen(request, timeout=_PATIENCE):  # noqa: S310 (the same)
                return
        except (URLError, OSError):
            Event().wait(_PAUSE)
