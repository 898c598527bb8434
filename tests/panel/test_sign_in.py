"""Signing in and out, lock-out, first passwords, languages, companies."""

import pytest
from axes.models import AccessAttempt
from django.conf import settings
from django.test import Client
from django.urls import get_resolver

from centralka.actions.tenants.tenants import add_member, add_person_to
from centralka.store.models import Person, Role
from tests import cast

from .conftest import SignIn
from .page import Page


def _try(client: Client, email: str, password: str) -> Page:
    return Page(client.post("/logowanie", {"username": email, "password": password}, follow=True))


@pytest.mark.parametrize("email", ["alicja@kwiaty.example", "  Alicja@Kwiaty.EXAMPLE "])
def test_people_sign_in_whatever_the_capitals(kwiaty: cast.Company, signed_in: SignIn, email: str) -> None:
    page = _try(signed_in(), email, cast.PASSWORD)
    assert "SIP accounts (internal)" in page.text
    assert "Kwiaciarnia Alicja" in page.text


def test_after_signing_in_one_is_where_one_wanted_to_be_but_never_elsewhere(
    kwiaty: cast.Company, signed_in: SignIn
) -> None:
    typed = {"username": "alicja@kwiaty.example", "password": cast.PASSWORD}
    there = signed_in().post("/logowanie?next=/polaczenia/", typed | {"next": "/polaczenia/"})
    assert there.headers["Location"] == "/polaczenia/"
    elsewhere = signed_in().post("/logowanie", typed | {"next": "https://evil.example/"})
    assert elsewhere.headers["Location"] == "/"


def test_a_wrong_password_says_no_more_than_that(kwiaty: cast.Company, signed_in: SignIn) -> None:
    pages = [_try(signed_in(), who, "wrong") for who in ("alicja@kwiaty.example", "x@y.example")]
    assert pages[0].inside("errors") == pages[1].inside("errors") != ""


@pytest.mark.parametrize(("language", "said"), [("pl", "zablokowane na 15 minut."), ("en", "locked for 15 minutes.")])
def test_too_many_wrong_passwords_lock_that_login(
    kwiaty: cast.Company, signed_in: SignIn, language: str, said: str
) -> None:
    client = signed_in(language=language)
    # Every spelling of one address counts for one person.
    for number in range(settings.AXES_FAILURE_LIMIT):
        page = _try(client, "alicja@kwiaty.example" if number % 2 else "ALICJA@kwiaty.example", "wrong")
    assert page.response.status_code == 429
    assert page.response.headers["Retry-After"] == "900"
    assert said in page.text
    assert _try(client, "alicja@kwiaty.example", cast.PASSWORD).response.status_code == 429
    assert _try(client, "bartek@kwiaty.example", cast.PASSWORD).response.status_code == 200


def test_signing_out_needs_a_button_not_a_link(kwiaty: cast.Company, signed_in: SignIn) -> None:
    client = signed_in(kwiaty.owner)
    assert client.get("/wylogowanie").status_code == 405
    client.post("/wylogowanie")
    assert client.get("/konta-sip/").status_code == 302


def test_a_first_password_is_changed_before_anything_else(kwiaty: cast.Company, signed_in: SignIn) -> None:
    add_person_to(kwiaty.tenant, "ewa@kwiaty.example", "Ewa", Role.READER, cast.PASSWORD)
    client = signed_in()
    page = _try(client, "ewa@kwiaty.example", cast.PASSWORD)
    assert "Choose your own password" in page.text
    assert "First password" in page.text
    same = {"old_password": cast.PASSWORD, "new_password1": cast.PASSWORD, "new_password2": cast.PASSWORD}
    assert "present password" in Page(client.post("/haslo", same)).beside("new_password1")
    assert Person.objects.get(email="ewa@kwiaty.example").must_change_password
    new = "Fioletowa-Sowa-12"
    typed = {"old_password": cast.PASSWORD, "new_password1": new, "new_password2": new}
    assert "Your password is changed." in Page(client.post("/haslo", typed, follow=True)).text
    assert "SIP accounts" in _try(signed_in(), "ewa@kwiaty.example", new).text
    assert not Person.objects.get(email="ewa@kwiaty.example").must_change_password


