"""A company's program, which is told of events by HTTP."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Receiver:
    """A company's program: it answers with the next of `answers`, the last one for ever."""

    def __init__(self) -> None:
        self.answers = [200]
        self.got: list[tuple[dict[str, str], str]] = []
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                receiver.got.append((dict(self.headers), body))
                answers = receiver.answers
                self.send_response(answers.pop(0) if len(answers) > 1 else answers[0])
                self.send_header("Location", f"http://127.0.0.1:{receiver.port}/again")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def events(self) -> list[dict[str, Any]]:
        """Return the events that it was told, in the order in which they came."""
        return [json.loads(body) for _headers, body in self.got]

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook?of=kwiaty"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
