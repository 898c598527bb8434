"""Each process is killed at random under charged calls, for an hour that CI does not have: `make test-long`.

    python -m tests.live.when_parts_die.long [MINUTES] [SEED]

Afterwards nothing is lost or doubled: there is a record for each attempt that the engine's journal names and no other;
what a phone knows to have been answered has a price; the bookings are the prices on record; their sum is the balance.
"""

import os
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Literal

import django

from bench.accounts import PASSWORD
from bench.sipp import Sipp
from tests.live.instance import MARKS, Installation, ProcessName
from tests.live.journal import attempts, turned_away
from tests.live.office import Account
from tests.live.outside.sipp_trunk import trunk
from tests.live.outside.tenant import Firm, Firms
from tests.live.phones import until
from tests.live.ports import ADDRESS
from tests.live.records import CallRow, as_money
from tests.live.sipp import free_port

MINUTES = 60
RATE = 10
"""Calls a second."""
PAUSE = 2.0, 12.0
"""Seconds between two deaths."""
EVERYTHING: Literal["everything"] = "everything"
"""The process that looks after the others; with it all of them go, and somebody has to start them again."""
VICTIMS: list[ProcessName | Literal["everything"]] = [*MARKS, *MARKS, EVERYTHING]
MONEY = "50000"
PATIENCE = 180
DEAREST = Decimal("0.60")
"""A call lasts a second, which is a grosz; one of which nobody knows when it ended may cost all that was put aside."""


@dataclass
class Attempts:
    """All attempts that the engine's journal names. Its older segments are removed once they were read."""

    journal: Path
    _read: set[Path] = field(default_factory=set)
    _known: set[str] = field(default_factory=set)

    def look(self) -> None:
        """Read segments that were put aside since the last look."""
        for segment in set(self.journal.parent.glob(f"{self.journal.name}.*")) - self._read:
            self._known |= attempts(segment) | turned_away(segment)
            self._read.add(segment)

    def all(self) -> set[str]:
        """Return all of them so far."""
        self.look()
        return self._known | attempts(self.journal) | turned_away(self.journal)


def main(minutes: float = MINUTES, seed: int | None = None) -> int:
    """Kill for so long, and print what came of it. Returns the number of faults."""
    seed = seed if seed is not None else random.randrange(1 << 32)
    say(f"{minutes:g} minutes of {RATE} calls a second, seed {seed}")
    with Installation() as house, carrier(house) as _:
        firm = Firm(house, Firms(house, at_once=1).take(), Firms(house).price_list, MONEY)
        caller = firm.account("Alicja", password=PASSWORD)
        seen = Attempts(house.journal)
        with calling(house, caller, minutes) as calls:
            deaths = killed(house, random.Random(seed), time.monotonic() + 60 * minutes, seen)
            answered = ended(calls)
        settle(house, firm)
        faults = list(wrong(firm, seen.all(), answered))
        tell(firm, deaths, answered)
    for fault in faults:
        say(f"FAULT: {fault}")
    say(f"{len(faults)} faults")
    return len(faults)


def say(line: str) -> None:
    print(line, flush=True)


@contextmanager
def carrier(house: Installation) -> Iterator[None]:
    """A carrier that answers every call, and the trunk to it before all others."""
    port = free_port()
    fields = {"kind": "address", "priority": 1, "pings": False, "name": "SIPp", "host": ADDRESS, "port": port}
    with Sipp("answer", port, local_port=port), trunk(house, **fields):
        yield


@contextmanager
def calling(house: Installation, caller: Account, minutes: float) -> Iterator[Sipp]:
    """Telephones that call outside one after the other, whether calls succeed or not."""
    count = round(60 * minutes * RATE)
    numbers = [(caller.login, f"22{1_234_000 + number}") for number in range(500)]
    limits = ["-m", str(count), "-r", str(RATE), "-l", "3000", "-recv_timeout", "60000"]
    with Sipp("call", house.sip_port, *limits, rows=numbers) as sipp:
        yield sipp


