"""A program that is starting is asked until it answers."""

import asyncio

from centralka.start.ports import until_answered


def test_neither_a_refusal_nor_half_an_answer_is_an_answer() -> None:
    answers = [ConnectionRefusedError(), asyncio.IncompleteReadError(b"", 6), None]

    async def ask() -> None:
        if problem := answers.pop(0):
            raise problem

    asyncio.run(until_answered(ask))

    assert answers == []
