"""Everything enters at the edge: it dies and is back, lets nobody say who calls, and is no relay to anywhere else."""

import asyncio
import socket
import sqlite3
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from typing import Any

import pytest

from centralka.switch.wire.edge_control import EdgeControl, EdgeRefuses
from tests.live.office import PASSWORD, SOON, Account, Office, hear_each_other, over, ring, talk
from tests.live.phones import until
from tests.live.records import sqlite_rows
from tests.live.secure.device import Device
from tests.live.sipp import free_port, run_scenario

MOST_PHONES = 10


def registers(office: Office, account: Account, port: int | None = None, final: int = 200, **keys: Any) -> None:
    """Register a phone at this port."""
    run_scenario(
        "register", login=account.login, password=account.password, port=office.house.sip_port, local_port=port,
        expires=60, final=final, **keys,
    )  # fmt: skip


def test_a_killed_edge_ends_no_call_and_forgets_no_phone(fragile: Office) -> None:
    """Sound goes on without it; after it is back the call is transferred and ended, nobody registers again."""
    alicja, bartek, celina = fragile.phone("Alicja"), fragile.phone("Bartek"), fragile.phone("Celina")
    talk(alicja, bartek)
    until(lambda: all(fragile.house.keeps(one.login) for one in (alicja, bartek, celina)), SOON, "they are on disk")
    with fragile.house.without("edge"):
        hear_each_other(alicja, bartek)
    hear_each_other(alicja, bartek)
    held = bartek.calls[0]
    until(lambda: owner_of(fragile, bartek.dialog(held)) == bartek.login, SOON, "the edge is told whose call it is")
    bartek.hold()
    talk(bartek, celina)
    bartek.transfer_held_to_talking(bartek.calls[-1], held)
    over(bartek)
    hear_each_other(alicja, celina)
    alicja.hang_up()
    over(alicja, celina)
    assert [record.outcome for record in fragile.records(2)] == ["answered", "answered"]
    talk(bartek, celina)


def owner_of(office: Office, dialog: str) -> str | None:
    """Return the account that the edge takes a call for, by what names the call (Replaces)."""
    tag = dialog.partition("to-tag=")[2].partition(";")[0]
    try:
        found = asyncio.run(EdgeControl(office.house.home / "edge/run/control.sock").ask("htable.get", "owners", tag))
    except EdgeRefuses:
        return None
    assert isinstance(found, dict), found
    return str(found["item"]["value"])


def test_without_an_engine_phones_register_and_hear_that_they_may_try_later(fragile: Office) -> None:
    account, bartek = fragile.account("Alicja"), fragile.account("Bartek")
    with fragile.house.without("engine"):
        registers(fragile, account)
        refused = run_scenario(
            "uac_refused", login=account.login, password=PASSWORD, called=bartek.extension,
            port=fragile.house.sip_port, final=503,
        )  # fmt: skip
        assert any("retry-after" in str(message.headers).lower() for message in refused.messages)


def test_while_accounts_cannot_be_read_phones_hear_that_it_is_our_fault(fragile: Office) -> None:
    """503 with Retry-After, and not that their password is wrong; afterwards they register, and nobody is blocked."""
    alicja, bartek = fragile.account("Alicja"), fragile.account("Bartek")
    with Device(fragile.house, alicja.login, PASSWORD) as device:
        with accounts_unreadable(fragile):
            for _each in range(15):
                answers = [device.ask("REGISTER", ""), device.ask("INVITE", bartek.extension, device.offer("RTP/AVP"))]
                for answer in answers:
                    assert answer.startswith("SIP/2.0 503"), answer
                    assert "Retry-After: 30" in answer
        device.register()
    with Device(fragile.house, alicja.login, "Wrong-77-wrong") as stranger:
        assert stranger.ask("REGISTER", "").startswith("SIP/2.0 401")


@contextmanager
def accounts_unreadable(office: Office) -> Iterator[None]:
    """The view in which the edge looks passwords up is away, as in a database that fails."""
    with closing(sqlite3.connect(office.house.home / "centralka.sqlite3", timeout=20)) as database:
        (made,) = database.execute("SELECT sql FROM sqlite_master WHERE name = 'edge_account'").fetchone()
        database.execute("DROP VIEW edge_account")
        try:
            yield
        finally:
            database.execute(made)


def test_the_eleventh_phone_makes_the_first_give_way(office: Office) -> None:
    """A phone that comes back with another port each time never locks itself out."""
    account = office.account("Alicja")
    ports = [free_port() for _ in range(MOST_PHONES + 1)]
    for port in ports:
        registers(office, account, port)
        # Kamailio's times are whole seconds: within one, "the first" would mean nothing.
        until(lambda second=int(time.time()): int(time.time()) > second, SOON, "another second begins")  # type: ignore[misc]
    shown = until(lambda: at_ports(office, account, MOST_PHONES, gone=ports[0]), SOON, "ten phones are shown")
    assert shown == set(ports[1:])


