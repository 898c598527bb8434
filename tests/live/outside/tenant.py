"""A company of a story's own: with public numbers, a price list, money and permissions, made through the API.

with Firm(world, firms.take()) as firm:
    alicja = firm.phone("Alicja")
    alicja.dial(outside_number("04"))
    ...
    firm.hang_up(alicja)
    (record,) = firm.records(1)
"""

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from centralka.calls.fraud import Rules
from tests.live.carrier_instance import Carrier
from tests.live.instance import Installation
from tests.live.office import SOON, Account, Office
from tests.live.phones import Phone, until
from tests.live.records import CallRow, as_data, as_money

PRICES = """prefix;description;price per minute;connection fee;first increment;next increment
48;Polska;0,6000;0;1;1
4861;Droga strefa;6,0000;0;1;1
4862;Sama opłata;0;3,5000;60;60
4812;Całe minuty;0,6000;0,2000;60;60
48700;Podwyższona opłata;1,2000;0,5000;1;1
49;Niemcy;0,6000;0;1;1
1;USA;0,6000;0;1;1
88;Satelitarne;0,6000;0;1;1
44;Wielka Brytania;0,6000;0;1;1
""".encode()
"""One grosz a second, but ten to area 61, a connection fee alone to area 62, whole minutes with a fee to area 12."""
MONEY = "5.00"
_ANY_RATE = "100.00"
_NO_RULES = {name: None for name in Rules.__slots__} | {
    "ask_new_countries": False,
    "night_calls": "none",
    "night_from": "22:00",
    "night_until": "06:00",
}
"""Stories that are not about fraud call where and as often as they like."""
_SUBSCRIBERS = itertools.count(70_000)
_OWN = itertools.count(6_000_000)


@dataclass(frozen=True)
class Made:
    """A company that no story has used yet."""

    id: int
    slug: str
    token: str


class Firms:
    """Companies for stories, made many at a time: a process that makes one takes as long as one that makes forty."""

    def __init__(self, house: Installation, at_once: int = 40) -> None:
        self._house, self._at_once = house, at_once
        self._slugs = (f"firma-{number}" for number in itertools.count(1))
        self._made: list[Made] = []
        self._price_list: int | None = None

    def take(self) -> Made:
        """One that nobody else gets."""
        if not self._made:
            slugs = list(itertools.islice(self._slugs, self._at_once))
            made = zip(self._house.add_companies(*slugs), slugs, strict=True)
            self._made = [Made(number, slug, token) for (number, token), slug in made]
        return self._made.pop(0)

    def firm(self, money: str = MONEY) -> "Firm":
        """One for a story, with two numbers and prices."""
        return Firm(self._house, self.take(), self.price_list, money)

    @property
    def price_list(self) -> int:
        """The list with `PRICES`."""
        if self._price_list is None:
            self._price_list = add_price_list(self._house, "Cennik opowieści", PRICES)
        return self._price_list


