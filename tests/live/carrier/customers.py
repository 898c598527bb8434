"""Customers of the carrier that SIPp plays."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from centralka.carrier.credentials import USER
from tests.live.carrier_instance import Carrier
from tests.live.sipp import Outcome, Sipp, free_port, run_scenario


def register(carrier: Carrier, contact: str, customer: str = USER, **options: Any) -> None:
    """The contact has a parameter by which the customer knows its registration again."""
    access = carrier.credentials_of(customer)
    run_scenario(
        "register",
        login=access.user,
        password=access.password,
        port=carrier.port,
        expires=60,
        final=200,
        contact=f"<{contact};line=abc123>",
        **options,
    )


def call(
    carrier: Carrier, scenario: str, called: str, login: str = "+48221234567", customer: str = USER, **keys: Any
) -> Outcome:
    """Call as a customer, from a number of its own unless told otherwise."""
    access = carrier.credentials_of(customer)
    keys = {"password": access.password, "auth": access.user} | keys
    return run_scenario(scenario, called=called, login=login, port=carrier.port, **keys)


@contextmanager
def exchange(carrier: Carrier, scenario: str, customer: str = USER, **keys: Any) -> Iterator[Sipp]:
    """A registered customer, who then does as told."""
    port = free_port()
    register(carrier, "sip:trunk@[local_ip]:[local_port]", customer, local_port=port)
    with Sipp(scenario, customer, "", "", "127.0.0.1", carrier.port, "udp", port, None, 0, keys) as answering:
        yield answering


def ended_for(carrier: Carrier, called: str) -> dict[str, Any] | None:
    """The noted end of the last call to this number."""
    return next((line for line in reversed(carrier.ended()) if line["called"] == called), None)
