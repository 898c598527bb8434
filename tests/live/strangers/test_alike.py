"""Nobody is told whether there is an account: known and unknown logins hear the same after the same work."""

import asyncio
import re
from collections.abc import Iterator
from contextlib import contextmanager
from secrets import token_hex

import pytest

from centralka.switch.wire.edge_control import EdgeControl
from tests.live.instance import Installation
from tests.live.office import SOON, Office
from tests.live.phones import until

from .stranger import Stranger, digest

WRONG = "Wrong-77-wrong"
NOBODY = "998"
RANDOM = re.compile(r'(nonce="|tag=|branch=z9hG4bK|Call-ID: )[^";\r]+')
QUESTION = re.compile(r'"message": "executing Lua function: \[\[(\w+)\]\]')


@pytest.fixture
def quiet(fragile: Office) -> Office:
    """The office of a house in which nobody else asks for anything."""
    return fragile


@contextmanager
def log_of(house: Installation) -> Iterator[list[str]]:
    """What the edge logs during the block, its questions to the database among it."""
    control, log = EdgeControl(house.home / "edge/run/control.sock"), house.home / "log/edge.log"
    lines: list[str] = []
    begin, end = token_hex(8), token_hex(8)
    asyncio.run(control.ask("cfg.set_now_int", "core", "debug", 3))
    try:
        asyncio.run(control.ask("core.echo", begin))
        yield lines
        # A line is in the log a moment after it is said, and each after those that were said before.
        asyncio.run(control.ask("core.echo", end))
        until(lambda: end in log.read_text(errors="replace"), SOON, "all that it said is in the log")
        lines += log.read_text(errors="replace").rpartition(begin)[2].partition(end)[0].splitlines()
    finally:
        asyncio.run(control.ask("cfg.set_now_int", "core", "debug", -4))


def heard(stranger: Stranger, method: str, login: str, **headers: str) -> list[str]:
    """What the exchange says to somebody without a password, and to one with a wrong one."""
    first = stranger.ask(method, login, **headers) or ""
    nonce = re.findall(r'nonce="([^"]+)"', first)[0]
    return [first, stranger.ask(method, login, Authorization=digest(method, login, WRONG, nonce), **headers) or ""]


def heard_and_asked(
    house: Installation, stranger: Stranger, method: str, login: str, **headers: str
) -> list[list[str]]:
    """What the exchange says, and how the edge asks its database about accounts for that (edge/accounts.lua)."""
    with log_of(house) as lines:
        answers = without_chance(heard(stranger, method, login, **headers), login)
    return [answers, [found[1] for found in map(QUESTION.search, lines) if found]]


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
    assert questions == ["prove"]
