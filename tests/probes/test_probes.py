"""What is wrong is found, and what is well is not: with real files, rows and a real mail server."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from pytest_django import Settings

from centralka.actions.status_words import sentence
from centralka.certificates.acme.errors import CannotObtain
from centralka.certificates.own_authority import own_certificate
from centralka.certificates.source import certificate_source, obtaining
from centralka.draining import begin_draining
from centralka.environment import MailServer
from centralka.probes import certificate, machine, outside, stored
from centralka.probes.all import THOROUGH, look
from centralka.probes.finding import Finding, Kind, Level, Probe
from centralka.process_states import ProcessStates, states_file
from centralka.store import money
from centralka.store.models import (
    CallRecord,
    Fax,
    JournalPosition,
    LedgerEntry,
    Mail,
    Sms,
    SmsGateway,
    Tenant,
    Trunk,
    VoicemailAudio,
    VoicemailMessage,
)
from tests import cast

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)
DAY = timedelta(days=1)
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def home(settings: Settings, tmp_path: Path) -> Path:
    settings.HOME = tmp_path
    (tmp_path / "run").mkdir()
    return tmp_path


def kinds(found: Iterable[Finding]) -> list[Kind]:
    return [one.kind for one in found]


def test_processes_that_are_not_there_or_do_not_answer(home: Path) -> None:
    assert kinds(machine.processes(NOW)) == [Kind.NOTHING_RUNS]
    states = ProcessStates(states_file(home), print)
    for name in ("engine", "worker", "web"):
        states.started(name)
    assert kinds(machine.processes(NOW)) == []
    states.ended("engine")
    states.answers("web", answers=False)
    assert [(one.kind, one.values["process"]) for one in machine.processes(NOW)] == [
        (Kind.PROCESS_DOWN, "engine"),
        (Kind.PROCESS_SILENT, "web"),
    ]


def test_an_exchange_that_is_drained(home: Path) -> None:
    assert kinds(machine.calls_taken(NOW)) == []
    begin_draining(home)
    assert kinds(machine.calls_taken(NOW)) == [Kind.TAKES_NO_CALLS]


def test_a_disk_that_fills_up(settings: Settings) -> None:
    settings.DISK_WARN_MB = 0
    assert kinds(machine.disk(NOW)) == []
    settings.DISK_WARN_MB = 10**9
    assert kinds(machine.disk(NOW)) == [Kind.DISK_LOW]


def test_a_backup_that_is_missing_or_old() -> None:
    assert kinds(machine.backups(NOW)) == [Kind.NO_BACKUP]
    machine.note_backup(NOW - 7 * DAY)
    assert kinds(machine.backups(NOW)) == []
    machine.note_backup(NOW - 9 * DAY)
    (found,) = machine.backups(NOW)
    assert (found.kind, found.values["days"]) == (Kind.BACKUP_OLD, 9)


def test_the_database_has_a_size() -> None:
    assert machine.database_bytes() > 100_000


# -- The certificate ---------------------------------------------------------------------------------------------


@pytest.fixture
def shown(home: Path, settings: Settings) -> Path:
    """What phones are shown: by the own authority, for this machine's names."""
    settings.TLS_PEM, settings.TLS_NAME = None, "sip.kwiaty.example"
    names = certificate_source().names
    (home / "edge").mkdir()
    content = own_certificate(home / "tls", names, datetime.now(UTC)).read_bytes()
    certificate.shown_certificate().write_bytes(content)
    return certificate.shown_certificate()


def test_without_an_edge_there_is_no_certificate_to_look_at() -> None:
    assert kinds(certificate.certificate(NOW)) == []
    assert certificate.shown_until() is None


@pytest.mark.parametrize(
    ("left", "level"), [(22 * DAY, None), (20 * DAY, Level.WARNING), (2 * DAY, Level.WARNING), (DAY / 2, Level.FAULT)]
)
def test_a_certificate_that_ends_soon(shown: Path, left: timedelta, level: Level | None) -> None:
    until = certificate.shown_until()
    assert until is not None
    assert [one.level for one in certificate.certificate(until - left)] == ([level] if level else [])


def test_a_certificate_that_is_no_certificate_any_more(shown: Path) -> None:
    shown.write_text("")
    assert kinds(certificate.certificate(datetime.now(UTC))) == [Kind.CERTIFICATE_BAD]


