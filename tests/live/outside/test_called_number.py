"""Carriers that write the called number elsewhere than into the request line, and that ask whether we are there."""

import pytest

from tests.live.office import SOON, over
from tests.live.phones import until

from .sipp_caller import CallingCarrier
from .tenant import Firm
from .world import World

CALLER = "<sip:+48600100200@carrier.example>"
REGISTERS = {"kind": "registration", "username": "kwiaty.firma-1", "password": "hV3kqmT8wZx5"}
NO_NUMBER = ["kwiaty.firma-1", "entry", "e1", "_x", "~x.y", "*=x", "x", ""]


def header(number: str) -> str:
    return f'"Firma" <sip:{number}@carrier.example;user=phone>'


def test_the_called_number_is_found_where_the_carrier_writes_it(firm: Firm) -> None:
    """The request line has the name of the registration, the head number or nothing; the trunk's setting says where to
    look, and finds it without a setting where it is our registration's name. Alicja's number rings each time."""
    head, direct = firm.numbers
    bartek, alicja = firm.reached_by(head, "Bartek"), firm.reached_by(direct, "Alicja")
    party = f"P-Called-Party-ID: {header(direct)}"
    for fields, request_line, to, headers in (
        (REGISTERS, "kwiaty.firma-1", header(direct), ""),
        (REGISTERS, "kwiaty.firma-1", header(head), party),
        (REGISTERS | {"username": head}, head, header(direct), ""),
        ({}, "", header(direct), ""),
        ({"called_number": "to"}, head, header(direct), ""),
        ({"called_number": "p_called_party_id"}, head, header(head), party),
        ({"called_number": "request_line"}, direct, header(head), f"P-Called-Party-ID: {header(head)}"),
    ):
        with CallingCarrier(firm.house, **fields) as carrier:
            with carrier.ringing(request_line, caller=CALLER, to=to, headers=headers):
                until(lambda: alicja.ringing, SOON, f"Alicja's phone rings: {fields} {request_line}")
            over(alicja)
    assert {record.to_number for record in firm.records(7)} == {direct}
    assert not bartek.all_calls


def test_a_setting_that_finds_nothing_is_no_number(firm: Firm) -> None:
    """The carrier does not send what the operator chose: 404, and nobody else's phone rings."""
    alicja = firm.reached_by(firm.numbers[0])
    with CallingCarrier(firm.house, called_number="p_called_party_id") as carrier:
        carrier.refused(firm.numbers[0], 404, caller=CALLER)
    with CallingCarrier(firm.house, **REGISTERS) as carrier:
        carrier.refused("kwiaty.firma-1", 404, caller=CALLER)
    assert not alicja.all_calls


@pytest.mark.parametrize("user", ["+48221234567", "48221234567x", *NO_NUMBER])
def test_a_carrier_that_asks_is_told_that_we_are_there(world: World, user: str) -> None:
    """OPTIONS to the address that we registered, whatever its user part is."""
    with CallingCarrier(world[0]) as carrier:
        carrier.asks(user, 200)
