"""Two exchanges with numbers of their own call each other through the sandbox carrier, and send each other faxes."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from centralka.carrier.credentials import USER
from tests.live.carrier_instance import Carrier, behind_a_carrier
from tests.live.faxes.fax_machine import faxes_by_way
from tests.live.faxes.office import EXTENSION, FAX_SECONDS, FaxOffice
from tests.live.faxes.test_sending import TWO, charges_of, is_over, send, sent_pages, upload
from tests.live.instance import Installation
from tests.live.office import SOON, hear_each_other, over
from tests.live.outside.tenant import Firm, Firms, operator
from tests.live.phones import Phone, until

SECOND = "druga"
FAX_NUMBER = "+48226999915"


@pytest.fixture(scope="module")
def exchanges() -> Iterator[tuple[Installation, Installation, Carrier]]:
    """The second one joins a carrier that runs: the first one stays registered, and can be called."""
    first = Installation()
    with behind_a_carrier(first, {"+48226": USER}) as carrier:
        second = Installation()
        carrier.attach(second, SECOND)
        with second:
            until(lambda: carrier.registered and carrier.has(SECOND), 40, "both exchanges are registered")
            yield first, second, carrier


def test_a_phone_of_one_exchange_calls_a_phone_of_the_other(
    exchanges: tuple[Installation, Installation, Carrier],
) -> None:
    first, second, carrier = exchanges
    calls_the_first_one(first, second.demo["accounts"][0], second.sip_port)
    (invite,) = carrier.received()
    assert (invite["customer"], invite["carried_to"], invite["diversion"]) == (SECOND, USER, [])


def test_a_fax_of_one_exchange_comes_to_a_fax_account_of_the_other(
    exchanges: tuple[Installation, Installation, Carrier], tmp_path: Path
) -> None:
    """Sent from an account over its trunk, received behind another trunk: dot by dot, over T.38, and paid once."""
    first, second, carrier = exchanges
    made = first.api("POST", "/fax-accounts", {"extension": EXTENSION, "name": "Faks", "accept_charges": True})
    assert made.status == 201, made
    (tenant,) = {row["tenant_id"] for row in first.rows("sip_account")}
    operator(first, "POST", "/numbers", {"numbers": [FAX_NUMBER], "tenant_id": tenant})
    (number,) = [one["id"] for one in first.items("/numbers") if one["number"] == FAX_NUMBER]
    target = {"target": {"type": "sip_account", "id": made.body["id"]}}
    assert first.api("PATCH", f"/numbers/{number}", target).status == 200
    sender, receiver = (FaxOffice(house, carrier, made.body["id"], tmp_path) for house in (second, first))
    document = upload(sender, TWO)
    (fax,) = send(sender, document, FAX_NUMBER)
    found = until(lambda: is_over(sender, fax), FAX_SECONDS, "it is sent")
    assert (found["state"], found["pages_sent"]) == ("done", 2)
    (came,) = until(lambda: receiver.faxes, 30, "it is there")
    assert (came["from"], came["pages"], came["state"]) == ("+48221234567", 2, "complete")
    assert receiver.has(came, sent_pages(sender, document))
    assert faxes_by_way(first.engine_says("fax show stats")) == {"T.38": 1, "G.711": 0}
    assert charges_of(sender, found) == 1


def calls_the_first_one(first: Installation, account: dict[str, str], port: int) -> None:
    firms = Firms(first, at_once=1)
    with (
        Firm(first, firms.take(), firms.price_list) as firm,
        Phone(account["login"], account["password"], port=port, tone_hz=800) as caller,
    ):
        callee = firm.reached_by(firm.numbers[0])
        caller.register()
        caller.dial(firm.numbers[0].removeprefix("+48"))
        ringing = until(lambda: callee.ringing, SOON, "the phone at the other exchange rings")
        assert ringing.number == "221234567"
        callee.answer()
        hear_each_other(caller, callee)
        caller.hang_up()
        over(caller, callee)
        (record,) = firm.records(1)
    assert (record.direction, record.outcome, record.from_number) == ("in", "answered", "+48221234567")
