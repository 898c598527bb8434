"""Bodies that do not end are refused before they fill a disk."""

import asyncio
from typing import Any

import pytest

from centralka.asgi import LARGEST_BODY, BodyLimit


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
