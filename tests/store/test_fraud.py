"""Limits under the company's lock: however many calls at once, none gets more than the rules leave."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from centralka.calls.facts import Outside
from centralka.calls.fraud import RECOMMENDED, Breach, FraudRule, NightCalls, Stop
from centralka.calls.tariffs import Rate
from centralka.store import fraud, money, settling
from centralka.store.facts import call_facts
from centralka.store.models import FraudStop, KnownCountry, LedgerEntry, Mail, Reservation, SipAccount, Spent, Tenant
from tests import cast
from tests.answers import answered
from tests.at_once import so_many_at_once

NOW = datetime(2026, 11, 28, 12, 5, tzinfo=UTC)
MOBILE = Rate("486", "Polska, komórkowe", Decimal("0.60"), Decimal(0), 1, 1)
DEAR = Rate("53", "Kuba", Decimal("6.00"), Decimal(0), 60, 60)
NUMBER, CUBA = "+48600100200", "+5371234567"


@pytest.fixture
def account(kwiaty: cast.Company) -> SipAccount:
    """Alicja's phone, which may call for 1000 PLN."""
    made = cast.phone(kwiaty.tenant, "100", "Alicja")
    made.caller_id = cast.line_outside(kwiaty.tenant, balance="1000")
    made.save()
    return made


def rules(account: SipAccount, **wanted: object) -> None:
    Tenant.objects.filter(pk=account.tenant_id).update(**wanted)


def begin(
    account: SipAccount, channel: str = "c", rate: Rate = MOBILE, number: str = NUMBER, now: datetime = NOW
) -> money.Reserved | None:
    return money.reserve(
        account.tenant_id, node="n", channel=channel, number=number, rate=rate, now=now, account_id=account.pk
    )


def stopped(account: SipAccount, channel: str = "c", rate: Rate = MOBILE, now: datetime = NOW) -> FraudRule:
    with pytest.raises(money.FraudSuspected) as refused:
        begin(account, channel, rate, now=now)
    return refused.value.stop.rule


def ended(account: SipAccount, made: money.Reserved, net: str, seconds: int, at: datetime = NOW) -> None:
    """The call is answered, and charged."""
    answered(made.id, peer="p", peer_id=f"peer-{made.id}", now=at)
    Reservation.objects.filter(pk=made.id).update(amount=Decimal(net))
    charge = settling.Charge(f"call:{made.id}", f"peer-{made.id}", Decimal(net), {"seconds": seconds})
    settling.settle([settling.Finished(account.tenant_id, [f"peer-{made.id}"], [charge], at)])


def outside(account: SipAccount, dialled: str = NUMBER, now: datetime = NOW) -> Outside:
    facts = call_facts(login=account.login, dialled=dialled, now=now)
    assert facts is not None
    assert facts.outside is not None
    return facts.outside


@pytest.mark.django_db(transaction=True)
def test_of_many_calls_at_the_same_instant_no_more_begin_than_the_account_may_have(account: SipAccount) -> None:
    rules(account, account_calls_at_once=5)

    def call(number: int) -> bool:
        try:
            return begin(account, f"c{number}") is not None
        except money.FraudSuspected:
            return False

    assert so_many_at_once(20, call).count(True) == 5
    assert Reservation.objects.count() == 5
    assert FraudStop.objects.count() == 1, "told once, not fifteen times"


@pytest.mark.django_db
def test_text_messages_on_their_way_are_no_calls(account: SipAccount) -> None:
    rules(account, account_calls_at_once=1, calls_at_once=1)
    waiting = [(f"m{number}", NUMBER, Decimal("0.10")) for number in range(3)]
    assert money.put_aside(account.tenant_id, account.pk, waiting, NOW) is None
    facts = outside(account)
    assert (facts.guard.account.use.calls_at_once, facts.guard.company.use.calls_at_once, facts.going_on) == (0, 0, 0)
    assert begin(account)
    facts = outside(account)
    assert (facts.guard.account.use.calls_at_once, facts.guard.company.use.calls_at_once, facts.going_on) == (1, 1, 1)


