"""The mail of a fax: who sent it, how many pages, the PDF, and what is missing."""

from typing import Any

import pytest
from pytest_django import Settings

from centralka.outbox.delivery import Refused
from centralka.outbox.letters import letter_of
from centralka.store.mail import queue_fax
from centralka.store.models import ExternalNumber, Fax, FaxFile, Mail
from tests import cast
from tests.outbox.mails import ADDRESS, NOON
from tests.outbox.test_letters import text_of, written


def a_fax(company: cast.Company, **fields: Any) -> Fax:
    return cast.fax(cast.fax_account(company.tenant, fax_emails=ADDRESS), received_at=NOON, **fields)


def queued(fax: Fax) -> Mail:
    queue_fax(fax, NOON)
    return Mail.objects.get(fax=fax)


def test_a_fax_in_polish(kwiaty: cast.Company) -> None:
    ExternalNumber.objects.create(tenant=kwiaty.tenant, e164="+48600100200", name="Anna Nowak", created_at=NOON)
    made = written(letter_of(queued(a_fax(kwiaty, station="+48 600"))))
    assert made["Subject"] == "Faks od: Anna Nowak (600 100 200), 2 strony"
    assert text_of(made).replace("\r\n", "\n") == (
        "Nowy faks dla: 15 Faks.\n\n"
        "Od: Anna Nowak (600 100 200)\n"
        "Odebrano: 23 listopada 2026, 12:00\n"
        "Strony: 2\n"
        "Faks nadawcy: +48 600\n\n"
        "Strony są w załączniku jako PDF.\n"
    )
    [attached] = made.iter_attachments()
    assert attached.get_filename() == "faks-2026-11-23-12-00.pdf"
    assert attached.get_content_type() == "application/pdf"
    assert attached.get_content() == b"%PDF-1.4"


@pytest.mark.parametrize(
    "fields, said",
    [
        ({"state": Fax.State.BROKEN_OFF}, "Transmisja została przerwana"),
        ({"state": Fax.State.UNCONFIRMED}, "Koniec transmisji nie został potwierdzony"),
        ({"unreadable": 2}, "2 stron nie udało się odczytać."),
    ],
)
def test_what_is_missing_is_said(kwiaty: cast.Company, fields: dict[str, object], said: str) -> None:
    assert said in text_of(written(letter_of(queued(a_fax(kwiaty, **fields)))))


def test_a_pdf_that_no_server_would_take_stays_in_the_panel(kwiaty: cast.Company, settings: Settings) -> None:
    settings.PUBLIC_URL = "https://centrala.example"
    fax = a_fax(kwiaty)
    FaxFile.objects.update(pdf=bytes(15_000_001))
    made = written(letter_of(queued(fax)))
    assert not list(made.iter_attachments())
    assert "PDF jest za duży na e-mail" in text_of(made)
    assert f"https://centrala.example/firma/kwiaty/faksy/#fax-{fax.pk}" in text_of(made)


def test_the_mail_of_a_fax_that_was_deleted_is_given_up(kwiaty: cast.Company) -> None:
    fax = a_fax(kwiaty)
    mail = queued(fax)
    fax.delete()
    mail.refresh_from_db()
    with pytest.raises(Refused):
        letter_of(mail)


def test_each_address_gets_it_once(kwiaty: cast.Company) -> None:
    fax = cast.fax(cast.fax_account(kwiaty.tenant, fax_emails="a@b.example\nc@d.example"))
    queue_fax(fax, NOON)
    queue_fax(fax, NOON)
    assert sorted(Mail.objects.values_list("to", flat=True)) == ["a@b.example", "c@d.example"]
