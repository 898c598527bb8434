"""A stolen password: what fifty parallel calls to dear countries, by night, cost a company with 1,000 PLN at most."""

import itertools
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

from centralka.calls.fraud import RECOMMENDED
from centralka.calls.prompts import Prompt
from centralka.store.fraud import rules_as_json
from tests.live.instance import Installation
from tests.live.office import PASSWORD, SOON, Account, over
from tests.live.phones import until
from tests.live.sipp import ADDRESS, Burst, Sipp

from .spoken import is_told
from .tenant import Firm, Firms, add_price_list, invites, outside_number

PERHAPS = Path(__file__).parent / "uac_perhaps.xml"
CUBA, SOMALIA, SATELLITE, PREMIUM = "+5371234500", "+252612345600", "+881612345600", "700123400"
PRICES = """prefix;description;price per minute;connection fee;first increment;next increment
48;Polska;0,1000;0;1;1
48700;Podwyższona opłata;4,0000;0;60;60
53;Kuba;4,0000;0;60;60
252;Somalia;4,0000;0;60;60
881;Satelitarne;4,0000;0;60;60
""".encode()
_LISTS = itertools.count(1)
HOUR = RECOMMENDED.account_spend_per_hour


def robbed(house: Installation, firms: Firms) -> Firm:
    """A company with the rules of a new one, to which its operator and owner opened everything that they can."""
    firm = Firm(house, firms.take(), add_price_list(house, f"Drogi {next(_LISTS)}", PRICES), money="1000.00")
    firm.set(international="world", premium_allowed=True, satellite_allowed=True, unknown_allowed=True)
    firm.rules(**rules_as_json(RECOMMENDED))
    return firm


def steal(firm: Firm, account: Account, most: int = 50) -> None:
    """Whoever has the password calls the four places at once, as often as it goes."""
    each = Burst(calls=most // 4, rate=20)
    with ExitStack() as running, ThreadPoolExecutor(4) as beside:
        bursts = [
            running.enter_context(
                Sipp(
                    PERHAPS, account.login, PASSWORD, number, ADDRESS, firm.house.sip_port, "udp", None, each, 60,
                    {"talk_ms": 4000},
                )
            )
            for number in (CUBA, SOMALIA, SATELLITE, PREMIUM)
        ]  # fmt: skip
        for burst, code in zip(bursts, beside.map(lambda one: one.wait(90), bursts), strict=True):
            assert code == 0, burst.complaints()


def lost(firm: Firm) -> Decimal:
    until(lambda: not firm.reservations(), SOON, "every call is charged")
    return Decimal("1000.00") - firm.balance


def test_a_thief_gets_nothing_from_a_company_with_the_rules_of_a_new_one(
    world: tuple[Installation, object], firms: Firms
) -> None:
    with robbed(world[0], firms) as firm:
        account = firm.account("Skradzione")
        steal(firm, account)
        firm.records(48)
        assert lost(firm) == 0
        stops = firm.items("/fraud-stops")
        assert {(stop["rule"], stop["area"]) for stop in stops} == {
            ("new_country", area) for area in ("CU", "SO", "+881:satellite", "PL:premium")
        }
        mails = [row for row in firm.house.rows("mail") if row["kind"] == "fraud" and row["tenant_id"] == firm.id]
        assert len(mails) == 4, "the owner is told once for each"


def test_at_night_nobody_calls_abroad_even_where_it_is_usual(world: tuple[Installation, object], firms: Firms) -> None:
    now = datetime.now(ZoneInfo("Europe/Warsaw"))
    with robbed(world[0], firms) as firm:
        for area in ("CU", "SO"):
            firm.allow(area)
        firm.rules(
            night_from=f"{now - timedelta(hours=1):%H:%M}",
            night_until=f"{now + timedelta(hours=1):%H:%M}",
            ask_new_countries=False,
        )
        steal(firm, firm.account("Skradzione"), most=20)
        assert lost(firm) == 0
        assert {stop["rule"] for stop in firm.items("/fraud-stops")} == {"night"}


def test_a_thief_to_whom_everything_is_open_gets_what_an_account_may_spend_in_an_hour(
    world: tuple[Installation, object], firms: Firms
) -> None:
    """No rule but limits: five calls at once, and the account's hour; then nothing goes out until somebody lifts it."""
    with robbed(world[0], firms) as firm:
        firm.rules(ask_new_countries=False, night_calls="none")
        alicja = firm.phone(account := firm.account("Skradzione"))
        steal(firm, account)
        steal(firm, account, most=20)
        assert HOUR is not None
        assert Decimal(0) < lost(firm) <= HOUR
        stops = firm.items("/fraud-stops")
        assert {stop["rule"] for stop in stops} == {"calls_at_once", "per_hour"}
        number = outside_number("00")
        alicja.dial(number)
        is_told(alicja, "403 Forbidden", Prompt.FRAUD_SUSPECTED)
        assert invites(world[1], number) == []  # type: ignore[arg-type]
        alicja.dial("112")
        until(lambda: alicja.in_call, SOON, "112 goes through")
        alicja.hang_up()
        over(alicja)
        firm.lift(next(stop["id"] for stop in stops if stop["rule"] == "per_hour"))
        alicja.dial(number)
        until(lambda: alicja.in_call, SOON, "calls go out again")
        alicja.hang_up()
        over(alicja)
        assert lost(firm) <= HOUR + 1
