"""Every operation × everybody who may knock. An operation that is not in the table fails the suite."""

import copy
import json
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from pytest_django import DjangoDbBlocker

from centralka.actions.account.devices import add_phone
from centralka.actions.tenants.blocks import block
from centralka.actions.tokens import make_operator_token, make_token, revoke_token
from centralka.api.v1 import schema
from centralka.store.models import ExternalNumber, NeverBlocked, Number, PriceList, Role, SipAccount, Trunk
from tests import cast
from tests.api.client import Api, form_with_file
from tests.api.conftest import call, greeting, message, token_of
from tests.operators import blocked_stranger, fraud_stop, known_country, old_revision, text_messages

ACCOUNT = {"extension": "102", "name": "Biuro", "password": cast.SIP_PASSWORD}
FAX_ACCOUNT = {"extension": "16", "name": "Faks"}
COMPANY = {"slug": "nowa", "name": "Nowa"}
PLAN = {"from": "100", "to": "*43"}
TRUNK = {"name": "Nowy", "kind": "address", "host": "sip.operator.example"}
PRICES = b"prefix,description,price per minute,connection fee,first increment,next increment\n48,Polska,0.05,0,1,1\n"
SAVED = {"number": "600100200", "name": "Serwis"}
SOUND = b"RIFF"  # no sound: whoever may upload is told so
PERSON = {"email": "ewa@kwiaty.example", "name": "Ewa", "role": "reader"}
TOKEN = {"name": "CRM", "role": "reader"}
SENT_FAX = {"document": 2**62, "from": "100", "to": "15"}
SMS = {"from": "100", "to": "600100200", "text": "Dzień dobry"}
NAME = {"name": "KWIATY24", "purpose": "Powiadomienia o zamówieniach"}
GATEWAY = {"name": "Nowa", "address": "https://sms.example/send"}
SMS_PRICES = {"prices": [{"prefix": "48", "standard": "0.09"}]}
BOOKING = {"tenant_id": 2**62, "net": "10.00", "note": "Gotówka"}
GIVE = {"number_ids": [2**62], "tenant_id": None}
"""For a company that is not there: which one the test has made is not known here."""

WHO = ("nobody", "wrong", "revoked", "reader", "manager", "stranger", "operator")
PUBLIC = (200, 200, 200, 200, 200, 200, 200)
READS_OWN = (401, 401, 401, 200, 200, 200, 403)
"""A list, or the company itself: the stranger gets their own, which is not ours (tested below)."""
READS_ONE = (401, 401, 401, 200, 200, 404, 403)
PRIVATE = (401, 401, 401, 403, 200, 404, 403)
WRITES_OWN = (401, 401, 401, 403, 200, 200, 403)
OWNERS = (401, 401, 401, 403, 403, 403, 403)
"""Nobody of these: what an owner's token gets is in `test_people`."""
OPERATORS = (401, 401, 401, 403, 403, 403, 200)

