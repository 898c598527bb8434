"""Nobody has the edge send anything to another machine, such as into the network behind it."""

import re

import pytest

from tests.live.office import PASSWORD, SOON, Office, extension_of, gets
from tests.live.phones import until
from tests.live.records import sqlite_rows

from .stranger import SOUND, Stranger, digest, nonce_of, status

ASIDE = (
    # To the engine a name ends behind two backslashes; to the edge it goes on.
    r'"a\\" <sip:m@{there}>;x="<sip:m@{here}>;y=c"',
    # What stands behind an address without brackets is no part of it, to the engine alone.
    'sip:m@{there};x="<"',
    'sip:m@{there};x="<sip:m@{here}>"',
)


def test_a_contact_that_edge_and_engine_would_read_differently_is_refused(office: Office) -> None:
    """Mallory's phone would have another machine spoken to in her call. What phones write is taken."""
    mallory, bartek = office.account("Mallory"), office.phone("Bartek")
    sound = {"to": extension_of(bartek), "Content_Type": "application/sdp", "body": SOUND.format("0")}
    with Stranger(office.house) as phone, Stranger(office.house) as other:
        (host, port), (there, its) = phone.at.values(), other.at.values()
        nonce = nonce_of(phone.ask("REGISTER", mallory.login))
        for count, lie in enumerate(ASIDE, 1):
            contact = "Contact: " + lie.format(here=f"{host}:{port}", there=f"{there}:{its}")
            login = digest("INVITE", mallory.login, PASSWORD, nonce, count)
            asked = phone.request("INVITE", mallory.login, tag=f"aside{count}", Authorization=login, **sound)
            phone.send(re.sub(rb"Contact: [^\r]*", lambda _, contact=contact: contact.encode(), asked))  # type: ignore[misc]
            assert status(phone.answer(f"aside{count}")) == 400, lie
        assert not bartek.all_calls
        named = f'"O\\"Neil" <sip:m@{host}:{port}>;+sip.instance="<urn:uuid:1>"'
        login = digest("INVITE", mallory.login, PASSWORD, nonce, len(ASIDE) + 1)
        asked = phone.request("INVITE", mallory.login, tag="named", Authorization=login, **sound)
        phone.send(re.sub(rb"Contact: [^\r]*", lambda _: b"Contact: " + named.encode(), asked))
        until(lambda: bartek.ringing, SOON, "Bartek's phone rings")
        bartek.hang_up()
        with phone.patient():
            assert status(phone.answer("named")) == 486
        assert not other.anything()


def test_a_phone_registers_nobody_else_s_machine(office: Office) -> None:
    """Mallory's phone says in its Contact where the edge received it from: it is rung where it is."""
    alicja, mallory = office.phone("Alicja"), office.account("Mallory")
    with Stranger(office.house) as phone, Stranger(office.house) as other:
        (host, port), (there, its) = phone.at.values(), other.at.values()
        nonce = nonce_of(phone.ask("REGISTER", mallory.login))
        login = digest("REGISTER", mallory.login, PASSWORD, nonce)
        asked = phone.request("REGISTER", mallory.login, tag="aside", Authorization=login, Expires="60")
        lie = f'm: <sip:m@{host}:{port}>;q=1 ;\r\n Received = "sip:{there}:{its}"'
        phone.send(re.sub(rb"Contact: [^\r]*", lambda _: lie.encode(), asked))
        assert status(phone.answer("aside")) == 200
        alicja.dial(mallory.extension)
        phone.reply(phone.asked("INVITE"), "486 Busy Here")
        gets(alicja, "486 Busy Here")
        assert not other.anything()


def test_nobody_has_another_account_s_lamp_told_elsewhere(office: Office, ksiegi: Office) -> None:
    """Celina has overheard what names the lamp that Alicja's phone asked for. Nor may a phone name a place itself."""
    alicja, bartek, celina = office.account("Alicja"), office.account("Bartek"), ksiegi.account("Celina")
    with Stranger(office.house) as phone, Stranger(office.house) as thief:

        def asked(by: Stranger, login: str, number: int, to_tag: str = "", aside: str = "") -> str:
            sent = by.request(
                "SUBSCRIBE", login, to=bartek.extension, tag="lamp", Event="dialog", Expires="60",
                Authorization=digest("SUBSCRIBE", login, PASSWORD, nonce_of(by.ask("REGISTER", login))),
            ).decode()  # fmt: skip
            for old, new in (
                ("branch=z9hG4bK", f"branch=z9hG4bK{number}"),
                ("CSeq: 1 ", f"CSeq: {number} "),
                (r"(\r\nTo: [^\r]*)", rf"\1{to_tag}"),
                (r"(\r\nContact: [^>]*)", rf"\1{aside}"),
            ):
                sent = re.sub(old, new, sent, count=1)
            by.send(sent.encode())
            return by.answer("lamp") or ""

        there, its = thief.at.values()
        assert status(asked(phone, alicja.login, 1, aside=f";alias={there}~{its}~1")) == 400
        answer = asked(phone, alicja.login, 2)
        found = re.search(r"^To: .*;tag=(\S+)", answer, re.MULTILINE)
        assert found, answer
        phone.reply(phone.asked("NOTIFY"), "200 OK")
        written = f"SELECT 1 FROM active_watchers WHERE to_tag = '{found[1]}'"
        disk = str(office.house.home / "edge/lamps.sqlite3")
        until(lambda: sqlite_rows(disk, written), SOON, "the lamp is on the disk")
        assert status(asked(thief, celina.login, 3, to_tag=f";tag={found[1]}")) == 481
        assert status(asked(phone, alicja.login, 4, to_tag=f";tag={found[1]}")) == 200
        assert not thief.anything()


@pytest.mark.parametrize(
    ("way", "contact"),
    [
        ("Record-Route: <sip:{there}>", "<sip:m@{here}>"),
        ("Record-Route: <sip:{there}>", ""),
        ("", 'sip:m@{there};x="<"'),
        ("", "<tel:+48221234567>"),
        ("none", "<sip:m@{there}>"),
    ],
)
def test_an_answer_has_nothing_sent_to_anybody_else(office: Office, way: str, contact: str) -> None:
    """Mallory's phone is called, and answers with another machine's address: that is no answer."""
    alicja, mallory = office.phone("Alicja"), office.account("Mallory")
    with Stranger(office.house) as phone, Stranger(office.house) as other:
        places = {"here": ":".join(map(str, phone.at.values())), "there": ":".join(map(str, other.at.values()))}
        assert phone.register(mallory.login, PASSWORD) == 200
        alicja.dial(mallory.extension)
        asked = phone.asked("INVITE")
        more = [way.format(**places)] if way.startswith("Record-Route") else []
        if contact:
            more.append(f"Contact: {contact.format(**places)}")
        lies = re.sub(r"Record-Route: [^\r]*\r\n", "", asked) if way == "none" else asked
        phone.reply(lies, "200 OK", *more)
        phone.reply(asked, "486 Busy Here")
        gets(alicja, "486 Busy Here")
        assert not other.anything()
