"""Text messages by the API: what is queued, what is refused, and how often it is done."""

from decimal import Decimal
from typing import Any

import pytest

from centralka.actions.sms.names import decide
from centralka.store import money
from centralka.store.models import SipAccount, Sms, SmsGateway, SmsName, SmsStop, Tenant
from tests import cast
from tests.api.client import Api
from tests.operators import fraud_stop
from tests.outbox.text_messages import sandbox, texting_account

TEXT = {"from": "100", "to": "600 100 200", "text": "Dzień dobry"}


@pytest.fixture
def account(kwiaty: cast.Company) -> SipAccount:
    """One that can send."""
    sandbox(1)
    return texting_account(kwiaty.tenant)


def test_a_message_is_queued_with_its_price(manager: Api, kwiaty: cast.Company, account: SipAccount) -> None:
    answer = manager.post("sms", TEXT)
    (sms,) = answer.body["items"]
    assert (answer.status, sms["number"], sms["state"], sms["tier"]) == (201, "+48600100200", "queued", "standard")
    assert (sms["parts"], sms["price"], sms["sender"]) == (1, "0.0900", None)
    assert manager.get(f"sms/{sms['id']}").body == sms
    assert manager.get("sms").body["items"] == [sms]
    assert money.funds(kwiaty.tenant.pk).available == Decimal("9.91")


def test_many_get_one_each_and_the_text_can_go_without_polish_letters(manager: Api, account: SipAccount) -> None:
    long = "Zażółć gęślą jaźń. " * 8
    answer = manager.post("sms", {**TEXT, "to": ["600100200", "+48 600 100 200", "601100200"], "text": long})
    assert [(sms["number"], sms["parts"]) for sms in answer.body["items"]] == [("+48600100200", 3), ("+48601100200", 3)]
    plain = manager.post("sms", {**TEXT, "text": long, "plain": True}).body["items"][0]
    assert (plain["parts"], plain["text"][:6]) == (1, "Zazolc")


def test_the_same_key_sends_once(manager: Api, account: SipAccount) -> None:
    manager.headers["Idempotency-Key"] = "zamówienie 7"
    first = manager.post("sms", TEXT)
    assert manager.post("sms", TEXT).body == first.body
    other = manager.post("sms", {**TEXT, "text": "Co innego"})
    assert (other.status, other.wrong) == (422, {"Idempotency-Key": ["reused"]})
    assert Sms.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"from": "999"}, {"from": ["unknown"]}),
        ({"to": []}, {"to": ["required"]}),
        ({"to": ["22 123 45 67", "112", "abc", "600100200"]}, {
            "to.0": ["landline"], "to.1": ["short_code"], "to.2": ["not_a_number"],
        }),
        ({"to": "+49 151 23456789"}, {"to.0": ["above_level"]}),
        ({"text": " "}, {"text": ["required"]}),
        ({"text": "a\u202eb"}, {"text": ["bad_characters"]}),
        ({"text": "a" * 2000}, {"text": ["too_long"]}),
        ({"text": "ą" * 671}, {"text": ["too_long"]}),
        ({"to": ["x"] * 10_000}, {"to": ["too_many"]}),
        ({"to": "600100201"}, {"to.0": ["stopped"]}),
    ],
)  # fmt: skip
def test_what_is_refused(
    manager: Api, kwiaty: cast.Company, account: SipAccount, changes: dict[str, Any], wrong: dict[str, list[str]]
) -> None:
    SmsStop.objects.create(tenant=kwiaty.tenant, number="+48600100201", text="STOP", at=kwiaty.tenant.created_at)
    answer = manager.post("sms", TEXT | changes)
    if changes.get("to") == ["x"] * 10_000:
        assert (answer.status, len(answer.wrong)) == (422, 20)  # the first twenty tell enough
    else:
        assert (answer.status, answer.wrong) == (422, wrong)
    assert not Sms.objects.exists()


def test_ten_thousand_recipients_with_doubles(manager: Api, kwiaty: cast.Company, account: SipAccount) -> None:
    Tenant.objects.filter(pk=kwiaty.tenant.pk).update(sms_per_hour=2000, balance=1000)
    to = [f"60010{number % 999:04}" for number in range(10_000)]
    assert len(manager.post("sms", TEXT | {"to": to}).body["items"]) == 999
    too_many = manager.post("sms", TEXT | {"to": [f"6001{number:05}" for number in range(1001)]})
    assert too_many.wrong == {"to": ["too_many"]}


