"""Accounts that cannot be reached are told by mail; nothing that happens to the exchange itself is."""

from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy

import pytest

from centralka.outbox.letters import letter_of
from centralka.outbox.monitoring import Monitoring
from centralka.store.models import AccountWatch, Mail, Outage, PresenceBeat, Registration, SipAccount, Tenant
from centralka.store.monitoring import beat
from tests import cast

NOON = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)
"""In Warsaw it is 12:00."""
BOSS = "szefowa@kwiaty.example"

pytestmark = pytest.mark.django_db


class Story:
    """A worker, a switchboard and an edge, by a clock that goes when it is told to."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.wrong = timedelta()
        """How much the clock on the wall was set."""
        self.edge: datetime | None = NOON - timedelta(days=1)
        self.switchboard = True
        self.starts_worker()
        self.passes(60)

    def starts_worker(self) -> None:
        self.monitoring = Monitoring(lambda: self.seconds)

    @property
    def now(self) -> datetime:
        return NOON + timedelta(seconds=self.seconds) + self.wrong

    def passes(self, seconds: int, *, worker: bool = True) -> None:
        step = 60 if seconds % 600 == 0 else 10
        for _ in range(0, seconds, step):
            self.seconds += step
            if self.switchboard:
                beat("node1", self.edge)
            if worker:
                self.monitoring.look(self.now)


@pytest.fixture
def accounts(kwiaty: cast.Company) -> list[SipAccount]:
    Tenant.objects.filter(pk=kwiaty.tenant.pk).update(alert_emails=BOSS)
    found = [cast.phone(kwiaty.tenant, extension, name) for extension, name in (("100", "Alicja"), ("101", "Bartek"))]
    for account in found:
        comes(account)
    return found


def comes(account: SipAccount, answers: bool | None = True) -> None:
    Registration.objects.update_or_create(
        node="node1", sip_account=account, uri=f"sip:{account.login}", defaults={"answers": answers, "since": NOON}
    )


def goes(*accounts: SipAccount) -> None:
    Registration.objects.filter(sip_account__in=accounts).delete()


def told() -> list[list[tuple[str, str]]]:
    """What each mail tells, oldest first: account and what it did."""
    mails = Mail.objects.filter(kind=Mail.Kind.MONITORING).order_by("pk")
    return [[(one["account"], one["kind"]) for one in mail.about["news"]] for mail in mails]


def test_one_that_is_gone_for_three_minutes_is_told_once_and_so_is_its_return(accounts: list[SipAccount]) -> None:
    story = Story()
    goes(accounts[0])
    story.passes(180)
    assert told() == []
    story.passes(3600)
    assert told() == [[("100 Alicja", "gone")]]
    comes(accounts[0])
    story.passes(600)
    assert told() == [[("100 Alicja", "gone")], [("100 Alicja", "back")]]
    assert set(Mail.objects.values_list("to", flat=True)) == {BOSS}
    (outage,) = Outage.objects.all()
    assert outage.ended_at
    assert 3700 < (outage.ended_at - outage.began_at).total_seconds() < 3900


def test_one_that_is_registered_and_does_not_answer_is_missed_too(accounts: list[SipAccount]) -> None:
    story = Story()
    comes(accounts[0], answers=False)
    story.passes(300)
    assert told() == [[("100 Alicja", "gone")]]


def test_one_that_has_just_come_is_not_judged(accounts: list[SipAccount]) -> None:
    """Before its first answer nobody knows; it was reachable before, by another address."""
    story = Story()
    comes(accounts[0], answers=None)
    story.passes(600)
    assert told() == []


def test_one_that_never_answered_is_not_missed(kwiaty: cast.Company) -> None:
    Tenant.objects.update(alert_emails=BOSS)
    account = cast.phone(kwiaty.tenant, "102")
    comes(account, answers=False)
    story = Story()
    goes(account)
    story.passes(600)
    assert told() == []
    assert not AccountWatch.objects.exists()


def test_a_site_whose_line_is_down_is_one_mail_that_names_all(accounts: list[SipAccount], kwiaty: cast.Company) -> None:
    others = [cast.phone(kwiaty.tenant, str(number)) for number in range(200, 240)]
    for account in others:
        comes(account)
    story = Story()
    for account in [*accounts, *others]:
        goes(account)
        if account.pk % 20 == 0:
            story.passes(10)
    story.passes(600)
    (news,) = told()
    assert len(news) == 42
    subject = str(message_from_bytes(letter_of(Mail.objects.get()).content, policy=policy.default)["Subject"])
    assert subject == "42 konta są nieosiągalne"


def test_accounts_with_recipients_of_their_own_are_told_to_these(accounts: list[SipAccount]) -> None:
    SipAccount.objects.filter(pk=accounts[0].pk).update(monitoring_emails="a@kwiaty.example, b@kwiaty.example")
    story = Story()
    goes(*accounts)
    story.passes(600)
    mails = {mail.to: [one["account"] for one in mail.about["news"]] for mail in Mail.objects.all()}
    assert mails == {
        "a@kwiaty.example": ["100 Alicja"],
        "b@kwiaty.example": ["100 Alicja"],
        BOSS: ["101 Bartek"],
    }


def test_without_an_address_nobody_is_told_and_nothing_waits(accounts: list[SipAccount]) -> None:
    Tenant.objects.update(alert_emails="")
    story = Story()
    goes(*accounts)
    story.passes(600)
    assert told() == []
    assert set(AccountWatch.objects.values_list("told", flat=True)) == {"gone"}


def test_one_whose_monitoring_is_off_is_not_told(accounts: list[SipAccount]) -> None:
    story = Story()
    goes(accounts[0])
    story.passes(60)
    SipAccount.objects.filter(pk=accounts[0].pk).update(monitoring=False)
    story.passes(600)
    assert told() == []
    assert not AccountWatch.objects.filter(pk=accounts[0].pk).exists()
    assert not Outage.objects.filter(ended_at=None).exists()


@pytest.mark.parametrize("whose", ["account", "company"])
def test_a_pause_is_silent_and_what_is_gone_at_its_end_is_told(accounts: list[SipAccount], whose: str) -> None:
    story = Story()
    until = {"monitoring_paused_until": story.now + timedelta(hours=1)}
    if whose == "account":
        SipAccount.objects.filter(pk=accounts[0].pk).update(**until)
    else:
        Tenant.objects.update(**until)
    goes(accounts[0])
    story.passes(3600)
    assert told() == []
    story.passes(300)
    assert told() == [[("100 Alicja", "gone")]]


def test_a_pause_that_is_ended_early_is_over(accounts: list[SipAccount]) -> None:
    story = Story()
    Tenant.objects.update(monitoring_paused_until=story.now + timedelta(days=9))
    goes(accounts[0])
    story.passes(600)
    Tenant.objects.update(monitoring_paused_until=None)
    story.passes(300)
    assert told() == [[("100 Alicja", "gone")]]


# -- No false alarm ----------------------------------------------------------------------------------------------------


def test_a_worker_that_starts_waits_anew(accounts: list[SipAccount]) -> None:
    story = Story()
    goes(accounts[0])
    story.passes(170)
    story.passes(3600, worker=False)
    story.starts_worker()
    story.passes(170)
    assert told() == []
    story.passes(90)
    assert told() == [[("100 Alicja", "gone")]]


def test_while_the_switchboard_is_away_nobody_is_missed(accounts: list[SipAccount]) -> None:
    """The rows say what was so before; a phone that came back meanwhile is not in them."""
    story = Story()
    goes(accounts[0])
    story.passes(60)
    story.switchboard = False
    story.passes(800)
    story.switchboard = True
    comes(accounts[0])
    story.passes(600)
    assert told() == []


def test_after_an_outage_of_the_edge_phones_have_time_to_come_again(accounts: list[SipAccount]) -> None:
    story = Story()
    story.edge = None
    story.passes(600)
    story.edge = story.now
    goes(*accounts)
    story.passes(300)
    for account in accounts:
        comes(account)
    story.passes(600)
    assert told() == []


def test_who_does_not_come_again_after_an_outage_is_told(accounts: list[SipAccount]) -> None:
    story = Story()
    story.edge = story.now
    goes(accounts[0])
    story.passes(330 + 180 - 20)
    assert told() == []
    story.passes(120)
    assert told() == [[("100 Alicja", "gone")]]


@pytest.mark.parametrize("hours", [1, -1, 24 * 400])
def test_a_clock_that_is_set_misses_nobody(accounts: list[SipAccount], hours: int) -> None:
    story = Story()
    goes(accounts[0])
    story.passes(60)
    story.wrong = timedelta(hours=hours)
    story.passes(60)
    comes(accounts[0])
    story.passes(600)
    assert told() == []


def test_a_node_that_is_gone_for_good_stops_nobody_elses_monitoring(accounts: list[SipAccount]) -> None:
    PresenceBeat.objects.create(node="node2", count=7, edge_started_at=NOON)
    story = Story()
    story.passes(900)
    goes(accounts[0])
    story.passes(600)
    assert told() == [[("100 Alicja", "gone")]]


def test_a_company_is_told_of_its_own_accounts_only(accounts: list[SipAccount], ksiegi: cast.Company) -> None:
    Tenant.objects.filter(pk=ksiegi.tenant.pk).update(alert_emails="celina@ksiegi.example")
    celina = cast.phone(ksiegi.tenant, "100", "Celina")
    comes(celina)
    story = Story()
    goes(celina, accounts[0])
    story.passes(600)
    found = {(mail.to, mail.tenant_id): [one["account"] for one in mail.about["news"]] for mail in Mail.objects.all()}
    assert found == {
        (BOSS, accounts[0].tenant_id): ["100 Alicja"],
        ("celina@ksiegi.example", ksiegi.tenant.pk): ["100 Celina"],
    }


@pytest.mark.parametrize(
    ("language", "subject"), [("pl", "100 Alicja: brak łączności"), ("en", "100 Alicja is out of reach")]
)
def test_a_mail_says_who_since_when(accounts: list[SipAccount], language: str, subject: str) -> None:
    Tenant.objects.update(language=language)
    story = Story()
    goes(accounts[0])
    story.passes(600)
    mail = message_from_bytes(letter_of(Mail.objects.get()).content, policy=policy.default)
    assert str(mail["Subject"]) == subject
    body = mail.get_body(("plain",))
    assert body
    assert "12:02" in body.get_content()
