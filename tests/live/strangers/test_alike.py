"""Nobody is told whether there is an account: known and unknown logins hear the same after the same work."""

import asyncio
import re
from collections.abc import Iterator
from contextlib import contextmanager
from secrets import token_hex
from typing import Any

import pytest

from centralka.switch.wire.edge_control import EdgeControl, EdgeRefuses
from tests.live.instance import Installation
from tests.live.office import SOON, Office
from tests.live.phones import until

from .stranger import Stranger, digest, nonce_of

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


MALFORMED = (
    (r'response="[^"]*"', 'response="abc"'),
    (r'response="[^"]*"', f'response="{"a" * 64}"'),
    (r'response="[^"]*"', f'response="{"z" * 32}"'),
    (r', response="[^"]*"', ""),
    (r'uri="sip:x", ', ""),
    (r"nc=\w+, ", ""),
    (r"nc=\w+", "nc=zzzzzzzz"),
    (r'cnonce="c", ', ""),
    (r'qop=auth, nc=\w+, cnonce="c", ', ""),
    (r"qop=auth", "qop=auth-int"),
    (r"qop=auth", "qop=other"),
    (r"$", ", algorithm=SHA-256"),
    (r'nonce="[^"]*"', 'nonce=""'),
    (r'(nonce="[^"]{10})[^"]*', r"\1"),
    (r"$", ', username="other"'),
    (r"$", f', response="{"0" * 32}"'),
    (r'"centralka"', '"CENTRALKA"'),
    (r'username="([^"]*)"', r"username=\1"),
    (r'username="([^"]*)"', r'username="\1@other"'),
    (", ", " "),
    ("^.*$", "Digest"),
    ("^.*$", "Basic YTpi"),
)


def counted(house: Installation, whom: str) -> dict[str, int]:
    """How often somebody asked for a challenge, and guessed wrongly, as the edge counts it."""
    control, counts = EdgeControl(house.home / "edge/run/control.sock"), {}
    for table in ("asked", "wrong"):
        try:
            found: Any = asyncio.run(control.ask("htable.get", table, whom))
            counts[table] = found["item"]["value"]
        except EdgeRefuses:
            counts[table] = 0
    return counts


def heard_and_counted(house: Installation, method: str, login: str, *change: str) -> tuple[list[str], dict[str, int]]:
    """What a stranger hears to a wrong answer that was changed, and what is held against them."""
    with Stranger(house) as stranger:
        nonce = nonce_of(stranger.ask("REGISTER", login))
        answer = re.sub(*change, digest(method, login, WRONG, nonce), count=1)  # type: ignore[call-overload]
        heard = stranger.ask(method, login, Authorization=answer, to="100") or ""
        told = [line for line in heard.splitlines() if not line.startswith("Via: ")]
        return without_chance(told, login), counted(house, stranger.address)


@pytest.mark.parametrize("method", ["REGISTER", "INVITE"])
def test_an_answer_that_is_malformed_is_heard_and_counted_alike(quiet: Office, method: str) -> None:
    known = quiet.account("Alicja").login
    unknown = known[: -len(NOBODY)] + NOBODY
    for change in MALFORMED:
        heard = heard_and_counted(quiet.house, method, known, *change)
        assert heard == heard_and_counted(quiet.house, method, unknown, *change), change
        assert heard[0][0] == "SIP/2.0 401 Unauthorized", change
