"""The web server sleeps between requests, and ends as soon as it is told to."""

import asyncio
import signal
import threading
import time
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import uvicorn

from centralka import web_server
from tests.test_asgi import reads_everything


def test_the_server_is_told_of_its_end() -> None:
    server = web_server.QuietServer(uvicorn.Config(reads_everything, port=0, lifespan="off", log_config=None))
    serving = threading.Thread(target=server.run, daemon=True)
    serving.start()
    while not server.started:
        assert serving.is_alive()
        time.sleep(0.01)
    server.handle_exit(signal.SIGTERM, None)
    serving.join(60)
    assert not serving.is_alive()


def test_each_answer_tells_when_it_was_given() -> None:
    sent: list[Any] = []

    async def receive() -> Any:
        return {"type": "http.request", "body": b""}

    async def send(message: Any) -> None:
        sent.append(message)

    async def answers(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/plain")]})
        await send({"type": "http.response.body", "body": b"yes"})

    before = datetime.now(UTC).replace(microsecond=0)
    asyncio.run(web_server.Dated(answers)({"type": "http"}, receive, send))
    (name, written), kind = sent[0]["headers"]
    assert name == b"date"
    assert kind == (b"content-type", b"text/plain")
    assert before <= parsedate_to_datetime(written.decode()) <= datetime.now(UTC) + timedelta(seconds=1)
    assert sent[1] == {"type": "http.response.body", "body": b"yes"}