def test_the_limit_the_ceiling_the_price_and_the_money(manager: Api, kwiaty: cast.Company, account: SipAccount) -> None:
    own = Tenant.objects.filter(pk=kwiaty.tenant.pk)
    own.update(sms_per_hour=1)
    assert manager.post("sms", TEXT | {"to": ["600100200", "600100201"]}).wrong == {"to": ["limit"]}
    assert manager.post("sms", TEXT).status == 201
    assert manager.post("sms", TEXT).wrong == {"to": ["limit"]}
    own.update(sms_per_hour=200, sms_max_price=Decimal("0.10"))
    assert manager.post("sms", TEXT | {"text": "ą" * 71}).wrong == {"to": ["too_dear"]}
    own.update(sms_max_price=1, international="world")
    assert manager.post("sms", TEXT | {"to": "+1 201 555 0123"}).wrong == {"to": ["no_price"]}
    own.update(balance=Decimal("0.17"))  # 0.09 of it is put aside already
    assert manager.post("sms", TEXT).wrong == {"to": ["no_money"]}
    own.update(price_list=None, balance=10)
    assert manager.post("sms", TEXT).wrong == {"to": ["no_price"]}
    SmsGateway.objects.update(enabled=False)
    assert manager.post("sms", TEXT).wrong == {"to": ["no_gateway"]}


def test_a_stop_that_stands_refuses_messages_until_it_is_lifted(
    manager: Api, kwiaty: cast.Company, account: SipAccount
) -> None:
    stop = fraud_stop(kwiaty.tenant, "per_hour", "", sip_account=account)
    for to in ("600100200", ["600100200", "600100201"]):
        refused = manager.post("sms", TEXT | {"to": to})
        assert (refused.status, refused.wrong) == (422, {"to": ["fraud_limit"]})
    assert not Sms.objects.exists()
    assert manager.delete(f"fraud-stops/{stop.pk}").status == 204
    assert manager.post("sms", TEXT).status == 201


def test_a_name_is_asked_for_approved_used_and_taken_away(
    manager: Api, operator: Api, kwiaty: cast.Company, account: SipAccount
) -> None:
    asked = manager.post("sms-names", {"name": "KWIATY", "purpose": "Powiadomienia o zamówieniach"})
    assert (asked.status, asked.body["state"]) == (201, "asked")
    sender = {"sms_sender": {"mode": "name", "name": "KWIATY"}}
    one = f"sip-accounts/{account.pk}"
    assert manager.patch(one, sender).wrong == {"sms_sender": ["not_approved"]}
    decided = operator.patch(f"operator/sms-names/{asked.body['id']}", {"approve": True})
    assert decided.body["state"] == "approved"
    assert manager.patch(one, sender).body["sms_sender"] == {
        "mode": "name", "number": None, "name": "KWIATY", "can_send": True,
    }  # fmt: skip
    sent = manager.post("sms", TEXT).body["items"][0]
    assert (sent["sender"], sent["tier"], sent["price"]) == ("KWIATY", "premium", "0.1600")
    assert manager.delete(f"sms-names/{asked.body['id']}").wrong == {"name": ["in_use"]}
    refusal = operator.patch(f"operator/sms-names/{asked.body['id']}", {"approve": False})
    assert refusal.wrong == {"reason": ["required"]}
    operator.patch(f"operator/sms-names/{asked.body['id']}", {"approve": False, "reason": "Skargi"})
    assert manager.get("sms-names").body["items"][0]["reason"] == "Skargi"
    assert manager.post("sms", TEXT).wrong == {"from": ["name_gone"]}
    assert manager.patch(one, {"name": "Biuro"}).body["sms_sender"]["can_send"] is False
    again = manager.post("sms-names", {"name": "KWIATY", "purpose": "Tylko powiadomienia o odbiorze"})
    assert (again.status, again.body["state"]) == (201, "asked")


