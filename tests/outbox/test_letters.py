"""What a mail says: who called, when, how long, with the recording, in the language of the company."""

import email
import email.policy
from datetime import datetime
from email.message import EmailMessage

import pytest
from pytest_django import Settings

from centralka.outbox.delivery import Letter, Refused
from centralka.outbox.letters import letter_of
from centralka.store.mail import queue_mailbox_full, queue_test, queue_voicemail
from centralka.store.models import ExternalNumber, Mail, SipAccount, Tenant, VoicemailAudio, VoicemailMessage
from tests import cast
from tests.outbox.mails import ADDRESS, NOON, mail, mailbox, message


@pytest.fixture(autouse=True)
def _sender(settings: Settings) -> None:
    settings.MAIL_FROM = "Kwiaciarnia Zażółć <centrala@kwiaty.example>"


def written(letter: Letter) -> EmailMessage:
    return email.message_from_bytes(letter.content, policy=email.policy.default)


def mail_about(left: VoicemailMessage) -> EmailMessage:
    queue_voicemail(left, NOON)
    return written(letter_of(Mail.objects.get(message=left)))


def text_of(made: EmailMessage, kind: str = "plain") -> str:
    part = made.get_body((kind,))
    assert part
    text: str = part.get_content()
    return text


def test_a_message_of_a_known_caller_in_polish(kwiaty: cast.Company) -> None:
    ExternalNumber.objects.create(tenant=kwiaty.tenant, e164="+48600100200", name="Anna Nowak", created_at=NOON)
    made = mail_about(message(mailbox(kwiaty.tenant), name="600100200"))
    assert made["Subject"] == "Wiadomość głosowa od: Anna Nowak (600 100 200), 0:42"
    assert made["To"] == ADDRESS
    assert made["From"] == "Kwiaciarnia Zażółć <centrala@kwiaty.example>"
    assert made["Auto-Submitted"] == "auto-generated"
    assert text_of(made).replace("\r\n", "\n") == (
        "Nowa wiadomość głosowa dla: 100 Sekretariat.\n\n"
        "Od: Anna Nowak (600 100 200)\n"
        "Odebrano: 23 listopada 2026, 12:00\n"
        "Długość: 0:42\n\n"
        "Nagranie jest w załączniku.\n"
    )
    html = text_of(made, "html")
    assert 'lang="pl"' in html
    assert '<a href="tel:+48600100200">Oddzwoń</a>' in html
    assert "23 listopada 2026, 12:00" in html
    assert not any(outside in html for outside in ("<img", "<script", "<link", "src=", "url("))


def test_the_same_in_english_where_the_company_speaks_it(kwiaty: cast.Company) -> None:
    Tenant.objects.update(language="en")
    account = mailbox(Tenant.objects.get())
    made = mail_about(message(account, name="Anna", seconds=125))
    assert made["Subject"] == "Voice message from Anna (600 100 200), 2:05"
    assert "Received: 23 November 2026, 12:00" in text_of(made)


def test_the_recording_is_attached_as_a_file_that_every_phone_plays(kwiaty: cast.Company) -> None:
    (file,) = mail_about(message(mailbox(kwiaty.tenant))).iter_attachments()
    assert file.get_filename() == "wiadomosc-glosowa-2026-11-23-12-00.mp3"
    assert file.get_content_type() == "audio/mpeg"
    content = file.get_content()
    assert content.startswith(b"ID3")
    assert "600 100 200".encode("utf-16")[2:] in content or b"600 100 200" in content


def test_a_recording_that_cannot_be_read_is_attached_as_it_is(kwiaty: cast.Company) -> None:
    left = message(mailbox(kwiaty.tenant))
    VoicemailAudio.objects.filter(pk=left.pk).update(wav=b"")
    (file,) = mail_about(left).iter_attachments()
    assert (file.get_content_type(), file.get_content()) == ("audio/wav", b"")


def test_without_a_recording_it_says_so(kwiaty: cast.Company) -> None:
    left = message(mailbox(kwiaty.tenant))
    VoicemailAudio.objects.all().delete()
    made = mail_about(left)
    assert list(made.iter_attachments()) == []
    assert "Nagrania nie udało się załączyć." in text_of(made)


@pytest.mark.parametrize(
    "number, name, words",
    [
        ("+48600100200", "", "600 100 200"),
        ("+48600100200", "600 100 200", "600 100 200"),
        ("+48600100200", "+48600100200", "600 100 200"),
        ("+48600100200", "Anna", "Anna (600 100 200)"),
        ("+4930123456", "", "+49 30 123456"),
        ("", "Anonymous", "numer zastrzeżony"),
        ("101", "Dawna Nazwa", "Bartek (101)"),
        ("102", "Nieznany", "Nieznany (102)"),
        ("103", "", "103"),
    ],
)
def test_callers_are_named_as_the_company_knows_them(kwiaty: cast.Company, number: str, name: str, words: str) -> None:
    cast.phone(kwiaty.tenant, "101", "Bartek")
    made = mail_about(message(mailbox(kwiaty.tenant), number, name))
    assert made["Subject"] == f"Wiadomość głosowa od: {words}, 0:42"


