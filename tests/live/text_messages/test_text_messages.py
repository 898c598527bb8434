"""A newcomer's first text messages: out through the sandbox's network, and an answer back; whatever dies, each once."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.live.carrier_instance import Carrier
from tests.live.instance import Installation
from tests.live.phones import until

pytestmark = pytest.mark.live

SOON = 60


@pytest.fixture(scope="module")
def house() -> Iterator[Installation]:
    with Installation() as house, Carrier(house.home, house.carrier_port):
        yield house


def send(house: Installation, *to: str, text: str = "Dzień dobry") -> list[dict[str, Any]]:
    answer = house.api("POST", "/sms", {"from": "100", "to": list(to), "text": text})
    assert answer.status == 201, answer.body
    found: list[dict[str, Any]] = answer.body["items"]
    return found


def state(house: Installation, sms: dict[str, Any]) -> str:
    return str(house.api("GET", f"/sms/{sms['id']}").body["state"])


def comes_to(house: Installation, sms: dict[str, Any], wanted: str) -> None:
    until(lambda: state(house, sms) == wanted, SOON, f"the message is {wanted}, not {state(house, sms)}")


def bookings(house: Installation) -> dict[str, int]:
    """How often each message was booked."""
    found: dict[str, int] = {}
    for row in house.rows("ledger_entry"):
        if row["kind"] == "sms":
            found[row["key"]] = found.get(row["key"], 0) + 1
    return found


def taken(home: Path) -> list[str]:
    """The ids of the messages that the network took, as often as it was given them."""
    lines = [json.loads(line) for line in (home / "carrier/sms.jsonl").read_text().splitlines()]
    return [line["id"] for line in lines if line["event"] in ("taken", "repeated")]


def time_goes_by(house: Installation) -> None:
    """As if the claims of the dead had ended."""
    with closing(sqlite3.connect(house.home / "centralka.sqlite3", timeout=30)) as connection, connection:
        connection.execute("UPDATE sms SET next_at = created_at WHERE state IN ('queued', 'sending', 'unknown')")


def test_a_message_goes_out_is_delivered_and_answered(house: Installation) -> None:
    (sms,) = send(house, "600 100 204")
    comes_to(house, sms, "delivered")
    until(lambda: house.items("/sms?direction=in"), SOON, "the answer is there")
    (answer,) = house.items("/sms?direction=in")
    assert (answer["number"], answer["text"]) == ("+48600100204", "Dzień dobry")
    assert house.items("/ledger")[0]["net"] == "-0.0900"


def test_what_is_refused_and_what_fails_is_told(house: Installation) -> None:
    refused, failed = send(house, "600 100 201", "600 100 203")
    comes_to(house, refused, "failed")
    comes_to(house, failed, "failed")
    assert house.api("GET", f"/sms/{failed['id']}").body["reason"] == "absent subscriber"


def test_a_worker_that_is_killed_while_it_waits_for_the_gateway_sends_once(house: Installation) -> None:
    (sms,) = send(house, "600 100 206")  # the gateway takes it, and says nothing
    until(lambda: state(house, sms) == "sending", SOON, "it is being handed over")
    key = next(row["key"] for row in house.rows("sms") if row["id"] == sms["id"])
    until(lambda: key in taken(house.home), SOON, "the network has it")
    dead = house.kill("worker")
    house.wait_for_another("worker", dead)
    time_goes_by(house)
    comes_to(house, sms, "delivered")
    assert taken(house.home).count(key) == 1
    assert bookings(house)[f"sms:{key}"] == 1


def test_a_worker_that_is_killed_again_and_again_sends_each_of_many_once(house: Installation) -> None:
    many = send(house, *(f"60010{number:02}00" for number in range(40)), text="Hurtem")
    for _killed in range(3):
        until(lambda: any(state(house, sms) != "queued" for sms in many), SOON, "some are on their way")
        house.wait_for_another("worker", house.kill("worker"))
        time_goes_by(house)
    for sms in many:
        comes_to(house, sms, "delivered")
    keys = [row["key"] for row in house.rows("sms") if row["batch"] == many[0]["batch"]]
    assert sorted(key for key in taken(house.home) if key in keys) == sorted(keys)
    assert all(bookings(house)[f"sms:{key}"] == 1 for key in keys)
    assert [row for row in house.rows("reservation") if row["node"] == "sms"] == []
