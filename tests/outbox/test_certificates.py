"""The operator is mailed about the certificate: 21 days, 7 days and 1 day before its end, and of a refusal, once."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from pytest_django import Settings

from centralka.certificates.acme.errors import CannotObtain
from centralka.certificates.acme.obtaining import Obtaining
from centralka.certificates.own_authority import own_certificate
from centralka.certificates.source import certificate_source, obtaining
from centralka.outbox.certificates import CertificateMail
from centralka.outbox.letters import letter_of
from centralka.probes import certificate
from centralka.store.models import Mail
from tests import cast

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def until(settings: Settings, tmp_path: Path) -> datetime:
    """When the certificate ends that phones are shown."""
    cast.olga_the_operator()
    settings.HOME, settings.TLS_PEM, settings.TLS_NAME = tmp_path, None, "sip.kwiaty.example"
    (tmp_path / "edge").mkdir()
    made = own_certificate(tmp_path / "tls", certificate_source().names, datetime.now(UTC))
    certificate.shown_certificate().write_bytes(made.read_bytes())
    ends = certificate.shown_until()
    assert ends is not None
    return ends


def plain_text(mail: Mail) -> str:
    body = message_from_bytes(letter_of(mail).content, policy=policy.default).get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def test_three_mails_before_its_end_whoever_restarts_the_worker(until: datetime) -> None:
    told: list[int] = []
    for hours_left in range(30 * 24, 0, -6):
        CertificateMail().look(until - timedelta(hours=hours_left))
        if Mail.objects.count() > len(told):
            told.append(hours_left)
    assert told == [21 * 24, 7 * 24, 24]


def test_who_finds_it_late_is_told_once(until: datetime) -> None:
    for _ in range(3):
        CertificateMail().look(until - 5 * DAY)
    assert Mail.objects.count() == 1
    assert "Ważny do: " in plain_text(Mail.objects.get())


def test_it_looks_every_ten_minutes(until: datetime) -> None:
    mails = CertificateMail()
    mails.look(until - 22 * DAY)
    certificate.shown_certificate().write_text("")
    mails.look(until - 22 * DAY + timedelta(minutes=9))
    assert Mail.objects.count() == 0
    mails.look(until - 22 * DAY + timedelta(minutes=11))
    assert Mail.objects.count() == 1


def test_a_refused_file_is_told_once_with_the_reason_and_the_next_one_anew(settings: Settings, tmp_path: Path) -> None:
    settings.TLS_PEM = tmp_path / "tls.pem"
    settings.TLS_PEM.write_text("nothing")
    now = datetime.now(UTC)
    for minutes in (0, 11, 22):
        CertificateMail().look(now + timedelta(minutes=minutes))
    mail = Mail.objects.get()
    assert "nie ma w nim certyfikatu" in plain_text(mail)
    mail.language = "en"
    assert f"{tmp_path}/tls.pem (CENTRALKA_TLS_PEM) is not taken: there is no certificate in it." in plain_text(mail)
    settings.TLS_PEM.write_text("nothing either")
    CertificateMail().look(now)
    assert Mail.objects.count() == 2
    settings.TLS_PEM.write_bytes(certificate.shown_certificate().read_bytes())
    CertificateMail().look(now)
    assert Mail.objects.count() == 2


def test_an_authority_that_gives_none_is_told_once_a_week(settings: Settings, tmp_path: Path) -> None:
    settings.ACME_DIRECTORY, settings.HTTP_PORT = "https://127.0.0.1:1/directory", 1
    now = datetime(2026, 11, 30, 12, tzinfo=UTC)
    wanted = replace(not_none(obtaining()), answers_here=lambda _answers: None)
    for hours in (0, 1, 3, 7, 8 * 24):
        with pytest.raises(CannotObtain):
            wanted.obtain(now + timedelta(hours=hours))
        CertificateMail().look(now + timedelta(hours=hours))
    first, second = Mail.objects.filter(about__kind="certificate_not_obtained").order_by("id")
    said = "z urzędem https://127.0.0.1:1/directory nie ma połączenia albo nie da się go zrozumieć"
    assert f"nie wydał certyfikatu na sip.kwiaty.example: {said}" in " ".join(plain_text(first).split())
    assert "Następna próba: 30 listopada 2026, 14:00" in plain_text(first)
    second.language = "en"
    assert "gave no certificate for sip.kwiaty.example: the authority" in " ".join(plain_text(second).split())


def not_none(found: Obtaining | None) -> Obtaining:
    assert found is not None
    return found
