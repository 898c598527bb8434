"""The database from asyncio: what happens to a query when somebody does not want its answer any more."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor, Future
from typing import Any

import pytest

from centralka.switch.database import Database


class AtOnce(Executor):
    """Has the answer before anybody waits for it."""

    def submit(self, function: Callable[..., Any], /, *args: Any, **kwargs: Any) -> "Future[Any]":
        answer: Future[Any] = Future()
        answer.set_result(function(*args, **kwargs))
        return answer


@pytest.mark.parametrize("turns", range(8))
def test_a_cancelled_query_is_cancelled_also_when_its_answer_has_just_come(turns: int) -> None:
    """`turns` of the loop after it was asked; one of them is that moment."""

    async def story() -> None:
        database = Database()
        database._threads = AtOnce()  # type: ignore[assignment]  # the moment cannot be met with a real thread
        query = asyncio.ensure_future(database.do(lambda: "answer"))
        for _ in range(turns):
            await asyncio.sleep(0)
        if query.done():
            assert query.result() == "answer"
            return
        query.cancel()
        with pytest.raises(asyncio.CancelledError):
            await query

    asyncio.run(story())
