"""The call history over the API."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from centralka.actions.calls import plan_for
from centralka.calls.plan import StepName
from centralka.calls.plan_json import plan_as_json
from centralka.calls.reasons import reason_as_json
from centralka.store.models import HangUp, SipAccount
from tests import cast
from tests.api.client import Api
from tests.api.conftest import call

INSIDE = {"price": None, "rate": None, "trunk": None, "sip_status": None, "pages": None}
"""Of a leg to a phone of the company."""
WHY = {"why": "extension_dialled", "values": {"extension": "101", "name": "Ola"}}


def test_a_call_is_told_as_the_specification_says(manager: Api, kwiaty: cast.Company) -> None:
    leg = {"to": "101", "outcome": "answered", "seconds": 60, "why": WHY}
    call(kwiaty, "node1-1", legs=[leg], why=[WHY])
    sentence = "101 (Ola) was dialled, an extension of this company"
    assert manager.get("calls/node1-1").body == {
        "id": "node1-1",
        "from": "100",
        "from_name": "Bartek",
        "to": "101",
        "direction": "internal",
        "started_at": "2026-01-31T12:00:00.000Z",
        "answered_at": "2026-01-31T12:00:05.000Z",
        "ended_at": "2026-01-31T12:01:05.000Z",
        "ring_seconds": 5,
        "talk_seconds": 60,
        "outcome": "answered",
        "answered_by": "101",
        "price": None,
        "legs": [INSIDE | {"to": "101", "outcome": "answered", "seconds": 60, "why": sentence}],
        "why": [sentence],
        "plan": None,
    }


def test_a_call_that_goes_on_has_no_outcome_yet(manager: Api, kwiaty: cast.Company) -> None:
    leg = {"to": "101", "outcome": "", "seconds": 0, "why": None}
    call(kwiaty, "node1-1", outcome="", ended_at=None, answered_at=None, legs=[leg], why=[None])
    (going_on,) = manager.get("calls").body["items"]
    assert (going_on["outcome"], going_on["ended_at"], going_on["talk_seconds"], going_on["why"]) == (None, None, 0, [])
    assert going_on["legs"] == [INSIDE | {"to": "101", "outcome": None, "seconds": 0, "why": None}]


def test_a_call_outside_tells_what_it_cost_and_by_which_rate_over_which_trunk(
    manager: Api, kwiaty: cast.Company
) -> None:
    rate = {
        "prefix": "4860",
        "description": "Polska, komórkowe",
        "per_minute": "0.1200",
        "connection_fee": "0.0000",
        "first_increment": 1,
        "next_increment": 1,
    }
    leg = {"to": "+48600100200", "login": None, "channel": "1.2", "why": None}
    failed = leg | {"outcome": "unavailable", "seconds": 2, "trunk": "Pierwszy", "rate": None, "price": None}
    worked = leg | {"outcome": "answered", "seconds": 60, "trunk": "Drugi", "rate": rate, "price": "0.12"}
    call(kwiaty, "node1-1", to_number="600100200", direction="out", price=Decimal("0.1200"), legs=[failed, worked])
    told = manager.get("calls/node1-1").body
    assert (told["direction"], told["price"], told["to"]) == ("out", "0.1200", "600100200")
    assert [(one["trunk"], one["outcome"], one["price"]) for one in told["legs"]] == [
        ("Pierwszy", "unavailable", None),
        ("Drugi", "answered", "0.1200"),
    ]
    assert told["legs"][1]["rate"] == rate


def test_the_newest_call_comes_first(manager: Api, kwiaty: cast.Company) -> None:
    for day in (1, 3, 2):
        call(kwiaty, f"node1-{day}", started_at=datetime(2026, 1, day, tzinfo=UTC))
    assert [item["id"] for item in manager.get("calls").body["items"]] == ["node1-3", "node1-2", "node1-1"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, {"a", "b", "c"}),
        ({"since": "2026-01-31T12:00:00Z"}, {"a"}),
        ({"since": "2026-01-31T13:00:00+01:00"}, {"a"}),
        ({"until": "2026-01-31T12:00:00Z"}, {"b", "c"}),
        ({"direction": "internal"}, {"a", "b"}),
        ({"direction": "out"}, {"c"}),
        ({"direction": "in"}, set()),
        ({"outcome": "busy"}, {"b"}),
        ({"outcome": "busy", "since": "2026-01-31T12:00:00Z"}, set()),
        ({"until": "0001-01-01T00:00:00Z"}, set()),
        ({"since": "9999-12-31T23:59:59.999999999Z"}, set()),
    ],
)
def test_the_list_is_filtered(manager: Api, kwiaty: cast.Company, query: dict[str, str], found: set[str]) -> None:
    call(kwiaty, "a")
    call(kwiaty, "b", started_at=datetime(2026, 1, 30, tzinfo=UTC), outcome="busy")
    call(kwiaty, "c", started_at=datetime(2026, 1, 29, tzinfo=UTC), direction="out", outcome="no_answer")
    answer = manager.get("calls", **query)
    assert {item["id"] for item in answer.body["items"]} == found


def test_missed_calls_are_those_to_somebody_here_that_nobody_took(
    manager: Api, kwiaty: cast.Company, account: SipAccount
) -> None:
    """Whether they ended at the mailbox, at a busy phone or as the caller gave up; not those that the account made."""
    colleague = cast.phone(kwiaty.tenant, "101")
    for outcome in ("no_answer", "busy", "unavailable", "cancelled", "voicemail", "answered", "refused", "failed"):
        for direction in ("in", "internal", "out"):
            made = call(kwiaty, f"{direction}-{outcome}", outcome=outcome, direction=direction)
            made.accounts.add(account, colleague)
    missed = {"no_answer", "busy", "unavailable", "cancelled", "voicemail"}
    both = {f"{direction}-{outcome}" for direction in ("in", "internal") for outcome in missed}
    assert ids(manager, "missed=true") == both
    assert ids(manager, f"missed=true&sip_account={colleague.pk}") == both
    assert ids(manager, f"missed=true&sip_account={account.pk}") == {f"in-{outcome}" for outcome in missed}
    assert ids(manager, "missed=true&outcome=busy") == {"in-busy", "internal-busy"}
    assert len(ids(manager, "missed=false")) == 24


def ids(manager: Api, query: str) -> set[str]:
    return {one["id"] for one in manager.get(f"calls?{query}&limit=100").body["items"]}


def test_an_accounts_calls_are_found_by_its_id(manager: Api, stranger: Api, kwiaty: cast.Company) -> None:
    mine, other = cast.phone(kwiaty.tenant, "100"), cast.phone(kwiaty.tenant, "101")
    call(kwiaty, "a", mine)
    call(kwiaty, "b", other)
    assert [item["id"] for item in manager.get("calls", sip_account=mine.pk).body["items"]] == ["a"]
    assert stranger.get("calls", sip_account=mine.pk).body["items"] == []
    assert manager.get("calls", sip_account=2**63 - 1).body["items"] == []


def test_a_strangers_call_is_not_found(stranger: Api, kwiaty: cast.Company, account: SipAccount) -> None:
    call(kwiaty, "node1-1", account)
    assert stranger.get("calls/node1-1").status == 404
    assert stranger.get("calls").body["items"] == []


@pytest.mark.parametrize("call_id", ["nothing", "%00", "%FF", "a%2Fb", "x" * 500, "%F0%9F%93%9E"])
def test_any_other_identifier_is_not_found(manager: Api, call_id: str) -> None:
    assert manager.send("GET", f"calls/{call_id}").status == 404


def test_calls_are_found_by_a_number_in_any_spelling(manager: Api, kwiaty: cast.Company) -> None:
    call(kwiaty, "in", from_number="+48600100200", to_number="+48221234567", direction="in")
    call(kwiaty, "out", to_number="600100200", direction="out")
    call(kwiaty, "inside")
    for spelled in ("600 100 200", "+48 600-100-200", "0048600100200"):
        assert {item["id"] for item in manager.get("calls", number=spelled).body["items"]} == {"in", "out"}


# -- Hanging up ------------------------------------------------------------------------------------------------------


def test_a_running_call_is_ordered_to_end_in_the_name_of_the_token(manager: Api, kwiaty: cast.Company) -> None:
    going_on = call(kwiaty, "node1-1", ended_at=None, outcome="")
    answer = manager.post("calls/node1-1/hangup", None)
    assert (answer.status, answer.body["id"], answer.body["ended_at"]) == (202, "node1-1", None)
    assert manager.post("calls/node1-1/hangup", None).status == 202
    assert going_on.hang_up.by


def test_a_call_that_is_over_cannot_be_hung_up(manager: Api, kwiaty: cast.Company) -> None:
    call(kwiaty, "node1-1")
    answer = manager.post("calls/node1-1/hangup", None)
    assert (answer.status, answer.body["type"].rpartition("/")[2]) == (409, "call-ended")
    assert not HangUp.objects.exists()


def test_nobody_hangs_up_a_strangers_call_or_one_that_never_was(
    manager: Api, stranger: Api, kwiaty: cast.Company
) -> None:
    call(kwiaty, "node1-1", ended_at=None, outcome="")
    assert stranger.post("calls/node1-1/hangup", None).status == 404
    assert manager.post("calls/node1-2/hangup", None).status == 404
    assert not HangUp.objects.exists()


def test_a_call_tells_what_was_planned_and_which_way_it_went(manager: Api, reader: Api, kwiaty: cast.Company) -> None:
    """In the shape of `/call-plans`; in the list there is no room for it."""
    callee = cast.phone(kwiaty.tenant, "101", "Ola", call_waiting=False)
    cast.phone(kwiaty.tenant, "100", "Bartek")
    asked = manager.post("call-plans", {"from": "100", "to": "101"}).body
    _facts, plan = plan_for(kwiaty.owner, "100", "101")
    busy = plan.steps[StepName("busy")].why
    why = [reason_as_json(plan.steps[plan.first].why), reason_as_json(busy)]
    leg = {"to": "101", "login": callee.login, "outcome": "busy", "seconds": 0, "why": why[0]}
    call(kwiaty, "node1-1", outcome="busy", answered_at=None, legs=[leg], why=why, plan=plan_as_json(plan))
    for api in (manager, reader):
        told = api.get("calls/node1-1").body["plan"]
        taken = told.pop("taken")
        assert told == asked
        assert taken == [{"step": "start", "outcome": "busy"}, {"step": "busy", "outcome": None}]
    assert "plan" not in manager.get("calls").body["items"][0]


@pytest.mark.parametrize("kind", ["conference", "reject"])
def test_a_plan_of_a_newer_version_is_null(reader: Api, kwiaty: cast.Company, kind: str) -> None:
    step = {"name": "start", "kind": kind, "refusal": "at_lunch", "why": {"why": "of_tomorrow"}, "then": {}}
    call(kwiaty, "node1-1", plan={"start": "start", "steps": [step]})
    answer = reader.get("calls/node1-1")
    assert (answer.status, answer.body["plan"], answer.body["outcome"]) == (200, None, "answered")


def test_an_outcome_of_a_newer_version_is_a_failure(reader: Api, kwiaty: cast.Company) -> None:
    call(kwiaty, "node1-1", outcome="parked", legs=[{"to": "101", "outcome": "parked"}])
    told = reader.get("calls").body["items"][0]
    assert (told["outcome"], told["legs"][0]["outcome"]) == ("failed", "failed")
