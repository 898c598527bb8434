"""Where a person is signed in, and signing out there: oneself, and by an owner."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from centralka.panel.sign_in.browsers import browser_of
from centralka.store.models import AuditEntry, PanelSession, Person
from centralka.store.notes import notes
from tests import cast

from .conftest import SignIn
from .page import Page

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
PHONE = "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36"


def signed_in_by_form(sign_in: SignIn, agent: str, address: str) -> Client:
    client = sign_in()
    client.defaults |= {"HTTP_USER_AGENT": agent, "REMOTE_ADDR": address}
    client.post("/logowanie", {"username": "alicja@kwiaty.example", "password": cast.PASSWORD})
    return client


def test_a_person_sees_their_sessions_and_signs_out_elsewhere(kwiaty: cast.Company, signed_in: SignIn) -> None:
    here = signed_in_by_form(signed_in, FIREFOX, "203.0.113.7")
    there = signed_in_by_form(signed_in, PHONE, "198.51.100.9")
    page = Page(here.get("/sesje/"))
    for said in ("Firefox, Windows this one", "203.0.113.7", "Chrome, Android", "198.51.100.9"):
        assert said in page.text
    other = PanelSession.objects.get(address="198.51.100.9")
    assert there.get("/sesja").status_code == 204
    here.post(f"/sesje/{other.pk}/wyloguj")
    assert there.get("/sesja").status_code == 401
    assert here.get("/sesja").status_code == 204
    ended = AuditEntry.objects.get(what="panel_session", did="removed", tenant=kwiaty.tenant)
    assert ended.changes == [["address", "198.51.100.9", ""]]


def test_all_others_end_at_once_and_nobody_elses(kwiaty: cast.Company, signed_in: SignIn) -> None:
    here, there = (signed_in_by_form(signed_in, FIREFOX, "203.0.113.7") for _number in range(2))
    bartek = signed_in(kwiaty.reader)
    assert bartek.post(f"/sesje/{PanelSession.objects.get(person=kwiaty.reader.person).pk + 100}/wyloguj")
    mine = PanelSession.objects.filter(person=kwiaty.owner.person).first()
    assert mine
    bartek.post(f"/sesje/{mine.pk}/wyloguj")
    assert there.get("/sesja").status_code == 204
    here.post("/sesje/wyloguj-pozostale")
    assert there.get("/sesja").status_code == 401
    assert here.get("/sesja").status_code == 204
    assert bartek.get("/sesja").status_code == 204


def test_sessions_that_had_run_out_are_not_counted_as_ended(kwiaty: cast.Company, signed_in: SignIn) -> None:
    here, there, _gone = (signed_in_by_form(signed_in, FIREFOX, "203.0.113.7") for _number in range(3))
    keys = [str(client.session.session_key) for client in (there, _gone)]
    Session.objects.filter(session_key=keys[0]).update(expire_date=timezone.now() - timedelta(seconds=1))
    Session.objects.filter(session_key=keys[1]).delete()
    AuditEntry.objects.all().delete()
    assert "0 other sessions are ended." in Page(here.post("/sesje/wyloguj-pozostale", follow=True)).text
    assert told("panel_session") == []
    assert PanelSession.objects.count() == 1


def test_another_password_ends_the_others_and_keeps_this_one(kwiaty: cast.Company, signed_in: SignIn) -> None:
    here, there = (signed_in_by_form(signed_in, FIREFOX, "203.0.113.7") for _number in range(2))
    new = "Niebieski-Rower-78"
    here.post("/haslo", {"old_password": cast.PASSWORD, "new_password1": new, "new_password2": new})
    assert there.get("/sesja").status_code == 401
    assert Page(here.get("/sesje/")).text.count("Firefox") == 1


def test_an_owner_signs_a_person_out_everywhere(kwiaty: cast.Company, signed_in: SignIn) -> None:
    bartek = signed_in(kwiaty.reader)
    membership = kwiaty.tenant.memberships.get(person=kwiaty.reader.person)
    owner = signed_in(kwiaty.owner)
    page = Page(owner.post(f"/osoby/{membership.pk}/wyloguj", follow=True))
    assert "Bartek is signed out everywhere. Sessions that were open: 1." in page.text
    assert bartek.get("/sesja").status_code == 401
    assert owner.get("/sesja").status_code == 204


def test_browsers_are_called_as_people_call_them() -> None:
    assert browser_of(FIREFOX) == "Firefox, Windows"
    assert browser_of("curl/8.0") == "curl/8.0"
    assert browser_of("") == ""


def told(what: str) -> list[tuple[str, str, list[list[str]]]]:
    entries = AuditEntry.objects.filter(what=what).order_by("pk")
    return [(one.who, one.address, one.changes) for one in entries]


def test_signing_in_and_out_is_in_the_audit_log_with_what_failed_before(
    kwiaty: cast.Company, signed_in: SignIn
) -> None:
    for _number in range(2):
        signed_in().post("/logowanie", {"username": "alicja@kwiaty.example", "password": "wrong"})
    notes.write()
    signed_in().post("/logowanie", {"username": "alicja@kwiaty.example", "password": "wrong"})
    client = signed_in_by_form(signed_in, FIREFOX, "203.0.113.7")
    client.post("/wylogowanie")
    alicja = "alicja@kwiaty.example"
    assert told("panel_session") == [
        (alicja, "203.0.113.7", [["signed_in_by", "", "password"], ["failed_before", "", "3"]]),
        (alicja, "203.0.113.7", []),
    ]
    signed_in_by_form(signed_in, FIREFOX, "203.0.113.7")
    assert told("panel_session")[-1][2] == [["signed_in_by", "", "password"]]
    page = Page(signed_in(kwiaty.owner).get("/zmiany/?what=panel_session")).text
    assert "Signed in by: Password" in page
    assert "Failed before: 3" in page


def test_failed_ones_are_counted_and_noted_ever_more_seldom(kwiaty: cast.Company) -> None:
    person = Person.objects.get(email="alicja@kwiaty.example")
    for count in (4, 1, 40, 4, 1, 449, 1, 500):
        for _number in range(count):
            notes.sign_in_failed(person.email, "198.51.100.9")
        notes.sign_in_failed("nobody@kwiaty.example", "198.51.100.9")
        notes.write()
    assert told("failed_sign_in") == [("", "198.51.100.9", [["failed", "", count]]) for count in ("5", "50", "500")]
    person.refresh_from_db()
    assert person.failed_sign_ins == 1000


def test_a_digest_that_is_made_anew_is_no_change_of_the_password(
    kwiaty: cast.Company, signed_in: SignIn, settings: Settings
) -> None:
    before = Person.objects.get(email="alicja@kwiaty.example").password
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher", *settings.PASSWORD_HASHERS]
    AuditEntry.objects.all().delete()
    signed_in_by_form(signed_in, FIREFOX, "203.0.113.7")
    assert Person.objects.get(email="alicja@kwiaty.example").password != before
    assert [one.what for one in AuditEntry.objects.all()] == ["panel_session"]


@pytest.mark.parametrize("given", ["old_password", "new_password1"])
def test_a_session_outlasts_a_digest_that_is_made_anew_in_it(
    kwiaty: cast.Company, signed_in: SignIn, settings: Settings, given: str
) -> None:
    client = signed_in_by_form(signed_in, FIREFOX, "203.0.113.7")
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher", *settings.PASSWORD_HASHERS]
    typed = {"old_password": "wrong", "new_password1": "short", "new_password2": "short", given: cast.PASSWORD}
    assert client.post("/haslo", typed).status_code == 200
    assert client.get("/sesja").status_code == 204
