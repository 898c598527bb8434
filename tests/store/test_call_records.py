"""Records → rows: whose each call is, and what it came to."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from centralka.calls.doing import Doing
from centralka.calls.plan import Outcome
from centralka.calls.record.leg import Leg
from centralka.calls.record.outcome import CallOutcome
from centralka.calls.record.record import Record
from centralka.calls.tariffs import Rate
from centralka.store import money
from centralka.store.call_records import journal_position, write_records
from centralka.store.models import CallRecord, LedgerEntry, Number, Reservation
from tests import cast

NOW = datetime(2026, 11, 16, 12, tzinfo=UTC)
NODE = "node1"
RATE = Rate("486", "", Decimal("0.60"), Decimal(0), 1, 1)


def leg(channel: str = "t1", seconds: int = 60, price: str | None = "0.6000") -> Leg:
    return Leg(
        to="+48600100200",
        login=None,
        outcome=Outcome.ANSWERED,
        seconds=seconds,
        trunk="Operator",
        rate=RATE,
        price=None if price is None else Decimal(price),
        channel=channel,
    )


def a_record(tenant_id: int | None, **changes: Any) -> Record:
    """A call of Alicja's to a mobile, a minute long."""
    record = Record(
        call_id="a1",
        tenant_id=tenant_id,
        direction="out",
        from_login="kwiaty_100",
        from_number="100",
        from_name="Alicja",
        to_number="600100200",
        started_at=NOW,
        answered_at=NOW + timedelta(seconds=4),
        ended_at=NOW + timedelta(seconds=64),
        outcome=CallOutcome.ANSWERED,
        legs=[leg()],
        why=[],
        plan=None,
        logins=frozenset({"kwiaty_100"}),
        channels=frozenset({"a1", "t1"}),
        may_cost=True,
    )
    return replace(record, **changes)


def write(*records: Record) -> None:
    write_records(records, node=NODE, position=7)


@pytest.fixture
def tenant_id(kwiaty: cast.Company) -> int:
    """A company with 10 zł, and 0.90 zł put aside for the call."""
    cast.line_outside(kwiaty.tenant)
    cast.phone(kwiaty.tenant, "100")
    put_aside(kwiaty.tenant.pk)
    return kwiaty.tenant.pk


def put_aside(tenant_id: int, channel: str = "a1", seconds: int = 90) -> None:
    assert money.reserve(
        tenant_id, node=NODE, channel=channel, number="+48600100200", rate=RATE, now=NOW, seconds=seconds
    )


def charges() -> dict[str, Decimal]:
    return dict(LedgerEntry.objects.filter(kind=LedgerEntry.Kind.CALL).values_list("key", "net"))


def test_what_came_of_a_call_has_the_same_names_in_both_layers() -> None:
    assert {one.value for one in CallOutcome} == {"", *CallRecord.Outcome.values}


# -- Whose ---------------------------------------------------------------------------------------------------------


def test_a_call_is_the_companys_that_the_switchboard_knew(tenant_id: int, ksiegi: cast.Company) -> None:
    write(a_record(ksiegi.tenant.pk, may_cost=False, legs=[]))
    assert CallRecord.objects.get().tenant == ksiegi.tenant


def test_where_a_call_goes_can_turn_out_after_its_first_record(tenant_id: int) -> None:
    """Its first line can be read before the switchboard has decided."""
    begun = a_record(
        None,
        direction="internal",
        answered_at=None,
        ended_at=None,
        outcome=CallOutcome.IN_PROGRESS,
        legs=[],
        may_cost=False,
    )
    write_records([begun], node=NODE, position=1)
    write_records([a_record(tenant_id)], node=NODE, position=2)
    assert CallRecord.objects.get().direction == "out"


def test_without_a_switchboard_it_is_the_callers(tenant_id: int) -> None:
    write(a_record(None, direction="internal", to_number="101", may_cost=False, legs=[]))
    assert CallRecord.objects.get().tenant_id == tenant_id


@pytest.mark.parametrize("dialled", ["+48221234567", "48221234567", "221234567"])
def test_a_call_from_outside_without_a_switchboard_is_the_called_numbers(tenant_id: int, dialled: str) -> None:
    incoming = {"direction": "in", "from_login": None, "from_number": "+48600100200", "logins": frozenset[str]()}
    write(a_record(None, to_number=dialled, may_cost=False, legs=[], **incoming))
    found = CallRecord.objects.get()
    assert (found.tenant_id, found.direction, found.accounts.count()) == (tenant_id, "in", 0)


@pytest.mark.parametrize("dialled", ["+48229999999", "100", "x", ""])
def test_a_call_for_nobodys_number_is_kept_nowhere_and_stops_no_other(tenant_id: int, dialled: str) -> None:
    nobodys = a_record(None, call_id="x", direction="in", from_login=None, to_number=dialled, may_cost=False, legs=[])
    write(nobodys, a_record(tenant_id))
    assert CallRecord.objects.get().call_id == "a1"
    assert journal_position(NODE) == 7


def test_a_number_in_the_operators_stock_is_nobodys(tenant_id: int) -> None:
    Number.objects.update(tenant=None)
    write(a_record(None, direction="in", from_login=None, to_number="+48221234567", may_cost=False, legs=[]))
    assert not CallRecord.objects.exists()


# -- What it came to -----------------------------------------------------------------------------------------------