@pytest.mark.parametrize(
    ("new", "again", "field", "said"),
    [
        ("krótkie", "krótkie", "new_password1", "12"),
        ("123456789012345", "123456789012345", "new_password1", "cyfr"),
        ("alicja@kwiaty.example", "alicja@kwiaty.example", "new_password1", "podobne"),
        (cast.PASSWORD, cast.PASSWORD, "new_password1", "To jest obecne hasło."),
        ("Fioletowa-Sowa-12", "Fioletowa-Sowa-13", "new_password2", "nie są zgodne"),
    ],
)
def test_a_weak_password_is_refused_with_the_reason(
    kwiaty: cast.Company, signed_in: SignIn, new: str, again: str, field: str, said: str
) -> None:
    typed = {"old_password": cast.PASSWORD, "new_password1": new, "new_password2": again}
    page = Page(signed_in(kwiaty.owner, "pl").post("/haslo", typed))
    assert said in page.beside(field)


def test_the_old_password_cannot_be_guessed_in_an_open_browser(kwiaty: cast.Company, signed_in: SignIn) -> None:
    """With it the second factor could be removed."""
    client, new = signed_in(kwiaty.owner), "Niebieski-Rower-78"
    for number in range(5):
        client.post("/haslo", {"old_password": str(number), "new_password1": new, "new_password2": new})
    right = client.post("/haslo", {"old_password": cast.PASSWORD, "new_password1": new, "new_password2": new})
    assert right.status_code == 429
    assert kwiaty.owner.person
    assert not Person.objects.get(pk=kwiaty.owner.person.pk).check_password(new)


def test_the_old_password_has_to_be_right(kwiaty: cast.Company, signed_in: SignIn) -> None:
    new = "Fioletowa-Sowa-12"
    typed = {"old_password": "x", "new_password1": new, "new_password2": new}
    assert Page(signed_in(kwiaty.owner).post("/haslo", typed)).beside("old_password")


def test_the_language_is_chosen_without_a_login_and_kept(db: None, signed_in: SignIn) -> None:
    client = signed_in()
    assert '<html lang="en">' in Page(client.get("/logowanie")).html
    page = Page(client.post("/jezyk", {"language": "pl", "next": "/logowanie"}, follow=True))
    assert '<html lang="pl">' in page.html
    assert "Zaloguj się" in Page(client.get("/logowanie")).text
    assert client.post("/jezyk", {"language": "pl", "next": "https://evil.example/"}).headers["Location"] == "/"


def test_a_person_of_two_companies_switches_between_them(
    kwiaty: cast.Company, ksiegi: cast.Company, signed_in: SignIn
) -> None:
    cast.phone(kwiaty.tenant, "100", "Róże")
    cast.phone(ksiegi.tenant, "100", "Faktury")
    add_member(cast.OPERATOR, "kwiaty", "celina@ksiegi.example", Role.READER)
    client = signed_in(ksiegi.owner)
    page = Page(client.get("/konta-sip/"))
    assert "Faktury" in page.text
    assert "Osoby" in Page(signed_in(ksiegi.owner, "pl").get("/konta-sip/")).text
    page = Page(client.post("/firma", {"tenant": str(kwiaty.tenant.pk)}, follow=True))
    assert "Róże" in page.text
    assert "Faktury" not in page.text
    assert client.get("/osoby/").status_code == 403  # an owner there, a reader here
    kwiaty.tenant.memberships.filter(person=ksiegi.owner.person).delete()
    assert client.get("/konta-sip/").status_code == 404
    assert "Faktury" in Page(client.get("/", follow=True)).text


@pytest.mark.parametrize("tenant", ["", "x", "0", "9" * 50, "\0"])
def test_one_cannot_switch_to_a_company_one_is_not_in(
    kwiaty: cast.Company, ksiegi: cast.Company, signed_in: SignIn, tenant: str
) -> None:
    client = signed_in(kwiaty.owner)
    assert client.post("/firma", {"tenant": tenant}).status_code == 404
    assert client.post("/firma", {"tenant": str(ksiegi.tenant.pk)}).status_code == 404


