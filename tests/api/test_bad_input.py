"""Every field with wrong, huge and hostile values: always a 4xx that names the field, never a 5xx."""

import copy
import json
from typing import Any, NamedTuple

import pytest
from pytest_django import DjangoDbBlocker

from centralka.actions.tokens import make_operator_token
from centralka.store.models import Number, Role, SipAccount
from tests import cast
from tests.api.client import Answer, Api
from tests.api.conftest import token_of

ACCOUNT = {"extension": "102", "name": "Biuro", "password": cast.SIP_PASSWORD}
OWNER = {"email": "ewa@nowa.example", "name": "Ewa", "password": cast.PASSWORD}
COMPANY = {"slug": "nowa", "name": "Nowa", "owner": OWNER}

NOT_TEXT: list[Any] = [None, 1, 1.5, True, [], ["x"], {}, {"a": {"b": []}}]
HOSTILE_TEXT = ["\0", "a\0b", "\ud800", "\udfff!", "x" * 100_000]
NOT_WHOLE: list[Any] = [None, "30", "", 30.0, 30.5, True, False, [], {}, "١٠٠", "1e3", 10**30, -(10**30), 10**4000]
NOT_YES_OR_NO: list[Any] = [None, "true", "", 0, 1, 1.0, [], {}]
"""What no text, number or yes/no field takes, whatever it means."""

