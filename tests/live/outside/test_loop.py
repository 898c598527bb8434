"""Two exchanges that forward to each other through the public network."""

from centralka.carrier.credentials import USER
from tests.live.carrier_instance import Carrier
from tests.live.instance import Installation
from tests.live.phones import until

from .tenant import Firm, Firms

OTHER = "druga"
CALLER = "600100200"


def forwards_everything(firm: Firm, number: str) -> None:
    """An account without a phone, on the company's first number, that forwards to `number`."""
    firm._api("POST", "/external-numbers", 201, {"number": number, "name": "Tamci"})
    account = firm.account("Bartek", forwarding={"unavailable": {"type": "external", "number": number}})
    firm.point(firm.numbers[0], account)


def test_two_exchanges_that_forward_to_each_other_stop_after_five_diversions(
    world: tuple[Installation, Carrier], firm: Firm
) -> None:
    """The call goes to and fro until it was forwarded five times; then it ends, and every record says why."""
    _house, carrier = world
    there = Installation()
    carrier.attach(there, OTHER)
    with there:
        until(lambda: carrier.has(OTHER), 40, "the second exchange is registered")
        firms = Firms(there, at_once=1)
        with Firm(there, firms.take(), firms.price_list) as other:
            carrier.give(USER, firm.numbers[0])
            carrier.give(OTHER, other.numbers[0])
            until(lambda: carrier.registered and carrier.has(OTHER), 40, "both are registered")
            forwards_everything(firm, other.numbers[0])
            forwards_everything(other, firm.numbers[0])
            assert not carrier.call(CALLER, firm.numbers[0]).wait().answered
            here, over_there = firm.records(3), other.records(3)
    followed = ["number_points_at", "forwarded_outside", "callee_unavailable"]
    ended = ["number_points_at", "forward_not_followed", "forwarded_too_often", "callee_unavailable"]
    assert [record.reasons for record in here] == [followed] * 3
    assert [record.reasons for record in over_there] == [followed, followed, ended]
    assert [record.price for record in [*here, *over_there]] == [None] * 6
