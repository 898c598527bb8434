"""Who comes by IPv6 has 2^64 addresses to take turns with: counted and blocked is the network, not the address.

Answers would leave this machine, so the stranger only speaks: what it comes to is read from the blocks.
"""

import secrets
import socket
from collections.abc import Iterator

import pytest

from tests.live.instance import Installation
from tests.live.office import SOON
from tests.live.phones import until

IPV6_FREEBIND = 78
"""linux/in6.h: an address that this machine does not have can be bound, and sent from."""
TOO_MANY = 6
MANY = 700


@pytest.fixture(scope="module")
def house() -> Iterator[Installation]:
    with Installation(CENTRALKA_BIND="::1") as house:
        yield house


def send(house: Installation, sender: str, *, agent: str, times: int = 1) -> None:
    """Let `sender` send requests to the edge."""
    with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as stranger:
        stranger.setsockopt(socket.IPPROTO_IPV6, IPV6_FREEBIND, 1)
        stranger.bind((sender, 0))
        for _ in range(times):
            tag = secrets.token_hex(6)
            lines = [
                f"OPTIONS sip:[::1]:{house.sip_port} SIP/2.0",
                f"Via: SIP/2.0/UDP [{sender}]:5060;rport;branch=z9hG4bK{tag}",
                f"From: <sip:nobody@[{sender}]>;tag={tag}",
                "To: <sip:nobody@[::1]>",
                f"Call-ID: {tag}",
                "CSeq: 1 OPTIONS",
                "Max-Forwards: 70",
                f"User-Agent: {agent}",
                "Content-Length: 0",
            ]
            stranger.sendto("\r\n".join([*lines, "", ""]).encode(), ("::1", house.sip_port))


def blocks(house: Installation) -> dict[str, str]:
    """Why each one is blocked, as the operator's page has it."""
    return {row["whom"]: row["why"] for row in house.rows("blocked_stranger")}


def new_blocks(house: Installation, before: dict[str, str]) -> dict[str, str]:
    """The blocks that were not there before; of those some may be over by now."""
    return {whom: why for whom, why in blocks(house).items() if whom not in before}


@pytest.mark.parametrize(
    ("addresses", "network"),
    [
        ("2001:db8:0:1:{}::5", "2001:db8:0:1::/64"),
        ("2001:db8:0:3::{}", "2001:db8:0:3::/64"),
        ("2001:db8::{}", "2001:db8:0:0::/64"),
        ("2001:db8:4::{}:0:0:5", "2001:db8:4:0::/64"),
        ("2001:db8:0:5:{}:6:7:8", "2001:db8:0:5::/64"),
        ("2001:0:0:6:{}:6:7:8", "2001:0:0:6::/64"),
        ("2001:db8:7:8:{}:6::", "2001:db8:7:8::/64"),
    ],
)
def test_a_scanner_that_takes_turns_with_its_addresses_has_its_network_blocked(
    house: Installation, addresses: str, network: str
) -> None:
    """However its addresses are written."""
    before = blocks(house)
    for number in range(1, TOO_MANY + 1):
        send(house, addresses.format(number), agent="friendly-scanner")
    until(lambda: new_blocks(house, before) == {network: "scan"}, SOON, f"{network} is blocked: {blocks(house)}")


def test_scanners_of_many_networks_are_many(house: Installation) -> None:
    before = blocks(house)
    for number in range(TOO_MANY):
        send(house, f"2001:db8:{number + 0x10:x}::5", agent="friendly-scanner")
        send(house, f"2001:db8:{number + 0x10:x}:1::5", agent="friendly-scanner")
    for number in range(1, TOO_MANY + 1):
        send(house, f"2001:db8:9:9::{number}", agent="friendly-scanner")
    until(lambda: new_blocks(house, before) == {"2001:db8:9:9::/64": "scan"}, SOON, "only one network is blocked")


def test_a_flood_from_many_addresses_of_a_network_is_one_flood(house: Installation) -> None:
    """Each address sends less than is allowed."""

    def pours() -> bool:
        for number in range(MANY):
            send(house, f"2001:db8:0:2::{number:x}", agent="x")
        return blocks(house).get("2001:db8:0:2::/64") == "flood"

    until(pours, SOON, "it is blocked")