def test_an_own_number_must_be_a_mobile_one_and_the_companys(
    manager: Api, kwiaty: cast.Company, account: SipAccount
) -> None:
    one = f"sip-accounts/{account.pk}"
    mobile = cast.line_outside(kwiaty.tenant, "+48601222333")
    for number, code in (("+48221234567", "not_mobile"), ("+48700800900", "not_owned"), ("x", "not_owned")):
        assert manager.patch(one, {"sms_sender": {"mode": "number", "number": number}}).wrong == {"sms_sender": [code]}
    assert manager.patch(one, {"sms_sender": {"mode": "number", "number": "601 222 333"}}).status == 200
    assert manager.post("sms", TEXT).body["items"][0]["sender"] == "+48601222333"
    mobile.tenant = None
    mobile.save()
    assert manager.post("sms", TEXT).wrong == {"from": ["number_gone"]}
    mobile.delete()
    assert manager.post("sms", TEXT).wrong == {"from": ["number_gone"]}
    for wrong in ({"mode": "number"}, {"mode": "random", "name": "X"}, {"mode": "name", "number": "1", "name": "X"}):
        assert manager.patch(one, {"sms_sender": wrong}).wrong == {"sms_sender": ["malformed"]}


def test_names_of_public_bodies_are_refused(manager: Api, kwiaty: cast.Company) -> None:
    purpose = {"purpose": "Powiadomienia o zamówieniach"}
    assert manager.post("sms-names", {"name": "ZUS-INFO", **purpose}).wrong == {"name": ["public_body"]}
    assert manager.post("sms-names", {"name": "Zażółć", "purpose": "x"}).wrong == {
        "name": ["malformed"], "purpose": ["length"],
    }  # fmt: skip
    assert manager.post("sms-names", {"name": "KWIATY", **purpose}).status == 201
    assert manager.post("sms-names", {"name": "KWIATY", **purpose}).status == 409
    decide(cast.OPERATOR, SmsName.objects.get().pk, approve=True)
    assert manager.post("sms-names", {"name": "KWIATY", **purpose}).status == 409


def test_gateways_are_checked_and_keep_their_secret(operator: Api) -> None:
    made = operator.post("operator/sms-gateways", {"name": "A", "kind": "smsapi", "secret": "tajny-token"})
    assert (made.status, made.body["address"]) == (201, "https://api.smsapi.pl/sms.do")
    assert (made.body["secret_set"], "tajny-token" in made.text) == (True, False)
    one = f"operator/sms-gateways/{made.body['id']}"
    assert operator.patch(one, {"priority": 5, "version": 1}).body["secret_set"] is True
    assert operator.patch(one, {"priority": 6, "version": 1}).status == 409
    for wrong, code in (
        ({"name": "A", "address": "https://x.example"}, {"name": ["taken"]}),
        ({"name": "B", "address": "ftp://x.example"}, {"address": ["malformed"]}),
        ({"name": "B", "address": "https://x.example", "templates": {"body": "{text}"}}, {"body": ["no_places"]}),
        ({"name": "B", "address": "https://x.example", "templates": {"bodi": "x"}}, {"bodi": ["malformed"]}),
        ({"name": "B", "address": "https://x.example", "templates": {"ask": "https://x/"}}, {"ask": ["no_places"]}),
        ({"name": "B", "address": "https://x.example", "secret": "a\nb"}, {"secret": ["malformed"]}),
    ):  # fmt: skip
        answer = operator.post("operator/sms-gateways", wrong)
        assert (answer.status in (409, 422), answer.wrong) == (True, code)


def test_a_gateway_of_serwersms_has_numbers_and_nothing_else(operator: Api) -> None:
    given = {"name": "S", "kind": "serwersms", "secret": "token", "templates": {"numbers": "601 222 333; 664078059"}}
    made = operator.post("operator/sms-gateways", given)
    assert (made.status, made.body["address"]) == (201, "https://api2.serwersms.pl")
    assert made.body["templates"] == {"numbers": "+48601222333, +48664078059"}
    for templates, code in (
        ({"numbers": "600"}, {"numbers": ["malformed"]}),
        ({"numbers": ",".join(f"6010000{number}" for number in range(10, 61))}, {"numbers": ["malformed"]}),
        ({"body": "{text}"}, {"body": ["malformed"]}),
    ):
        answer = operator.post("operator/sms-gateways", given | {"name": "T", "templates": templates})
        assert (answer.status, answer.wrong) == (422, code)


