"""What an account may call: levels, kinds of numbers, prices; whoever may not is told so and nothing leaves."""

from dataclasses import dataclass
from typing import Any

from centralka.calls.prompts import Prompt
from tests.live.carrier_instance import Carrier
from tests.live.instance import Installation
from tests.live.office import SOON, over
from tests.live.phones import Phone, until

from .spoken import is_told
from .tenant import PRICES, Firm, Firms, add_price_list, invites, outside_number

POLAND, GERMANY, AMERICA = outside_number("00"), "+4930123400", "+12125550100"
PREMIUM, SATELLITE, UNKNOWN = "700123400", "+881612345600", "100000000"
ELSEWHERE = PRICES.splitlines()[0] + b"\n4899;Nigdzie;0,1000;0;1;1\n"
FORBIDDEN = "403 Forbidden"


@dataclass(frozen=True)
class Refusal:
    """A phone that dials something, what it is told, and the reason on record."""

    phone: Phone
    dialled: str
    prompt: Prompt
    why: str


def are_refused(firm: Firm, carrier: Carrier, *refusals: Refusal) -> None:
    """All dial at once; each is told its reason, and the carrier sees nothing."""
    before = len(carrier.received())
    for refusal in refusals:
        refusal.phone.dial(refusal.dialled)
    for refusal in refusals:
        is_told(refusal.phone, FORBIDDEN, refusal.prompt)
    assert len(carrier.received()) == before
    records = {record.from_number: record for record in firm.records(len(refusals))}
    for refusal in refusals:
        record = records[refusal.phone.login.rpartition("_")[2]]
        assert (record.outcome, record.reasons, record.price) == ("refused", [refusal.why], None)


def goes_out(phone: Phone, dialled: str) -> None:
    """The number answers."""
    phone.dial(dialled)
    until(lambda: phone.in_call, SOON, f"{dialled} answers")
    phone.hang_up()
    over(phone)


def test_levels_above_an_accounts_own_are_refused(firm: Firm, carrier: Carrier) -> None:
    """The company allows the world; accounts with a level of their own keep to it, the others may."""
    firm.set(international="world")
    refusals = [
        Refusal(firm.phone(firm.account(f"Do {where}", international=level)), dialled, prompt, "above_level")
        for level, where, dialled, prompt in (
            ("national", "Niemiec", GERMANY, Prompt.NATIONAL_ONLY),
            ("national", "Stanów", AMERICA, Prompt.NATIONAL_ONLY),
            ("eea", "Stanów", AMERICA, Prompt.EEA_ONLY),
        )
    ]
    are_refused(firm, carrier, *refusals)
    goes_out(refusals[0].phone, POLAND)
    goes_out(refusals[2].phone, GERMANY)
    inherits = firm.phone(firm.account("Bez granic"))
    goes_out(inherits, GERMANY)
    goes_out(inherits, AMERICA)
    firm.records(7)


def test_the_companys_level_holds_for_who_has_none(firm: Firm, carrier: Carrier) -> None:
    """An account may have more than the company's level, if it was given so."""
    alicja, bartek = firm.phone("Alicja"), firm.phone(firm.account("Bartek", international="world"))
    are_refused(firm, carrier, Refusal(alicja, GERMANY, Prompt.NATIONAL_ONLY, "above_level"))
    goes_out(bartek, AMERICA)
    firm.set(international="eea")
    goes_out(alicja, GERMANY)


def test_dear_kinds_of_numbers_need_the_operators_consent(firm: Firm, carrier: Carrier) -> None:
    """Premium rate, satellite and unknown ranges are refused at every level, until the operator opens them."""
    firm.set(international="world")
    premium, satellite, unknown = (firm.phone(name) for name in ("Premium", "Satelita", "Nieznany"))
    are_refused(
        firm,
        carrier,
        Refusal(premium, PREMIUM, Prompt.PREMIUM_NOT_PERMITTED, "premium_range"),
        Refusal(satellite, SATELLITE, Prompt.PREMIUM_NOT_PERMITTED, "satellite_range"),
        Refusal(unknown, UNKNOWN, Prompt.PREMIUM_NOT_PERMITTED, "unknown_range"),
    )
    firm.set(premium_allowed=True, satellite_allowed=True, unknown_allowed=True)
    goes_out(premium, PREMIUM)
    goes_out(satellite, SATELLITE)
    goes_out(unknown, UNKNOWN)


