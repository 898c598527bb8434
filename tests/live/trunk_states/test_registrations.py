"""The edge registers at carriers, once, whatever part dies; and by its mark alone a carrier is believed."""

import re
import signal
import socket
from collections.abc import Iterator

import pytest

from centralka.carrier.credentials import USER
from tests.live.carrier_instance import Carrier, behind_a_carrier
from tests.live.instance import Installation
from tests.live.office import SOON
from tests.live.outside.sipp_trunk import trunk
from tests.live.outside.tenant import operator
from tests.live.phones import until
from tests.live.sipp import ADDRESS

OTHER = "druga"
"""Another customer of the carrier: its name, with which a second trunk registers."""


@pytest.fixture(scope="module")
def world() -> Iterator[tuple[Installation, Carrier]]:
    house = Installation()
    with behind_a_carrier(house) as carrier:
        yield house, carrier


def contacts(carrier: Carrier, customer: str = USER) -> list[str]:
    """The addresses at which the carrier reaches the exchange."""
    return re.findall(rf"Contact:\s+{customer}/(sip:\S+)", carrier.engine_says("pjsip show contacts"))


def sandbox(house: Installation) -> dict[str, object]:
    return next(row for row in house.rows("trunk") if row["name"] == "Operator demo")


def test_whatever_dies_the_exchange_stays_registered_once(world: tuple[Installation, Carrier]) -> None:
    house, carrier = world
    before = contacts(carrier)
    assert len(before) == 1
    for part in ("engine", "switchboard", "edge"):
        house.wait_for_another(part, house.kill(part))
        until(lambda: operator(house, "GET", f"/trunks/{sandbox(house)['id']}")["status"] == "registered", 30, part)
        assert contacts(carrier) == before, f"{part} died"


def test_a_trunk_that_is_deleted_is_taken_back_and_a_changed_password_counts(
    world: tuple[Installation, Carrier],
) -> None:
    house, carrier = world
    carrier.give(OTHER, "+48228")
    fields = {"host": ADDRESS, "port": carrier.port, "username": OTHER, "priority": 90}
    with trunk(house, name="Druga", password="Zly-Rower-12", **fields) as made:
        until(lambda: operator(house, "GET", f"/trunks/{made}")["status"] == "rejected", 30, "it is refused")
        assert operator(house, "GET", f"/trunks/{made}")["answer"] == "401 Unauthorized"
        right = carrier.credentials_of(OTHER).password
        operator(house, "PATCH", f"/trunks/{made}", {"password": right})
        until(lambda: carrier.has(OTHER), SOON, "the new password counts at once")
        until(lambda: operator(house, "GET", f"/trunks/{made}")["answer"] is None, 30, "nothing is said of it any more")
        by_udp = contacts(carrier, OTHER)
        operator(house, "PATCH", f"/trunks/{made}", {"transport": "tcp"})
        until(lambda: by_udp != contacts(carrier, OTHER) != [], SOON, "it is registered over TCP")
        until(lambda: len(contacts(carrier, OTHER)) == 1, SOON, "and no longer over UDP")
    until(lambda: not carrier.has(OTHER), SOON, "the registration is taken back")
    for log in house.home.glob("log/*"):
        assert right not in log.read_text()
        assert "Zly-Rower-12" not in log.read_text()


def answer_to(house: Installation, user: str, parameter: str) -> str:
    """What a caller from an address that no carrier has hears first."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as caller:
        caller.bind((ADDRESS, 0))
        caller.settimeout(SOON)
        here = f"{ADDRESS}:{caller.getsockname()[1]}"
        lines = [
            f"INVITE sip:{user}@{ADDRESS}:{house.sip_port}{parameter} SIP/2.0",
            f"Via: SIP/2.0/UDP {here};branch=z9hG4bK{caller.getsockname()[1]}",
            f"From: <sip:600100200@{here}>;tag=1",
            f"To: <sip:+48225550999@{ADDRESS}>",
            f"Call-ID: {here}{parameter}",
            "CSeq: 1 INVITE",
            f"Contact: <sip:600100200@{here}>",
            "Max-Forwards: 70",
            "Content-Length: 0",
            "",
            "",
        ]
        caller.sendto("\r\n".join(lines).encode(), (ADDRESS, house.sip_port))
        while (status := caller.recv(65536).decode().split(" ", 2)[1]) == "100":
            pass
        return status


def test_a_carrier_is_believed_by_our_mark_and_by_no_other(world: tuple[Installation, Carrier]) -> None:
    """Some carriers leave the parameter out, but call the name that was registered. Nobody has that number: 404."""
    house, carrier = world
    mark, (known,) = str(sandbox(house)["mark"]), contacts(carrier)
    name = known.removeprefix("sip:").partition("@")[0]
    assert mark in known
    assert answer_to(house, "+48225550999", f";line={mark}") == "404"
    assert answer_to(house, name, "") == "404"
    assert answer_to(house, "+48225550999", f";line={mark[::-1]}") == "401"
    assert answer_to(house, "0" * 16 + name[16:], "") == "401"
    assert answer_to(house, "+48225550999", ";line='or'1'='1") == "401"
    operator(house, "PATCH", f"/trunks/{sandbox(house)['id']}", {"enabled": False})
    assert answer_to(house, "+48225550999", f";line={mark}") == "401"
    operator(house, "PATCH", f"/trunks/{sandbox(house)['id']}", {"enabled": True})


def test_a_carrier_that_is_away_for_a_while_has_us_again(world: tuple[Installation, Carrier]) -> None:
    _house, carrier = world
    until(lambda: carrier.registered, SOON, "the exchange is registered")
    carrier.stop(signal.SIGTERM)
    carrier.start()
    assert len(contacts(carrier)) <= 1
    until(lambda: carrier.registered, 60, "the exchange is registered again")
