"""Reading needs no write lock: every page is asked for while another process holds it."""

from hashlib import sha256

import pytest
from django.contrib.sessions.models import Session
from django.db import OperationalError
from django.test import Client
from django.urls import reverse

from centralka.store.models import ExternalNumber, Forward, Person
from centralka.store.notes import notes
from tests import cast
from tests.locked import write_lock_held_elsewhere

from .conftest import SignIn
from .page import Page
from .test_doors import PAGES, WHO, Things, opened, things_of

pytestmark = pytest.mark.django_db(transaction=True)

READING = [name for method, name in PAGES if method == "GET"]
ASKING = ["password_generated", "password_check"]
"""Sent with POST, so that no secret is in an address, and changing nothing."""


@pytest.fixture
def things(kwiaty: cast.Company, ksiegi: cast.Company, olga: Person) -> Things:
    return things_of(kwiaty, ksiegi, olga)


def test_every_page_opens_while_somebody_else_holds_the_write_lock(things: Things, signed_in: SignIn) -> None:
    browsers = {who: signed_in(things.people[who]) for who in WHO}
    asked = [("GET", name) for name in READING] + [("POST", name) for name in ASKING]
    with write_lock_held_elsewhere():
        for method, name in asked:
            url = reverse(name, kwargs=things.of.get(name, {}))
            seen = {who: opened(browser, method, url) for who, browser in browsers.items()}
            assert seen == dict(zip(WHO, PAGES[method, name], strict=True)), f"{method} {name}"


def test_the_lock_of_these_tests_locks(kwiaty: cast.Company) -> None:
    with write_lock_held_elsewhere(), pytest.raises(OperationalError):
        Person.objects.update(name="X")


def test_a_browser_whose_password_was_changed_elsewhere_is_sent_to_the_login(
    kwiaty: cast.Company, signed_in: SignIn
) -> None:
    """Its session is over at once, and removed when that can be written."""
    browser = signed_in(kwiaty.owner)
    person = Person.objects.get(email="alicja@kwiaty.example")
    person.set_password("Fioletowa-Sowa-12")
    person.save()
    with write_lock_held_elsewhere():
        for _again in range(2):
            assert browser.get("/konta-sip/").headers["Location"].startswith("/logowanie")
        with pytest.raises(OperationalError):
            notes.write()
    assert Session.objects.exists()
    notes.write()
    assert not Session.objects.exists()


def _told_much(kwiaty: cast.Company, signed_in: SignIn) -> tuple[Client, str]:
    """A browser in whose session a message waits that is too long for a cookie; a word of it."""
    number = ExternalNumber.objects.create(tenant=kwiaty.tenant, e164="+48600100200", name="Nocna")
    names = [sha256(bytes([index])).hexdigest()[:60] for index in range(60)]  # nothing in them can be compressed
    for index, name in enumerate(names):
        phone = cast.phone(kwiaty.tenant, str(200 + index), name)
        Forward.objects.create(sip_account=phone, condition="busy", kind="external", external=number)
    browser = signed_in(kwiaty.owner)
    url = f"/numery-zewnetrzne/{number.pk}/usun"
    browser.post(url, Page(browser.get(url)).answer)
    return browser, names[59]


def test_a_message_too_long_for_a_cookie_is_shown_once(kwiaty: cast.Company, signed_in: SignIn) -> None:
    """It waits in the session; that it was shown is remembered before it can be written."""
    browser, said = _told_much(kwiaty, signed_in)
    with write_lock_held_elsewhere():
        assert said in Page(browser.get("/numery-zewnetrzne/")).text
        assert said not in Page(browser.get("/numery-zewnetrzne/")).text
    notes.write()
    assert said not in Page(browser.get("/numery-zewnetrzne/")).text


def test_a_session_that_was_changed_meanwhile_stays_as_it_was_changed(kwiaty: cast.Company, signed_in: SignIn) -> None:
    """What a page used up is not written over what a later request stored."""
    browser, said = _told_much(kwiaty, signed_in)
    assert said in Page(browser.get("/numery-zewnetrzne/")).text
    session = browser.session
    session["tenant"] = 7
    session.save()
    notes.write()
    assert browser.session["tenant"] == 7


def test_when_somebody_signed_in_is_noted(kwiaty: cast.Company, signed_in: SignIn) -> None:
    typed = {"username": "alicja@kwiaty.example", "password": cast.PASSWORD}
    assert signed_in().post("/logowanie", typed).status_code == 302
    assert Person.objects.get(email=typed["username"]).last_login is None
    notes.write()
    assert Person.objects.get(email=typed["username"]).last_login is not None
