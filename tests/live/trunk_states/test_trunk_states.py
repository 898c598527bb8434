"""What the operator sees of a trunk is true: registered, gone, rejected, back."""

import signal
from collections.abc import Iterator
from typing import Any

import pytest

from tests.live.carrier_instance import Carrier, behind_a_carrier
from tests.live.instance import Installation, free_port
from tests.live.outside.sipp_trunk import trunk
from tests.live.outside.tenant import operator
from tests.live.phones import until
from tests.live.sipp import ADDRESS

NOTICED = 30
"""Seconds within which the list of trunks tells that a carrier went."""


@pytest.fixture(scope="module")
def world() -> Iterator[tuple[Installation, Carrier]]:
    house = Installation()
    with behind_a_carrier(house) as carrier:
        yield house, carrier


@pytest.fixture
def house(world: tuple[Installation, Carrier]) -> Installation:
    return world[0]


@pytest.fixture
def carrier(world: tuple[Installation, Carrier]) -> Carrier:
    return world[1]


def one(house: Installation, trunk_id: int) -> dict[str, Any]:
    found: dict[str, Any] = operator(house, "GET", f"/trunks/{trunk_id}")
    return found


def is_seen(house: Installation, trunk_id: int, status: str | None, reachable: bool | None) -> None:
    """The trunk gets this state within the time that is promised."""

    def so() -> bool:
        now = one(house, trunk_id)
        return (now["status"], now["reachable"]) == (status, reachable)

    until(so, NOTICED, f"the trunk is {status}, reachable: {reachable}; it is {one(house, trunk_id)}")


def test_a_carrier_that_goes_and_comes_back_is_seen(house: Installation, carrier: Carrier) -> None:
    """Its registration lasts for five minutes more, and is no reason to call it well."""
    (sandbox,) = operator(house, "GET", "/trunks")["items"]
    is_seen(house, sandbox["id"], "registered", True)
    carrier.stop(signal.SIGTERM)
    is_seen(house, sandbox["id"], "registered", False)
    carrier.start()
    is_seen(house, sandbox["id"], "registered", True)
    assert "no auth ids" not in house.engine_log.read_text(), "who asks for a password gets it"


def test_only_a_carrier_that_is_there_rejects(house: Installation, carrier: Carrier) -> None:
    known = {"host": ADDRESS, "username": carrier.credentials.user, "password": "Zly-Rower-12"}
    with trunk(house, name="Złe hasło", port=carrier.port, **known) as wrong:
        is_seen(house, wrong, "rejected", True)
    with trunk(house, name="Nikogo tam nie ma", port=free_port(), **known) as nobody:
        is_seen(house, nobody, "unregistered", False)


def test_a_carrier_known_by_its_address_is_asked_too(house: Installation, carrier: Carrier) -> None:
    with trunk(house, name="Z adresu", kind="address", host=ADDRESS, port=carrier.port) as there:
        is_seen(house, there, None, True)
    with trunk(house, name="Z adresu", kind="address", host=ADDRESS, port=free_port()) as nobody:
        is_seen(house, nobody, None, False)
    with trunk(house, name="Bez pytania", kind="address", host=ADDRESS, port=free_port(), pings=False) as unasked:
        assert one(house, unasked)["reachable"] is None


def test_an_engine_that_was_started_again_asks_the_same_carriers(house: Installation) -> None:
    (sandbox,) = operator(house, "GET", "/trunks")["items"]
    is_seen(house, sandbox["id"], "registered", True)
    with house.without("engine"):  # for longer than it takes to start again, or nobody would have to notice
        is_seen(house, sandbox["id"], "registered", None)
    is_seen(house, sandbox["id"], "registered", True)