def test_somebody_in_no_company_is_told_so(db: None, signed_in: SignIn) -> None:
    nobody = Person.objects.add("nikt@example.org", cast.PASSWORD, name="Nikt")
    page = Page(signed_in(nobody, "pl").get("/"))
    assert "Nie należysz do żadnej firmy" in page.text
    assert "Wyloguj" in page.text


def test_the_operator_at_a_companys_page_is_led_to_the_companies(olga: Person, signed_in: SignIn) -> None:
    page = Page(signed_in(olga, "pl").get("/konta-sip/"))
    assert page.response.status_code == 403
    assert "Jesteś administratorem centrali; ta strona należy do firmy" in page.text
    assert 'class="btn btn-primary" href="/firmy/"' in page.html


def test_the_operator_starts_at_the_companies(olga: Person, signed_in: SignIn) -> None:
    assert "Companies" in Page(signed_in(olga).get("/", follow=True)).text


@pytest.mark.parametrize(
    ("url", "status", "pl", "en"),
    [
        ("/nie-ma-takiej", 404, "Tu niczego nie ma", "There is nothing here"),
        ("/firmy/", 403, "Brak uprawnień", "Not with your role"),
    ],
)
def test_error_pages_look_like_the_panel_in_both_languages(
    kwiaty: cast.Company, signed_in: SignIn, url: str, status: int, pl: str, en: str
) -> None:
    for language, said in (("pl", pl), ("en", en)):
        page = Page(signed_in(kwiaty.owner, language).get(url))
        assert page.response.status_code == status
        assert said in page.text
        assert "panel/panel." in page.html


def test_a_form_from_elsewhere_is_refused_politely(kwiaty: cast.Company) -> None:
    client = Client(enforce_csrf_checks=True, headers={"accept-language": "pl"})
    page = Page(client.post("/logowanie", {"username": "a", "password": "b"}))
    assert page.response.status_code == 403
    assert "Strona była otwarta zbyt długo" in page.text


def test_our_own_mistakes_get_a_page_that_needs_nothing(db: None, signed_in: SignIn) -> None:
    broken = get_resolver().resolve_error_handler(500)
    response = broken(signed_in().get("/logowanie").wsgi_request)
    assert response.status_code == 500
    assert "Something broke" in Page(response).text


def test_pages_obey_the_strict_content_security_policy(kwiaty: cast.Company, signed_in: SignIn) -> None:
    client = signed_in(kwiaty.owner)
    for url in ("/logowanie", "/konta-sip/", "/konta-sip/dodaj", "/polaczenia/", "/osoby/", "/tokeny/"):
        response = client.get(url, follow=True)
        assert "script-src 'self'" in response.headers["Content-Security-Policy"]
        html = response.content.decode()
        assert " style=" not in html
        assert "<style" not in html
        assert "onclick" not in html
        assert all("src=" in tag for tag in html.split("<script")[1:] if tag)


def test_of_a_wrong_password_nothing_typed_is_kept(
    kwiaty: cast.Company, signed_in: SignIn, caplog: pytest.LogCaptureFixture
) -> None:
    new = "Niebieski-Rower-78"
    client = signed_in(kwiaty.owner)
    for _number in range(2):
        client.post("/haslo", {"old_password": "Zielony-Rower-7", "new_password1": new, "new_password2": new})
    signed_in().post("/logowanie", {"username": "x@kwiaty.example", "password": "wrong", "kept.password": new})
    kept = AccessAttempt.objects.values("username", "failures_since_start", "get_data", "post_data")
    assert sorted(tuple(one.values())[1:] for one in kept) == [(1, "", ""), (2, "", "")]
    for _number in range(settings.AXES_FAILURE_LIMIT + 1):
        signed_in().post("/logowanie", {"username": new, "password": "wrong"})  # into the wrong field
    assert new.lower() not in caplog.text.lower()
