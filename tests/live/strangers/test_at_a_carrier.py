"""Whoever sends from a carrier's own address calls in, without a password. They are nobody else for that, and nothing
is done for them but what a carrier may ask for."""

import re
import socket
from collections.abc import Iterator
from contextlib import closing
from secrets import token_hex

import pytest

from tests.live.carrier_instance import Carrier
from tests.live.office import SOON, extension_of, hear_each_other, over, talk
from tests.live.outside.sipp_trunk import trunk
from tests.live.outside.tenant import Firm, invites, operator, outside_number
from tests.live.phones import until

from .stranger import SOUND, Stranger, status
from .test_strangers import CLAIM

CALLER = "+48600100200"
FOREIGN = 'Authorization: Digest username="x", realm="other", nonce="n", uri="sip:x", response="' + "0" * 32 + '"'
LIES = (
    # What is said to us as if to be asked for a password: it is asked for.
    ("{claim}", 401),
    # What the edge would say to the engine, of who calls.
    (f"{FOREIGN}\r\n{{claim}}", 404),
    ("Proxy-{claim}", 404),
    ("authorization\t:\r\n Digest username=\"{login}\", realm=\"other\"", 404),
    ("X-Centralka: 0123456789abcdef;{login}", 404),
    ('P-Asserted-Identity: "x" <sip:{login}@127.0.0.1>, <sip:{login}@edge>', 404),
    ("Route: <sip:{login}@127.0.0.1;lr>", 404),
    # The same where the engine alone would see a header.
    ("X-A: b\r{claim}", 400),
    ("Expires: 60&{claim}", 400),
    ('P-Preferred-Identity: "a" <sip:a@b>&{claim}', 400),
)  # fmt: skip
NOT_OF_CARRIERS = (
    *("REGISTER", "SUBSCRIBE", "MESSAGE", "REFER", "PRACK", "UPDATE", "INFO", "PUBLISH", "NOTIFY", "BYE"),
)


@pytest.fixture
def outside(firm: Firm) -> Iterator[Stranger]:
    """Whoever sends from the address of a carrier that only calls."""
    with Stranger(firm.house) as sender:
        fields = {"kind": "address", "priority": 90, "pings": False, **sender.at}
        with trunk(firm.house, name=f"Address {token_hex(4)}", **fields) as made:
            until(lambda: operator(firm.house, "GET", f"/trunks/{made}")["addresses"], SOON, "the address is known")
            yield sender


def invite(outside: Stranger, to: str, tag: str, headers: str = "") -> bytes:
    """A call with these headers."""
    sound = {"Content_Type": "application/sdp", "body": SOUND.format(outside.address)}
    asked = outside.request("INVITE", CALLER, to=to, tag=tag, **sound)
    return asked.replace(b"\r\nMax-Forwards: 70", f"\r\nMax-Forwards: 70\r\n{headers}".rstrip().encode(), 1)


def called(outside: Stranger, to: str, headers: str = "") -> str:
    """Call; return the final answer."""
    tag = token_hex(6)
    outside.send(invite(outside, to, tag, headers))
    with outside.patient():
        return outside.answer(tag) or ""


def test_nobody_is_an_account_by_what_stands_in_a_carrier_s_call(
    firm: Firm, outside: Stranger, carrier: Carrier
) -> None:
    """An account would reach the extension and 112; from outside there are neither."""
    alicja, bartek, before = firm.account("Alicja"), firm.phone("Bartek"), len(invites(carrier, "112"))
    for lie, expected in LIES:
        headers = lie.format(claim=CLAIM.format(alicja.login), login=alicja.login)
        for to in (extension_of(bartek), bartek.login, "112"):
            assert status(called(outside, to, headers)) == expected, (lie, to)
    assert not bartek.all_calls
    assert len(invites(carrier, "112")) == before


def test_nor_by_tcp(firm: Firm, outside: Stranger) -> None:
    alicja, bartek = firm.account("Alicja"), firm.phone("Bartek")
    with closing(socket.socket()) as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        connection.bind((outside.at["host"], outside.at["port"]))
        connection.settimeout(10)
        connection.connect(("127.0.0.1", firm.house.sip_port))
        for lie, expected in LIES:
            headers = lie.format(claim=CLAIM.format(alicja.login), login=alicja.login)
            asked = invite(outside, extension_of(bartek), token_hex(6), headers)
            connection.sendall(asked.replace(b"SIP/2.0/UDP", b"SIP/2.0/TCP", 1))
            answer = ""
            while not (found := re.search(r"SIP/2\.0 ([2-6]\d\d) .*?\r\n\r\n", answer, re.DOTALL)):
                answer += connection.recv(65_536).decode()
            assert int(found[1]) == expected, lie
    assert not bartek.all_calls


