"""Two engines with a switchboard each, behind one edge and on one database: each company has one of them."""

import subprocess
import sys
from collections.abc import Iterator

import pytest

from centralka.carrier.credentials import USER
from tests.live.carrier_instance import Carrier, behind_a_carrier
from tests.live.instance import Installation
from tests.live.office import SOON, hear_each_other, over, talk
from tests.live.outside.tenant import Firm, Firms, Made, outside_number, talk_outside
from tests.live.phones import Phone, until
from tests.live.postgresql.server import postgresql
from tests.live.voicemail.mailboxes import leave_message, with_mailbox
from tests.live.voicemail.web import mark, shown_messages

FIRST, SECOND = "node1", "node2"
Houses = tuple[Installation, Installation, Carrier]


@pytest.fixture(scope="module")
def houses() -> Iterator[Houses]:
    """The machine with the edge, the one with the other engine, and the carrier."""
    with postgresql() as url:
        one = Installation(CENTRALKA_DATABASE_URL=url)
        # Another address than the edge's, as on another machine.
        other = Installation(
            CENTRALKA_DATABASE_URL=url, CENTRALKA_NODE=SECOND, CENTRALKA_PARTS="engine", CENTRALKA_INNER="127.0.0.2"
        )
        with behind_a_carrier(one, {"+48226": USER}) as carrier, other:
            yield one, other, carrier


@pytest.fixture(scope="module")
def companies(houses: Houses) -> tuple[Firms, Made, Made]:
    """A company on each engine."""
    stories = Firms(houses[0], at_once=8)
    found: dict[str, Made] = {}
    while len(found) < 2:
        made = stories.take()
        with Firm(houses[0], made, stories.price_list) as firm:
            found.setdefault(engine_of(firm), made)
    return stories, found[FIRST], found[SECOND]


@pytest.fixture
def firms(houses: Houses, companies: tuple[Firms, Made, Made]) -> Iterator[tuple[Firm, Firm]]:
    """The company on the first engine and the one on the second, while a story goes on."""
    stories, first, second = companies
    with Firm(houses[0], first, stories.price_list) as one, Firm(houses[0], second, stories.price_list) as other:
        yield one, other


def engine_of(firm: Firm) -> str:
    """The engine of a company, as a call between two of its phones tells."""
    alicja, bartek = firm.phone("Alicja"), firm.phone("Bartek")
    talk(alicja, bartek)
    alicja.hang_up()
    over(alicja, bartek)
    return nodes(firm, 1)[0]


def nodes(firm: Firm, count: int) -> list[str]:
    """The engines of the company's calls, when so many have ended; oldest first."""
    firm.records(count)
    return nodes_now(firm)


def nodes_now(firm: Firm) -> list[str]:
    """The engines of the company's calls that are on record by now; oldest first."""
    rows = [row for row in firm.house.rows("call_record") if row["tenant_id"] == firm.id]
    return [row["node"] for row in sorted(rows, key=lambda row: row["started_at"])]


def test_each_company_calls_out_and_in_on_its_engine(houses: Houses, firms: tuple[Firm, Firm]) -> None:
    _one, _other, carrier = houses
    for firm, node in zip(firms, (FIRST, SECOND), strict=True):
        before = len(firm.all_records())
        alicja = firm.reached_by(firm.numbers[0])
        talk_outside(alicja, outside_number("04"))
        alicja.hang_up()
        over(alicja)
        with carrier.call("600100200", firm.numbers[0]):
            until(lambda phone=alicja: phone.ringing, SOON, "it rings")  # type: ignore[misc]
            alicja.answer()
            until(lambda phone=alicja: phone.hears(440), SOON, "the caller is heard")  # type: ignore[misc]
        over(alicja)
        assert nodes(firm, before + 2)[before:] == [node] * 2
        # The inner address of an engine is nobody else's affair.
        told = [line for one in alicja.messages if not one.sent for line in one.body.splitlines()]
        assert {line for line in told if line.startswith("c=")} == {"c=IN IP4 127.0.0.1"}


