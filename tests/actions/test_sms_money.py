"""Text messages and the money of calls: what calls that are over had put aside refuses no message."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest

from centralka.actions.actor import Actor
from centralka.actions.errors import InvalidInput
from centralka.actions.fraud import lift
from centralka.actions.sms.from_phones import send_from_phone
from centralka.actions.sms.sending import SmsInput, send
from centralka.calls.tariffs import Rate
from centralka.store import money
from centralka.store.models import FraudStop, Mail, Reservation, Sms, Tenant
from tests import cast
from tests.outbox.text_messages import NOON, sandbox, texting_account

pytestmark = pytest.mark.django_db

A_ZLOTY_A_MINUTE = Rate("48600", "", Decimal(1), Decimal(0), 1, 1)


@pytest.fixture
def wanted(kwiaty: cast.Company) -> SmsInput:
    sandbox(9)
    account = texting_account(kwiaty.tenant, balance="0.10")
    return SmsInput(account_id=account.pk, to=["600100200"], text="Halo")


def a_call_holds_it_all(tenant: Tenant) -> None:
    held = money.reserve(
        tenant.pk, node="node1", channel="node1-1.0", number="+48600100200", rate=A_ZLOTY_A_MINUTE, now=NOON
    )
    assert held is not None
    assert money.funds(tenant.pk).available < Decimal("0.09")


def is_over(_seconds: float) -> None:
    Reservation.objects.filter(node="node1").delete()


def goes_on(_seconds: float) -> None:
    """Nothing is on record yet."""


def problem(actor: Actor, wanted: SmsInput, pause: Callable[[float], object]) -> str:
    """The code of what is wrong; "": it is queued."""
    try:
        send(actor, wanted, now=NOON, pause=pause)
    except InvalidInput as wrong:
        return str(wrong.problems["to"][0].code)
    return ""


@pytest.mark.parametrize(("meanwhile", "code"), [(is_over, ""), (goes_on, "no_money")])
def test_money_of_a_call_that_has_just_ended_is_there_for_a_message(
    kwiaty: cast.Company, wanted: SmsInput, meanwhile: Callable[[float], None], code: str
) -> None:
    a_call_holds_it_all(kwiaty.tenant)
    assert problem(kwiaty.owner, wanted, meanwhile) == code
    assert Sms.objects.exists() == (code == "")


@pytest.mark.parametrize(("meanwhile", "code"), [(is_over, ""), (goes_on, "fraud_limit")])
def test_a_limit_of_spending_is_not_reached_by_a_call_that_has_just_ended(
    kwiaty: cast.Company, wanted: SmsInput, meanwhile: Callable[[float], None], code: str
) -> None:
    """It would begin to hold, for all calls, until somebody lifts it."""
    Tenant.objects.update(spend_per_hour="0.10", balance=10)
    a_call_holds_the_limit(kwiaty.tenant)
    assert problem(kwiaty.owner, wanted, meanwhile) == code
    assert FraudStop.objects.exists() == (code != "")


def a_call_holds_the_limit(tenant: Tenant) -> None:
    money.reserve(tenant.pk, node="node1", channel="node1-1.0", number="+48600100200", rate=A_ZLOTY_A_MINUTE, now=NOON)


def test_nobody_waits_where_no_call_holds_money(kwiaty: cast.Company, wanted: SmsInput) -> None:
    waited: list[float] = []
    assert problem(kwiaty.owner, wanted, waited.append) == ""
    assert problem(kwiaty.owner, wanted, waited.append) == "no_money"
    assert not waited


def test_nobody_waits_where_what_calls_hold_would_not_be_enough(kwiaty: cast.Company, wanted: SmsInput) -> None:
    a_call_holds_it_all(kwiaty.tenant)
    waited: list[float] = []
    assert problem(kwiaty.owner, replace(wanted, to=["600100200", "600100201"]), waited.append) == "no_money"
    assert not waited
    assert problem(kwiaty.owner, wanted, waited.append) == "no_money"
    assert waited


@pytest.mark.parametrize(("whose", "waits"), [("company", False), ("account", False), ("colleague", True)])
def test_under_a_limit_that_holds_already_nobody_waits(
    kwiaty: cast.Company, wanted: SmsInput, whose: str, waits: bool
) -> None:
    Tenant.objects.update(spend_per_hour="0.10", balance=10)
    a_call_holds_the_limit(kwiaty.tenant)
    accounts = {"company": None, "account": wanted.account_id, "colleague": cast.phone(kwiaty.tenant, "101").pk}
    FraudStop.objects.create(tenant=kwiaty.tenant, sip_account_id=accounts[whose], rule=FraudStop.Rule.PER_DAY, at=NOON)
    waited: list[float] = []
    assert problem(kwiaty.owner, wanted, waited.append) == "fraud_limit"
    assert bool(waited) == waits
    assert FraudStop.objects.count() == (2 if waits else 1), "the colleague's, and the one that began by this"
    FraudStop.objects.update(lifted_at=NOON)
    assert problem(kwiaty.owner, wanted, is_over) == ""
    assert not FraudStop.objects.filter(lifted_at=None).exists()


def test_a_stop_refuses_messages_until_it_is_lifted_though_the_spending_has_aged(
    kwiaty: cast.Company, wanted: SmsInput
) -> None:
    Tenant.objects.update(spend_per_hour="0.10", balance=10)
    assert problem(kwiaty.owner, wanted, is_over) == ""
    assert problem(kwiaty.owner, wanted, is_over) == "fraud_limit"
    stop, told = FraudStop.objects.get(), Mail.objects.count()
    assert told
    # Nothing of it counts any more.
    Reservation.objects.all().delete()
    waited: list[float] = []
    for to in (["600100200"], ["600100200", "600100201"]):
        assert problem(kwiaty.owner, replace(wanted, to=to), waited.append) == "fraud_limit"
    assert (Sms.objects.count(), FraudStop.objects.get(), Mail.objects.count(), waited) == (1, stop, told, [])
    lift(kwiaty.manager, stop.pk)
    assert problem(kwiaty.owner, wanted, waited.append) == ""


def test_a_refused_call_at_night_is_no_limit_that_holds(kwiaty: cast.Company, wanted: SmsInput) -> None:
    Tenant.objects.update(spend_per_hour="0.10", balance=10)
    a_call_holds_the_limit(kwiaty.tenant)
    FraudStop.objects.create(tenant=kwiaty.tenant, rule=FraudStop.Rule.NIGHT, at=NOON)
    assert problem(kwiaty.owner, wanted, is_over) == ""


@pytest.mark.parametrize("last_look", [True, False])
def test_only_at_the_last_look_for_a_phone_a_limit_begins_to_hold(
    kwiaty: cast.Company, wanted: SmsInput, last_look: bool
) -> None:
    Tenant.objects.update(spend_per_hour="0.10", balance=10)
    a_call_holds_the_limit(kwiaty.tenant)
    code = send_from_phone("kwiaty_100", "600100200", "Halo", "sip-1", lambda: True, last_look=last_look)
    assert code == "fraud_limit"
    assert FraudStop.objects.exists() == last_look