TABLE: dict[tuple[str, str], tuple[object, tuple[int, ...]]] = {
    ("GET", "/api/v1/sip-accounts"): (None, READS_OWN),
    ("POST", "/api/v1/sip-accounts"): (ACCOUNT, (401, 401, 401, 403, 201, 201, 403)),
    ("GET", "/api/v1/sip-accounts/{account_id}"): (None, READS_ONE),
    ("PATCH", "/api/v1/sip-accounts/{account_id}"): ({"name": "X"}, (401, 401, 401, 403, 200, 404, 403)),
    ("DELETE", "/api/v1/sip-accounts/{account_id}"): (None, (401, 401, 401, 403, 204, 404, 403)),
    ("GET", "/api/v1/sip-accounts/{account_id}/availability"): (None, READS_ONE),
    ("GET", "/api/v1/sip-accounts/{account_id}/devices"): (None, READS_ONE),
    ("POST", "/api/v1/sip-accounts/{account_id}/devices"): ({"name": "X"}, (401, 401, 401, 403, 201, 404, 403)),
    ("GET", "/api/v1/sip-accounts/{account_id}/devices/{device_id}"): (None, READS_ONE),
    ("DELETE", "/api/v1/sip-accounts/{account_id}/devices/{device_id}"): (None, (401, 401, 401, 403, 204, 404, 403)),
    ("POST", "/api/v1/sip-accounts/{account_id}/devices/{device_id}/settings"): (
        None,
        (401, 401, 401, 403, 200, 404, 403),
    ),
    # Whoever may is told that the panel's address is not known.
    ("POST", "/api/v1/sip-accounts/{account_id}/setup-link"): (
        {"email": "jan@kwiaty.example"},
        (401, 401, 401, 403, 422, 422, 403),
    ),
    ("GET", "/api/v1/sip-accounts/{account_id}/greeting"): (None, PRIVATE),
    ("PUT", "/api/v1/sip-accounts/{account_id}/greeting"): (SOUND, (401, 401, 401, 403, 422, 404, 403)),
    ("DELETE", "/api/v1/sip-accounts/{account_id}/greeting"): (None, (401, 401, 401, 403, 204, 404, 403)),
    ("POST", "/api/v1/fax-documents"): (SOUND, (401, 401, 401, 403, 415, 415, 403)),
    ("GET", "/api/v1/fax-documents/{document_id}"): (None, PRIVATE),
    ("GET", "/api/v1/fax-documents/{document_id}/pages/{page_number}"): (None, PRIVATE),
    ("GET", "/api/v1/sent-faxes"): (None, WRITES_OWN),
    ("POST", "/api/v1/sent-faxes"): (SENT_FAX, (401, 401, 401, 403, 422, 422, 403)),
    ("GET", "/api/v1/sent-faxes/{sent_fax_id}"): (None, PRIVATE),
    ("GET", "/api/v1/sent-faxes/{sent_fax_id}/report"): (None, PRIVATE),
    ("POST", "/api/v1/sent-faxes/{sent_fax_id}/cancel"): (None, PRIVATE),
    ("GET", "/api/v1/voicemail-messages"): (None, WRITES_OWN),
    ("GET", "/api/v1/voicemail-messages/{message_id}"): (None, PRIVATE),
    ("GET", "/api/v1/voicemail-messages/{message_id}/audio"): (None, PRIVATE),
    ("PATCH", "/api/v1/voicemail-messages/{message_id}"): ({"heard": True}, PRIVATE),
    ("DELETE", "/api/v1/voicemail-messages/{message_id}"): (None, (401, 401, 401, 403, 204, 404, 403)),
    ("GET", "/api/v1/fax-accounts"): (None, READS_OWN),
    ("POST", "/api/v1/fax-accounts"): (FAX_ACCOUNT, (401, 401, 401, 403, 201, 201, 403)),
    ("GET", "/api/v1/fax-accounts/{account_id}"): (None, READS_ONE),
    ("PATCH", "/api/v1/fax-accounts/{account_id}"): ({"name": "X"}, (401, 401, 401, 403, 200, 404, 403)),
    ("DELETE", "/api/v1/fax-accounts/{account_id}"): (None, (401, 401, 401, 403, 204, 404, 403)),
    ("GET", "/api/v1/faxes"): (None, WRITES_OWN),
    ("GET", "/api/v1/faxes/{fax_id}"): (None, PRIVATE),
    ("GET", "/api/v1/faxes/{fax_id}/pdf"): (None, PRIVATE),
    ("DELETE", "/api/v1/faxes/{fax_id}"): (None, (401, 401, 401, 403, 204, 404, 403)),
    ("GET", "/api/v1/external-numbers"): (None, READS_OWN),
    ("POST", "/api/v1/external-numbers"): (SAVED, (401, 401, 401, 403, 201, 201, 403)),
    ("GET", "/api/v1/external-numbers/{number_id}"): (None, READS_ONE),
    ("DELETE", "/api/v1/external-numbers/{number_id}"): (None, (401, 401, 401, 403, 204, 404, 403)),
    ("GET", "/api/v1/numbers"): (None, READS_OWN),
    ("PATCH", "/api/v1/numbers/{number_id}"): ({"target": None}, (401, 401, 401, 403, 200, 404, 403)),
    ("GET", "/api/v1/calls"): (None, READS_OWN),
    ("GET", "/api/v1/calls/{call_id}"): (None, READS_ONE),
    ("POST", "/api/v1/calls/{call_id}/hangup"): (None, (401, 401, 401, 403, 409, 404, 403)),
    ("POST", "/api/v1/call-plans"): (PLAN, (401, 401, 401, 200, 200, 422, 403)),
    ("GET", "/api/v1/tenant"): (None, READS_OWN),
    ("PATCH", "/api/v1/tenant"): ({"language": "en"}, WRITES_OWN),
    ("GET", "/api/v1/tenant/hold-music"): (None, (401, 401, 401, 403, 404, 404, 403)),
    ("PUT", "/api/v1/tenant/hold-music"): (SOUND, (401, 401, 401, 403, 422, 422, 403)),
    ("DELETE", "/api/v1/tenant/hold-music"): (None, (401, 401, 401, 403, 204, 204, 403)),
    ("GET", "/api/v1/fraud-rules"): (None, READS_OWN),
    ("PATCH", "/api/v1/fraud-rules"): ({"calls_at_once": 7}, WRITES_OWN),
    ("GET", "/api/v1/sip-accounts/{account_id}/fraud-limits"): (None, PRIVATE),
    ("PATCH", "/api/v1/sip-accounts/{account_id}/fraud-limits"): ({"calls_at_once": 2}, PRIVATE),
    ("GET", "/api/v1/fraud-stops"): (None, WRITES_OWN),
    ("DELETE", "/api/v1/fraud-stops/{stop_id}"): (None, (401, 401, 401, 403, 204, 404, 403)),
    ("GET", "/api/v1/known-countries"): (None, WRITES_OWN),
    ("POST", "/api/v1/known-countries"): ({"area": "CU"}, (401, 401, 401, 403, 201, 201, 403)),
    ("DELETE", "/api/v1/known-countries/{country_id}"): (None, (401, 401, 401, 403, 204, 404, 403)),
    ("GET", "/api/v1/ledger"): (None, (401, 401, 401, 403, 200, 200, 403)),
    ("GET", "/api/v1/mail-log"): (None, WRITES_OWN),
    ("GET", "/api/v1/webhook-deliveries"): (None, WRITES_OWN),
    ("POST", "/api/v1/webhook-test"): (None, (401, 401, 401, 403, 422, 422, 403)),
    ("POST", "/api/v1/webhook-secret"): (None, (401, 401, 401, 403, 422, 422, 403)),
    ("GET", "/api/v1/people"): (None, OWNERS),
    ("POST", "/api/v1/people"): (PERSON, OWNERS),
    ("GET", "/api/v1/people/{person_id}"): (None, OWNERS),
    ("PATCH", "/api/v1/people/{person_id}"): ({"role": "manager"}, OWNERS),
    ("DELETE", "/api/v1/people/{person_id}"): (None, OWNERS),
    ("POST", "/api/v1/people/{person_id}/first-password"): (None, OWNERS),
    ("DELETE", "/api/v1/people/{person_id}/second-factor"): (None, OWNERS),
    ("DELETE", "/api/v1/people/{person_id}/sessions"): (None, OWNERS),
    ("GET", "/api/v1/tokens"): (None, OWNERS),
    ("POST", "/api/v1/tokens"): (TOKEN, OWNERS),
    ("GET", "/api/v1/tokens/{token_id}"): (None, OWNERS),
    ("PATCH", "/api/v1/tokens/{token_id}"): ({"name": "Inny"}, OWNERS),
    ("DELETE", "/api/v1/tokens/{token_id}"): (None, OWNERS),
    ("GET", "/api/v1/audit-log"): (None, OWNERS),
    ("GET", "/api/v1/operator/audit-log"): (None, OPERATORS),
    ("GET", "/api/v1/operator/tenants"): (None, (401, 401, 401, 403, 403, 403, 200)),
    ("POST", "/api/v1/operator/tenants"): (COMPANY, (401, 401, 401, 403, 403, 403, 201)),
    ("GET", "/api/v1/operator/tenants/{tenant_id}"): (None, (401, 401, 401, 403, 403, 403, 200)),
    ("PATCH", "/api/v1/operator/tenants/{tenant_id}"): ({"premium_allowed": True}, OPERATORS),
    ("PUT", "/api/v1/operator/tenants/{tenant_id}/block"): ({"reason": "X"}, OPERATORS),
    ("DELETE", "/api/v1/operator/tenants/{tenant_id}/block"): (None, OPERATORS),
    ("DELETE", "/api/v1/operator/tenants/{tenant_id}"): (None, (401, 401, 401, 403, 403, 403, 409)),
    ("GET", "/api/v1/operator/numbers"): (None, OPERATORS),
    ("POST", "/api/v1/operator/numbers"): ({"numbers": ["600100200"]}, (401, 401, 401, 403, 403, 403, 201)),
    ("POST", "/api/v1/operator/numbers/give"): (GIVE, (401, 401, 401, 403, 403, 403, 404)),
    ("GET", "/api/v1/operator/numbers/{number_id}"): (None, OPERATORS),
    ("PATCH", "/api/v1/operator/numbers/{number_id}"): ({"tenant_id": None}, OPERATORS),
    ("DELETE", "/api/v1/operator/numbers/{number_id}"): (None, (401, 401, 401, 403, 403, 403, 409)),
    ("GET", "/api/v1/operator/trunks"): (None, OPERATORS),
    ("POST", "/api/v1/operator/trunks"): (TRUNK, (401, 401, 401, 403, 403, 403, 201)),
    ("GET", "/api/v1/operator/trunks/{trunk_id}"): (None, OPERATORS),
    ("PATCH", "/api/v1/operator/trunks/{trunk_id}"): ({"priority": 2}, OPERATORS),
    ("DELETE", "/api/v1/operator/trunks/{trunk_id}"): (None, (401, 401, 401, 403, 403, 403, 204)),
    ("GET", "/api/v1/operator/price-lists"): (None, OPERATORS),
    ("POST", "/api/v1/operator/price-lists"): ({"name": "Nowy"}, (401, 401, 401, 403, 403, 403, 201)),
    ("GET", "/api/v1/operator/price-lists/{price_list_id}"): (None, OPERATORS),
    ("PATCH", "/api/v1/operator/price-lists/{price_list_id}"): ({"name": "Inny"}, OPERATORS),
    ("DELETE", "/api/v1/operator/price-lists/{price_list_id}"): (None, (401, 401, 401, 403, 403, 403, 204)),
    ("GET", "/api/v1/operator/price-lists/{price_list_id}/prices"): (None, OPERATORS),
    ("GET", "/api/v1/operator/price-lists/{price_list_id}/prices.csv"): (None, OPERATORS),
    ("GET", "/api/v1/operator/price-lists/{price_list_id}/revisions"): (None, OPERATORS),
    ("GET", "/api/v1/operator/price-lists/{price_list_id}/revisions/{revision_id}"): (None, OPERATORS),
    ("GET", "/api/v1/operator/price-lists/{price_list_id}/revisions/{revision_id}/prices.csv"): (None, OPERATORS),
    ("POST", "/api/v1/operator/price-lists/{price_list_id}/revisions/{revision_id}/hold"): (None, OPERATORS),
    ("DELETE", "/api/v1/operator/price-lists/{price_list_id}/revisions/{revision_id}"): (
        None,
        (401, 401, 401, 403, 403, 403, 204),
    ),
    ("POST", "/api/v1/operator/price-lists/{price_list_id}/prices"): (PRICES, OPERATORS),
    ("POST", "/api/v1/operator/top-ups"): (BOOKING, (401, 401, 401, 403, 403, 403, 422)),
    ("POST", "/api/v1/operator/corrections"): (BOOKING, (401, 401, 401, 403, 403, 403, 422)),
    ("GET", "/api/v1/operator/blocks"): (None, OPERATORS),
    ("DELETE", "/api/v1/operator/blocks/{block_id}"): (None, (401, 401, 401, 403, 403, 403, 204)),
    ("GET", "/api/v1/operator/never-blocked"): (None, OPERATORS),
    ("POST", "/api/v1/operator/never-blocked"): ({"network": "192.0.2.0/24"}, (401, 401, 401, 403, 403, 403, 201)),
    ("DELETE", "/api/v1/operator/never-blocked/{network_id}"): (None, (401, 401, 401, 403, 403, 403, 204)),
    ("GET", "/api/v1/operator/fraud-rules"): (None, OPERATORS),
    ("PATCH", "/api/v1/operator/fraud-rules"): ({"calls_at_once": 7}, OPERATORS),
    ("GET", "/api/v1/operator/fraud-stops"): (None, OPERATORS),
    ("DELETE", "/api/v1/operator/fraud-stops/{stop_id}"): (None, (401, 401, 401, 403, 403, 403, 204)),
    ("GET", "/api/v1/sms"): (None, (401, 401, 401, 403, 200, 200, 403)),
    ("POST", "/api/v1/sms"): (SMS, (401, 401, 401, 403, 422, 422, 403)),
    ("GET", "/api/v1/sms/{sms_id}"): (None, PRIVATE),
    ("GET", "/api/v1/sms-names"): (None, (401, 401, 401, 403, 200, 200, 403)),
    ("POST", "/api/v1/sms-names"): (NAME, (401, 401, 401, 403, 201, 201, 403)),
    ("DELETE", "/api/v1/sms-names/{name_id}"): (None, (401, 401, 401, 403, 204, 404, 403)),
    ("GET", "/api/v1/sms-stops"): (None, (401, 401, 401, 403, 200, 200, 403)),
    ("DELETE", "/api/v1/sms-stops/{sms_stop_id}"): (None, (401, 401, 401, 403, 204, 404, 403)),
    ("GET", "/api/v1/operator/sms-gateways"): (None, OPERATORS),
    ("POST", "/api/v1/operator/sms-gateways"): (GATEWAY, (401, 401, 401, 403, 403, 403, 201)),
    ("GET", "/api/v1/operator/sms-gateways/{gateway_id}"): (None, OPERATORS),
    ("PATCH", "/api/v1/operator/sms-gateways/{gateway_id}"): ({"priority": 2}, OPERATORS),
    ("DELETE", "/api/v1/operator/sms-gateways/{gateway_id}"): (None, (401, 401, 401, 403, 403, 403, 204)),
    ("POST", "/api/v1/operator/sms-gateways/{gateway_id}/test"): (
        {"number": "22 123 45 67"},
        (401, 401, 401, 403, 403, 403, 422),
    ),
    ("GET", "/api/v1/operator/sms-names"): (None, OPERATORS),
    ("PATCH", "/api/v1/operator/sms-names/{name_id}"): ({"approve": True}, OPERATORS),
    ("GET", "/api/v1/operator/price-lists/{price_list_id}/sms-prices"): (None, OPERATORS),
    ("PUT", "/api/v1/operator/price-lists/{price_list_id}/sms-prices"): (SMS_PRICES, OPERATORS),
    ("GET", "/api/v1/operator/settings"): (None, OPERATORS),
    ("GET", "/api/v1/operator/state"): (None, OPERATORS),
    ("GET", "/api/v1/operator/status"): (None, OPERATORS),
    ("PATCH", "/api/v1/operator/settings"): ({"vat_percent": "8"}, OPERATORS),
    ("GET", "/api/v1/problems/{code}"): (None, PUBLIC),
}