@pytest.mark.django_db(transaction=True)
def test_of_many_calls_at_the_same_instant_none_gets_money_beyond_the_hour(account: SipAccount) -> None:
    rules(account, spend_per_hour=Decimal(1))

    def call(number: int) -> Decimal:
        try:
            made = begin(account, f"c{number}")
        except money.FraudSuspected:
            return Decimal(0)
        return made.amount if made else Decimal(0)

    given = so_many_at_once(12, call)
    assert (len(given), sum(given)) == (12, Decimal(1))


@pytest.mark.django_db
def test_an_accounts_own_limit_comes_before_its_companys(account: SipAccount) -> None:
    rules(account, account_calls_at_once=5)
    SipAccount.objects.filter(pk=account.pk).update(calls_at_once=1)
    assert begin(account, "a")
    assert stopped(account, "b") is FraudRule.CALLS_AT_ONCE
    other = cast.phone(account.tenant, "101", "Bartek")
    assert begin(other, "c")


@pytest.mark.django_db
def test_what_was_spent_and_what_running_calls_hold_count_together(account: SipAccount) -> None:
    rules(account, account_spend_per_hour=Decimal(2))
    made = begin(account, "a")
    assert made
    ended(account, made, "1.8000", 180)
    assert begin(account, "b").amount == Decimal("0.2000")  # type: ignore[union-attr]
    assert stopped(account, "c") is FraudRule.PER_HOUR


@pytest.mark.django_db
def test_a_running_call_is_given_no_more_than_the_rules_leave_and_the_owner_is_told(account: SipAccount) -> None:
    rules(account, account_spend_per_hour=Decimal("0.50"))
    made = begin(account)
    assert made
    assert (made.granted_seconds, made.exhausted) == (30, False)
    grown = money.extend(made.id, now=NOW)
    assert grown
    assert (grown.granted_seconds, grown.exhausted, grown.stopped) == (50, True, True)
    assert FraudStop.objects.get().rule == FraudRule.PER_HOUR


@pytest.mark.django_db
def test_an_hour_is_over_after_an_hour_and_a_day_after_a_day(account: SipAccount) -> None:
    rules(account, account_spend_per_hour=Decimal(2), account_spend_per_day=Decimal(5))
    made = begin(account, "a")
    assert made
    ended(account, made, "2.0000", 200)
    assert stopped(account, "b", now=NOW + timedelta(minutes=59)) is FraudRule.PER_HOUR
    later = NOW + timedelta(minutes=75)
    assert begin(account, "d", now=later)
    SipAccount.objects.filter(pk=account.pk).update(spend_per_day=Decimal(2), spend_per_hour=Decimal(9))
    Reservation.objects.all().delete()
    assert stopped(account, "e", now=later) is FraudRule.PER_DAY
    assert begin(account, "f", now=NOW + timedelta(hours=25))


@pytest.mark.django_db
def test_a_long_call_counts_for_the_hour_only_with_its_last_hour(account: SipAccount) -> None:
    """Four hours at 0.60 a minute are 144.00; an hour of them is 36.00."""
    rules(account, account_spend_per_hour=Decimal(37))
    made = begin(account)
    assert made
    Reservation.objects.filter(pk=made.id).update(granted_seconds=4 * 3600, amount=Decimal(144))
    grown = money.extend(made.id, now=NOW)
    assert grown
    assert grown.granted_seconds == 4 * 3600 + 30
    ended(account, made, "144.0000", 4 * 3600)
    assert begin(account, "b")
    assert sum(Spent.objects.filter(account=account.pk).values_list("net", flat=True)) == Decimal(144)


@pytest.mark.django_db
def test_a_stop_of_an_hours_money_holds_until_it_is_lifted_and_then_counts_anew(account: SipAccount) -> None:
    rules(account, account_spend_per_hour=Decimal(2))
    made = begin(account, "a")
    assert made
    ended(account, made, "2.0000", 200)
    assert stopped(account, "b") is FraudRule.PER_HOUR
    tomorrow = NOW + timedelta(days=2)
    stop = outside(account, now=tomorrow).guard.stopped
    assert stop == Stop(FraudRule.PER_HOUR, account.pk, limit="2.0000")
    fraud.lift(FraudStop.objects.get(), "Alicja", NOW)
    assert outside(account).guard.stopped is None
    assert begin(account, "c")


