"""Trunks, for the operator."""

import logging
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import Settings

from centralka.store.models import Trunk
from tests.api.client import Api

SECRET = "s3kret-Operatora"
TRUNK = {"name": "Operator A", "host": "sip.operator.example", "username": "48221234567", "password": SECRET}
NOT_TEXT: list[Any] = [None, 1, True, [], {}]
HOSTILE = ["\0", "a\0b", "\ud800", "a\x07b", "x" * 100_000]
NOT_WHOLE: list[Any] = [None, "5060", 5060.0, True, [], 0, -1, 10**30]
NOT_YES_OR_NO: list[Any] = [None, 1, "true", [], {}]


@pytest.fixture(autouse=True)
def _here(settings: Settings) -> None:
    settings.BIND, settings.SIP_PORT = "192.0.2.1", 5060


def test_a_trunk_is_made_with_defaults_and_never_tells_its_password(operator: Api) -> None:
    answer = operator.post("operator/trunks", TRUNK)
    assert answer.status == 201
    assert answer.body == {
        "id": answer.body["id"],
        "name": "Operator A",
        "kind": "registration",
        "host": "sip.operator.example",
        "port": 5060,
        "transport": "udp",
        "username": "48221234567",
        "password_set": True,
        "priority": 10,
        "enabled": True,
        "number_style": "e164",
        "called_number": "automatic",
        "sends_pai": True,
        "foreign_caller_ids": False,
        "pings": True,
        "addresses": [],
        "status": None,
        "answer": None,
        "reachable": None,
        "status_at": None,
        "created_at": answer.body["created_at"],
        "changed_at": answer.body["changed_at"],
        "version": 1,
    }
    assert operator.get(answer.headers["Location"]).body == answer.body
    assert Trunk.objects.get().password == SECRET


def test_each_field_is_changed_alone(operator: Api) -> None:
    one = f"operator/trunks/{operator.post('operator/trunks', TRUNK).body['id']}"
    for field, value in {
        "name": "B",
        "host": "203.0.113.7",
        "port": 5070,
        "transport": "tcp",
        "username": "inny",
        "priority": 1,
        "enabled": False,
        "number_style": "national",
        "called_number": "p_called_party_id",
        "sends_pai": False,
        "foreign_caller_ids": True,
    }.items():
        before, after = operator.get(one).body, operator.patch(one, {field: value}).body
        same = {"changed_at": after["changed_at"], "version": before["version"] + 1, "addresses": after["addresses"]}
        assert after == before | same | {field: value}
    assert operator.get(one).body["addresses"] == ["203.0.113.7"]
    assert operator.patch(one, {"kind": "address"}).body["password_set"] is False


def test_the_state_of_its_registration_is_told(operator: Api) -> None:
    one = f"operator/trunks/{operator.post('operator/trunks', TRUNK).body['id']}"
    for status in ("Registered", "Rejected", "Unregistered"):
        Trunk.objects.update(status=status, status_at=timezone.now())
        assert operator.get(one).body["status"] == status.lower()
    Trunk.objects.update(status="Rejected", answer="403 Forbidden")
    assert operator.get(one).body["answer"] == "403 Forbidden"
    Trunk.objects.update(status="Whatever")
    assert operator.get(one).body["status"] is None


def test_the_second_of_two_who_save_is_told(operator: Api) -> None:
    one = f"operator/trunks/{operator.post('operator/trunks', TRUNK).body['id']}"
    assert operator.patch(one, {"priority": 1, "version": 1}).status == 200
    answer = operator.patch(one, {"priority": 2, "version": 1})
    assert (answer.kind, answer.wrong) == ("changed-meanwhile", {"version": ["stale"]})


def test_a_name_that_exists_is_a_conflict(operator: Api) -> None:
    operator.post("operator/trunks", TRUNK)
    assert operator.post("operator/trunks", TRUNK).wrong == {"name": ["taken"]}


def test_trunks_are_listed_in_the_order_in_which_they_are_tried(operator: Api) -> None:
    for name, priority in (("C", 3), ("A", 1), ("B", 2)):
        operator.post("operator/trunks", TRUNK | {"name": name, "priority": priority})
    first = operator.get("operator/trunks", limit=2).body
    rest = operator.get("operator/trunks", limit=2, cursor=first["next"]).body
    assert [one["name"] for one in first["items"] + rest["items"]] == ["A", "B", "C"]


def test_a_deleted_trunk_is_gone(operator: Api) -> None:
    one = f"operator/trunks/{operator.post('operator/trunks', TRUNK).body['id']}"
    assert operator.delete(one).status == 204
    assert operator.get(one).status == operator.patch(one, {}).status == operator.delete(one).status == 404


@pytest.mark.parametrize(
    ("field", "bad"),
    [
        *(("name", bad) for bad in (*NOT_TEXT, *HOSTILE, "", "x" * 61)),
        *(
            ("host", bad)
            for bad in (*NOT_TEXT, *HOSTILE, "", "a b", "a;b", "sip:a", "[::1", "a:5060", "0.0.0.0", "::1")
        ),
        *(("username", bad) for bad in (*NOT_TEXT, *HOSTILE, "", "a b", "a@b", "a;transport=tcp")),
        *(("password", bad) for bad in (*NOT_TEXT[1:], *HOSTILE, "", "a;b", "a^b", "a\r\nb", " a")),
        *(("port", bad) for bad in (*NOT_WHOLE, 65_536)),
        *(("priority", bad) for bad in (*NOT_WHOLE, 1000)),
        *(("kind", bad) for bad in (*NOT_TEXT, "", "peer")),
        *(("transport", bad) for bad in (*NOT_TEXT, "", "tls")),
        *(("number_style", bad) for bad in (*NOT_TEXT, "", "roman")),
        *(("called_number", bad) for bad in (*NOT_TEXT, "", "via")),
        *((name, bad) for name in ("enabled", "sends_pai", "foreign_caller_ids") for bad in NOT_YES_OR_NO),
        ("status", "Registered"),
        ("addresses", ["203.0.113.7"]),
    ],
    ids=lambda value: f"{value!r:.30}",
)
def test_a_wrong_field_is_named_and_nothing_is_kept(operator: Api, field: str, bad: Any) -> None:
    answer = operator.post("operator/trunks", TRUNK | {field: bad})
    assert answer.status == 422
    assert set(answer.wrong) == {field}
    assert not Trunk.objects.exists()
    one = f"operator/trunks/{operator.post('operator/trunks', TRUNK).body['id']}"
    answer = operator.patch(one, {field: bad})
    assert answer.status == 422
    assert set(answer.wrong) == {field}
    assert operator.get(one).body["version"] == 1


def test_the_password_is_in_no_answer_and_no_log(operator: Api, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        made = operator.post("operator/trunks", TRUNK)
        one = f"operator/trunks/{made.body['id']}"
        answers = [
            made,
            operator.get(one),
            operator.get("operator/trunks"),
            operator.patch(one, {"password": SECRET + ";"}),
            operator.patch(one, {"password": [SECRET]}),
            operator.post("operator/trunks", TRUNK | {"host": ""}),
            operator.post("operator/trunks", [SECRET]),
        ]
    for answer in answers:
        assert SECRET not in answer.text
    # Django logs its SQL when it debugs, and only then.
    assert SECRET not in "".join(record.getMessage() for record in caplog.records if "django.db" not in record.name)
