"""Nobody is told whether there is an account: known and unknown logins hear the same after the same work."""

import asyncio
import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from centralka.switch.wire.edge_control import EdgeControl
from tests.live.instance import Installation
from tests.live.office import Office

from .stranger import Stranger, digest

WRONG = "Wrong-77-wrong"
NOBODY = "998"
RANDOM = re.compile(r'(nonce="|tag=|branch=z9hG4bK|Call-ID: )[^";\r]+')
QUESTION = re.compile(r'"function": "db_sqlite_submit_query".*"message": "(.*)" }')


@pytest.fixture
def quiet(fragile: Office) -> Office:
    """The office of a house in which nobody else asks for anything."""
    return fragile


@contextmanager
def questions_of(house: Installation) -> Iterator[list[str]]:
    """What the edge asks its database during the block, as it says itself."""
    control, log = EdgeControl(house.home / "edge/run/control.sock"), house.home / "log/edge.log"
    asked: list[str] = []
    asyncio.run(control.ask("cfg.set_now_int", "core", "debug", 3))
    try:
        before = len(log.read_text(errors="replace"))
        yield asked
        asked += QUESTION.findall(log.read_text(errors="replace")[before:])
    finally:
        asyncio.run(control.ask("cfg.set_now_int", "core", "debug", -3))


def heard(stranger: Stranger, method: str, login: str, **headers: str) -> list[str]:
    """What the exchange says to somebody without a password, and to one with a wrong one."""
    first = stranger.ask(method, login, **headers) or ""
    nonce = re.findall(r'nonce="([^"]+)"', first)[0]
    return [first, stranger.ask(method, login, Authorization=digest(method, login, WRONG, nonce), **headers) or ""]


def without_chance(answers: list[str], login: str) -> list[str]:
    """The answers but for what is random, or what was asked with."""
    return [RANDOM.sub(r"\1", answer).replace(login, "LOGIN") for answer in answers]


@pytest.mark.parametrize(
    ("method", "headers"),
    [
        ("REGISTER", {"Expires": "60"}),
        ("INVITE", {"to": "100"}),
        ("OPTIONS", {}),
        ("SUBSCRIBE", {"Event": "dialog", "to": "100"}),
        ("MESSAGE", {"to": "100"}),
    ],
    ids=["REGISTER", "INVITE", "OPTIONS", "SUBSCRIBE", "MESSAGE"],
)
def test_known_and_unknown_logins_hear_the_same_after_as_many_questions(
    quiet: Office, method: str, headers: dict[str, str]
) -> None:
    known = quiet.account("Alicja").login
    unknown = known[: -len(NOBODY)] + NOBODY
    answers, questions = {}, {}
    with Stranger(quiet.house) as stranger:
        for login in (known, unknown):
            with questions_of(quiet.house) as asked:
                answers[login] = without_chance(heard(stranger, method, login, **headers), login)
            questions[login] = [one.replace(login, "LOGIN") for one in asked if "edge_account" in one]
    assert answers[known] == answers[unknown]
    assert [answer.split(" ")[1] for answer in answers[known]] == ["401", "401"]
    assert questions[known] == questions[unknown]
    assert len(questions[known]) == 1, questions