def _cases() -> Iterator[tuple[str, str, str, object, int]]:
    for (method, path), (body, expected) in TABLE.items():
        for who, status in zip(WHO, expected, strict=True):
            yield who, method, path, body, status


def test_every_operation_is_in_the_table() -> None:
    known = {(method.upper(), path) for path, found in schema()["paths"].items() for method in found}
    assert known == set(TABLE)


Parts = dict[str, dict[str, object]]
"""What stands for each part of any address, and for those of addresses with this in them."""


def address(path: str, account: SipAccount, company: cast.Company) -> str:
    """The path of something that is there: Bartek's phone, what belongs to it, and the operator's things."""
    return _filled(path, _parts(account, company))


def _filled(path: str, parts: Parts) -> str:
    kind = next(kind for kind in parts if kind in path)
    return path.format(**parts[""] | parts[kind])


@dataclass(frozen=True)
class Kept:
    """Both companies, Bartek's phone, everybody's token, and what stands for each part of an address."""

    kwiaty: cast.Company
    account: SipAccount
    tokens: dict[str, str]
    parts: Parts

    def address(self, path: str) -> str:
        return _filled(path, self.parts)


@pytest.fixture(scope="module", autouse=True)
def kept(rows_for_the_module: None, django_db_blocker: DjangoDbBlocker) -> Kept:
    """Make everything once: a thousand requests are sent here, and each test undoes only what its own did."""
    with django_db_blocker.unblock():
        kwiaty, ksiegi = cast.alicjas_company(), cast.celinas_company()
        account = cast.phone(kwiaty.tenant, "100", "Bartek")
        old, text = make_token(kwiaty.owner, "old", Role.MANAGER)
        revoke_token(kwiaty.owner, old.pk)
        tokens = {
            "wrong": "ctk_" + "x" * 43,
            "revoked": text,
            "reader": token_of(kwiaty, Role.READER),
            "manager": token_of(kwiaty, Role.MANAGER),
            "stranger": token_of(ksiegi, Role.MANAGER),
            "operator": make_operator_token("test"),
        }
        return Kept(kwiaty, account, tokens, _parts(account, kwiaty))


