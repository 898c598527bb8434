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
LINE = re.compile(r'\{ "time": (?:(?!"time": ).)*" \}')
TRIES = 4
"""Two logins are asked for so often, each time with a wrong password: fewer than what an address is blocked for."""


@pytest.fixture
def quiet(fragile: Office) -> Office:
    """The office of a house in which nobody else asks for anything."""
    return fragile


@contextmanager
def log_of(house: Installation) -> Iterator[list[str]]:
    """What the edge logs during the block, its questions to the database among it."""
    control, log = EdgeControl(house.home / "edge/run/control.sock"), house.home / "log/edge.log"
    lines: list[str] = []
    asyncio.run(control.ask("cfg.set_now_int", "core", "debug", 3))
    try:
        before = len(log.read_text(errors="replace"))
        yield lines
        lines += log.read_text(errors="replace")[before:].splitlines()
    finally:
        asyncio.run(control.ask("cfg.set_now_int", "core", "debug", -3))


def heard(stranger: Stranger, method: str, login: str, **headers: str) -> list[str]:
    """What the exchange says to somebody without a password, and to one with a wrong one."""
    first = stranger.ask(method, login, **headers) or ""
    nonce = re.findall(r'nonce="([^"]+)"', first)[0]
    return [first, stranger.ask(method, login, Authorization=digest(method, login, WRONG, nonce), **headers) or ""]


def heard_and_asked(
    house: Installation, stranger: Stranger, method: str, login: str, **headers: str
) -> list[list[str]]:
    """What the exchange says, and what the edge asks its database about accounts for that.

    Once no line of the log is torn: the processes of the edge write into one file, 128 octets at a time.
    """
    for _try in range(TRIES):
        with log_of(house) as lines:
            answers = without_chance(heard(stranger, method, login, **headers), login)
        if all(map(LINE.fullmatch, lines)):
            asked = [found[1] for found in map(QUESTION.search, lines) if found and "edge_account" in found[1]]
            return [answers, [one.replace(login, "LOGIN") for one in asked]]
    raise AssertionError(f"lines were torn {TRIES} times")


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
    with Stranger(quiet.house) as stranger:
        (answers, questions), others = (
            heard_and_asked(quiet.house, stranger, method, login, **headers) for login in (known, unknown)
        )
    assert [answers, questions] == others
    assert [answer.split(" ")[1] for answer in answers] == ["401", "401"]
    assert len(questions) == 1, questions