def test_the_operator_sees_the_engines(houses: Houses) -> None:
    """And forgets none that is not there."""
    house, *_ = houses

    def engines(*more: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "centralka", "engines", *more]
        return subprocess.run(command, env=house.environment(), capture_output=True, text=True, check=False)

    lines = [line.split("\t") for line in engines().stdout.splitlines()]
    assert [(node, address.partition(":")[0]) for node, address in lines] == [
        (FIRST, "127.0.0.1"),
        (SECOND, "127.0.0.2"),
    ]
    refused = engines("--forget", "node3")
    assert (refused.returncode, refused.stderr) == (1, "centralka: There is no engine node3.\n")


def test_companies_on_two_engines_call_each_other(firms: tuple[Firm, Firm]) -> None:
    """Through their public numbers, both ways."""
    for caller, called in (firms, firms[::-1]):
        alicja, celina = caller.phone("Alicja"), called.reached_by(called.numbers[1], "Celina")
        before = len(caller.all_records()), len(called.all_records())
        alicja.dial(called.numbers[1])
        until(lambda phone=celina: phone.ringing, SOON, "it rings")  # type: ignore[misc]
        celina.answer()
        hear_each_other(alicja, celina)
        alicja.hang_up()
        over(alicja, celina)
        assert nodes(caller, before[0] + 1)[-1] != nodes(called, before[1] + 1)[-1]


def test_lamps_follow_the_messages_that_another_engine_keeps(houses: Houses, firms: tuple[Firm, Firm]) -> None:
    """The switchboard beside it moves them; the one beside the edge has the phone told."""
    _one, other, _carrier = houses
    _first, firm = firms
    account = with_mailbox(firm)
    firm.change(account, ring_timeout=5)
    alicja, bartek = firm.phone(account), firm.phone("Bartek")
    leave_message(other, bartek, account)
    until(lambda: alicja.messages_waiting, SOON, "the lamp is on")
    (message,) = shown_messages(firm, account)
    mark(firm, message, heard=True)
    until(lambda: alicja.messages_waiting is False, SOON, "the lamp is off")


def test_a_company_whose_engine_died_calls_on_the_other(houses: Houses, firms: tuple[Firm, Firm]) -> None:
    """Its running call ends, and is on record and paid for when its engine is back; the others are at once."""
    _one, other, carrier = houses
    _first, firm = firms
    alicja, bartek = firm.phone("Alicja"), firm.reached_by(firm.numbers[0], "Bartek")
    before = len(firm.all_records())
    talk_outside(alicja, outside_number("04"))
    until(firm.reservations, SOON, "money is put aside")
    with other.without("engine"):
        until(lambda: calls_out(bartek), 2 * SOON, "the company calls again")
        bartek.hang_up()
        over(bartek)
        with carrier.call("600100200", firm.numbers[0]):
            until(lambda: bartek.ringing, SOON, "and is called")
            bartek.decline()
            over(bartek)
    alicja.hang_up()
    until(lambda: not firm.reservations(), 2 * SOON, "nothing is put aside any more")
    records = [record for record in firm.all_records() if record.ended_at][before:]
    assert records[0].outcome == "interrupted"
    assert records[0].price
    found = nodes_now(firm)[before:]
    assert (found[0], set(found[1:])) == (SECOND, {FIRST})

    def calls_over_its_own() -> bool:
        until(lambda: calls_out(bartek), SOON, "it calls")
        bartek.hang_up()
        over(bartek)
        return nodes_now(firm)[-1] == SECOND

    until(calls_over_its_own, 3 * SOON, "its own engine has it again")


def calls_out(phone: Phone) -> bool:
    """Dial a number outside, and again if that is refused."""
    if phone.last_cause or not phone.calls:
        phone.dial(outside_number("00"))
        until(lambda: phone.in_call or phone.last_cause, SOON, "it is answered or refused")
    return bool(phone.in_call)