def test_a_file_of_the_operators_that_is_refused_or_not_taken(shown: Path, home: Path, settings: Settings) -> None:
    settings.TLS_PEM = home / "given.pem"
    settings.TLS_PEM.write_bytes(shown.read_bytes())
    now = datetime.now(UTC)
    assert kinds(certificate.certificate(now)) == []
    settings.TLS_PEM.write_text("nothing")
    (found,) = certificate.certificate(now)
    assert (found.kind, found.values["why"]) == (Kind.CERTIFICATE_REFUSED, "there is no certificate in it.")
    other = own_certificate(home / "other", certificate_source().names, now)
    settings.TLS_PEM.write_bytes(other.read_bytes())
    assert kinds(certificate.certificate(now)) == [Kind.CERTIFICATE_NOT_TAKEN]


def test_an_authority_that_gives_no_certificate(shown: Path, home: Path, settings: Settings) -> None:
    """A fault while phones have to be given our own authority, a warning while the certificate before is good."""
    settings.ACME_DIRECTORY, now = "https://127.0.0.1:1/directory", datetime.now(UTC)
    wanted = obtaining()
    assert wanted is not None
    with pytest.raises(CannotObtain):
        replace(wanted, answers_here=lambda _answers: None).obtain(now)
    (found,) = certificate.certificate(now)
    assert (found.kind, found.level) == (Kind.CERTIFICATE_NOT_OBTAINED, Level.FAULT)
    assert sentence(found).startswith("Nie udało się uzyskać certyfikatu na sip.kwiaty.example: z urzędem https://")
    wanted.certificate.write_bytes(shown.read_bytes())
    (found,) = certificate.certificate(now)
    assert (found.kind, found.level) == (Kind.CERTIFICATE_NOT_OBTAINED, Level.WARNING)


# -- Ways out ----------------------------------------------------------------------------------------------------


def trunk(name: str, **fields: object) -> None:
    Trunk.objects.create(name=name, host="sip.operator.example", **{"kind": "registration", **fields})


def test_trunks_that_carry_nothing() -> None:
    trunk("up", status="Registered", reachable=True)
    trunk("by address", kind="address")
    trunk("switched off", enabled=False, reachable=False)
    trunk("rejected", status="Rejected", answer="403 Forbidden")
    trunk("silent", status="Registered", reachable=False)
    found = [(one.kind, one.values["trunk"]) for one in outside.trunks(NOW)]
    assert found == [(Kind.TRUNK_UNREGISTERED, "rejected"), (Kind.TRUNK_SILENT, "silent")]


def mail(name: str, age: timedelta, state: str = "queued") -> None:
    Mail.objects.create(
        kind="disk", key=name, to="a@x.example", language="pl", state=state, next_at=NOW, created_at=NOW - age,
        error="450 later",
    )  # fmt: skip


def test_mail_that_does_not_leave(settings: Settings) -> None:
    settings.SMTP = None
    assert kinds(outside.mails(NOW)) == [Kind.MAIL_BECOMES_FILES]
    settings.SMTP = MailServer("127.0.0.1", 25)
    mail("just now", timedelta(minutes=1))
    mail("failed long ago", 2 * DAY, "failed")
    assert kinds(outside.mails(NOW)) == []
    mail("waits", timedelta(minutes=20))
    mail("failed", timedelta(hours=2), "failed")
    waits, failed = outside.mails(NOW)
    assert (waits.kind, waits.values) == (Kind.MAIL_WAITS, {"count": 1, "minutes": 20, "answer": "450 later"})
    assert (failed.kind, failed.values["count"]) == (Kind.MAIL_FAILED, 1)


def test_text_messages_and_gateways(kwiaty: cast.Company) -> None:
    for text, age in (("new", timedelta(minutes=1)), ("old", timedelta(hours=1))):
        Sms.objects.create(
            tenant=kwiaty.tenant, direction="out", number="+48600100200", text=text, state="unknown", key=text,
            next_at=NOW, created_at=NOW - age,
        )  # fmt: skip
    (found,) = outside.texts(NOW)
    assert (found.kind, found.values) == (Kind.TEXTS_WAIT, {"count": 1, "minutes": 60})
    SmsGateway.objects.create(name="well", address="http://x", callback="a")
    SmsGateway.objects.create(name="ill", address="http://x", callback="b", problem="500")
    SmsGateway.objects.create(name="off", address="http://x", callback="c", problem="500", enabled=False)
    assert [one.values["gateway"] for one in outside.gateways(NOW)] == ["ill"]


def test_a_mail_server_that_is_not_there(settings: Settings) -> None:
    settings.SMTP = MailServer("127.0.0.1", 1)
    (found,) = outside.mail_server(NOW)
    assert found.kind is Kind.MAIL_SERVER
    assert "refused" in found.values["answer"]


