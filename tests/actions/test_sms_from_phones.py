"""Text messages that a phone sends: the account's, with everything that the company and the operator set for it."""

from decimal import Decimal

import pytest

from centralka.actions.fraud import lift
from centralka.actions.sms.from_phones import TooLate, send_from_phone
from centralka.calls.destinations import Level
from centralka.store import money
from centralka.store.models import FraudStop, RequestKey, Sms, SmsStop
from tests import cast
from tests.operators import fraud_stop
from tests.outbox.text_messages import NOON, sandbox, texting_account

pytestmark = pytest.mark.django_db


@pytest.fixture
def kwiaty() -> cast.Company:
    company = cast.alicjas_company()
    sandbox(9)
    return company


def sent(to: str = "600100200", text: str = "Halo", request: str = "sip-1", *, awaited: bool = True) -> str:
    return send_from_phone("kwiaty_100", to, text, request, lambda: awaited)


def test_it_is_queued_as_the_accounts_and_paid(kwiaty: cast.Company) -> None:
    account = texting_account(kwiaty.tenant)
    assert sent() == ""
    sms = Sms.objects.get()
    assert (sms.sip_account, sms.number, sms.by, sms.state) == (account, "+48600100200", "kwiaty_100", "queued")
    assert money.funds(kwiaty.tenant.pk).available == Decimal("9.91")


def test_the_same_request_sends_once(kwiaty: cast.Company) -> None:
    texting_account(kwiaty.tenant)
    assert [sent(), sent(), sent(text="Inny"), sent(request="sip-2")] == ["", "", "reused", ""]
    assert Sms.objects.count() == 2


def test_what_nobody_waits_for_is_not_sent(kwiaty: cast.Company) -> None:
    texting_account(kwiaty.tenant)
    with pytest.raises(TooLate):
        sent(awaited=False)
    assert not Sms.objects.exists()
    assert not RequestKey.objects.exists()
    assert money.funds(kwiaty.tenant.pk).available == Decimal(10)


def test_a_stop_that_stands_refuses_it_until_it_is_lifted(kwiaty: cast.Company) -> None:
    account = texting_account(kwiaty.tenant)
    stop = fraud_stop(kwiaty.tenant, "per_day", "", sip_account=account)
    assert [sent(), FraudStop.objects.get(), Sms.objects.count()] == ["fraud_limit", stop, 0]
    lift(kwiaty.manager, stop.pk)
    assert sent() == ""


@pytest.mark.parametrize(
    ("to", "text", "code"),
    [
        ("600100200", " \n", "required"),
        ("600100200", "\u202egnp.exe", "bad_characters"),
        ("600100200", "ż" * 700, "too_long"),
        ("112", "Pomocy", "short_code"),
        ("12 34", "Halo", "not_a_number"),
        ("", "Halo", "not_a_number"),
        ("6001002\x0000", "Halo", "not_a_number"),
        ("221234567", "Halo", "landline"),
        ("+4915123456789", "Halo", "above_level"),
        ("+48600100299", "Halo", "stopped"),
    ],
)
def test_what_is_refused(kwiaty: cast.Company, to: str, text: str, code: str) -> None:
    texting_account(kwiaty.tenant, international=Level.NATIONAL)
    SmsStop.objects.create(tenant=kwiaty.tenant, number="+48600100299", text="STOP", at=NOON)
    assert sent(to, text) == code
    assert not Sms.objects.exists()


def test_money_the_hour_and_the_ceiling_hold_for_phones_too(kwiaty: cast.Company) -> None:
    texting_account(kwiaty.tenant, balance="0.10")
    assert [sent(), sent(request="sip-2")] == ["", "no_money"]
    kwiaty.tenant.sms_per_hour = 1
    kwiaty.tenant.save()
    assert sent(request="sip-3") == "limit"
    kwiaty.tenant.sms_max_price = Decimal("0.05")
    kwiaty.tenant.save()
    assert sent(request="sip-4") == "too_dear"


def test_a_pin_for_calls_outside_is_not_got_around(kwiaty: cast.Company) -> None:
    account = texting_account(kwiaty.tenant)
    account.outbound_pin_digest = "x"
    account.save()
    assert sent() == "pin"


def test_a_blocked_company_and_an_account_that_is_gone_send_nothing(kwiaty: cast.Company) -> None:
    texting_account(kwiaty.tenant)
    assert send_from_phone("kwiaty_999", "600100200", "Halo", "sip-1", lambda: True) == "unknown"
    kwiaty.tenant.blocked_at = NOON
    kwiaty.tenant.save()
    assert sent() == "blocked"
    assert not Sms.objects.exists()
