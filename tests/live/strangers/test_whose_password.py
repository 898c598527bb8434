"""Whose password was known is who it is, whatever else stands in a request; and no name is anything but a name."""

import re
import sqlite3
from contextlib import closing
from hashlib import md5
from secrets import token_hex

import pytest

from tests.live.office import PASSWORD, SOON, Account, Office
from tests.live.phones import until

from .stranger import Stranger, digest, nonce_of, status
from .test_logs import logs

FOREIGN = 'Digest username="x", realm="other", nonce="n", uri="sip:x", response="' + "0" * 32 + '"'
NAMES = (
    "'", '\\"', "' OR '1'='1", "alicja'--", "?1", "%", "_", "%00", "%27", "a\\", "a;b", "$au", "$var(first)", "{0}",
    "\x01", "ż", "x" * 8000, "x" * 1023, "", " ", "demo_100@other", "sip:demo_100@other", "a.web.b", "kwiaty.100",
    "+48221234567",
)  # fmt: skip


def answered(method: str, login: str, ha1: str, nonce: str, count: int = 1) -> str:
    """An answer to a challenge with any digest in place of the name's own."""

    def hashed(text: str) -> str:
        return md5(text.encode()).hexdigest()

    proof = hashed(f"{ha1}:{nonce}:{count:08x}:c:auth:{hashed(f'{method}:sip:x')}")
    return re.sub('response="[^"]*"', f'response="{proof}"', digest(method, login, "", nonce, count))


def ha1_of(account: Account) -> str:
    return md5(f"{account.login}:centralka:{PASSWORD}".encode()).hexdigest()


def sent(stranger: Stranger, login: str, *headers: str) -> str:
    """Register `login` with these headers of credentials; return the answer."""
    tag = token_hex(6)
    asked = stranger.request("REGISTER", login, tag=tag, Expires="60")
    added = "".join(f"\r\n{header}" for header in headers).encode()
    stranger.send(asked.replace(b"\r\nMax-Forwards: 70", b"\r\nMax-Forwards: 70" + added, 1))
    return stranger.answer(tag) or ""


def credentials(alicja: Account, mallory: Account, nonce: str) -> dict[str, list[str]]:
    """What Mallory, who knows her own password, could put together to be Alicja."""
    hers = f"Authorization: {digest('REGISTER', alicja.login, 'Wrong-77', nonce)}"
    mallorys = f"Authorization: {digest('REGISTER', mallory.login, PASSWORD, nonce)}"
    by_her_digest = f"Authorization: {answered('REGISTER', alicja.login, ha1_of(mallory), nonce)}"
    return {
        "her own digest for Alicja's name": [by_her_digest],
        "Alicja's name first": [hers, mallorys],
        "Alicja's name last": [mallorys, hers],
        "her own name for a proxy": [f"Proxy-{mallorys}", by_her_digest],
        "Alicja's name for a proxy": [f"Proxy-{hers}", mallorys],
        "her own name in another realm": [mallorys.replace('"centralka"', '"other"'), by_her_digest],
        "our realm in another's words": [f'Authorization: {FOREIGN}, x=", realm=centralka"', by_her_digest],
        "both for a proxy": [f"Proxy-{mallorys}", f"Proxy-{hers}"],
    }


KINDS = (
    "her own digest for Alicja's name", "Alicja's name first", "Alicja's name last", "her own name for a proxy",
    "Alicja's name for a proxy", "her own name in another realm", "our realm in another's words", "both for a proxy",
)  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_no_mixture_of_credentials_makes_somebody_another(office: Office, kind: str) -> None:
    alicja, mallory = office.account("Alicja"), office.account("Mallory")
    office.change(alicja, password="Inne-Haslo-9xTq")
    with Stranger(office.house) as stranger:
        nonce = nonce_of(stranger.ask("REGISTER", mallory.login))
        said = sent(stranger, alicja.login, *credentials(alicja, mallory, nonce)[kind])
    assert status(said) == 401, said
    assert not office.show(alicja)["registered"]


@pytest.mark.parametrize("proxy", ["", "Proxy-"], ids=["another realm", "a proxy"])
def test_what_a_phone_says_to_others_does_not_matter(office: Office, proxy: str) -> None:
    mallory = office.account("Mallory")
    with Stranger(office.house) as phone:
        nonce = nonce_of(phone.ask("REGISTER", mallory.login))
        own = f"Authorization: {digest('REGISTER', mallory.login, PASSWORD, nonce)}"
        assert status(sent(phone, mallory.login, f"{proxy}Authorization: {FOREIGN}", own)) == 200


def test_a_name_that_nobody_has_is_believed_with_no_digest(office: Office) -> None:
    """Also not with the one that is compared in place of its own (edge/accounts.lua)."""
    with Stranger(office.house) as stranger:
        nonce = nonce_of(stranger.ask("REGISTER", "demo_9997"))
        nobodys = answered("REGISTER", "demo_9997", "0" * 32, nonce)
        assert status(stranger.ask("REGISTER", "demo_9997", Authorization=nobodys, Expires="60")) == 401


def test_names_of_any_signs_are_names_that_nobody_has(office: Office) -> None:
    alicja = office.account("Alicja")
    before = logs(office.house)["edge.log"]
    for name in NAMES:
        with Stranger(office.house) as stranger:
            nonce = nonce_of(stranger.ask("REGISTER", alicja.login))
            said = stranger.ask("REGISTER", alicja.login, Authorization=digest("REGISTER", name, PASSWORD, nonce))
            assert status(said) == 401, name
    with Stranger(office.house) as stranger:
        assert status(stranger.ask("REGISTER", alicja.login, Authorization='Digest username="a\0b"')) == 400
        assert stranger.register(alicja.login, PASSWORD) == 200
    assert "accounts" not in logs(office.house)["edge.log"][len(before) :]


def test_no_request_is_believed_unseen(office: Office) -> None:
    """The module auth takes PRACK for proved without a look at the password, also where the account is at home."""
    alicja = office.account("Alicja")
    with Stranger(office.house) as stranger:
        assert stranger.register(alicja.login, PASSWORD) == 200
        nonce = nonce_of(stranger.ask("REGISTER", alicja.login))
        answer = digest("PRACK", alicja.login, "Wrong-77", nonce)
        assert status(stranger.ask("PRACK", alicja.login, Authorization=answer)) == 401


def test_whoever_was_looked_up_is_read_to_the_end(office: Office) -> None:
    """An edge that went on reading would keep SQLite from ever carrying its log over."""
    alicja = office.account("Alicja")
    with Stranger(office.house) as phone:
        assert phone.register(alicja.login, PASSWORD) == 200
        with closing(sqlite3.connect(office.house.home / "centralka.sqlite3", timeout=10)) as database:
            until(
                lambda: database.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone() == (0, 0, 0),
                SOON,
                "the log is carried over",
            )
