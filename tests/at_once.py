"""Several do something at the same moment: real threads, real locks. No end of a test waits for them for ever."""

from collections.abc import Callable
from concurrent.futures import Future, wait
from functools import partial
from threading import Barrier, Thread
from typing import TypeVar

from django.db import connections

PATIENCE = 300.0
"""Seconds, on a machine that is busy with other things."""
T = TypeVar("T")


def at_once(*actions: Callable[[], T]) -> list[T]:
    """Do all of it, each in a thread and with a connection of its own. Returns what each gave, in that order.

    Raises what the first raised that failed.
    """
    start = Barrier(len(actions))

    def with_the_others(action: Callable[[], T]) -> T:
        start.wait(PATIENCE)
        return action()

    ended = [beside(lambda action=action: with_the_others(action)) for action in actions]  # type: ignore[misc]
    still_at_it = wait(ended, PATIENCE).not_done
    assert not still_at_it
    return [one.result() for one in ended]


def so_many_at_once(count: int, action: Callable[[int], T]) -> list[T]:
    """`action(0)` … `action(count - 1)`; what they gave, in that order."""
    return at_once(*(partial(action, number) for number in range(count)))


def beside(action: Callable[[], T]) -> "Future[T]":
    """Begin it in a thread of its own, whose connections are closed before its end is told."""
    ended: Future[T] = Future()

    def run() -> None:
        try:
            try:
                found = action()
            finally:
                connections.close_all()
        except BaseException as failed:
            ended.set_exception(failed)
        else:
            ended.set_result(found)

    Thread(target=run, daemon=True).start()
    return ended