def at_ports(office: Office, account: Account, count: int, *, gone: int) -> set[int] | None:
    """Return the ports of the phones that the API shows, once there are so many without the gone one."""
    found = {int(one["uri"].rpartition(":")[2].partition(";")[0]) for one in office.show(account)["contacts"]}
    return found if len(found) == count and gone not in found else None


def test_each_phone_too_many_makes_another_one_give_way(office: Office) -> None:
    """Also when those before are on the disk, from where they are removed some seconds later."""
    account = office.account("Alicja")

    def ports() -> list[str]:
        return sorted(str(one["uri"]).partition(";")[0].rpartition(":")[2] for one in office.show(account)["contacts"])

    with ExitStack() as kept:
        phones: list[Device] = []

        def come(count: int) -> None:
            for _each in range(count):
                phones.append(kept.enter_context(Device(office.house, account.login, PASSWORD)))
                phones[-1].register()

        come(MOST_PHONES)
        asked = f"SELECT 1 FROM location WHERE username = '{account.login}'"
        disk = str(office.house.home / "edge/contacts.sqlite3")
        until(lambda: len(sqlite_rows(disk, asked)) == MOST_PHONES, SOON, "they are on the disk")
        until(lambda: len(ports()) == MOST_PHONES, SOON, "ten are shown")
        come(5)
        last = {str(phone.port) for phone in phones[-5:]}
        until(lambda: len(ports()) == MOST_PHONES and last <= set(ports()), SOON, "ten are left, and the last of them")


def test_the_way_to_a_phone_behind_nat_is_kept_open(office: Office) -> None:
    """It gives an address that nobody can reach; where its REGISTER came from is asked whether it is there."""
    port = free_port()
    registers(office, office.account("Alicja"), port, contact="<sip:alicja@10.1.2.3:5060>")
    with udp(port) as phone:
        phone.settimeout(40)
        assert phone.recv(4096).startswith(b"OPTIONS sip:alicja@10.1.2.3")


def test_a_phone_that_keeps_an_instance_and_a_flow_is_rung_as_any_other(office: Office) -> None:
    """What RFC 5626 and RFC 5627 add to its contact does no harm, and the phone is one phone, not two."""
    account, alicja = office.account("Bartek"), office.phone("Alicja")
    instance = ';+sip.instance="<urn:uuid:8f0e7e1a-54bb-4d3f-9c6e-0c6d8c0e1f11>";reg-id=1'
    office.sipp_phone("uas_answer", account, ring_ms=0, keeps=instance)
    alicja.dial(account.extension)
    until(lambda: alicja.in_call, SOON, "it answers")
    until(lambda: office.show(account)["contacts"], SOON, "it is shown")
    assert len(office.show(account)["contacts"]) == 1
    alicja.hang_up()
    over(alicja)


WHOLE = f'nonce="a", uri="sip:x", response="{32 * "0"}"'


def test_who_calls_is_whose_password_was_right(office: Office) -> None:
    """Mallory's phone calls as Alicja, with Mallory's password and Alicja's name in a header that nobody asked for."""
    mallory, victim, account = office.account("Mallory"), office.account("Alicja"), office.account("Bartek")
    bartek = office.phone(account)
    run_scenario(
        "uac_refused", login=victim.login, auth=mallory.login, password=PASSWORD, called=account.extension,
        port=office.house.sip_port, final=401,
        headers=f'\nProxy-Authorization: Digest username="{victim.login}", realm="centralka", {WHOLE}',
    )  # fmt: skip
    assert not bartek.all_calls


@pytest.mark.parametrize(
    "lie",
    [
        'Authorization: Digest username="{victim}", realm="elsewhere", ' + WHOLE,
        'Authorization: Digest username="trunk-1", realm="elsewhere", ' + WHOLE,
        'Proxy-Authorization: Digest username="{victim}", realm="centralka", ' + WHOLE,
        "X-Centralka-X: {victim}",
    ],
)
def test_a_phone_cannot_say_for_the_edge_who_it_is(office: Office, lie: str) -> None:
    """Beside the credentials that she has, Mallory's phone sends other words: Bartek sees Mallory."""
    mallory, victim, account = office.account("Mallory"), office.account("Alicja"), office.account("Bartek")
    bartek = office.phone(account)
    run_scenario(
        "uac_cancel", login=mallory.login, password=PASSWORD, called=account.extension, port=office.house.sip_port,
        ring_ms=200, headers=f"\n{lie.format(victim=victim.login)}", display="",
    )  # fmt: skip
    over(bartek)
    (call,) = bartek.all_calls
    assert (call.number, call.name) == (mallory.extension, "Mallory")