def _parts(account: SipAccount, company: cast.Company) -> Parts:
    call(company, "node1-1", account)
    greeting(account)
    number = Number.objects.create(e164="+48221234567", tenant=company.tenant, sip_account=account)
    saved = ExternalNumber.objects.create(tenant=company.tenant, e164="+48600555100", name="Bartek")
    old = old_revision(PriceList.objects.create(name="Standard"))
    fax_account = cast.fax_account(company.tenant, name="Bartek")
    sent_fax = cast.sent_fax(account, "Bartek")
    any_address: dict[str, object] = {
        "account_id": account.pk,
        "fax_id": cast.fax(fax_account).pk,
        "document_id": sent_fax.document_id,
        "page_number": 1,
        "sent_fax_id": sent_fax.pk,
        "call_id": "node1-1",
        "number_id": number.pk,
        "message_id": message(account).pk,
        "tenant_id": company.tenant.pk,
        "trunk_id": Trunk.objects.create(name="A", kind="address", host="a.example").pk,
        "person_id": company.tenant.memberships.get(person=company.reader.person).pk,
        "token_id": make_token(company.owner, "CRM", Role.READER)[0].pk,
        "price_list_id": old.price_list_id,
        "revision_id": old.pk,
        "block_id": blocked_stranger("203.0.113.9", minutes=24 * 60).pk,
        "stop_id": fraud_stop(company.tenant).pk,
        "country_id": known_country(company.tenant).pk,
        "network_id": NeverBlocked.objects.create(network="203.0.113.0/24").pk,
        "device_id": add_phone(company.manager, account.pk, "Bartek", "yealink", "805ec0123456")[0].pk,
        "code": "not-found",
        **text_messages(company),
    }
    return {"fax-accounts": {"account_id": fax_account.pk}, "external": {"number_id": saved.pk}, "": any_address}


