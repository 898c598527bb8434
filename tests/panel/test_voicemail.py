"""Poczta głosowa: the form's block, greetings, messages and the mails about them."""

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from pytest_django import Settings

from centralka.environment import MailServer
from centralka.sound.conversion import MAX_BYTES
from centralka.store.models import ExternalNumber, Greeting, Mail, SipAccount, VoicemailMessage
from centralka.store.pins import is_pin
from tests import cast

from .conftest import SignIn
from .mailboxes import a_greeting, a_mail, a_message, a_wav
from .page import Page, say_yes
from .test_calls import a_call

ON = {"voicemail_enabled": "on", "voicemail_pin": "7391", "voicemail_email": "biuro@kwiaty.example"}


@pytest.fixture
def account(kwiaty: cast.Company) -> SipAccount:
    return cast.phone(
        kwiaty.tenant, "100", "Sekretariat", voicemail_enabled=True, voicemail_email="biuro@kwiaty.example"
    )


def _url(account: SipAccount, what: str = "") -> str:
    return f"/konta-sip/{account.pk}/{what}"


def _upload(content: bytes, name: str = "powitanie.wav") -> dict[str, object]:
    return {"file": SimpleUploadedFile(name, content)}


# -- The form --


def test_voicemail_is_turned_on_with_a_pin_that_is_never_shown_again(kwiaty: cast.Company, signed_in: SignIn) -> None:
    account, client = cast.phone(kwiaty.tenant, "100"), signed_in(kwiaty.manager)
    url = _url(account, "zmien")
    form = Page(client.get(url)).form
    assert form["greeting_on_no_answer"] == "on"
    assert "greeting_on_busy" not in form
    client.post(url, form | ON | {"greeting_on_busy": "on"})
    account.refresh_from_db()
    assert (account.voicemail_enabled, account.voicemail_email) == (True, "biuro@kwiaty.example")
    assert (account.greeting_on_no_answer, account.greeting_on_busy) == (True, True)
    assert is_pin("7391", account.voicemail_pin_digest)
    again = Page(client.get(url))
    assert again.form["voicemail_pin"] == ""
    assert "A PIN is set." in again.text
    client.post(url, again.form)
    account.refresh_from_db()
    assert is_pin("7391", account.voicemail_pin_digest)


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"voicemail_pin": ""}, "voicemail_pin"),
        ({"voicemail_pin": "12"}, "voicemail_pin"),
        ({"voicemail_pin": "100"}, "voicemail_pin"),
        ({"voicemail_email": "biuro@"}, "voicemail_email"),
    ],
)
def test_what_is_wrong_with_the_mailbox_is_told_beside_its_field(
    kwiaty: cast.Company, signed_in: SignIn, typed: dict[str, str], field: str
) -> None:
    account, client = cast.phone(kwiaty.tenant, "100"), signed_in(kwiaty.manager)
    url = _url(account, "zmien")
    page = Page(client.post(url, Page(client.get(url)).form | ON | typed))
    assert page.beside(field)
    assert page.form[field] == (ON | typed)[field]


# -- The greeting --


def test_a_greeting_is_uploaded_played_replaced_and_removed(
    kwiaty: cast.Company, account: SipAccount, signed_in: SignIn
) -> None:
    client = signed_in(kwiaty.manager)
    assert "Callers hear the system's greeting." in Page(client.get(_url(account))).text
    page = Page(client.post(_url(account, "zapowiedz"), _upload(a_wav(2)), follow=True))
    assert "The new greeting is saved." in page.text
    assert "Uploaded on" in page.inside("greeting")
    played = client.get(_url(account, "zapowiedz.wav"))
    assert (played.headers["Content-Type"], played.content[:4]) == ("audio/wav", b"RIFF")
    first = Greeting.objects.get().version
    client.post(_url(account, "zapowiedz"), _upload(a_wav(3)))
    assert Greeting.objects.get().version != first
    assert "Remove the own greeting" in Page(client.get(_url(account, "zapowiedz/usun"))).text
    say_yes(client, _url(account, "zapowiedz/usun"))
    assert not Greeting.objects.exists()
    assert client.get(_url(account, "zapowiedz.wav")).status_code == 404


