"""Saved numbers of others, over the API."""

from typing import Any

import pytest

from centralka.store.models import ExternalNumber
from tests import cast
from tests.api.client import Api
from tests.api.test_bad_input import HOSTILE_TEXT, NOT_TEXT

SERVICE = {"number": "600 100 200", "name": "Serwis"}


def test_a_number_is_saved_read_and_deleted(manager: Api) -> None:
    answer = manager.post("external-numbers", SERVICE)
    assert answer.status == 201
    assert (answer.body["number"], answer.body["name"]) == ("+48600100200", "Serwis")
    where = answer.headers["Location"]
    assert manager.get(where).body == answer.body
    assert manager.delete(where).status == 204
    assert manager.get(where).status == 404


def test_they_are_listed_by_name(manager: Api, kwiaty: cast.Company) -> None:
    for number, name in enumerate(["Żabka", "Serwis", "Biuro", "Serwis"]):
        ExternalNumber.objects.create(tenant=kwiaty.tenant, e164=f"+4860010020{number}", name=name)
    first = manager.get("external-numbers", limit=3).body
    rest = manager.get("external-numbers", limit=3, cursor=first["next"]).body
    listed = [item["name"] for item in [*first["items"], *rest["items"]]]
    assert listed == ["Biuro", "Serwis", "Serwis", "Żabka"]
    assert rest["next"] is None


def test_a_number_is_saved_once(manager: Api) -> None:
    manager.post("external-numbers", SERVICE)
    answer = manager.post("external-numbers", SERVICE | {"number": "+48600100200"})
    assert (answer.status, answer.wrong) == (409, {"number": ["taken"]})


@pytest.mark.parametrize(
    ("field", "bad"),
    [
        *(("number", bad) for bad in [*NOT_TEXT, *HOSTILE_TEXT, "", "abc", "112", "100", "9" * 5000]),
        *(("name", bad) for bad in [*NOT_TEXT, *HOSTILE_TEXT, "", "  ", "x" * 61, "a\nb\x07", '"<>"']),
        ("note", "x"),
    ],
    ids=lambda given: f"{given!r:.30}",
)
def test_no_saved_number_takes_it(manager: Api, field: str, bad: Any) -> None:
    answer = manager.post("external-numbers", SERVICE | {field: bad})
    assert (answer.status, set(answer.wrong)) == (422, {field})
    assert not ExternalNumber.objects.exists()


def test_a_stranger_sees_their_own_only(manager: Api, stranger: Api) -> None:
    where = manager.post("external-numbers", SERVICE).headers["Location"]
    assert stranger.get("external-numbers").body["items"] == []
    assert stranger.get(where).status == 404
    assert stranger.delete(where).status == 404
    assert stranger.post("external-numbers", SERVICE).status == 201