FORGED = (
    "{method} sip:x@127.0.0.1:{target} SIP/2.0\r\n"
    "Via: SIP/2.0/UDP 127.0.0.1:{own};branch=z9hG4bK{own}{method};rport\r\n"
    "Route: <sip:127.0.0.1:{edge};lr>\r\nRoute: <sip:127.0.0.1:{target};lr>\r\n"
    'Authorization: Digest username="{victim}", realm="centralka"\r\n'
    "From: <sip:{victim}@127.0.0.1>;tag=a\r\nTo: <sip:x@127.0.0.1>;tag=b\r\nCall-ID: forged-{own}-{method}\r\n"
    "CSeq: 1 {method}\r\nContact: <sip:x@127.0.0.1:{own}>\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n\r\n"
)


@pytest.mark.parametrize("method", ["BYE", "INVITE", "REFER", "MESSAGE", "OPTIONS", "NOTIFY", "SUBSCRIBE", "ACK"])
def test_a_request_that_claims_to_belong_to_a_call_reaches_nobody(office: Office, method: str) -> None:
    """A stranger sends it with a Route to somewhere else: nothing arrives there, and no call begins."""
    bartek = office.phone("Bartek")
    with udp() as target, udp() as own:
        forged = FORGED.format(
            method=method, edge=office.house.sip_port, target=target.getsockname()[1], own=own.getsockname()[1],
            victim=bartek.login,
        )  # fmt: skip
        own.sendto(forged.encode(), ("127.0.0.1", office.house.sip_port))
        if method != "ACK":
            assert refused(own)
        target.setblocking(False)
        with pytest.raises(BlockingIOError):
            target.recv(4096)
    assert not bartek.all_calls
    assert not office.all_records()


FORGED_LAMP = (
    "NOTIFY sip:{victim}@127.0.0.1 SIP/2.0\r\n"
    "Via: SIP/2.0/UDP 127.0.0.1:{own};branch=z9hG4bK{own};rport\r\n"
    "From: <sip:{victim}@127.0.0.1>;tag=a\r\nTo: <sip:{victim}@127.0.0.1>\r\nCall-ID: forged-{own}\r\n"
    "CSeq: 1 NOTIFY\r\nMax-Forwards: 70\r\nEvent: message-summary\r\nX-Centralka: {guessed};\r\n"
    "Content-Type: application/simple-message-summary\r\nContent-Length: 23\r\n\r\nMessages-Waiting: yes\r\n"
)


def test_nobody_but_the_switchboard_has_a_lamp_told(office: Office) -> None:
    """Whoever tries hears what everybody hears, by the door for phones and by that of the engine."""
    bartek = office.phone("Bartek")
    inner = int(office.house.rows("edge")[0]["address"].rpartition(":")[2])
    for port, guessed in ((office.house.sip_port, "guessed"), (inner, "guessed"), (inner, "")):
        with udp() as own:
            forged = FORGED_LAMP.format(victim=bartek.login, own=own.getsockname()[1], guessed=guessed)
            own.sendto(forged.encode(), ("127.0.0.1", port))
            assert own.recv(4096).startswith(b"SIP/2.0 401 ")
    assert bartek.messages_waiting is None


def test_a_digest_is_not_taken_twice(office: Office) -> None:
    """Somebody heard Alicja's phone call, and sends its INVITE again as another call: there is none."""
    alicja, account = office.account("Alicja"), office.account("Bartek")
    bartek = office.phone(account)
    heard = run_scenario(
        "uac_cancel", login=alicja.login, password=PASSWORD, called=account.extension, port=office.house.sip_port,
        ring_ms=200, headers="", display="",
    )  # fmt: skip
    over(bartek)
    invite = next(one for one in heard.messages if one.start.startswith("INVITE") and one.header("Authorization"))
    anew = {"Call-ID": "heard", "Via": "SIP/2.0/UDP 127.0.0.1:9;branch=z9hG4bKheard;rport"}
    lines = [invite.start, *(f"{name}: {anew.get(name, value)}" for name, value in invite.headers)]
    with udp() as thief:
        thief.sendto("\r\n".join([*lines, "", invite.body]).encode(), ("127.0.0.1", office.house.sip_port))
        assert refused(thief)
    assert len(bartek.all_calls) == 1


def udp(port: int = 0) -> socket.socket:
    """Return a socket of this machine that waits a while for what arrives."""
    made = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    made.bind(("127.0.0.1", port))
    made.settimeout(10)
    return made


def refused(own: socket.socket) -> bool:
    """Tell whether the final answer is a refusal, or an OPTIONS answered."""
    while True:
        status = int(own.recv(4096).split(b" ")[1])
        if status >= 200:
            return status >= 300 or status == 200


def test_a_call_rings_each_phone_of_the_account_once(office: Office) -> None:
    """The edge rings them all; who does not answer is told that somebody else did."""
    account = office.account("Bartek")
    desk, mobile, alicja = office.phone(account), office.phone(account, transport="tcp"), office.phone("Alicja")
    ring(alicja, desk)
    until(lambda: mobile.ringing, SOON, "the mobile rings, too")
    desk.answer()
    hear_each_other(alicja, desk)
    over(mobile)