def test_dear_destinations_are_refused_by_the_price_a_minute(firm: Firm, carrier: Carrier) -> None:
    """The company's limit, and an account's own, below and above it."""
    firm.set(max_rate="5.99")
    dear = outside_number("00", area="61")
    alicja = firm.phone("Alicja")
    thrifty = firm.phone(firm.account("Oszczędny", max_rate="0.5999"))
    are_refused(
        firm,
        carrier,
        Refusal(alicja, dear, Prompt.RATE_TOO_HIGH, "above_max_rate"),
        Refusal(thrifty, POLAND, Prompt.RATE_TOO_HIGH, "above_max_rate"),
    )
    goes_out(alicja, POLAND)
    goes_out(firm.phone(firm.account("Prezes", max_rate="6.00")), dear)


def test_a_connection_fee_counts_as_part_of_the_first_minute(firm: Firm, carrier: Carrier) -> None:
    """A minute that costs nothing is dear if the connection is; and what the caller hears is said in the record."""
    firm.set(max_rate="3.49")
    dear = outside_number("00", area="62")
    are_refused(firm, carrier, Refusal(firm.phone("Alicja"), dear, Prompt.RATE_TOO_HIGH, "above_max_rate"))
    goes_out(firm.phone(firm.account("Prezes", max_rate="3.50")), dear)


def test_without_a_price_there_is_no_call(firm: Firm, carrier: Carrier) -> None:
    """A destination that the list does not have is refused."""
    firm.set(price_list_id=add_price_list(firm.house, firm.slug, ELSEWHERE))
    are_refused(firm, carrier, Refusal(firm.phone("Alicja"), POLAND, Prompt.PRICE_UNKNOWN, "no_price"))


def test_without_a_price_list_or_a_number_there_is_no_call(firm: Firm, firms: Firms, carrier: Carrier) -> None:
    """A company without any list, and one without any number to show."""
    with firms.firm() as other:
        for number in other.numbers:
            other.lose(number)
        alicja, celina = firm.phone("Alicja"), other.phone("Celina")
        firm.set(price_list_id=None)
        before = len(carrier.received())
        alicja.dial(POLAND)
        celina.dial(POLAND)
        is_told(alicja, FORBIDDEN, Prompt.PRICE_UNKNOWN)
        is_told(celina, FORBIDDEN, Prompt.NO_OUTGOING_NUMBER)
        assert len(carrier.received()) == before
        assert [record.reasons for record in firm.records(1) + other.records(1)] == [["no_price"], ["no_caller_id"]]


def test_an_emergency_call_goes_out_against_everything(world: tuple[Installation, Carrier], firms: Firms) -> None:
    """No money, no price list, no number, a rate of nothing, a PIN: 112 and 999 are connected, and cost nothing."""
    house, carrier = world
    with Firm(house, firms.take(), firms.price_list, money="0") as firm:
        for number in firm.numbers:
            firm.lose(number)
        firm.set(price_list_id=None, max_rate="0")
        strict: dict[str, Any] = {"international": "national", "max_rate": "0", "outbound_pin": "4711"}
        phones = [firm.phone(firm.account(name, **strict)) for name in ("Alicja", "Bartek")]
        for phone, dialled in zip(phones, ("112", "+48999"), strict=True):
            phone.dial(dialled)
        for phone in phones:
            until(lambda phone=phone: phone.in_call, SOON, "the emergency service answers")  # type: ignore[misc]
            phone.hang_up()
        assert {invites(carrier, number)[-1]["called"] for number in ("112", "999")} == {"112", "999"}
        for record in firm.records(2):
            assert (record.outcome, record.reasons, record.price) == ("answered", ["emergency_dialled"], None)