SIP_ACCOUNT_FIELDS: dict[str, list[Any]] = {
    "kind": [*NOT_TEXT, *HOSTILE_TEXT, "", "fax", "VOICE"],
    "extension": [
        *NOT_TEXT, *HOSTILE_TEXT, "", " ", "1", "012", "1234567", "112", "116111", "10a", "١٠٠", "１００", "10 0",
        "-10", "+10", "1e2", "10\n0", "10\u200b0", "'; DROP TABLE sip_account; --", "<b>10</b>",
    ],
    "name": [
        *NOT_TEXT, *HOSTILE_TEXT, "", "   ", "x" * 61, "a\nb\tc\x07", "<script>",
        'a"b', "a\\b", "\u202eabc", "\x7f",
    ],
    "password": [
        *NOT_TEXT, *HOSTILE_TEXT, "", "short", "aaaaaaaaaaaa", "123456789012", "password1234567 x", "zażółć-gęślą-7",
        "kwiaty_102-abcX", "qwertyuiop", "x" * 129,
    ],
    "internal_caller_id": [*NOT_TEXT[1:], *HOSTILE_TEXT, "abc", "1" * 16, "١٠٠", "+48", "1 2", "1.0"],
    "ring_timeout": [*NOT_WHOLE, 4, 181, 0, -1, -30, 2**31, 2**63],
    "call_waiting": NOT_YES_OR_NO,
    "caller_id": [
        None, 1, True, "restricted", [], {}, {"mode": "own"}, {"mode": None}, {"mode": "number"},
        {"number": "+48221234567"},
        {"mode": "restricted", "number": "+48221234567"}, {"mode": "restricted", "x": 1},
        *({"mode": "number", "number": bad} for bad in (*NOT_TEXT, *HOSTILE_TEXT, "", "+48221234567", "112", "100")),
    ],
    "international": [*NOT_TEXT, *HOSTILE_TEXT, "", "World", "mars"],
    "max_rate": [
        1, 1.5, 0, True, [], {}, *HOSTILE_TEXT, "", "0,50", "1e2", "NaN", "Infinity", "-Infinity", "-0.01", "1000.01",
        "0.00001", "١", "1_0", " 1", "1 zł", "9" * 400, "+1", ".5", "5.",
    ],
    "outbound_pin": [*NOT_TEXT[1:], *HOSTILE_TEXT, "123", "12345678901", "abcd", "١٢٣٤", " 1234", "1234\n", "-1234"],
    "switch_to_fax": [*NOT_TEXT[1:], *HOSTILE_TEXT, "99", "100", "abc"],
    "voicemail": [
        None, 1, "on", True, [], {"x": 1}, {"enabled": None}, {"enabled": "true"}, {"greeting_on": None},
        {"greeting_on": {"busy": None}}, {"greeting_on": {"no_answer": 1}}, {"greeting_on": {"unavailable": True}},
        {"enabled": True},
        *({"pin": bad} for bad in [*NOT_TEXT[1:], *HOSTILE_TEXT, "", "12", "1" * 11, "١٢٣", " 123", "123\n", "-123"]),
        *({"email": bad} for bad in [*NOT_TEXT[1:], *HOSTILE_TEXT, "x", "a@", "@b.pl", "a@b.pl\nBcc: c@d.pl"]),
    ],
    "forwarding": [
        None, 1, "on", True, [], {"x": None},
        *({"return_after": bad} for bad in [*NOT_WHOLE, 4, 181, 0, -1, 2**31, 2**63]),
        {"busy": 1}, {"busy": True}, {"busy": "11"}, {"busy": []}, {"busy": {}},
        *({"busy": {"type": bad}} for bad in [None, "fax", "deleted", "extension", "voicemail"]),
        {"busy": {"extension": "11"}},
        *({"no_answer": {"type": "extension", "extension": bad}} for bad in [*NOT_TEXT, *HOSTILE_TEXT, "", "99", "١١"]),
        *({"unavailable": {"type": "external", "number": bad}} for bad in [*NOT_TEXT, *HOSTILE_TEXT, "", "112", "11"]),
    ],
    "version": ["1", 1.0, True, [], {}, "١", 10**4000],
}  # fmt: skip
OPERATOR_FIELDS: dict[str, list[Any]] = {
    "slug": [*NOT_TEXT, *HOSTILE_TEXT, "", "a", "1a", "a_b", "x" * 21, "zażółć", "a b", "-a", "../etc"],
    "name": [*NOT_TEXT, *HOSTILE_TEXT, "", "  ", "x" * 101, "a\x07b"],
    "language": [*NOT_TEXT, *HOSTILE_TEXT, "", "de", "PL"],
    "owner": [1, "x", True, [], {}],
    "owner.email": [*NOT_TEXT, *HOSTILE_TEXT, "", "x", "a@", "@b.pl", "a b@c.pl", "a" * 290 + "@nowa.example"],
    "owner.name": [*NOT_TEXT, *HOSTILE_TEXT, "", "x" * 101, "a\x07b"],
    "owner.password": [*NOT_TEXT, *HOSTILE_TEXT, "", "short", "123456789012", "password1234"],
}
PLAN_FIELDS: dict[str, list[Any]] = {
    "from": [*NOT_TEXT, *HOSTILE_TEXT, "", "199", "١٠٠", "%", "100'--"],
    "to": [*NOT_TEXT, *HOSTILE_TEXT],
    "at": [
        1, 1.5, True, [], {}, "", "now", "2026-01-31", "2026-01-31T12:00:00", "2026-02-30T12:00:00Z", "1769860800",
        "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2026-01-31T12:00:00+99:99", "٢٠٢٦-01-31T12:00:00Z",
        *HOSTILE_TEXT,
    ],
}  # fmt: skip
QUERIES: dict[tuple[str, str], list[str]] = {
    ("sip-accounts", "limit"): ["0", "201", "-1", "", "x", "1.0", "1_0", "١٠", "1e2", "9" * 5000, "true", " 5"],
    ("sip-accounts", "cursor"): ["x", "\0", "x" * 5000],
    ("sip-accounts", "extension"): ["x" * 21, "\0"],
    ("sip-accounts", "search"): ["x" * 60_000, "%" * 101, "\0"],
    ("sip-accounts", "kind"): ["", "fax", "\0"],
    ("sip-accounts", "extention"): ["100"],
    ("calls", "since"): ["", "x", "2026-01-31", "0", "2026-01-31T12:00:00 01:00", "\0"],
    ("calls", "until"): ["2026-13-01T00:00:00Z", "0001-01-01T00:00:00+01:00"],
    ("calls", "sip_account"): ["0", "-1", "x", "1.0", "9" * 19, "9" * 5000, "١", ""],
    ("calls", "direction"): ["", "INTERNAL", "sideways"],
    ("calls", "outcome"): ["", "answered ", "maybe"],
}


class Kept(NamedTuple):
    kwiaty: cast.Company
    managers: str
    operators: str


@pytest.fixture(scope="module", autouse=True)
def kept(rows_for_the_module: None, django_db_blocker: DjangoDbBlocker) -> Kept:
    """Make the company and tokens once: a thousand requests are sent here."""
    with django_db_blocker.unblock():
        kwiaty = cast.alicjas_company()
        return Kept(kwiaty, token_of(kwiaty, Role.MANAGER), make_operator_token("test"))


@pytest.fixture
def kwiaty(kept: Kept, db: None) -> cast.Company:
    return copy.deepcopy(kept.kwiaty)