@pytest.fixture
def kwiaty(kept: Kept, db: None) -> cast.Company:
    return copy.deepcopy(kept.kwiaty)


@pytest.fixture
def account(kept: Kept, db: None) -> SipAccount:
    return copy.deepcopy(kept.account)


@pytest.fixture
def reader(kept: Kept, db: None) -> Api:
    return Api(kept.tokens["reader"])


@pytest.fixture
def manager(kept: Kept, db: None) -> Api:
    return Api(kept.tokens["manager"])


@pytest.fixture
def stranger(kept: Kept, db: None) -> Api:
    return Api(kept.tokens["stranger"])


@pytest.fixture
def operator(kept: Kept, db: None) -> Api:
    return Api(kept.tokens["operator"])


@pytest.mark.parametrize(("who", "method", "path", "body", "status"), list(_cases()))
def test_each_gets_what_is_theirs(
    who: str,
    method: str,
    path: str,
    body: object,
    status: int,
    kept: Kept,
    db: None,
) -> None:
    there = kept.address(path)
    knocks = Api(kept.tokens.get(who))
    match method:
        case "POST" if isinstance(body, bytes):
            answer = knocks.send("POST", there, body, content_type="text/csv")
        case "PUT" if isinstance(body, bytes):
            form, content_type = form_with_file(body)
            answer = knocks.send("PUT", there, form, content_type=content_type)
        case "PUT" if isinstance(body, dict):
            answer = knocks.send("PUT", there, json.dumps(body))
        case "POST":
            answer = knocks.post(there, body)
        case "PATCH":
            answer = knocks.patch(there, body)
        case _:
            answer = knocks.send(method, there)
    assert answer.status == status
    if status == 401:
        assert answer.headers["WWW-Authenticate"].startswith('Bearer realm="centralka"')
    if who == "stranger" and not path.startswith("/api/v1/problems"):
        assert "kwiaty" not in answer.text
        assert "Bartek" not in answer.text
        assert "+48221234567" not in answer.text