def test_prices_are_written_as_a_whole(operator: Api, kwiaty: cast.Company, account: SipAccount) -> None:
    path = f"operator/price-lists/{kwiaty.tenant.price_list_id}/sms-prices"
    row = {"prefix": "48", "standard": "0.1000", "premium": None, "description": "Polska"}
    sent = '{"prices": [{"prefix": "48", "standard": "0.10", "description": "Polska"}]}'
    assert operator.send("PUT", path, sent).body == {"prices": [row]}
    for prefix, standard, field in (("", "1", "prefix"), ("0", "1", "prefix"), ("48", "-1", "negative")):
        body = f'{{"prices": [{{"prefix": "{prefix}", "standard": "{standard}"}}]}}'
        answer = operator.send("PUT", path, body)
        assert (answer.status, answer.wrong) == (422, {"prices.0": [field]})
    assert operator.get(path).body == {"prices": [row]}


SMPP = {"name": "B", "kind": "smpp", "address": "smpps://sms.example", "secret": "tajne123"}


def test_gateways_over_smpp_are_checked_and_keep_their_password(operator: Api) -> None:
    made = operator.post("operator/sms-gateways", {**SMPP, "templates": {"system_id": "kwiaty", "window": "5"}})
    assert (made.status, made.body["secret_set"], made.body["callback"]) == (201, True, "")
    assert made.body["templates"] == {
        "system_id": "kwiaty",
        "system_type": "",
        "random_sender": "",
        "long_texts": "parts",
        "window": "5",
        "per_second": "10",
    }
    assert "tajne123" not in str(made.body)
    one = f"operator/sms-gateways/{made.body['id']}"
    assert operator.patch(one, {"kind": "http"}).wrong == {"address": ["malformed"]}
    assert operator.patch(one, {"kind": "http", "address": "https://sms.example"}).body["templates"]["body"]
    assert operator.patch(one, {"secret": "Bearer a long token"}).status == 200
    back = {"kind": "smpp", "address": "smpp://sms.example", "templates": {"system_id": "kwiaty"}}
    assert operator.patch(one, back).wrong == {"secret": ["too_long"]}
    assert operator.patch(one, {**back, "secret": "tajne123"}).status == 200


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"address": "https://sms.example"}, {"address": ["malformed"]}),
        ({"address": "smpp://me:tajne@sms.example"}, {"address": ["malformed"]}),
        ({"secret": "123456789"}, {"secret": ["too_long"]}),
        ({"templates": {}}, {"system_id": ["malformed"]}),
        ({"templates": {"system_id": "x" * 16}}, {"system_id": ["malformed"]}),
        ({"templates": {"system_id": "zażółć"}}, {"system_id": ["malformed"]}),
        ({"templates": {"system_id": "x", "system_type": "x" * 13}}, {"system_type": ["malformed"]}),
        ({"templates": {"system_id": "x", "random_sender": "za długa nazwa"}}, {"random_sender": ["malformed"]}),
        ({"templates": {"system_id": "x", "random_sender": "+" + "4" * 16}}, {"random_sender": ["malformed"]}),
        ({"templates": {"system_id": "x", "long_texts": "all"}}, {"long_texts": ["unknown"]}),
        ({"templates": {"system_id": "x", "window": "0"}}, {"window": ["out_of_range"]}),
        ({"templates": {"system_id": "x", "window": "²"}}, {"window": ["out_of_range"]}),
        ({"templates": {"system_id": "x", "per_second": "1001"}}, {"per_second": ["out_of_range"]}),
        ({"templates": {"system_id": "x", "per_second": "9" * 5000}}, {"per_second": ["out_of_range"]}),
        ({"templates": {"system_id": "x", "body": "{to}"}}, {"body": ["malformed"]}),
    ],
)
def test_what_is_wrong_with_a_gateway_over_smpp_is_told(
    operator: Api, wrong: dict[str, Any], told: dict[str, list[str]]
) -> None:
    answer = operator.post("operator/sms-gateways", {**SMPP, "templates": {"system_id": "kwiaty"}, **wrong})
    assert (answer.status, answer.wrong) == (422, told)
    assert not SmsGateway.objects.exists()