def test_another_companys_names_are_not_told(kwiaty: cast.Company, ksiegi: cast.Company) -> None:
    ExternalNumber.objects.create(tenant=ksiegi.tenant, e164="+48600100200", name="Anna Nowak", created_at=NOON)
    cast.phone(ksiegi.tenant, "101", "Celina")
    for number, words in (("+48600100200", "600 100 200"), ("101", "101")):
        account = mailbox(kwiaty.tenant, extension=f"20{len(number)}"[:4])
        assert mail_about(message(account, number))["Subject"] == f"Wiadomość głosowa od: {words}, 0:42"


@pytest.mark.parametrize(
    "name",
    ["<b>Ala</b> & 'Kot'", "Ala\r\nBcc: celina@ksiegi.example", "Дмитрий 東京 🙂 " * 4, "x" * 60, "=?utf-8?q?a?="],
)
def test_a_name_is_only_ever_a_name(kwiaty: cast.Company, name: str) -> None:
    made = mail_about(message(mailbox(kwiaty.tenant, name=name[:60]), name=name))
    assert made["Bcc"] is None
    assert " ".join(name.split()) in made["Subject"]
    assert "<b>" not in text_of(made, "html").replace("<b>", "", 3)


def test_every_byte_is_ascii_and_lines_end_as_mail_wants(kwiaty: cast.Company) -> None:
    content = letter_of(mail(mailbox(kwiaty.tenant, name="Zażółć gęślą jaźń " * 3))).content
    assert content.isascii()
    assert b"\n" not in content.replace(b"\r\n", b"")
    assert max(len(line) for line in content.split(b"\r\n")) < 998


def test_whenever_it_is_written_it_is_the_same_mail(kwiaty: cast.Company) -> None:
    account = mailbox(kwiaty.tenant)
    first, other = mail(account), mail(account)
    once, again, another = (written(letter_of(one)) for one in (first, first, other))
    assert once["Message-ID"] == again["Message-ID"] != another["Message-ID"]
    assert once["Message-ID"].endswith("@kwiaty.example>")
    assert b"\r\nMessage-ID: <" in letter_of(first).content, "some programs do not read one that begins a line later"
    assert once["Date"] == again["Date"]
    assert datetime.strptime(once["Date"], "%a, %d %b %Y %H:%M:%S %z") == NOON
    assert letter_of(first).file_name == letter_of(first).file_name != letter_of(other).file_name


def test_it_links_to_the_panel_where_that_has_an_address(kwiaty: cast.Company, settings: Settings) -> None:
    left = message(mailbox(kwiaty.tenant))
    assert "http" not in text_of(mail_about(left))
    settings.PUBLIC_URL = "https://centrala.kwiaty.example"
    made = mail_about(left)
    page = "https://centrala.kwiaty.example/firma/kwiaty/wiadomosci/"
    assert f"W panelu: {page}#message-state-{left.pk}" in text_of(made)
    assert 'href="https://centrala.kwiaty.example/' in text_of(made, "html")


def test_a_message_that_was_deleted_is_mailed_all_the_same_without_a_link(
    kwiaty: cast.Company, settings: Settings
) -> None:
    settings.PUBLIC_URL = "https://centrala.kwiaty.example"
    left = message(mailbox(kwiaty.tenant))
    left.deleted_at = NOON
    left.save()
    made = mail_about(left)
    assert "http" not in text_of(made)
    assert len(list(made.iter_attachments())) == 1


def test_a_full_mailbox_tells_the_limits(kwiaty: cast.Company) -> None:
    queue_mailbox_full(mailbox(kwiaty.tenant), NOON)
    made = written(letter_of(Mail.objects.get()))
    assert made["Subject"] == "Skrzynka głosowa jest pełna: 100 Sekretariat"
    assert "100 wiadomości albo 60 minut" in text_of(made)


def test_a_test_message_says_what_it_is_for(kwiaty: cast.Company) -> None:
    made = written(letter_of(queue_test(mailbox(kwiaty.tenant), NOON)))
    assert made["Subject"] == "Wiadomość testowa z Centralki"
    assert "100 Sekretariat" in text_of(made)


def test_a_mail_about_an_account_that_is_gone_is_refused(kwiaty: cast.Company) -> None:
    made = mail(mailbox(kwiaty.tenant))
    SipAccount.objects.all().delete()
    with pytest.raises(Refused, match="Konto usunięto"):
        letter_of(Mail.objects.get(pk=made.pk))


def test_a_mail_about_a_message_that_is_gone_is_refused(kwiaty: cast.Company) -> None:
    made = mail(mailbox(kwiaty.tenant))
    VoicemailMessage.objects.all().delete()
    with pytest.raises(Refused, match="Wiadomość głosową usunięto"):
        letter_of(Mail.objects.get(pk=made.pk))


@pytest.mark.parametrize("to", ["nikt", "a b@kwiaty.example", "zażółć@kwiaty.example", "a@kwiaty.example\nBcc: b@c.pl"])
def test_what_is_no_address_is_refused(kwiaty: cast.Company, to: str) -> None:
    with pytest.raises(Refused, match="To nie jest adres"):
        letter_of(mail(mailbox(kwiaty.tenant), to=to))


def test_a_domain_with_polish_letters_is_an_address(kwiaty: cast.Company) -> None:
    assert letter_of(mail(mailbox(kwiaty.tenant), to="ala@żółw.pl")).to == "ala@xn--w-uga1v8h.pl"