@pytest.mark.parametrize(("method", "path"), [one for one in TABLE if "/operator/" not in one[1]])
def test_a_company_that_is_blocked_reads_and_changes_nothing(
    method: str, path: str, kept: Kept, kwiaty: cast.Company, manager: Api
) -> None:
    there = kept.address(path)
    block(cast.OPERATOR, kwiaty.tenant.pk, "Nieopłacona faktura")
    answer = manager.send(method, there, b"{}" if method != "GET" else b"")
    if method == "GET" or path.endswith("/call-plans"):
        none_uploaded = path.endswith("/hold-music") and answer.status == 404
        # What only an owner reads is refused as always.
        assert answer.status in (200, 422) or answer.kind == "role-too-small" or none_uploaded
    else:
        assert (answer.status, answer.kind) == (403, "company-blocked")
        assert "Nieopłacona faktura" in answer.body["detail"]


def test_a_refused_write_changed_nothing(account: SipAccount, reader: Api, stranger: Api) -> None:
    for knocks in (reader, stranger):
        knocks.patch(f"sip-accounts/{account.pk}", {"name": "X"})
        knocks.delete(f"sip-accounts/{account.pk}")
    account.refresh_from_db()
    assert (account.name, account.version) == ("Bartek", 1)


def test_the_two_kinds_of_token_say_which_one_is_wanted(manager: Api, operator: Api) -> None:
    assert manager.get("operator/tenants").kind == "operator-only"
    assert operator.get("sip-accounts").kind == "company-only"


def test_rights_come_before_the_body(reader: Api, nobody: Api) -> None:
    assert nobody.send("POST", "sip-accounts", "{").status == 401
    assert reader.post("sip-accounts", ACCOUNT).kind == "role-too-small"


@pytest.mark.parametrize(
    "header",
    ["", "Bearer", "Bearer ", "Basic YTpi", "bearer\t", "Bearer zażółć", "Bearer \x00", "Bearer " + "x" * 9000],
)
def test_a_broken_authorization_header_is_401(nobody: Api, header: str) -> None:
    nobody.headers["Authorization"] = header
    assert nobody.get("tenant").status == 401


def test_the_scheme_is_read_without_regard_to_case(manager: Api) -> None:
    manager.headers["Authorization"] = f"bearer {manager.token}"
    manager.token = None
    assert manager.get("tenant").status == 200
