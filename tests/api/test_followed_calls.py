"""A program follows the calls with `changed_since`: it sees every change, oldest first, and skips none."""

from concurrent.futures import wait
from functools import partial
from typing import Any

import pytest
from django.db import transaction

from centralka.store.call_records import write_records
from centralka.store.models import CallRecord
from tests import cast
from tests.api.client import Api
from tests.at_once import PATIENCE, beside
from tests.store.test_call_records import a_record

WRITERS = ("node1", "node2", "node3")
CALLS = 12


def write(company: cast.Company, call_id: str, node: str = "node1", *, ended: bool = True) -> None:
    """As the recorder of a node does when the call begins, and when it ends."""
    end = {} if ended else {"ended_at": None, "outcome": ""}
    record = a_record(company.tenant.pk, call_id=call_id, legs=[], may_cost=False, **end)
    write_records([record], node=node, position=0)


class Follower:
    """Asks again and again with what the last answer said."""

    def __init__(self, api: Api, **query: object) -> None:
        self.api, self.query = api, query
        self.since = "0"
        self.seen: list[tuple[str, str | None]] = []

    def ask(self) -> list[str]:
        """Once; the identifiers of the calls that came."""
        answer = self.api.get("calls", changed_since=self.since, **self.query)
        assert answer.status == 200, answer
        self.since = answer.body["next"]
        self.seen += [(item["id"], item["outcome"]) for item in answer.body["items"]]
        return [item["id"] for item in answer.body["items"]]


def test_changes_come_oldest_first_and_each_once(manager: Api, kwiaty: cast.Company) -> None:
    program = Follower(manager)
    assert program.ask() == []
    for call_id in "abc":
        write(kwiaty, call_id, ended=False)
    assert program.ask() == ["a", "b", "c"]
    assert program.ask() == []
    write(kwiaty, "b")
    write(kwiaty, "d", ended=False)
    write(kwiaty, "a")
    assert program.ask() == ["b", "d", "a"]
    assert program.seen[-3:] == [("b", "answered"), ("d", None), ("a", "answered")]


def test_pages_go_on_where_the_last_one_ended_though_calls_change_meanwhile(manager: Api, kwiaty: cast.Company) -> None:
    program = Follower(manager, limit=2)
    for call_id in "abcde":
        write(kwiaty, call_id)
    assert program.ask() == ["a", "b"]
    write(kwiaty, "a")
    write(kwiaty, "c")
    assert [program.ask() for _page in range(3)] == [["d", "e"], ["a", "c"], []]


def test_filters_hold_and_what_they_leave_out_is_not_read_again(manager: Api, kwiaty: cast.Company) -> None:
    program = Follower(manager, direction="in")
    write(kwiaty, "out")
    assert program.ask() == []
    assert program.since == "1"


def test_each_company_counts_for_itself(manager: Api, stranger: Api, kwiaty: cast.Company) -> None:
    """How much others telephone is not told by the numbers."""
    write(kwiaty, "a")
    write(kwiaty, "b")
    theirs = Follower(stranger)
    assert (theirs.ask(), theirs.since) == ([], "0")


def test_a_call_stays_with_its_company_though_its_number_moves(
    manager: Api, kwiaty: cast.Company, ksiegi: cast.Company
) -> None:
    """A call from outside, of which no decision was noted, belongs to whoever had the number when it began."""
    line = cast.line_outside(kwiaty.tenant)
    call: dict[str, Any] = {
        "direction": "in",
        "from_login": None,
        "to_number": "221234567",
        "legs": [],
        "may_cost": False,
    }
    write_records([a_record(None, **call, ended_at=None, outcome="")], node="node1", position=0)
    program = Follower(manager)
    assert program.ask() == ["a1"]
    line.tenant = ksiegi.tenant
    line.save()
    write_records([a_record(None, **call)], node="node1", position=0)
    program.ask()
    assert program.seen == [("a1", None), ("a1", "answered")]


@pytest.mark.parametrize(
    ("query", "field", "code"),
    [
        ({"changed_since": "3"}, "changed_since", "ahead"),
        ({"changed_since": "2026-01-31T12:00:00Z"}, "changed_since", "malformed"),
        ({"changed_since": "-1"}, "changed_since", "malformed"),
        ({"changed_since": ""}, "changed_since", "malformed"),
        ({"changed_since": "0", "cursor": "x"}, "cursor", "ambiguous"),
    ],
)
def test_what_is_no_place_to_go_on_from_is_refused(
    manager: Api, kwiaty: cast.Company, query: dict[str, str], field: str, code: str
) -> None:
    write(kwiaty, "a")
    write(kwiaty, "b")
    answer = manager.get("calls", **query)
    assert answer.status == 422
    assert code in answer.wrong[field]


@pytest.mark.django_db(transaction=True)
def test_a_change_that_is_not_committed_yet_holds_up_those_after_it(manager: Api, kwiaty: cast.Company) -> None:
    """Else a program would be told of the later one, go on from there, and never hear of the earlier."""
    program = Follower(manager)

    with transaction.atomic():
        write(kwiaty, "earlier", "node1")
        writing = beside(lambda: write(kwiaty, "later", "node2"))
        wait([writing], 1)  # would be through by now, if it waited for nobody
        reading = beside(program.ask)  # beside, since this thread is in the middle of the transaction
        reading.result(PATIENCE)
        assert program.seen == []
    writing.result(PATIENCE)
    assert program.ask() == ["earlier", "later"]


@pytest.mark.django_db(transaction=True)
def test_nothing_is_skipped_while_several_nodes_write(manager: Api, kwiaty: cast.Company) -> None:
    program = Follower(manager, limit=5)

    def node(name: str) -> None:
        for index in range(CALLS):
            write(kwiaty, f"{name}-{index}", name, ended=False)
            write(kwiaty, f"{name}-{index}", name)

    writing = [beside(partial(node, name)) for name in WRITERS]
    while not all(node.done() for node in writing):
        program.ask()
    for one in writing:
        one.result()
    while program.ask():
        pass
    ended = [call_id for call_id, outcome in program.seen if outcome == "answered"]
    assert sorted(ended) == sorted(f"{name}-{index}" for name in WRITERS for index in range(CALLS))
    numbers = CallRecord.objects.values_list("change", flat=True)
    assert len(set(numbers)) == len(WRITERS) * CALLS
