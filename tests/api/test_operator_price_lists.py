"""Price lists, for the operator: made, filled by CSV files, given to companies, deleted; and VAT."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from centralka.store.models import PriceList, Tenant
from tests import cast
from tests.api.client import Answer, Api, values

HEADER = "prefix,description,price per minute,connection fee,first increment,next increment"
FILE = f"{HEADER}\n48,Polska,0.05,0,1,1\n4822,Warszawa,0.03,0,1,1\n49,Niemcy,0.15,0.10,60,30\n"
BAD_AMOUNTS: list[Any] = [
    None,
    1,
    1.5,
    "",
    "-1",
    "1,5",
    "NaN",
    "1e3",
    "0.00001",
    "10001",
    "1.000",
    "9" * 400,
    "١",
    [],
    True,
]


@pytest.fixture
def standard(operator: Api) -> str:
    """Where the list is."""
    return operator.post("operator/price-lists", {"name": "Standard"}).headers["Location"]


def upload(operator: Api, where: str, content: str | bytes, content_type: str = "text/csv") -> Answer:
    return operator.send("POST", f"{where}/prices", content, content_type=content_type)


def form(*files: bytes, name: str = "file") -> tuple[bytes, str]:
    """A form as a browser sends it, with its content type."""
    parts = b"".join(
        b'--xyz\r\nContent-Disposition: form-data; name="%s"; filename="a.csv"\r\n\r\n%s\r\n' % (name.encode(), content)
        for content in files
    )
    return parts + b"--xyz--\r\n", "multipart/form-data; boundary=xyz"


def test_a_price_list_is_made_and_changed(operator: Api) -> None:
    answer = operator.post("operator/price-lists", {"name": "Standard", "account_monthly": "9.99"})
    assert answer.status == 201
    assert answer.body == {
        "id": answer.body["id"],
        "name": "Standard",
        "account_activation": "0.0000",
        "account_monthly": "9.9900",
        "prices": 0,
        "tenants": 0,
        "created_at": answer.body["created_at"],
        "changed_at": answer.body["changed_at"],
    }
    where = answer.headers["Location"]
    assert operator.get(where).body == answer.body
    changed = operator.patch(where, {"account_activation": "20.5"}).body
    assert (changed["name"], changed["account_activation"], changed["account_monthly"]) == (
        "Standard",
        "20.5000",
        "9.9900",
    )
    assert operator.get("operator/price-lists").body["items"] == [changed]
    assert operator.post("operator/price-lists", {"name": "Standard"}).wrong == {"name": ["taken"]}


@pytest.mark.parametrize(
    ("field", "bad"),
    [
        *(("name", bad) for bad in values(None, 1, [], "", "x" * 61, "a\x07", "\0", "\ud800", "x" * 100_000)),
        *((fee, bad) for fee in ("account_activation", "account_monthly") for bad in BAD_AMOUNTS),
        ("prices", []),
    ],
    ids=lambda value: f"{value!r:.30}",
)
def test_a_wrong_field_is_named(operator: Api, standard: str, field: str, bad: Any) -> None:
    assert set(operator.post("operator/price-lists", {"name": "Nowy", field: bad}).wrong) == {field}
    assert set(operator.patch(standard, {field: bad}).wrong) == {field}
    assert PriceList.objects.count() == 1


def test_a_file_is_uploaded_alone_or_in_a_form(operator: Api, standard: str) -> None:
    assert upload(operator, standard, FILE).body == {"prices": 3}
    content, content_type = form(f"{HEADER}\n420,Czechy,0.20,0,30,6\n".encode())
    assert upload(operator, standard, content, content_type).body == {"prices": 1}
    assert operator.get(f"{standard}/prices").body["items"] == [
        {
            "prefix": "420",
            "description": "Czechy",
            "per_minute": "0.2000",
            "connection_fee": "0.0000",
            "first_increment": 30,
            "next_increment": 6,
        }
    ]
    assert operator.get(standard).body["prices"] == 1


def test_prices_are_searched_and_paged(operator: Api, standard: str) -> None:
    upload(operator, standard, FILE)

    def found(**asked: Any) -> list[str]:
        return [one["prefix"] for one in operator.get(f"{standard}/prices", **asked).body["items"]]

    assert found() == ["48", "4822", "49"]
    assert found(search="+48 22 123 45 67") == ["48", "4822"]
    assert found(search="niemcy") == ["49"]
    cursor = operator.get(f"{standard}/prices", limit=2).body["next"]
    assert found(limit=2, cursor=cursor) == ["49"]
    assert operator.get(f"{standard}/prices", search="x" * 101).wrong.keys() == {"search"}


def test_each_mistake_is_told_with_its_line_and_column_and_no_price_changes(operator: Api, standard: str) -> None:
    upload(operator, standard, FILE)
    answer = upload(operator, standard, f"{HEADER}\n420,Czechy,0.20,0,1,1\n421,Słowacja,-1,0,0,1\n420,x,1,0,1,1\n")
    assert (answer.status, answer.kind) == (422, "wrong-price-list")
    assert [(one["line"], one["column"], one["code"]) for one in answer.body["errors"]] == [
        (3, "per_minute", "negative"),
        (3, "first_increment", "seconds_out_of_range"),
        (4, "prefix", "double_prefix"),
    ]
    assert answer.body["detail"].startswith("No price was changed. Mistakes: 3")
    assert operator.get(standard).body["prices"] == 3


def test_a_revision_is_followed_brought_back_downloaded_and_removed(operator: Api, standard: str) -> None:
    upload(operator, standard, FILE)
    operator.send("POST", f"{standard}/prices", f"{HEADER}\n420,Czechy,0.20,0,1,1\n", content_type="text/csv", query={
        "file_name": "lipiec.csv", "holds_from": "2099-07-01T00:00:00Z", "wait": "false",
    })  # fmt: skip
    later, now = operator.get(f"{standard}/revisions").body["items"]
    assert (now["holds"], now["prices"], now["loaded"], now["state"]) == (True, 3, 3, "ready")
    assert (later["holds"], later["holds_from"], later["file_name"]) == (
        False,
        "2099-07-01T00:00:00.000Z",
        "lipiec.csv",
    )
    assert operator.get(standard).body["prices"] == 3
    one = f"{standard}/revisions/{later['id']}"
    assert operator.post(f"{one}/hold", {}).body["holds"]
    assert operator.get(one).body["holds"]
    assert b"420;Czechy;0.2000;0.0000;1;1" in operator.get(f"{standard}/prices.csv").body
    assert operator.delete(one).status == 409
    old = f"{standard}/revisions/{now['id']}"
    assert operator.get(f"{old}/prices.csv").body.count(b"\r\n") == 4
    assert operator.delete(old).status == 204
    assert operator.get(f"{standard}/revisions").body["items"] == [operator.get(one).body]


@pytest.mark.parametrize("wait", ["true", "false"])
def test_a_start_that_is_over_is_refused(operator: Api, standard: str, wait: str) -> None:
    for start, wrong in (
        (timezone.now() - timedelta(minutes=10), True), (timezone.now() - timedelta(seconds=5), False),
    ):  # fmt: skip
        query = {"holds_from": start.isoformat(), "wait": wait}
        answer = operator.send("POST", f"{standard}/prices", FILE, content_type="text/csv", query=query)
        assert (answer.status, answer.wrong if wrong else {}) == (
            (422, {"holds_from": ["past"]}) if wrong else (200, {})
        )


def test_mistakes_are_told_in_polish_too(operator: Api, standard: str) -> None:
    operator.language = "pl"
    (error,) = upload(operator, standard, f"{HEADER}\n420,Czechy,-1,0,1,1\n").body["errors"]
    assert error["message"] == "„-1” to mniej niż zero."


@pytest.mark.parametrize("content", ["\n", b"\0\1\2", b"\xff" * 100, "no header", "x,x\n" * 50_000, '"' * 1000])
def test_what_is_no_price_list_is_told_so(operator: Api, standard: str, content: str | bytes) -> None:
    answer = upload(operator, standard, content)
    assert answer.kind == "wrong-price-list"
    assert len(answer.body["errors"]) <= 100


def test_files_far_too_large_are_refused(operator: Api, standard: str) -> None:
    for size in (20_000_001, 100_000_000):
        assert upload(operator, standard, b"x" * size).kind == "too-large"
    content, content_type = form(b"x" * 30_000_000)
    assert upload(operator, standard, content, content_type).kind == "too-large"


def test_a_file_larger_than_any_json_is_read(operator: Api, standard: str) -> None:
    rows = "".join(f"{number},{'Kierunek ' * 10},0.0001,0,1,1\n" for number in range(100_000, 112_000))
    content = f"{HEADER}\n{rows}"
    assert len(content) > 2**20
    assert upload(operator, standard, content).body == {"prices": 12_000}
    assert upload(operator, standard, *form(content.encode())).body == {"prices": 12_000}


@pytest.mark.parametrize(
    "content_type", ["", "application/json", "text/plain", "application/octet-stream", "text/html"]
)
def test_another_content_type_is_refused(operator: Api, standard: str, content_type: str) -> None:
    assert upload(operator, standard, FILE, content_type).kind == "not-csv"


def test_a_form_without_the_file_or_with_two_is_refused(operator: Api, standard: str) -> None:
    assert upload(operator, standard, *form()).wrong == {"file": ["required"]}
    assert upload(operator, standard, *form(FILE.encode(), name="prices")).wrong == {"file": ["required"]}
    assert upload(operator, standard, *form(FILE.encode(), FILE.encode())).wrong == {"file": ["repeated"]}


@pytest.mark.parametrize(
    "content_type", ["multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; boundary=ż"]
)
def test_a_form_that_is_none_is_refused(operator: Api, standard: str, content_type: str) -> None:
    assert upload(operator, standard, FILE, content_type).status == 400


def test_a_form_of_endless_fields_or_files_is_refused(operator: Api, standard: str) -> None:
    field = b'--xyz\r\nContent-Disposition: form-data; name="a"\r\n\r\nb\r\n'
    content_type = "multipart/form-data; boundary=xyz"
    assert upload(operator, standard, field * 1001 + b"--xyz--\r\n", content_type).kind == "bad-request"
    assert upload(operator, standard, *form(*[b"x"] * 101)).kind == "bad-request"


def test_a_list_in_use_is_not_deleted(operator: Api, standard: str, kwiaty: cast.Company) -> None:
    Tenant.objects.update(price_list=PriceList.objects.get())
    assert operator.delete(standard).wrong == {"tenants": ["in_use"]}
    Tenant.objects.update(price_list=None)
    assert operator.delete(standard).status == 204
    for answer in (operator.get(standard), operator.get(f"{standard}/prices"), upload(operator, standard, FILE)):
        assert answer.status == 404


def test_vat_is_a_setting(operator: Api) -> None:
    assert operator.get("operator/settings").body == {"vat_percent": "23.00"}
    assert operator.patch("operator/settings", {"vat_percent": "8.5"}).body == {"vat_percent": "8.50"}
    assert operator.patch("operator/settings", {}).body == {"vat_percent": "8.50"}


@pytest.mark.parametrize("bad", [None, 23, 8.5, "", "-1", "50.01", "23.001", "NaN", "23%", [], "9" * 400])
def test_an_absurd_vat_is_refused(operator: Api, bad: Any) -> None:
    assert set(operator.patch("operator/settings", {"vat_percent": bad}).wrong) == {"vat_percent"}
    assert operator.get("operator/settings").body == {"vat_percent": "23.00"}
