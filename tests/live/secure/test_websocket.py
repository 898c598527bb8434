"""SIP over secure WebSocket, as a phone in a browser speaks it."""

import hashlib
import re
import ssl

import pytest

from tests.live.office import PASSWORD, SOON, Account, Office
from tests.live.phones import until
from tests.live.secure.browser import Browser, Refused, speaks_http

SOMEWHERE = "df7jal23ls0d.invalid"
"""A browser does not know its own address (RFC 7118, 5)."""


@pytest.fixture
def context(office: Office) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=office.house.authority)


def register(browser: Browser, account: Account, password: str = PASSWORD) -> str:
    """Register; returns the last answer."""
    browser.send(request(account, 1))
    challenge = re.search(r'realm="([^"]*)".*?nonce="([^"]*)"', browser.answer())
    assert challenge
    browser.send(request(account, 2, digest(account, password, *challenge.groups())))
    return browser.answer()


def request(account: Account, number: int, credentials: str = "") -> str:
    lines = [
        "REGISTER sip:localhost SIP/2.0", f"Via: SIP/2.0/WSS {SOMEWHERE};branch=z9hG4bK{account.login}{number}",
        "Max-Forwards: 70", f"From: <sip:{account.login}@localhost>;tag=x", f"To: <sip:{account.login}@localhost>",
        f"Call-ID: {account.login}@{SOMEWHERE}", f"CSeq: {number} REGISTER", "Expires: 120",
        f"Contact: <sip:{account.login}@{SOMEWHERE};transport=ws>", *([credentials] if credentials else []),
    ]  # fmt: skip
    # No length: a frame says where it ends.
    return "\r\n".join([*lines, "", ""])


def digest(account: Account, password: str, realm: str, nonce: str) -> str:
    """The answer to a challenge (RFC 7616, 3.4.1)."""
    who, what = f"{account.login}:{realm}:{password}", "REGISTER:sip:localhost"
    response = md5(f"{md5(who)}:{nonce}:00000001:abc:auth:{md5(what)}")
    return (
        f'Authorization: Digest username="{account.login}", realm="{realm}", nonce="{nonce}", uri="sip:localhost", '
        f'response="{response}", qop=auth, nc=00000001, cnonce="abc"'
    )


def md5(text: str) -> str:
    return hashlib.md5(text.encode()).hexdigest()


def test_a_phone_in_a_browser_registers_and_is_rung(office: Office, context: ssl.SSLContext) -> None:
    """It is told its lamp and rung over the connection that it opened: nothing else leads to a browser."""
    account, alicja = office.account("Bartek", voicemail={"enabled": True, "pin": "7391"}), office.phone("Alicja")
    with Browser(office.house.wss_port, context) as browser:
        assert register(browser, account).startswith("SIP/2.0 200")
        until(lambda: office.show(account)["registered"], SOON, "it is shown as registered")
        lamp = browser.answer()
        assert lamp.startswith(f"NOTIFY sip:{account.login}@")
        assert "Messages-Waiting: no" in lamp
        alicja.dial(account.extension)
        while (invite := browser.answer()).startswith("NOTIFY "):
            pass  # the same again: the edge was slow to say that it is told
        assert invite.startswith(f"INVITE sip:{account.login}@")
        alicja.hang_up()
    until(lambda: not office.show(account)["registered"], SOON, "who closes the window is not registered any more")


def test_a_wrong_password_is_refused(office: Office, context: ssl.SSLContext) -> None:
    with Browser(office.house.wss_port, context) as browser:
        assert register(browser, office.account("Bartek"), "Wrong-77-wrong").startswith("SIP/2.0 401")


def test_frames_that_are_no_sip_harm_nobody(office: Office, context: ssl.SSLContext) -> None:
    for frame in ("hello", "{}" * 1000, "\0" * 100, "REGISTER sip:x SIP/2.0\r\n\r\n"):
        with Browser(office.house.wss_port, context) as browser:
            browser.send(frame)
            assert not browser.answer().startswith("SIP/2.0 2")
    with Browser(office.house.wss_port, context) as browser:
        assert register(browser, office.account("Bartek")).startswith("SIP/2.0 200")


def test_another_protocol_than_sip_is_refused(office: Office, context: ssl.SSLContext) -> None:
    for protocol in ("chat", "msrp"):
        with pytest.raises(Refused, match="400"):
            Browser(office.house.wss_port, context, protocol)


def test_a_page_is_not_there(office: Office, context: ssl.SSLContext) -> None:
    page = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"
    assert speaks_http(office.house.wss_port, context, page).startswith(b"HTTP/1.1 404")
    # Where phones speak SIP nobody is answered who speaks HTTP, WebSocket or not.
    upgrade = page[:-2] + b"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: x\r\n\r\n"
    for asked in (page, upgrade):
        assert not speaks_http(office.house.sip_port, None, asked)
        assert not speaks_http(office.house.tls_port, context, asked)


def test_a_message_by_tcp_says_where_it_ends(office: Office, context: ssl.SSLContext) -> None:
    """Without a length its connection is closed, as before WebSocket was there; by TLS, too."""
    endless = request(office.account("Bartek"), 1).encode()
    assert not speaks_http(office.house.sip_port, None, endless)
    assert not speaks_http(office.house.tls_port, context, endless)
