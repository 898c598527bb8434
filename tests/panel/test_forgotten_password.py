"""A forgotten password: a link by mail, the same answer for everybody, good once and for an hour."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import Settings

from centralka.actions.forgotten_password import token_of
from centralka.outbox.letters import letter_of
from centralka.store.models import AuditEntry, Mail, Person
from centralka.store.notes import notes
from centralka.store.sign_ins import MOST_LINKS
from tests import cast

from .conftest import SignIn
from .page import Page

NEW = "Niebieski-Rower-78"
TYPED = {"new_password1": NEW, "new_password2": NEW}


@pytest.fixture(autouse=True)
def _an_address(settings: Settings) -> None:
    settings.PUBLIC_URL = "https://centralka.example"


def _asked(sign_in: SignIn, email: str, language: str = "en") -> Page:
    """What the page says; a mail goes out later, so that whoever asks learns nothing by the time."""
    page = Page(sign_in(language=language).post("/zapomniane-haslo", {"email": email}))
    notes.write()
    return page


def _mailed() -> str:
    """The address in the mail, without the panel's own."""
    text = letter_of(Mail.objects.get(kind=Mail.Kind.PASSWORD)).content.decode()
    found = re.search(r"https://centralka\.example(/nowe-haslo/\S+)", text.replace("=\r\n", ""))
    assert found
    return found.group(1)


def test_the_link_in_the_mail_sets_a_new_password_once(kwiaty: cast.Company, signed_in: SignIn) -> None:
    old_session = signed_in(kwiaty.owner)
    assert "Forgotten password?" in Page(signed_in().get("/logowanie")).text
    _asked(signed_in, "  Alicja@Kwiaty.example ")
    link, client = _mailed(), signed_in()
    assert "alicja@kwiaty.example" in Page(client.get(link)).text
    assert client.get(link).status_code == 200  # looking uses nothing up
    answer = client.post(link, TYPED)
    assert answer.headers["Location"] == "/logowanie?why=new"
    assert client.post(link, TYPED).status_code == 404
    assert old_session.get("/konta-sip/").status_code == 302
    person = Person.objects.get(email="alicja@kwiaty.example")
    assert person.check_password(NEW)
    assert not person.must_change_password


def test_whoever_asks_is_told_the_same(kwiaty: cast.Company, signed_in: SignIn) -> None:
    Person.objects.filter(email="bartek@kwiaty.example").update(is_active=False)
    known, *others = (
        _asked(signed_in, email).text
        for email in ("alicja@kwiaty.example", "nikt@example.org", "bartek@kwiaty.example")
    )
    assert others == [known, known]
    assert list(Mail.objects.values_list("to", flat=True)) == ["alicja@kwiaty.example"]


def test_known_or_not_the_page_asks_the_database_for_nothing(
    kwiaty: cast.Company, signed_in: SignIn, django_assert_num_queries: Any
) -> None:
    for email in ("alicja@kwiaty.example", "nikt@example.org"):
        with django_assert_num_queries(0):
            signed_in().post("/zapomniane-haslo", {"email": email})
    notes.write()
    assert [mail.to for mail in Mail.objects.all()] == ["alicja@kwiaty.example"]
    assert AuditEntry.objects.get(what="password_link").address == "127.0.0.1"


def test_nobody_floods_a_mailbox(kwiaty: cast.Company, signed_in: SignIn) -> None:
    for _number in range(MOST_LINKS + 2):
        _asked(signed_in, "alicja@kwiaty.example")
    assert Mail.objects.count() == MOST_LINKS


def test_no_table_holds_what_stands_in_the_link(kwiaty: cast.Company, signed_in: SignIn) -> None:
    _asked(signed_in, "alicja@kwiaty.example")
    assert _mailed().rpartition("/")[2].partition("-")[2] not in str(list(Mail.objects.values()))


@pytest.mark.parametrize("token", ["1", "1-", "x-y", "9" * 30 + "-abc", "0-ctpm26-" + "0" * 32])
def test_a_made_up_link_is_over(token: str, kwiaty: cast.Company, signed_in: SignIn) -> None:
    page = Page(signed_in().get(f"/nowe-haslo/{token}"))
    assert page.response.status_code == 404
    assert "This link is over" in page.text


def test_a_link_is_over_after_an_hour_and_after_signing_in(
    kwiaty: cast.Company, signed_in: SignIn, settings: Settings
) -> None:
    person = kwiaty.owner.person
    assert person
    link = f"/nowe-haslo/{token_of(person)}"
    assert signed_in().get(link).status_code == 200
    settings.PASSWORD_RESET_TIMEOUT = -1
    assert signed_in().get(link).status_code == 404
    settings.PASSWORD_RESET_TIMEOUT = 3600
    Person.objects.filter(pk=person.pk).update(last_login=timezone.now() + timedelta(seconds=1))
    assert signed_in().get(link).status_code == 404


def test_a_weak_password_is_refused_beside_its_field(kwiaty: cast.Company, signed_in: SignIn) -> None:
    person = kwiaty.owner.person
    assert person
    page = Page(signed_in().post(f"/nowe-haslo/{token_of(person)}", {"new_password1": "abc", "new_password2": "abc"}))
    assert page.beside("new_password1")


def test_without_the_panels_address_nothing_is_offered(
    kwiaty: cast.Company, signed_in: SignIn, settings: Settings
) -> None:
    settings.PUBLIC_URL = ""
    assert "zapomniane-haslo" not in Page(signed_in().get("/logowanie")).html
    assert signed_in().post("/zapomniane-haslo", {"email": "alicja@kwiaty.example"}).status_code == 404
    assert not Mail.objects.exists()
