"""What a phone in the browser proves itself with: good for minutes, over WebSocket, while the session lives."""

import json
import re
import sqlite3
import ssl
from collections.abc import Iterator
from contextlib import closing

import pytest

from tests.live.instance import Installation
from tests.live.panel import Browser as Panel
from tests.live.phones import Phone
from tests.live.secure.browser import Browser
from tests.live.secure.test_websocket import SOMEWHERE, md5

LOGIN = "demo_100"


@pytest.fixture
def key(house: Installation) -> Iterator[dict[str, str]]:
    """What the page of a signed-in person is told, and nobody else's afterwards."""
    panel = Panel(house)
    told = json.loads(panel.ask("/telefon/", "/firma/demo/telefon/klucz", window="story", take_over="1"))
    yield told
    _change(house, "DELETE FROM browser_phone")


def _change(house: Installation, statement: str) -> None:
    with closing(sqlite3.connect(house.home / "centralka.sqlite3", timeout=20)) as database, database:
        database.execute(statement)


def register(house: Installation, key: dict[str, str]) -> str:
    """Register once with it, by secure WebSocket. Returns the status that is answered."""
    context = ssl.create_default_context(cafile=house.authority)
    with Browser(house.wss_port, context) as browser:
        browser.send(request(1))
        challenge = re.search(r'nonce="([^"]*)"', browser.answer())
        assert challenge
        browser.send(request(2, digest(key, challenge[1])))
        return browser.answer().split(" ")[1]


def request(number: int, credentials: str = "") -> str:
    lines = [
        "REGISTER sip:localhost SIP/2.0", f"Via: SIP/2.0/WSS {SOMEWHERE};branch=z9hG4bKkey{number}", "Max-Forwards: 70",
        f"From: <sip:{LOGIN}@localhost>;tag=x", f"To: <sip:{LOGIN}@localhost>", f"Call-ID: key@{SOMEWHERE}",
        f"CSeq: {number} REGISTER", "Expires: 60", f"Contact: <sip:{LOGIN}@{SOMEWHERE};transport=ws>",
        *([credentials] if credentials else []),
    ]  # fmt: skip
    return "\r\n".join([*lines, "", ""])


def digest(key: dict[str, str], nonce: str) -> str:
    """The answer to a challenge (RFC 7616, 3.4.1)."""
    who = md5(f"{key['username']}:centralka:{key['password']}")
    response = md5(f"{who}:{nonce}:00000001:abc:auth:{md5('REGISTER:sip:localhost')}")
    return (
        f'Authorization: Digest username="{key["username"]}", realm="centralka", nonce="{nonce}", uri="sip:localhost", '
        f'response="{response}", qop=auth, nc=00000001, cnonce="abc"'
    )


@pytest.mark.parametrize(
    "what, ends",
    [
        ("it is over", "UPDATE browser_phone SET expires_at = '2020-01-01 00:00:00'"),
        ("its row is gone", "DELETE FROM browser_phone"),
        ("the session has ended", "DELETE FROM django_session"),
    ],
)
def test_it_is_good_until_it_ends_and_then_refused_like_any_other(
    house: Installation, key: dict[str, str], what: str, ends: str
) -> None:
    assert register(house, key) == "200"
    _change(house, ends)
    assert register(house, key) == "401", what


def test_it_is_good_for_its_own_account_alone(house: Installation, key: dict[str, str]) -> None:
    assert register(house, {**key, "password": "guessed"}) == "401"
    assert register(house, {**key, "username": "demo_101.web.guessed"}) == "401"


def test_it_is_good_over_websocket_only(house: Installation, key: dict[str, str]) -> None:
    with Phone(key["username"], key["password"], port=house.sip_port, transport="tcp") as phone:
        assert phone.try_to_register().startswith("401")