@pytest.mark.django_db
def test_the_stop_of_an_account_is_no_other_accounts(account: SipAccount, ksiegi: cast.Company) -> None:
    fraud.note_stop(account.tenant_id, Breach(Stop(FraudRule.PER_DAY, account.pk), account.pk, CUBA), NOW)
    other = cast.phone(account.tenant, "101", "Bartek")
    stranger = cast.phone(ksiegi.tenant, "100", "Celina")
    assert outside(account).guard.stopped
    assert outside(other).guard.stopped is None
    fraud.note_stop(account.tenant_id, Breach(Stop(FraudRule.PER_DAY, None), account.pk, CUBA), NOW)
    assert outside(other).guard.stopped
    assert outside(stranger).guard.stopped is None


A_MESSAGE = [("m", NUMBER, Decimal("0.10"))]


@pytest.mark.django_db
@pytest.mark.parametrize("price", ["0.10", "0"])
@pytest.mark.parametrize("whose", ["company", "account", "colleague", "stranger"])
def test_a_stop_that_stands_refuses_messages_as_it_refuses_calls(
    account: SipAccount, ksiegi: cast.Company, whose: str, price: str
) -> None:
    """Long after the spending has aged; at no price, too: for calls a price of 0 is a price."""
    stops = {
        "company": (account, None),
        "account": (account, account.pk),
        "colleague": (account, cast.phone(account.tenant, "101").pk),
        "stranger": (cast.phone(ksiegi.tenant, "100"), None),
    }
    by, limited = stops[whose]
    stop = Stop(FraudRule.PER_DAY, limited, limit="50.00")
    fraud.note_stop(by.tenant_id, Breach(stop, by.pk, CUBA), NOW)
    later = NOW + timedelta(days=9)
    refused = money.put_aside(account.tenant_id, account.pk, [("m", NUMBER, Decimal(price))], later)
    assert refused == outside(account, now=later).guard.stopped == (stop if whose in ("company", "account") else None)
    assert Reservation.objects.exists() == (refused is None)


@pytest.mark.django_db
@pytest.mark.parametrize("rule", [rule for rule in FraudRule if not rule.holds])
def test_a_rule_that_refuses_one_call_refuses_no_message(account: SipAccount, rule: FraudRule) -> None:
    fraud.note_stop(account.tenant_id, Breach(Stop(rule, None), account.pk, CUBA), NOW)
    assert money.put_aside(account.tenant_id, account.pk, A_MESSAGE, NOW) is None


@pytest.mark.django_db
def test_a_stop_that_begins_while_a_message_waits_for_its_company_refuses_it(account: SipAccount) -> None:
    """What it would have read before it had the lock is not true any more."""
    stop = Stop(FraudRule.PER_HOUR, None)

    def meanwhile(execute: Callable[..., object], sql: str, *rest: object) -> object:
        if 'FROM "tenant"' in sql and not FraudStop.objects.exists():
            FraudStop.objects.create(tenant_id=account.tenant_id, rule=stop.rule.value, at=NOW)
        return execute(sql, *rest)

    with connection.execute_wrapper(meanwhile):
        assert money.put_aside(account.tenant_id, account.pk, A_MESSAGE, NOW) == stop


@pytest.mark.django_db
def test_owners_and_operators_are_told_once_for_each_stop(account: SipAccount) -> None:
    cast.olga_the_operator()
    breach = Breach(Stop(FraudRule.NEW_COUNTRY, None, "CU"), account.pk, CUBA)
    for _ in range(3):
        fraud.note_stop(account.tenant_id, breach, NOW)
    assert sorted(Mail.objects.values_list("to", "tenant")) == [
        ("alicja@kwiaty.example", account.tenant_id),
        ("olga@operator.example", None),
    ]
    fraud.note_stop(account.tenant_id, Breach(Stop(FraudRule.NEW_COUNTRY, None, "SO"), account.pk, "+25261"), NOW)
    assert Mail.objects.count() == 4