@pytest.fixture
def manager(kept: Kept, db: None) -> Api:
    return Api(kept.managers)


@pytest.fixture
def operator(kept: Kept, db: None) -> Api:
    return Api(kept.operators)


def _cases(fields: dict[str, list[Any]]) -> list[Any]:
    return [pytest.param(field, bad, id=f"{field}-{bad!r:.30}") for field, values in fields.items() for bad in values]


def _names(answer: Answer, field: str) -> bool:
    return any(wrong == field or wrong.startswith(f"{field}.") for wrong in answer.wrong)


@pytest.mark.parametrize(("field", "bad"), _cases({k: v for k, v in SIP_ACCOUNT_FIELDS.items() if k != "version"}))
def test_no_new_account_takes_it(manager: Api, field: str, bad: Any) -> None:
    answer = manager.post("sip-accounts", ACCOUNT | {field: bad})
    assert answer.status == 422
    assert _names(answer, field)
    assert not SipAccount.objects.exists()


@pytest.mark.parametrize(("field", "bad"), _cases({k: v for k, v in SIP_ACCOUNT_FIELDS.items() if k != "kind"}))
def test_no_change_takes_it(manager: Api, account: SipAccount, field: str, bad: Any) -> None:
    answer = manager.patch(f"sip-accounts/{account.pk}", {"password": cast.SIP_PASSWORD, field: bad})
    assert answer.status == 422
    assert _names(answer, field)
    account.refresh_from_db()
    assert (account.extension, account.name, account.version) == ("100", "Bartek", 1)


@pytest.mark.parametrize(("field", "bad"), _cases(OPERATOR_FIELDS))
def test_no_new_company_takes_it(operator: Api, field: str, bad: Any) -> None:
    outer, _dot, inner = field.partition(".")
    answer = operator.post("operator/tenants", COMPANY | {outer: OWNER | {inner: bad} if inner else bad})
    assert answer.status == 422
    assert _names(answer, field)


@pytest.mark.parametrize(("field", "bad"), _cases({k: OPERATOR_FIELDS[k] for k in ("name", "language")}))
def test_the_company_does_not_take_it(manager: Api, field: str, bad: Any) -> None:
    answer = manager.patch("tenant", {field: bad})
    assert answer.status == 422
    assert _names(answer, field)


COMPANY_FIELDS: dict[str, list[Any]] = {
    "international": [*NOT_TEXT, *HOSTILE_TEXT, "", "inherit", "World"],
    "max_rate": [None, *SIP_ACCOUNT_FIELDS["max_rate"]],
}
TARGETS: list[Any] = [
    1, True, "17", [], {}, {"type": "sip_account"}, {"id": 1}, {"type": "fax_account", "id": 1},
    *({"type": "sip_account", "id": bad} for bad in (*NOT_WHOLE, 0, -1, 2**63, 2**62)),
]  # fmt: skip


@pytest.mark.parametrize(("field", "bad"), _cases(COMPANY_FIELDS))
def test_no_permission_of_the_company_takes_it(manager: Api, field: str, bad: Any) -> None:
    answer = manager.patch("tenant", {field: bad})
    assert answer.status == 422
    assert _names(answer, field)


@pytest.mark.parametrize("bad", TARGETS, ids=lambda bad: f"{bad!r:.40}")
def test_no_number_points_there(manager: Api, account: SipAccount, kwiaty: cast.Company, bad: Any) -> None:
    number = Number.objects.create(e164="+48221234567", tenant=kwiaty.tenant, sip_account=account)
    answer = manager.patch(f"numbers/{number.pk}", {"target": bad})
    assert answer.status == 422
    assert _names(answer, "target")
    number.refresh_from_db()
    assert number.sip_account == account


@pytest.mark.parametrize(("field", "bad"), _cases(PLAN_FIELDS))
def test_no_plan_takes_it(manager: Api, account: SipAccount, field: str, bad: Any) -> None:
    answer = manager.post("call-plans", {"from": "100", "to": "101", field: bad})
    assert answer.status == 422
    assert _names(answer, field)


@pytest.mark.parametrize(
    ("path", "name", "bad"),
    [pytest.param(*where, bad, id=f"{where[1]}-{bad!r:.30}") for where, values in QUERIES.items() for bad in values],
)
def test_no_list_takes_it(manager: Api, path: str, name: str, bad: str) -> None:
    answer = manager.get(path, **{name: bad})
    assert answer.status == 422
    assert _names(answer, name)