# -- What is kept ------------------------------------------------------------------------------------------------


def test_a_balance_that_is_not_the_sum_of_its_bookings(kwiaty: cast.Company, ksiegi: cast.Company) -> None:
    for company in (kwiaty, ksiegi):
        money.book(company.tenant.pk, key=company.tenant.slug, kind=LedgerEntry.Kind.TOP_UP, net=Decimal(10), at=NOW)
    assert kinds(stored.ledger(NOW)) == []
    Tenant.objects.filter(pk=ksiegi.tenant.pk).update(balance=Decimal(11))
    (found,) = stored.ledger(NOW)
    assert (found.values["company"], found.values["booked"], found.values["balance"]) == (
        ksiegi.tenant.name,
        Decimal(10),
        Decimal(11),
    )


def test_messages_and_faxes_that_are_not_whole(kwiaty: cast.Company) -> None:
    account = cast.phone(kwiaty.tenant, "100", voicemail_enabled=True)
    whole, half = (
        VoicemailMessage.objects.create(sip_account=account, node="n", msg_id=name, received_at=NOW, seconds=3)
        for name in ("whole", "half")
    )
    VoicemailAudio.objects.create(message=whole, wav=b"x")
    Fax.objects.create(sip_account=account, key="f", call_id="c", received_at=NOW, pages=1)
    assert kinds(stored.recordings(NOW)) == [Kind.MESSAGES_WITHOUT_SOUND, Kind.FAXES_WITHOUT_FILE]
    half.delete()
    Fax.objects.all().delete()
    assert kinds(stored.recordings(NOW)) == []


def test_a_recording_that_only_the_engine_has(kwiaty: cast.Company, home: Path, settings: Settings) -> None:
    account = cast.phone(kwiaty.tenant, "100", voicemail_enabled=True)
    box = home / f"engine/spool/voicemail/centralka/{account.pk}/INBOX"
    box.mkdir(parents=True)
    (box / "msg0000.txt").write_text("[message]\nmsg_id=1790000000-00000001\nduration=3\n")
    assert kinds(stored.recordings(datetime.now(UTC))) == [], "it has only just come"
    later = datetime.now(UTC) + timedelta(hours=1)
    assert kinds(stored.recordings(later)) == [Kind.RECORDINGS_NOT_KEPT]
    kept = VoicemailMessage.objects.create(
        sip_account=account,
        node=settings.NODE,
        msg_id=f"{settings.NODE}/1790000000-00000001",
        received_at=NOW,
        seconds=3,
    )
    VoicemailAudio.objects.create(message=kept, wav=b"x")
    assert kinds(stored.recordings(later)) == []


def test_a_journal_that_is_shorter_than_what_was_read_of_it(home: Path, settings: Settings) -> None:
    file = home / stored.JOURNAL
    file.parent.mkdir(parents=True)
    file.write_text("x" * 10)
    position = JournalPosition.objects.create(node=settings.NODE, position=10)
    assert kinds(stored.journal(NOW)) == []
    JournalPosition.objects.filter(pk=position.pk).update(position=11)
    assert kinds(stored.journal(NOW)) == [Kind.JOURNAL_LOST]
    file.rename(file.with_name("calls.csv.0"))
    file.write_text("x" * 99)
    assert kinds(stored.journal(NOW)) == [Kind.JOURNAL_LOST], "the segment that was being read is meant"
    JournalPosition.objects.filter(pk=position.pk).update(position=(1 << 40) | 99)
    assert kinds(stored.journal(NOW)) == []


def test_calls_that_nobody_will_end(kwiaty: cast.Company) -> None:
    for name, age in (("new", timedelta(hours=1)), ("old", 2 * DAY)):
        CallRecord.objects.create(call_id=name, node="gone", tenant=kwiaty.tenant, started_at=NOW - age, search=" ")
    (found,) = stored.journal(NOW)
    assert (found.kind, found.values["count"]) == (Kind.CALLS_LEFT_OPEN, 1)


def test_a_probe_that_fails_is_told_and_keeps_no_other_from_being_asked() -> None:
    def fails(now: datetime) -> list[Finding]:
        raise PermissionError(13, "Permission denied")

    (found,) = look(Probe("disk", fails), NOW)
    assert (found.kind, found.level) == (Kind.NOT_LOOKED_AT, Level.FAULT)
    assert "Permission denied" in found.values["answer"]


def test_probes_change_no_file(kwiaty: cast.Company, home: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in home.rglob("*")}
    for probe in THOROUGH:
        look(probe, NOW)
    assert {path: path.stat().st_mtime_ns for path in home.rglob("*")} == before