class Firm(Office):
    """The company while a story goes on. In the end its books are looked through: see `check_books`."""

    def __init__(self, house: Installation, made: Made, price_list: int, money: str = MONEY) -> None:
        super().__init__(house, made.token)
        self.id, self.slug = made.id, made.slug
        self.numbers = [f"+4822{next(_OWN)}" for _ in range(2)]
        operator(house, "POST", "/numbers", {"numbers": self.numbers, "tenant_id": self.id})
        self.set(price_list_id=price_list, max_rate=_ANY_RATE)
        self.rules(**_NO_RULES)
        if Decimal(money):
            self.top_up(money)

    def __exit__(self, *problem: object) -> None:
        super().__exit__(*problem)
        if problem[0] is None:
            self.check_books()

    # -- What the operator and the owner set ------------------------------------------------------------------------

    def set(self, **fields: Any) -> None:
        """Change the company as its operator."""
        operator(self.house, "PATCH", f"/tenants/{self.id}", fields)

    def rules(self, **rules: Any) -> None:
        """Change the company's rules against fraud."""
        self._api("PATCH", "/fraud-rules", 200, rules)

    def allow(self, area: str) -> None:
        """Allow a country."""
        self._api("POST", "/known-countries", 201, {"area": area})

    def lift(self, stop: int) -> None:
        """Lift a stop."""
        self._api("DELETE", f"/fraud-stops/{stop}", 204)

    def configure(self, **fields: Any) -> None:
        """Change the company as its owner."""
        self._api("PATCH", "/tenant", 200, fields)

    def top_up(self, net: str) -> None:
        """More money."""
        operator(self.house, "POST", "/top-ups", {"tenant_id": self.id, "net": net, "note": "live story"})

    def point(self, number: str, account: Account | None) -> None:
        """Set where calls to a number of the company ring."""
        target = {"type": "sip_account", "id": account.id} if account else None
        self._api("PATCH", f"/numbers/{self._number_id(number)}", 200, {"target": target})

    def lose(self, number: str) -> None:
        """The operator takes a number away."""
        operator(self.house, "PATCH", f"/numbers/{self._number_id(number)}", {"tenant_id": None})

    def reached_by(self, number: str, name: str = "Alicja", **fields: Any) -> Phone:
        """A phone on which calls to the number ring."""
        account = self.account(name, **fields)
        self.point(number, account)
        return self.phone(account)

    def _number_id(self, number: str) -> int:
        items = self._api("GET", "/numbers", 200)["items"]
        found: int = next(item["id"] for item in items if item["number"] == number)
        return found

    # -- Books ------------------------------------------------------------------------------------------------------

    def all_records(self) -> list[CallRow]:
        """The records of this company's calls as they are now, open ones too."""
        return [row for row in self.house.records() if row.tenant_id == self.id]

    @property
    def balance(self) -> Decimal:
        """PLN net."""
        return as_money(next(row["balance"] for row in self.house.rows("tenant") if row["id"] == self.id))

    def charges(self) -> list[tuple[Decimal, Mapping[str, Any]]]:
        """Return the charges of calls, PLN net and positive, with the details; oldest first."""
        rows = [row for row in self._entries() if row["kind"] == "call"]
        return [(-as_money(row["net"]), as_data(row["details"])) for row in rows]

    def reservations(self) -> list[dict[str, Any]]:
        """The money that is put aside now."""
        return [row for row in self.house.rows("reservation") if row["tenant_id"] == self.id]

    def check_books(self) -> None:
        """The balance is the sum of the bookings and within its limit, nothing is put aside any more, and every leg
        with a price is booked exactly once."""
        until(lambda: not self.reservations(), SOON, f"nothing is put aside: {self.reservations()}")
        assert self.balance == sum((as_money(row["net"]) for row in self._entries()), Decimal(0))
        limit = next(as_money(row["credit_limit"]) for row in self.house.rows("tenant") if row["id"] == self.id)
        assert self.balance >= -limit
        records = self.all_records()
        legs = [(record.call_id, as_money(leg["price"])) for record in records for leg in record.legs if leg["price"]]
        booked = [(details["call"], net) for net, details in self.charges()]
        assert sorted(booked) == sorted(legs)
        for record in records:
            prices = [as_money(leg["price"]) for leg in record.legs if leg["price"]]
            assert record.price == (sum(prices, Decimal(0)) if prices else None)

    def _entries(self) -> list[dict[str, Any]]:
        return [row for row in self.house.rows("ledger_entry") if row["tenant_id"] == self.id]


# -- The operator ----------------------------------------------------------------------------------------------------


def operator(house: Installation, method: str, path: str, body: Any = None) -> Any:
    """Ask the operator's part of the API. Returns its answer's body. It has to succeed."""
    answer = house.api(method, f"/operator{path}", body, token=house.demo["operator_token"])
    assert answer.status in (200, 201, 202, 204), f"{method} {path}: {answer}\n{house.log_tail()}"
    return answer.body


def add_price_list(house: Installation, name: str, prices: bytes) -> int:
    """Make a new price list. Returns its id."""
    made: int = operator(house, "POST", "/price-lists", {"name": name})["id"]
    operator(house, "POST", f"/price-lists/{made}/prices", prices)
    return made


# -- The world outside -----------------------------------------------------------------------------------------------


def outside_number(ending: str, area: str = "22") -> str:
    """A number that nobody dialled yet, as people in Poland dial it; the carrier does what the two last digits say."""
    return f"{area}{next(_SUBSCRIBERS)}{ending}"


def invites(carrier: Carrier, number: str) -> list[dict[str, Any]]:
    """Return what the carrier received for a number so far, in whatever spelling."""
    return [line for line in carrier.received() if line["called"].endswith(number.removeprefix("+48"))]


def invite(carrier: Carrier, number: str) -> dict[str, Any]:
    """The one call that the carrier received for a number."""
    until(lambda: invites(carrier, number), SOON, f"the carrier receives a call to {number}")
    (found,) = invites(carrier, number)
    return found


def talk_outside(phone: Phone, number: str) -> None:
    """Dial an echo outside, and hear it."""
    phone.dial(number)
    until(lambda: phone.in_call, SOON, f"{number} answers")
    until(lambda: phone.hears(phone.tone_hz), SOON, f"{phone} hears its echo")
