"""Bodies that do not end are refused before they fill a disk, and notes are written while the server lives."""

import asyncio
import threading
from typing import Any

import pytest
from django.db import OperationalError

from centralka.asgi import LARGEST_BODY, BodyLimit, WithNotes
from centralka.store.notes import Writer


async def reads_everything(scope: Any, receive: Any, send: Any) -> None:
    while (await receive()).get("more_body"):
        pass
    await send({"type": "http.response.start", "status": 200, "headers": []})


@pytest.mark.parametrize(("chunks", "status"), [(1, 200), (4, 200), (5, 413)])
def test_a_body_is_counted_while_it_comes(chunks: int, status: int) -> None:
    sent: list[Any] = []
    left = iter([True] * (chunks - 1) + [False])

    async def receive() -> Any:
        return {"type": "http.request", "body": b"x" * (LARGEST_BODY // 4), "more_body": next(left)}

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run(BodyLimit(reads_everything)({"type": "http"}, receive, send))
    assert sent[0]["status"] == status


def test_whoever_is_still_sending_gets_the_answer_at_the_end() -> None:
    sent: list[Any] = []
    left = iter([True] * 20 + [False])
    taken = 0

    async def receive() -> Any:
        nonlocal taken
        taken += 1
        return {"type": "http.request", "body": b"x" * (LARGEST_BODY // 4), "more_body": next(left)}

    async def send(message: Any) -> None:
        assert taken == 21
        sent.append(message)

    asyncio.run(BodyLimit(reads_everything)({"type": "http"}, receive, send))
    assert sent[0]["status"] == 413
    assert "za duży" in sent[1]["body"].decode()


async def lifespan(application: Any, while_it_lives: Any) -> list[str]:
    """As a server tells an application that it begins and ends; gives what the application answered."""
    answered: list[str] = []
    told: asyncio.Queue[dict[str, str]] = asyncio.Queue()

    async def send(message: Any) -> None:
        answered.append(message["type"])

    await told.put({"type": "lifespan.startup"})
    running = asyncio.create_task(application({"type": "lifespan"}, told.get, send))
    await asyncio.to_thread(while_it_lives)
    await told.put({"type": "lifespan.shutdown"})
    await running
    return answered


def test_what_was_noted_is_written_again_and_again_and_at_the_end() -> None:
    written: list[str] = []
    three_times, failed = threading.Event(), threading.Event()

    def write() -> None:
        if not failed.is_set():
            failed.set()
            raise OperationalError("database is locked")
        written.append("notes")
        if len(written) == 3:
            three_times.set()

    def while_it_lives() -> None:
        assert three_times.wait(10)

    application = WithNotes(reads_everything, lambda: Writer(write, 0.01))
    assert asyncio.run(lifespan(application, while_it_lives)) == [
        "lifespan.startup.complete",
        "lifespan.shutdown.complete",
    ]
    assert len(written) >= 4
    assert not any(thread.name == "notes" for thread in threading.enumerate())