def test_a_carrier_does_nothing_but_call(firm: Firm, outside: Stranger) -> None:
    """Whatever else is asked for from its address wants a password, whoever says that it is asked for by us."""
    alicja = firm.account("Alicja")
    lie = {"X_Centralka": f"x;{alicja.login}", "Event": "dialog", "Refer_To": "<sip:1@x>", "to": alicja.extension}
    answers = {method: status(outside.ask(method, alicja.login, **lie)) for method in NOT_OF_CARRIERS}
    assert answers == dict.fromkeys(NOT_OF_CARRIERS, 401)


def test_a_carrier_has_us_send_nothing_to_anybody_else(firm: Firm, outside: Stranger) -> None:
    """Nor a phone do anything but ring, nor learn who else it may be."""
    alicja = firm.reached_by(firm.numbers[0])
    with Stranger(firm.house) as other:
        (host, port), (there, its) = outside.at.values(), other.at.values()
        lies = (
            f"Route: <sip:{there}:{its};lr>", f"Record-Route: <sip:{there}:{its};lr>", f"Path: <sip:{there}:{its};lr>",
            f"X-Centralka: x;{alicja.login}", "Alert-Info: <http://127.0.0.1/ring.wav>;info=alert-autoanswer",
            "Call-Info: <sip:127.0.0.1>;answer-after=0", f"Refer-To: <sip:{there}:{its}>",
            f"Referred-By: <sip:{there}:{its}>",
        )  # fmt: skip
        contact = f"Contact: <sip:m@{host}:{port};alias={there}~{its}~1;maddr={there}>"
        asked = invite(outside, firm.numbers[0], "aside", "\r\n".join(lies))
        outside.send(re.sub(rb"Contact: [^\r]*", contact.encode(), asked))
        until(lambda: alicja.ringing, SOON, "Alicja's phone rings")
        (rung,) = {str(one.headers) for one in alicja.messages if one.start.startswith("INVITE")}
        assert not re.search(r"X-Centralka|Alert-Info|Call-Info|Refer|Path", rung), rung
        assert there not in rung
        alicja.answer()
        with outside.patient():
            answer = outside.answer("aside") or ""
        outside.within(answer, "ACK", CALLER, firm.numbers[0], "aside")
        alicja.hang_up()
        outside.reply(outside.asked("BYE"), "200 OK")
        assert not other.anything()
    over(alicja)


def test_a_carrier_takes_over_no_call_and_sends_none_on(firm: Firm, outside: Stranger, carrier: Carrier) -> None:
    """It has overheard what names the call of Alicja and Bartek; Celina has answered a call of its own."""
    alicja, bartek, celina = firm.phone("Alicja"), firm.phone("Bartek"), firm.reached_by(firm.numbers[0], "Celina")
    number = outside_number("04")
    talk(alicja, bartek)
    (call,) = alicja.calls
    named = alicja.dialog(call)
    assert status(called(outside, firm.numbers[0], f"Replaces: {named}")) == 481
    assert status(called(outside, firm.numbers[0], f"Expires: 60&Replaces: {named}")) == 400
    assert status(called(outside, firm.numbers[0], f"X-A: b\rReplaces: {named}")) == 400
    assert not celina.all_calls
    outside.send(invite(outside, firm.numbers[0], "own"))
    until(lambda: celina.ringing, SOON, "Celina's phone rings")
    celina.answer()
    with outside.patient():
        answer = outside.answer("own") or ""
    outside.within(answer, "ACK", CALLER, firm.numbers[0], "own")
    escaped = named.replace(";", "%3B").replace("=", "%3D")
    for target, expected in ((f"sip:1@127.0.0.1?Replaces={escaped}", 481), (f"sip:{number}@127.0.0.1", 603)):
        outside.within(answer, "REFER", CALLER, firm.numbers[0], "own", Refer_To=f"<{target}>")
        assert status(outside.answer("own")) == expected, target
    hear_each_other(alicja, bartek)
    for phone in (alicja, celina):
        phone.hang_up()
    outside.reply(outside.asked("BYE"), "200 OK")
    over(alicja, bartek, celina)
    assert not invites(carrier, number)