@pytest.mark.parametrize("field", ["extension", "name", "password"])
def test_a_new_account_needs_it(manager: Api, field: str) -> None:
    answer = manager.post("sip-accounts", {name: value for name, value in ACCOUNT.items() if name != field})
    assert answer.wrong == {field: ["required"]}


def test_a_parameter_given_twice_is_not_guessed_at(manager: Api) -> None:
    assert manager.send("GET", "sip-accounts?limit=1&limit=2").wrong == {"limit": ["repeated"]}


def test_a_field_given_twice_is_not_guessed_at(manager: Api) -> None:
    answer = manager.send("POST", "sip-accounts", '{"extension": "102", "name": "a", "name": "b"}')
    assert (answer.status, answer.wrong) == (400, {"name": ["repeated"]})


@pytest.mark.parametrize("number", ["1e400", "-1e400", "1e-400", "30.0", "3e1", "9" * 10_000, "-" + "9" * 10_000])
def test_numbers_beyond_all_measure_are_refused_by_name(manager: Api, number: str) -> None:
    body = json.dumps(ACCOUNT)[:-1] + f', "ring_timeout": {number}}}'
    answer = manager.send("POST", "sip-accounts", body)
    assert answer.status == 422
    assert set(answer.wrong) == {"ring_timeout"}


@pytest.mark.parametrize(
    "body",
    [
        "{", "", " ", "nul", "{'a': 1}", '{"a": NaN}', '{"a": Infinity}', '{"a": 1,}', "[" * 100_000, '{"a":' * 50_000,
        b"\xff\xfe", b'{"name": "\xff"}', '{"a": 1}'.encode("utf-16"), b"\xef\xbb\xbf{}", "{} {}", '{"\\ud800": 1}',
        '{"name": "\\u00"}', "\0",
    ],
    ids=lambda body: repr(body)[:20],
)  # fmt: skip
@pytest.mark.parametrize(("method", "path"), [("POST", "sip-accounts"), ("PATCH", "tenant"), ("POST", "call-plans")])
def test_what_is_not_json_is_told_so(manager: Api, method: str, path: str, body: str | bytes) -> None:
    answer = manager.send(method, path, body)
    if body == "":
        assert answer.wrong == {"body": ["required"]}
    else:
        assert answer.kind == "malformed-json"


def test_the_place_where_json_ends_is_told(manager: Api) -> None:
    answer = manager.send("POST", "sip-accounts", '{\n  "name": x}')
    assert answer.body["detail"] == "It stops being JSON at line 2, column 11."


@pytest.mark.parametrize("body", ["[]", "1", '"x"', "null", "true"])
def test_json_that_is_no_object_is_refused(manager: Api, body: str) -> None:
    for path in ("sip-accounts", "call-plans"):
        assert manager.send("POST", path, body).wrong == {"body": ["wrong_type"]}


@pytest.mark.parametrize(
    "content_type",
    ["", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/json"],
)
def test_another_content_type_is_refused(manager: Api, content_type: str) -> None:
    answer = manager.send("POST", "sip-accounts", json.dumps(ACCOUNT), content_type=content_type)
    assert answer.kind == "not-json"


def test_a_character_set_may_be_named(manager: Api) -> None:
    content_type = "application/json; charset=utf-8"
    assert manager.send("POST", "sip-accounts", json.dumps(ACCOUNT), content_type=content_type).status == 201


@pytest.mark.parametrize("size", [2**20 + 1, 3 * 2**20])
def test_a_body_that_is_too_large_is_refused(manager: Api, size: int) -> None:
    assert manager.send("POST", "sip-accounts", "x" * size).kind == "too-large"


def test_a_body_just_below_the_limit_is_read(manager: Api) -> None:
    frame = len(json.dumps(ACCOUNT | {"name": ""}))
    answer = manager.post("sip-accounts", ACCOUNT | {"name": "x" * (2**20 - frame)})
    assert answer.wrong == {"name": ["too_long"]}


def test_unknown_fields_are_named_shortly(manager: Api) -> None:
    answer = manager.post("sip-accounts", ACCOUNT | {"x" * 500_000: 1, "nested": {"a": [{}]}, "żółć": None})
    assert set(answer.wrong) == {"x" * 100, "nested", "żółć"}
    assert len(answer.text) < 2000


def test_many_unknown_fields_make_no_huge_answer(manager: Api) -> None:
    answer = manager.post("sip-accounts", {f"field{number}": 1 for number in range(20_000)})
    assert answer.status == 422
    assert len(answer.text) < 20_000