def killed(house: Installation, dice: random.Random, end: float, seen: Attempts) -> Counter[str]:
    """Kill one after the other, until it is time. Returns how often each was killed."""
    deaths: Counter[str] = Counter()
    while time.monotonic() < end:
        time.sleep(dice.uniform(*PAUSE))
        seen.look()
        victim = dice.choice(VICTIMS)
        if victim == "everything":
            house.kill_supervisor()
            until(lambda: not house.processes(), PATIENCE, "no process is left")
            house.start()
        elif house.pid(victim):  # it may be dead still from the last time
            house.kill(victim)
        else:
            continue
        deaths[victim] += 1
    return deaths


def ended(calls: Sipp) -> int:
    """Wait for the last call. Returns how many of them were answered, and ended as a phone ends a call."""
    until(lambda: calls.has_ended, PATIENCE, "the last call is over")
    made, succeeded = calls.made_and_succeeded()
    say(f"{made} calls, of which {succeeded} went as nobody had died")
    return succeeded


def settle(house: Installation, firm: Firm) -> None:
    """Wait until all processes work, and nothing is open any more."""
    names: tuple[ProcessName, ...] = tuple(MARKS)
    for name in names:
        house.wait_for_another(name, 0)
    until(lambda: all(record.ended_at for record in firm.all_records()), PATIENCE, "no record is open")
    until(lambda: not firm.reservations(), PATIENCE, "no money is put aside")


def wrong(firm: Firm, tried: set[str], answered: int) -> Iterator[str]:
    """Return what is not as it has to be."""
    records = firm.all_records()
    calls = Counter(record.call_id for record in records)
    if doubled := [call for call, count in calls.items() if count > 1]:
        yield f"{len(doubled)} calls have more than one record: {doubled[:5]}"
    if lost := tried - set(calls):
        yield f"{len(lost)} attempts have no record: {sorted(lost)[:5]}"
    if made_up := set(calls) - tried:
        yield f"{len(made_up)} records are of no attempt: {sorted(made_up)[:5]}"
    priced = [record for record in records if record.price]
    if len(priced) < answered:
        yield f"{answered} calls were answered, {len(priced)} have a price"
    if dear := [record for record in priced if record.price and record.price > DEAREST]:
        yield f"{len(dear)} calls cost more than {DEAREST}: {[(record.call_id, record.price) for record in dear[:5]]}"
    yield from wrong_money(firm, records)


def wrong_money(firm: Firm, records: list[CallRow]) -> Iterator[str]:
    """Return what is wrong of bookings and balance."""
    legs = Counter(
        (record.call_id, as_money(leg["price"])) for record in records for leg in record.legs if leg["price"]
    )
    booked = Counter((str(details["call"]), net) for net, details in firm.charges())
    if missing := legs - booked:
        yield f"{missing.total()} prices on record are not booked: {list(missing)[:5]}"
    if more := booked - legs:
        yield f"{more.total()} bookings have no price on record: {list(more)[:5]}"
    left = Decimal(MONEY) - sum((net for net, _details in firm.charges()), Decimal(0))
    if left != firm.balance:
        yield f"the balance is {firm.balance}, and by the bookings {left}"


def tell(firm: Firm, deaths: Counter[str], answered: int) -> None:
    """Print what there was."""
    records = firm.all_records()
    say("killed: " + ", ".join(f"{name} {count} times" for name, count in sorted(deaths.items())))
    outcomes = Counter(record.outcome for record in records)
    say(f"{len(records)} records: " + ", ".join(f"{count} {outcome}" for outcome, count in outcomes.most_common()))
    prices = [record.price for record in records if record.price]
    say(f"{len(prices)} charged, {sum(prices)} PLN, the dearest {max(prices, default=0)}; balance {firm.balance}")


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "centralka.settings")
    django.setup()
    given = sys.argv[1:]
    sys.exit(bool(main(float(given[0]) if given else MINUTES, int(given[1]) if len(given) > 1 else None)))
