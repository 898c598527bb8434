"""Companies are told in time that their money comes to its end."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from email import message_from_bytes, policy

import pytest
from django.utils import timezone

from centralka.actions.money import top_up
from centralka.calls.reasons import Reason, Why
from centralka.calls.record.record import Record
from centralka.outbox.balances import Balances
from centralka.outbox.letters import letter_of
from centralka.store.call_records import write_records
from centralka.store.models import Mail, Tenant
from tests import cast
from tests.store.test_call_records import a_record

NOW = datetime(2026, 11, 23, 11, tzinfo=UTC)
BOSS = "szefowa@kwiaty.example"

pytestmark = pytest.mark.django_db


def has(company: cast.Company, **values: object) -> None:
    Tenant.objects.filter(pk=company.tenant.pk).update(**values)


def told(*minutes: int) -> list[tuple[str, str]]:
    """Kind and receiver of each mail, after looks in these minutes."""
    balances = Balances()
    for minute in minutes:
        balances.look(NOW + timedelta(minutes=minute))
    return list(Mail.objects.order_by("pk").values_list("kind", "to"))


def refused(call: str, company: cast.Company, why: Why) -> Record:
    """A call that was refused just now."""
    now = timezone.now()
    return a_record(
        company.tenant.pk, call_id=call, to_number="+48600100200", started_at=now, ended_at=now,
        why=[Reason(why, {"number": "+48600100200"})],
    )  # fmt: skip


def test_a_call_of_long_ago_that_is_written_down_late_is_not_told(kwiaty: cast.Company) -> None:
    has(kwiaty, alert_emails=BOSS)
    late = replace(refused("a", kwiaty, Why.NO_MONEY), ended_at=timezone.now() - timedelta(days=2))
    write_records([late], node="node1", position=1)
    assert told() == []


def test_a_company_is_told_once_that_less_is_left_than_it_says(kwiaty: cast.Company) -> None:
    has(kwiaty, alert_emails=BOSS, low_balance=Decimal(50), balance=Decimal(50))
    assert told(0) == []
    has(kwiaty, balance=Decimal("49.99"))
    assert told(1, 2, 3 * 24 * 60) == [("low_balance", BOSS)]


def test_it_is_told_again_after_there_was_more(kwiaty: cast.Company) -> None:
    has(kwiaty, alert_emails=BOSS, low_balance=Decimal(50))
    assert told(0) == [("low_balance", BOSS)]
    top_up(cast.OPERATOR, kwiaty.tenant.pk, Decimal(100))
    told(1)
    has(kwiaty, balance=Decimal(10))
    assert told(2) == [("low_balance", BOSS)], "once a day at most"
    has(kwiaty, balance=Decimal(100))
    told(24 * 60)
    has(kwiaty, balance=Decimal(10))
    assert told(24 * 60 + 2) == [("low_balance", BOSS)] * 2


def test_a_credit_counts_as_money(kwiaty: cast.Company) -> None:
    has(kwiaty, alert_emails=BOSS, low_balance=Decimal(50), balance=Decimal(-40), credit_limit=Decimal(100))
    assert told(0) == []
    has(kwiaty, balance=Decimal(-60))
    assert told(1) == [("low_balance", BOSS)]


def test_without_an_alert_address_the_owners_are_told(kwiaty: cast.Company, ksiegi: cast.Company) -> None:
    has(kwiaty, low_balance=Decimal(50))
    owners = kwiaty.tenant.memberships.filter(role="owner").values_list("person__email", flat=True)
    assert told(0) == [("low_balance", email) for email in sorted(owners)] != []


def test_who_says_nothing_is_not_warned(kwiaty: cast.Company) -> None:
    assert told(0) == []


def test_a_call_that_is_refused_for_money_is_told_once_a_day(kwiaty: cast.Company) -> None:
    has(kwiaty, alert_emails=BOSS)
    for call in ("a", "b"):
        write_records([refused(call, kwiaty, Why.NO_MONEY)], node="node1", position=1)
    assert told() == [("no_money", BOSS)]
    mail = message_from_bytes(letter_of(Mail.objects.get()).content, policy=policy.default)
    assert str(mail["Subject"]) == "Kwiaciarnia Alicja: połączenia są odrzucane z braku środków"
    body = mail.get_body(("plain",))
    assert body
    assert "600 100 200" in body.get_content()


def test_a_call_that_is_refused_for_another_reason_is_not_told(kwiaty: cast.Company) -> None:
    has(kwiaty, alert_emails=BOSS)
    write_records([refused("a", kwiaty, Why.NO_PRICE)], node="node1", position=1)
    assert told() == []


@pytest.mark.parametrize(
    ("language", "subject"),
    [
        ("pl", "Kwiaciarnia Alicja: na połączenia zostało 12,34 zł"),
        ("en", "Kwiaciarnia Alicja: 12.34 PLN left for calls"),
    ],
)
def test_the_mail_says_how_much_is_left(kwiaty: cast.Company, language: str, subject: str) -> None:
    has(kwiaty, alert_emails=BOSS, low_balance=Decimal(50), balance=Decimal("12.34"), language=language)
    told(0)
    assert str(message_from_bytes(letter_of(Mail.objects.get()).content, policy=policy.default)["Subject"]) == subject