def test_an_ended_call_is_charged_and_gives_the_rest_back(tenant_id: int) -> None:
    write(a_record(tenant_id))
    assert charges() == {"call:a1:t1": Decimal("-0.6")}
    record, funds = CallRecord.objects.get(), money.funds(tenant_id)
    assert (record.price, funds.balance, funds.reserved) == (Decimal("0.6"), Decimal("9.4"), Decimal(0))


def test_a_call_that_goes_on_is_not_charged_and_keeps_its_money(tenant_id: int) -> None:
    going_on = [leg(seconds=0, price=None)]
    write(a_record(tenant_id, ended_at=None, outcome=CallOutcome.IN_PROGRESS, legs=going_on))
    assert (charges(), CallRecord.objects.get().price, Reservation.objects.count()) == ({}, None, 1)


def test_a_record_that_is_written_again_is_charged_once_at_the_price_of_the_first_time(tenant_id: int) -> None:
    write(a_record(tenant_id))
    write(a_record(tenant_id))
    write(a_record(tenant_id, legs=[leg(price="9.0000")]))
    record = CallRecord.objects.get()
    assert (len(charges()), record.price, record.legs[0]["price"]) == (1, Decimal("0.6"), "0.6000")


def test_each_leg_is_a_charge_and_the_price_is_their_sum(tenant_id: int) -> None:
    put_aside(tenant_id, channel="t1", seconds=30)
    legs = [leg(), replace(leg("x", 5, None), outcome=Outcome.UNAVAILABLE), leg("t2", 30, "0.3000")]
    write(a_record(tenant_id, legs=legs, channels=frozenset({"a1", "t1", "t2"})))
    assert charges() == {"call:a1:t1": Decimal("-0.6"), "call:a1:t2": Decimal("-0.3")}
    record = CallRecord.objects.get()
    assert record.price == Decimal("0.9")
    assert [one["price"] for one in record.legs] == ["0.6000", None, "0.3000"]


def test_a_leg_that_costs_more_than_was_put_aside_costs_what_was(tenant_id: int) -> None:
    write(a_record(tenant_id, legs=[leg(seconds=100, price="1.0000")]))
    record = CallRecord.objects.get()
    assert (record.price, record.legs[0]["price"]) == (Decimal("0.9"), "0.9000")
    assert record.why == []


def test_a_call_that_the_money_ended_says_so(tenant_id: int) -> None:
    money.book(tenant_id, key="spent", kind=LedgerEntry.Kind.CORRECTION, net=Decimal("-9.1"), at=NOW)
    assert money.extend(Reservation.objects.get().pk) is not None
    write(a_record(tenant_id, legs=[leg(seconds=91, price="0.9100")]))
    record = CallRecord.objects.get()
    assert [reason["why"] for reason in record.why] == ["money_used_up"]
    assert money.funds(tenant_id).balance == 0


def test_a_call_that_nothing_is_paid_for_has_no_price(tenant_id: int) -> None:
    write(a_record(tenant_id, legs=[replace(leg(price=None), rate=None)]))
    assert (charges(), CallRecord.objects.get().price) == ({}, None)


def test_a_call_that_cannot_cost_leaves_other_calls_money_alone(tenant_id: int) -> None:
    write(a_record(tenant_id, call_id="b1", legs=[], channels=frozenset({"b1"}), may_cost=False))
    assert Reservation.objects.count() == 1


def test_one_call_that_is_written_with_others_is_charged_to_its_own_company(
    tenant_id: int, ksiegi: cast.Company
) -> None:
    cast.line_outside(ksiegi.tenant, "+48222222222")
    put_aside(ksiegi.tenant.pk, channel="c1")
    theirs = a_record(ksiegi.tenant.pk, call_id="c1", legs=[leg("t9")], channels=frozenset({"c1", "t9"}))
    write(a_record(tenant_id), theirs)
    assert {entry.key: entry.tenant.slug for entry in LedgerEntry.objects.filter(kind="call")} == {
        "call:a1:t1": "kwiaty",
        "call:c1:t9": "ksiegi",
    }


def test_the_longest_texts_that_a_phone_can_send_fit_into_their_columns(tenant_id: int) -> None:
    long = a_record(tenant_id, from_number="1" * 500, from_name="ą" * 500, to_number="2" * 500)
    write(replace(long, legs=[], may_cost=False))
    record = CallRecord.objects.get()
    assert (len(record.from_number), len(record.from_name), len(record.to_number)) == (40, 60, 80)


def test_what_the_recorder_writes_is_found_by_every_number_and_account_of_it(kwiaty: cast.Company) -> None:
    write(a_record(kwiaty.tenant.pk, legs=[], logins=frozenset({"kwiaty_100", "kwiaty_7"}), from_name="Łucja"))
    assert CallRecord.objects.get().search == " lucja 100 600100200 +48600100200 @100 @7 "
    write(a_record(kwiaty.tenant.pk, logins=frozenset({"kwiaty_100"}), from_name="Ewa"))
    assert CallRecord.objects.get().search == " ewa 100 600100200 +48600100200 @100 "


def test_what_an_account_does_is_kept_while_it_is_in_the_call(tenant_id: int) -> None:
    going_on = a_record(tenant_id, ended_at=None, legs=[], may_cost=False)
    for doing in (Doing.RINGING, Doing.IN_CALL, None):
        write(replace(going_on, doing={"kwiaty_100": doing} if doing else {}))
        (account,) = CallRecord.objects.get().accounts.all()
        assert account.doing is doing
