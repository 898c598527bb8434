"""The history, and what would happen to a call."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from centralka.actions.calls import CallFilter, call_record, call_records, plan_for, was_in_calls
from centralka.actions.errors import InvalidInput, NotFound
from centralka.calls.plan import Reject, Ring
from centralka.store.models import CallRecord, SipAccount
from tests import cast

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def a_record(company: cast.Company, call_id: str, *accounts: SipAccount, **fields: object) -> CallRecord:
    defaults = {"from_number": "100", "from_name": "Ala", "to_number": "101", "started_at": NOON, "outcome": "answered"}
    made = CallRecord.objects.create(call_id=call_id, node="node1", tenant=company.tenant, **(defaults | fields))
    made.accounts.set(accounts)
    return made


def test_the_history_is_narrowed_by_each_filter(kwiaty: cast.Company) -> None:
    ala, bartek = cast.phone(kwiaty.tenant, "100"), cast.phone(kwiaty.tenant, "101")
    a_record(kwiaty, "early", ala, bartek, started_at=NOON - timedelta(hours=1), outcome="busy")
    a_record(kwiaty, "late", bartek, to_number="777", from_name="Żaneta")
    for wanted, found in [
        (CallFilter(), ["late", "early"]),
        (CallFilter(since=NOON), ["late"]),
        (CallFilter(until=NOON), ["early"]),
        (CallFilter(sip_account=ala.pk), ["early"]),
        (CallFilter(outcome="answered"), ["late"]),
        (CallFilter(direction="internal"), ["late", "early"]),
        (CallFilter(number="77"), ["late"]),
        (CallFilter(number="Żan"), ["late"]),
        (CallFilter(number="%"), []),
    ]:
        assert [one.call_id for one in call_records(kwiaty.reader, wanted)] == found


@pytest.mark.parametrize(
    "typed", ["22 123 45 67", "221234567", "+48 22 123-45-67", "0048221234567", "48221234567", "23 45 67", "123456"]
)
def test_a_number_outside_is_found_however_it_is_spelled(kwiaty: cast.Company, typed: str) -> None:
    a_record(kwiaty, "in", from_number="+48221234567", from_name="", direction="in")
    for number, dialled in enumerate(["221234567", "0048221234567", "+48221234567"]):
        a_record(kwiaty, f"out{number}", to_number=dialled, direction="out")
    a_record(kwiaty, "other", to_number="227654321", direction="out")
    found = {one.call_id for one in call_records(kwiaty.reader, CallFilter(number=typed))}
    assert found == {"in", "out0", "out1", "out2"}


def test_a_stranger_sees_no_call_and_finds_none_by_account(kwiaty: cast.Company, ksiegi: cast.Company) -> None:
    ala = cast.phone(kwiaty.tenant, "100")
    a_record(kwiaty, "x", ala)
    assert not call_records(ksiegi.owner).exists()
    assert not call_records(ksiegi.owner, CallFilter(sip_account=ala.pk)).exists()
    with pytest.raises(NotFound):
        call_record(ksiegi.owner, "x")


def test_the_plan_is_the_one_that_a_real_call_gets(kwiaty: cast.Company, ksiegi: cast.Company) -> None:
    cast.phone(kwiaty.tenant, "100", "Ala")
    cast.phone(kwiaty.tenant, "101", "Bartek", ring_timeout=12)
    cast.phone(ksiegi.tenant, "102")
    _facts, plan = plan_for(kwiaty.reader, "100", "101")
    step = plan.steps[plan.first]
    assert isinstance(step, Ring)
    assert step.seconds == 12
    _facts, plan = plan_for(kwiaty.reader, "100", "102")
    assert isinstance(plan.steps[plan.first], Reject)


@pytest.mark.parametrize("caller", ["999", "", "100' OR 1=1", "\0"])
def test_a_caller_that_does_not_exist_is_told_by_field(kwiaty: cast.Company, caller: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        plan_for(kwiaty.reader, caller, "101")
    assert list(refused.value.problems) == ["from"]


@pytest.mark.parametrize("typed", ["lukasz", "ŁUKASZ Ż", "zolc", "kowalska", "105", "22 765-43-21", "0048 22 765"])
def test_a_call_is_found_by_whoever_was_called(kwiaty: cast.Company, typed: str) -> None:
    dialled: dict[str, Any] = {"why": "extension_dialled", "values": {"extension": "105", "name": "Łukasz Żółć"}}
    rung = {"to": "105", "login": "kwiaty_105", "outcome": "no_answer", "seconds": 9, "why": dialled}
    values = {"condition": "no_answer", "number": "+48227654321", "to_name": "Zofia Kowalska"}
    on = {"why": "forwarded_outside", "values": dialled["values"] | values}
    forwarded = {"to": "+48227654321", "login": None, "outcome": "answered", "why": on}
    a_record(kwiaty, "it", from_number="+48600100200", direction="in", to_number="221234567", legs=[rung, forwarded])
    a_record(kwiaty, "other", from_number="101", to_number="102")
    assert [one.call_id for one in call_records(kwiaty.reader, CallFilter(number=typed))] == ["it"]


def test_calls_of_a_deleted_account_are_found_by_its_extension(kwiaty: cast.Company, ksiegi: cast.Company) -> None:
    gone = cast.phone(kwiaty.tenant, "105", "Łukasz")
    a_record(kwiaty, "from it", gone, from_number="105", to_number="1050")
    rung = {"to": "105", "login": "kwiaty_105", "outcome": "busy", "seconds": 0, "why": None}
    a_record(kwiaty, "to it", gone, from_number="1051", to_number="22105", legs=[rung])
    a_record(kwiaty, "another", from_number="1052", to_number="105105")
    a_record(ksiegi, "a stranger's", from_number="105")
    gone.delete()
    found = {one.call_id for one in call_records(kwiaty.reader, CallFilter(extension="105"))}
    assert found == {"from it", "to it"}
    assert was_in_calls(kwiaty.reader, "105")
    assert not was_in_calls(kwiaty.reader, "22105")