@pytest.mark.django_db
def test_addresses_for_alerts_are_told_too_and_nobody_twice(account: SipAccount) -> None:
    rules(account, alert_emails="it@kwiaty.example,alicja@kwiaty.example")
    fraud.note_stop(account.tenant_id, Breach(Stop(FraudRule.PER_DAY, None), account.pk, CUBA), NOW)
    assert sorted(Mail.objects.values_list("to", flat=True)) == ["alicja@kwiaty.example", "it@kwiaty.example"]


@pytest.mark.django_db
def test_what_refuses_single_calls_is_told_again_the_next_day(account: SipAccount) -> None:
    breach = Breach(Stop(FraudRule.NIGHT, None, limit="22:00–06:00"), account.pk, CUBA)
    fraud.note_stop(account.tenant_id, breach, NOW)
    fraud.note_stop(account.tenant_id, breach, NOW + timedelta(hours=23))
    assert Mail.objects.count() == 1
    fraud.note_stop(account.tenant_id, breach, NOW + timedelta(hours=25))
    assert Mail.objects.count() == 2
    assert FraudStop.objects.filter(lifted_at=None).count() == 1


@pytest.mark.django_db
def test_a_new_country_is_known_once_it_was_allowed_or_called(account: SipAccount) -> None:
    rules(account, ask_new_countries=True)
    assert not outside(account, CUBA).guard.country_known
    fraud.note_stop(account.tenant_id, Breach(Stop(FraudRule.NEW_COUNTRY, None, "CU"), account.pk, CUBA), NOW)
    fraud.lift(FraudStop.objects.get(), "Alicja", NOW)
    assert outside(account, CUBA).guard.country_known
    KnownCountry.objects.all().delete()
    made = begin(account, rate=DEAR, number=CUBA)
    assert made
    ended(account, made, "6.0000", 60)
    assert outside(account, CUBA).guard.country_known
    assert not outside(account, "+252612345678").guard.country_known


@pytest.mark.django_db
def test_facts_have_the_night_of_the_installations_clock(account: SipAccount) -> None:
    rules(account, night_calls="abroad", night_from="23:00", night_until="05:00")
    guard = outside(account, now=datetime(2026, 7, 1, 21, 30, tzinfo=UTC)).guard
    assert (guard.night_calls, guard.night, guard.time) == (NightCalls.ABROAD, ("23:00", "05:00"), "23:30")


@pytest.mark.django_db
def test_a_new_company_gets_the_rules_and_one_that_was_there_has_none(kwiaty: cast.Company) -> None:
    from centralka.actions.tenants.tenants import add_tenant

    assert fraud.rules_of(add_tenant(cast.OPERATOR, "nowa", "Nowa")) == RECOMMENDED
    assert fraud.rules_of(kwiaty.tenant).calls_at_once is None


@pytest.mark.django_db
def test_rules_cost_a_call_no_further_statement(account: SipAccount) -> None:
    """BEGIN, the company's lock, one that counts, the reservation, COMMIT: as many as without rules."""
    rules(account, **fraud.as_columns(RECOMMENDED))
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert begin(account)
    told = [one["sql"].split()[0] for one in asked if "SAVEPOINT" not in one["sql"]]
    assert told == ["SELECT", "SELECT", "INSERT"]


@pytest.mark.django_db
def test_old_counts_are_forgotten(account: SipAccount) -> None:
    made = begin(account)
    assert made
    ended(account, made, "0.5000", 50)
    fraud.forget_old(NOW + timedelta(days=1))
    assert Spent.objects.count() == 2
    fraud.forget_old(NOW + timedelta(days=4))
    assert not Spent.objects.exists()
    assert LedgerEntry.objects.filter(kind="call").exists()