def test_a_greeting_recorded_by_phone_is_the_same_thing(
    kwiaty: cast.Company, account: SipAccount, signed_in: SignIn
) -> None:
    a_greeting(account, source=Greeting.Source.PHONE)
    assert "Nagrana przez telefon" in Page(signed_in(kwiaty.manager, "pl").get(_url(account))).inside("greeting")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "The file is empty."),
        (b"\x89PNG\r\n\x1a\n" + b"x" * 500, "no sound file"),
        (bytes(MAX_BYTES + 1), "bigger than 10 MB"),
        (None, "Choose a file."),
    ],
    ids=["empty", "picture", "large", "none"],
)
def test_a_file_that_is_no_greeting_is_told_and_the_old_one_stays(
    kwiaty: cast.Company, account: SipAccount, signed_in: SignIn, content: bytes | None, said: str
) -> None:
    old = a_greeting(account)
    sent = {} if content is None else _upload(content)
    page = Page(signed_in(kwiaty.manager).post(_url(account, "zapowiedz"), sent))
    assert said in page.beside("file")
    assert page.html.count("<title>Error: ") == 1
    assert Greeting.objects.get().version == old.version


def _file(content: bytes, name: str = "powitanie.wav") -> dict[str, object]:
    return {"greeting_file": SimpleUploadedFile(name, content)}


def test_a_greeting_is_saved_with_the_rest_of_the_form(
    kwiaty: cast.Company, account: SipAccount, signed_in: SignIn
) -> None:
    client, url = signed_in(kwiaty.manager), _url(account, "zmien")
    form = Page(client.get(url)).form | {"name": "Recepcja", "voicemail_pin": "7391"}
    assert client.post(url, form | _file(a_wav(2))).status_code == 302
    account.refresh_from_db()
    assert (account.name, round(Greeting.objects.get().seconds)) == ("Recepcja", 2)
    assert client.post(url, Page(client.get(url)).form | {"name": "Biuro"}).status_code == 302
    assert round(Greeting.objects.get().seconds) == 2, "saving without a file leaves it"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "The file is empty."),
        (b"\x89PNG\r\n\x1a\n" + b"x" * 500, "no sound file"),
        (bytes(MAX_BYTES + 1), "bigger than 10 MB"),
    ],
    ids=["empty", "picture", "large"],
)
def test_a_wrong_file_is_told_beside_its_field_and_nothing_else_is_lost(
    kwiaty: cast.Company, account: SipAccount, signed_in: SignIn, content: bytes, said: str
) -> None:
    old, client, url = a_greeting(account), signed_in(kwiaty.manager), _url(account, "zmien")
    typed = {"name": "Recepcja", "voicemail_pin": "7391"}
    page = Page(client.post(url, Page(client.get(url)).form | typed | _file(content)))
    assert said in page.beside("greeting_file")
    assert 'href="#id_greeting_file"' in page.html
    assert {name: page.form[name] for name in typed} == typed
    account.refresh_from_db()
    assert (account.name, Greeting.objects.get().version) == ("Sekretariat", old.version)


def test_a_right_file_waits_until_the_rest_is_right_too(
    kwiaty: cast.Company, account: SipAccount, signed_in: SignIn
) -> None:
    client, url = signed_in(kwiaty.manager), _url(account, "zmien")
    wrong = Page(client.get(url)).form | {"voicemail_pin": "7391", "ring_timeout": "1"}
    page = Page(client.post(url, wrong | _file(a_wav(2), "nasze powitanie.wav")))
    assert "nasze powitanie.wav is here already" in page.text
    assert not Greeting.objects.exists()
    stranger = signed_in(kwiaty.owner)
    assert stranger.post(url, page.form | {"ring_timeout": "30"}).status_code == 302
    assert not Greeting.objects.exists(), "a file is kept for the person who chose it"
    newest = Page(client.get(url)).form | {"voicemail_pin": "7391", "greeting_kept": page.form["greeting_kept"]}
    assert client.post(url, newest).status_code == 302
    assert round(Greeting.objects.get().seconds) == 2


def test_a_new_account_gets_its_greeting_also_after_the_question_of_costs(
    kwiaty: cast.Company, signed_in: SignIn
) -> None:
    client = signed_in(kwiaty.manager)
    cast.line_outside(kwiaty.tenant)
    password = {"password": cast.SIP_PASSWORD, "confirmation": cast.SIP_PASSWORD}
    form = Page(client.get("/konta-sip/dodaj")).form | {"extension": "105", "name": "Recepcja"} | password | ON
    asked = Page(client.post("/konta-sip/dodaj", form | _file(a_wav(2))))
    assert not SipAccount.objects.filter(extension="105").exists()
    agreed = re.search(r'name="agreed" value="([^"]+)"', asked.html)
    assert agreed
    saved = Page(client.post("/konta-sip/dodaj", asked.form | {"agreed": agreed[1]}))
    made = SipAccount.objects.get(extension="105")
    assert round(made.greeting.seconds) == 2
    assert re.search(rf'data-live="[^"]*/stan\?accounts={made.pk}&amp;phones"', saved.html)
    assert "never seen yet" in saved.inside(f"state-{made.pk}")


