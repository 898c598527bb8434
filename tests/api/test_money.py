"""What things cost, the balance and the ledger over the API."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from centralka.actions.money import correct, top_up
from centralka.store import money
from centralka.store.models import Consent, LedgerEntry, PriceList, SipAccount, Tenant
from tests import cast
from tests.api.client import Api

ACCOUNT = {"extension": "102", "name": "Biuro", "password": cast.SIP_PASSWORD}
AGREED = ACCOUNT | {"accept_charges": True}
SECRETS: dict[str, Any] = {"outbound_pin": "4711", "voicemail": {"enabled": True, "pin": "4712"}}


@pytest.fixture
def prices(kwiaty: cast.Company) -> PriceList:
    """20 zł for a new account; nothing each month, so that no test depends on today."""
    made = PriceList.objects.create(name="Standard", account_activation=Decimal(20))
    Tenant.objects.filter(pk=kwiaty.tenant.pk).update(price_list=made)
    return made


@pytest.fixture
def rich(kwiaty: cast.Company, prices: PriceList) -> cast.Company:
    top_up(cast.OPERATOR, kwiaty.tenant.pk, Decimal(100), "Przelew")
    return kwiaty


# -- Consent -----------------------------------------------------------------------------------------------------


def test_what_costs_something_is_told_line_by_line_before_it_is_done(manager: Api, rich: cast.Company) -> None:
    answer = manager.post("sip-accounts", ACCOUNT)
    assert (answer.status, answer.kind) == (402, "consent-needed")
    assert answer.body["charges"] == [
        {"kind": "activation", "net": "20.0000", "gross": "24.60", "vat_percent": "23.00"},
        {
            "kind": "monthly", "net": "0.0000", "gross": "0.00", "vat_percent": "23.00",
            "first_month_net": "0.0000", "first_month_gross": "0.00",
        },
    ]  # fmt: skip
    assert answer.body["due_now"] == "20.0000"
    assert not SipAccount.objects.exists()


def test_repeated_with_consent_it_is_made_and_charged(manager: Api, rich: cast.Company) -> None:
    made = manager.post("sip-accounts", AGREED)
    assert made.status == 201
    assert "accept_charges" not in made.body
    assert manager.get("tenant").body["balance"] == "80.0000"
    consent = Consent.objects.get()
    assert (consent.who, consent.person, consent.address) == ("test manager", None, "127.0.0.1")
    assert consent.subject == f"sip-account:{made.body['id']}"


def test_consent_to_nothing_is_no_mistake(manager: Api, kwiaty: cast.Company) -> None:
    assert manager.post("sip-accounts", AGREED).status == 201
    assert not Consent.objects.exists()


@pytest.mark.parametrize("consent", ["true", 1, None])
def test_consent_is_true_and_nothing_like_it(manager: Api, rich: cast.Company, consent: object) -> None:
    answer = manager.post("sip-accounts", ACCOUNT | {"accept_charges": consent})
    assert answer.wrong == {"accept_charges": ["wrong_type"]}


def test_wrong_fields_are_told_before_any_cost(manager: Api, rich: cast.Company) -> None:
    for body in (ACCOUNT, AGREED):
        assert manager.post("sip-accounts", body | {"extension": "112"}).status == 422
    assert manager.get("tenant").body["balance"] == "100.0000"


def test_who_cannot_pay_is_told_what_there_is(manager: Api, prices: PriceList) -> None:
    answer = manager.post("sip-accounts", AGREED)
    assert (answer.status, answer.kind) == (402, "too-little-money")
    assert (answer.body["due_now"], answer.body["available"]) == ("20.0000", "0.0000")
    assert len(answer.body["charges"]) == 2


# -- Sent twice --------------------------------------------------------------------------------------------------


def test_a_request_that_is_repeated_with_its_key_is_carried_out_once(manager: Api, rich: cast.Company) -> None:
    manager.headers["Idempotency-Key"] = "zamowienie-7"
    assert manager.post("sip-accounts", ACCOUNT).status == 402
    first, second = (manager.post("sip-accounts", AGREED) for _ in range(2))
    assert (first.status, second.status) == (201, 201)
    assert first.body == second.body
    assert first.headers["Location"] == second.headers["Location"]
    assert LedgerEntry.objects.filter(kind="activation").count() == 1


@pytest.mark.parametrize("key, code", [("zamowienie-7", "reused"), ("", "malformed"), ("x" * 201, "malformed")])
def test_a_key_that_is_not_for_this_request_is_named_as_it_was_sent(
    manager: Api, rich: cast.Company, key: str, code: str
) -> None:
    manager.headers["Idempotency-Key"] = "zamowienie-7"
    manager.post("sip-accounts", AGREED)
    manager.headers["Idempotency-Key"] = key
    assert manager.post("sip-accounts", AGREED | {"extension": "103"}).wrong == {"Idempotency-Key": [code]}


@pytest.mark.parametrize(
    "other",
    [
        {"password": "Wq3-zRn8-Lm5t"},
        {"outbound_pin": "9999"},
        {"outbound_pin": ""},
        {"voicemail": SECRETS["voicemail"] | {"pin": "9999"}},
    ],
    ids=["password", "PIN", "no PIN", "mailbox PIN"],
)
def test_a_key_stands_for_the_secrets_of_its_request_too(
    manager: Api, rich: cast.Company, other: dict[str, object]
) -> None:
    manager.headers["Idempotency-Key"] = "zamowienie-7"
    made = manager.post("sip-accounts", AGREED | SECRETS)
    assert manager.post("sip-accounts", AGREED | SECRETS | other).wrong == {"Idempotency-Key": ["reused"]}
    again = manager.post("sip-accounts", AGREED | SECRETS)
    assert (again.status, again.body) == (201, made.body)


def test_a_key_of_a_request_without_pins_is_not_for_one_with_them(manager: Api, rich: cast.Company) -> None:
    manager.headers["Idempotency-Key"] = "zamowienie-7"
    assert manager.post("sip-accounts", AGREED).status == 201
    for secret in ({"outbound_pin": "4711"}, {"voicemail": {"pin": "4711"}}):
        assert manager.post("sip-accounts", AGREED | secret).wrong == {"Idempotency-Key": ["reused"]}


# -- Balance and ledger ------------------------------------------------------------------------------------------


def test_a_manager_sees_what_there_is_and_a_reader_does_not(manager: Api, reader: Api, rich: cast.Company) -> None:
    Tenant.objects.filter(pk=rich.tenant.pk).update(credit_limit=Decimal(5))
    assert manager.get("tenant").body.items() >= {
        "balance": "100.0000", "credit_limit": "5.0000", "available": "105.0000"
    }.items()  # fmt: skip
    assert reader.get("tenant").body.items() >= dict.fromkeys(["balance", "credit_limit", "available"]).items()
    assert reader.get("ledger").kind == "role-too-small"


def test_the_ledger_tells_every_booking(manager: Api, rich: cast.Company) -> None:
    made = manager.post("sip-accounts", AGREED).body
    newest, oldest = manager.get("ledger").body["items"]
    assert newest == {
        "id": newest["id"],
        "kind": "activation",
        "net": "-20.0000",
        "balance_after": "80.0000",
        "at": newest["at"],
        "details": {"extension": "102", "name": "Biuro", "sip_account": made["id"]},
    }
    assert (oldest["kind"], oldest["net"], oldest["details"]) == ("top_up", "100.0000", {"note": "Przelew"})


def test_the_ledger_has_pages_and_filters(manager: Api, kwiaty: cast.Company) -> None:
    begin = datetime(2026, 1, 1, tzinfo=UTC)
    for count in range(5):
        kind = LedgerEntry.Kind.CALL if count % 2 else LedgerEntry.Kind.TOP_UP
        at = begin + timedelta(days=count)
        money.book(kwiaty.tenant.pk, key=str(count), kind=kind, net=Decimal(count % 2 * -2 + 1), at=at)
    first = manager.get("ledger", limit=3).body
    second = manager.get("ledger", limit=3, cursor=first["next"]).body
    days = [entry["at"][:10] for entry in first["items"] + second["items"]]
    assert days == ["2026-01-05", "2026-01-04", "2026-01-03", "2026-01-02", "2026-01-01"]
    assert second["next"] is None
    assert len(manager.get("ledger", kind="call").body["items"]) == 2
    narrowed = manager.get("ledger", since="2026-01-02T00:00:00Z", until="2026-01-04T00:00:00Z").body["items"]
    assert [entry["at"][:10] for entry in narrowed] == ["2026-01-03", "2026-01-02"]


def test_a_ledger_of_strangers_shows_none_of_ours(stranger: Api, rich: cast.Company) -> None:
    assert stranger.get("ledger").body == {"items": [], "next": None}


@pytest.mark.parametrize("query", [{"kind": "x"}, {"since": "yesterday"}, {"tenant": "1"}, {"cursor": "x"}])
def test_a_wrong_filter_is_refused(manager: Api, query: dict[str, str]) -> None:
    assert manager.get("ledger", **query).wrong.keys() == query.keys()


def test_an_operators_note_is_told_but_not_who_wrote_it(manager: Api, rich: cast.Company) -> None:
    correct(cast.OPERATOR, rich.tenant.pk, Decimal(1), "Reklamacja")
    newest = manager.get("ledger").body["items"][0]
    assert newest["details"] == {"note": "Reklamacja"}
    assert set(newest) == {"id", "kind", "net", "balance_after", "at", "details"}


def test_what_can_cost_something_says_so_in_the_document(nobody: Api) -> None:
    document = nobody.get("openapi.json").body
    answer = document["paths"]["/api/v1/sip-accounts"]["post"]["responses"]["402"]
    shape = document["components"]["responses"][answer["$ref"].rpartition("/")[2]]
    assert shape["content"]["application/problem+json"]["schema"] == {"$ref": "#/components/schemas/PaymentProblem"}
    assert {"charges", "due_now"} <= set(document["components"]["schemas"]["PaymentProblem"]["required"])
