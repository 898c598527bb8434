"""The operator is mailed about the certificate: 21 days, 7 days and 1 day before its end, and of a refusal, once."""

from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from pytest_django import Settings

from centralka.certificates.own_authority import own_certificate
from centralka.certificates.source import certificate_source
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