# -- Messages --


def test_unheard_messages_come_first_with_their_callers(
    kwiaty: cast.Company, account: SipAccount, signed_in: SignIn
) -> None:
    cast.phone(kwiaty.tenant, "11", "Księgowość")
    ExternalNumber.objects.create(tenant=kwiaty.tenant, e164="+48600100200", name="Komórka Anny")
    now = timezone.now()
    a_message(account, caller_number="11", heard=True, received_at=now)
    a_message(account, caller_number="+48600100200", received_at=now - timedelta(hours=1))
    a_message(account, caller_number="", received_at=now - timedelta(hours=2))
    page = Page(signed_in(kwiaty.manager, "pl").get("/wiadomosci/"))
    order = [page.text.index(said) for said in ("Komórka Anny 600 100 200", "Numer zastrzeżony", "Księgowość 11")]
    assert order == sorted(order)
    assert "Oddzwoń: numer wew. 11" in page.text
    assert 'href="tel:+48600100200"' in page.html
    assert 'href="tel:"' not in page.html
    assert page.inside("unheard") == "2 nieodsłuchane wiadomości"


def test_the_mailbox_of_one_account_is_shown_alone(
    kwiaty: cast.Company, account: SipAccount, signed_in: SignIn
) -> None:
    a_message(account)
    other = cast.phone(kwiaty.tenant, "11", "Księgowość")
    a_message(other, caller_number="+48500500500")
    client = signed_in(kwiaty.manager)
    text = Page(client.get("/wiadomosci/", {"account": "11"})).text
    assert "500 500 500" in text
    assert "22 111 22 33" not in text
    assert Page(client.get("/wiadomosci/", {"account": "99"})).beside("account") == "There is no such extension."


def test_an_empty_mailbox_says_how_to_get_messages(kwiaty: cast.Company, signed_in: SignIn) -> None:
    assert "Turn voicemail on" in Page(signed_in(kwiaty.manager).get("/wiadomosci/")).text


def test_a_message_is_marked_as_heard_and_back(kwiaty: cast.Company, account: SipAccount, signed_in: SignIn) -> None:
    message, client = a_message(account), signed_in(kwiaty.manager)
    url, htmx = f"/wiadomosci/{message.pk}/odsluchana", {"HX-Request": "true"}
    page = Page(client.post(url, {"heard": "1"}, headers=htmx))
    assert "Heard Mark as unheard" in page.inside(f"message-state-{message.pk}")
    assert page.inside("unheard") == ""
    message.refresh_from_db()
    assert (message.heard, message.order) == (True, "heard")
    assert client.post(url, {"heard": "0"}).status_code == 302
    message.refresh_from_db()
    assert (message.heard, message.order) == (False, "unheard")
    assert "1 unheard message" in Page(client.get("/wiadomosci/nieodsluchane")).text


def test_a_message_is_deleted_after_a_question(kwiaty: cast.Company, account: SipAccount, signed_in: SignIn) -> None:
    message, client = a_message(account), signed_in(kwiaty.manager)
    assert "Nobody has heard it yet." in Page(client.get(f"/wiadomosci/{message.pk}/usun")).text
    assert "The message is deleted." in say_yes(client, f"/wiadomosci/{message.pk}/usun").text
    assert VoicemailMessage.objects.get().order == "delete"
    assert client.get(f"/wiadomosci/{message.pk}/nagranie.wav").status_code == 404


@pytest.mark.parametrize(
    ("asked", "status", "told"),
    [
        ("bytes=0-99", 206, "bytes 0-99/{size}"),
        ("bytes=100-", 206, "bytes 100-{last}/{size}"),
        ("bytes=-50", 206, "bytes {tail}-{last}/{size}"),
        ("bytes=0-999999999", 206, "bytes 0-{last}/{size}"),
        ("bytes=99999999-", 200, None),
        ("bytes=-0", 200, None),
        ("bytes=5-1", 200, None),
        ("bytes=0-1,5-9", 200, None),
        ("bytes=-", 200, None),
        ("lines=1-2", 200, None),
        ("", 200, None),
    ],
)
def test_the_player_gets_the_piece_that_it_asks_for(
    kwiaty: cast.Company, account: SipAccount, signed_in: SignIn, asked: str, status: int, told: str | None
) -> None:
    message, wav = a_message(account), a_wav()
    got = signed_in(kwiaty.manager).get(f"/wiadomosci/{message.pk}/nagranie.wav", headers={"range": asked})
    size = len(wav)
    assert got.status_code == status
    assert got.headers.get("Content-Range") == (told and told.format(size=size, last=size - 1, tail=size - 50))
    assert got.headers["Accept-Ranges"] == "bytes"
    if status == 200:
        assert got.content == wav
    if asked == "bytes=100-":
        assert got.content == wav[100:]


