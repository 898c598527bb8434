"""Two exchanges with numbers of their own call each other through the sandbox carrier."""

from centralka.carrier.credentials import USER
from tests.live.carrier_instance import Carrier
from tests.live.instance import Installation
from tests.live.office import SOON, hear_each_other, over
from tests.live.outside.tenant import Firm, Firms
from tests.live.phones import Phone, until

SECOND = "druga"


def test_a_phone_of_one_exchange_calls_a_phone_of_the_other() -> None:
    """The second exchange joins a carrier that runs: the first one stays registered, and its phone is called."""
    with Installation() as first, Carrier(first.home, first.carrier_port, {"+48226": USER}) as carrier:
        second = Installation()
        carrier.attach(second, SECOND)
        with second:
            until(lambda: carrier.registered and carrier.has(SECOND), 40, "both exchanges are registered")
            calls_the_first_one(first, second.demo["accounts"][0], second.sip_port)
        (invite,) = carrier.received()
    assert (invite["customer"], invite["carried_to"], invite["diversion"]) == (SECOND, USER, [])


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