def test_a_download_has_a_name_that_tells_whose_it_is_and_when(
    kwiaty: cast.Company, account: SipAccount, signed_in: SignIn
) -> None:
    got = signed_in(kwiaty.manager).get(f"/wiadomosci/{a_message(account).pk}/nagranie.wav?download")
    assert got.headers["Content-Disposition"].startswith('attachment; filename="kwiaty_100-20')


def test_readers_see_nothing_of_messages(kwiaty: cast.Company, account: SipAccount, signed_in: SignIn) -> None:
    a_message(account)
    a_greeting(account)
    page = Page(signed_in(kwiaty.reader).get(_url(account)))
    assert "/wiadomosci/" not in page.html
    assert "<audio" not in page.html


def test_names_of_callers_are_never_obeyed(kwiaty: cast.Company, account: SipAccount, signed_in: SignIn) -> None:
    message = a_message(account, caller_name="<img src=x>", caller_number="<b>")
    client = signed_in(kwiaty.manager)
    for url in ("/wiadomosci/", f"/wiadomosci/{message.pk}/usun"):
        html = Page(client.get(url)).html
        assert "<img src=x" not in html
        assert "<b>" not in html


# -- Mail --


def test_the_log_tells_what_was_mailed_and_what_was_not(
    kwiaty: cast.Company, account: SipAccount, signed_in: SignIn
) -> None:
    a_mail(account, state="sent", sent_at=timezone.now(), attempts=1)
    a_mail(account, state="failed", error="550 No such user", attempts=1)
    a_mail(account, state="queued", error="Connection refused", attempts=3, kind="test")
    client = signed_in(kwiaty.manager)
    for url in (_url(account), "/wiadomosci/wysylka", "/wiadomosci/wysylka?account=100"):
        text = Page(client.get(url)).text
        for said in ("Sent", "Failed", "550 No such user", "Connection refused", "biuro@kwiaty.example"):
            assert said in text, url


def test_a_test_message_is_sent_or_told_why_not(
    kwiaty: cast.Company, account: SipAccount, signed_in: SignIn, settings: Settings
) -> None:
    settings.SMTP = MailServer("mail.kwiaty.example", 25)
    client = signed_in(kwiaty.manager)
    said = Page(client.post(_url(account, "wiadomosc-testowa"), follow=True)).text
    assert "A test message is on its way to biuro@kwiaty.example." in said
    assert Mail.objects.get().kind == Mail.Kind.TEST
    SipAccount.objects.update(voicemail_email="")
    assert "no address" in Page(client.post(_url(account, "wiadomosc-testowa"), follow=True)).text


def test_without_a_mail_server_no_mail_is_called_sent(
    kwiaty: cast.Company, account: SipAccount, signed_in: SignIn, settings: Settings
) -> None:
    settings.SMTP = None
    a_mail(account, state="filed", attempts=1)
    client = signed_in(kwiaty.manager, "pl")
    for url in (_url(account), "/wiadomosci/wysylka"):
        text = Page(client.get(url)).text
        assert "Zapisana do pliku: nie ustawiono serwera poczty" in text, url
        assert "Nie ustawiono serwera poczty, więc nikt nie dostaje e-maili" in text, url
        assert "Wysłana" not in text, url
    said = Page(client.post(_url(account, "wiadomosc-testowa"), follow=True)).text
    assert "jest zapisywana do pliku: nie ustawiono serwera poczty" in said
    settings.SMTP = MailServer("mail.kwiaty.example", 25)
    assert "Nie ustawiono serwera" not in Page(client.get("/wiadomosci/wysylka")).text


# -- Elsewhere --


def test_the_messages_that_go_with_an_account_are_counted_before(
    kwiaty: cast.Company, account: SipAccount, signed_in: SignIn
) -> None:
    a_message(account)
    asked = Page(signed_in(kwiaty.manager, "pl").get(_url(account, "usun"))).text
    assert "usunięta 1 wiadomość głosowa z jego skrzynki" in asked


def test_a_call_tells_how_long_a_message_was_left(kwiaty: cast.Company, signed_in: SignIn) -> None:
    legs = [{"to": "101", "outcome": "voicemail", "seconds": seconds, "why": None} for seconds in (14, 0)]
    a_call(kwiaty, outcome="voicemail", legs=legs)
    page = Page(signed_in(kwiaty.reader, "pl").get("/polaczenia/call-1/"))
    assert "nagrano 14 s" in page.text
    assert "bez wiadomości" in page.text
    assert "#voicemail" in page.html
