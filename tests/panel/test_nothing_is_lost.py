"""Sessions go on with use; when one has ended, what was typed waits until somebody signed in again."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from centralka.store.models import Person, SipAccount
from centralka.store.notes import notes
from tests import cast

from .conftest import SignIn
from .page import Page
from .test_accounts import NEW

ADD = "/firma/kwiaty/konta-sip/dodaj"
OWN = {"Origin": "http://testserver"}
FETCHED = {"Sec-Fetch-Mode": "cors"}
ALICJA = {"username": "alicja@kwiaty.example", "password": cast.PASSWORD}


def _hours_pass(hours: float) -> None:
    notes.write()
    for session in Session.objects.all():
        session.expire_date -= timedelta(hours=hours)
        session.save(update_fields=["expire_date"])


def _alicja_has_another_password() -> None:
    alicja = Person.objects.get(email=ALICJA["username"])
    alicja.set_password("Kwiaty2027-nowe")
    alicja.save()


def _hours_left() -> float:
    notes.write()
    return round((Session.objects.get().expire_date - timezone.now()).total_seconds() / 3600, 1)


# -- Sessions ----------------------------------------------------------------------------------------------------


def test_a_session_goes_on_as_long_as_it_is_used(kwiaty: cast.Company, signed_in: SignIn) -> None:
    client = signed_in(kwiaty.owner)
    for _twice in range(2):
        _hours_pass(11)
        assert client.get("/konta-sip/").status_code == 200
        assert _hours_left() == 12
    _hours_pass(12.1)
    assert client.get("/konta-sip/").status_code == 302


def test_a_page_that_asks_by_itself_keeps_nobody_signed_in(kwiaty: cast.Company, signed_in: SignIn) -> None:
    client = signed_in(kwiaty.owner)
    _hours_pass(11)
    assert client.get("/wiadomosci/nieodsluchane", headers=FETCHED).status_code == 200
    assert client.get("/sesja", headers=FETCHED).status_code == 204
    assert _hours_left() == 1
    client.post("/konta-sip/haslo/ocena", {"password": "a"}, headers=FETCHED)  # somebody types
    assert _hours_left() == 12


def test_a_session_that_is_used_all_the_time_is_rarely_written(kwiaty: cast.Company, signed_in: SignIn) -> None:
    client = signed_in(kwiaty.owner)
    _hours_pass(0.1)
    client.get("/konta-sip/")
    assert _hours_left() == 11.9


def test_the_browser_keeps_its_cookie_longer_than_the_session(kwiaty: cast.Company, signed_in: SignIn) -> None:
    client = signed_in()
    client.post("/logowanie", ALICJA)
    assert client.cookies[settings.SESSION_COOKIE_NAME]["max-age"] == 30 * 24 * 3600
    _hours_pass(11)
    again = client.get("/konta-sip/").cookies[settings.SESSION_COOKIE_NAME]
    assert (again["max-age"], again["httponly"], again["samesite"]) == (30 * 24 * 3600, True, "Lax")


@pytest.mark.parametrize("end", [Session.objects.all().delete, _alicja_has_another_password])
def test_what_comes_late_for_a_session_of_before_takes_no_newer_ones_cookie(
    kwiaty: cast.Company, signed_in: SignIn, end: Callable[[], object]
) -> None:
    client = signed_in(kwiaty.owner)
    before = client.session.session_key
    end()
    by_htmx = FETCHED | {"HX-Request": "true"}
    for answer in (
        client.get("/wiadomosci/nieodsluchane", headers=FETCHED),
        client.get("/sesja", headers=FETCHED),
        client.post("/konta-sip/rysunek", {"extension": "105"}, headers=by_htmx),
        client.get("/konta-sip/"),
    ):
        assert settings.SESSION_COOKIE_NAME not in answer.cookies
    assert client.cookies[settings.SESSION_COOKIE_NAME].value == before


def test_signing_out_takes_the_cookie_also_of_a_session_that_has_ended(kwiaty: cast.Company, signed_in: SignIn) -> None:
    for ended in (False, True):
        client = signed_in(kwiaty.owner)
        if ended:
            Session.objects.all().delete()
        assert client.post("/wylogowanie").cookies[settings.SESSION_COOKIE_NAME]["max-age"] == 0


# -- The sign-in page says why one is there ----------------------------------------------------------------------


def _sign_in_page(client: Client, response: object) -> str:
    return Page(client.get(response.headers["Location"])).inside("why")  # type: ignore[attr-defined]


@pytest.mark.parametrize("language", ["pl", "en"])
def test_the_sign_in_page_says_why_one_is_there(kwiaty: cast.Company, signed_in: SignIn, language: str) -> None:
    client = signed_in(kwiaty.owner, language)
    _hours_pass(13)
    said = {
        "ended": _sign_in_page(client, client.get("/konta-sip/")),
        "asked": _sign_in_page(client, Client().get("/konta-sip/")),
        "out": _sign_in_page(client, signed_in(kwiaty.owner).post("/wylogowanie")),
        "typed": Page(signed_in(None, language).get("/logowanie")).inside("why"),
        "home": Page(signed_in(None, language).get("/logowanie?next=/")).inside("why"),
        "nonsense": Page(signed_in(None, language).get("/logowanie?why=<b>")).inside("why"),
    }
    wanted = {
        "ended": {"pl": "Sesja wygasła", "en": "Your session has ended"}[language],
        "asked": {"pl": "Zaloguj się, aby zobaczyć", "en": "Sign in to see the page"}[language],
        "out": {"pl": "Wylogowano", "en": "You have signed out"}[language],
    }
    for why, words in wanted.items():
        assert said[why].startswith(words)
    assert (said["typed"], said["home"], said["nonsense"]) == ("", "", "")


# -- What was typed waits ----------------------------------------------------------------------------------------


def test_a_form_that_is_sent_after_the_session_ended_is_saved_after_signing_in(
    kwiaty: cast.Company, signed_in: SignIn
) -> None:
    client = signed_in(kwiaty.owner)
    _hours_pass(13)
    typed = NEW | {"name": "Zażółć & 'jaźń'"}
    ended = client.post(ADD, typed)
    page = Page(ended)
    assert ended.status_code == 401
    assert "What you typed is kept" in page.text
    wrong = Page(client.post("/logowanie", page.form | ALICJA | {"password": "wrong"}))
    assert wrong.inside("errors")
    waiting = Page(client.post("/logowanie", wrong.form | ALICJA))
    assert SipAccount.objects.count() == 0  # signing in saves nothing
    assert f'action="{ADD}"' in waiting.html
    client.post(ADD, waiting.form)
    assert SipAccount.objects.get().name == "Zażółć & 'jaźń'"


def test_whoever_signed_in_in_another_tab_meanwhile_sends_the_form_too(kwiaty: cast.Company, signed_in: SignIn) -> None:
    client = signed_in(kwiaty.owner)
    _hours_pass(13)
    asked = Page(client.post(ADD, NEW)).form
    client.post("/logowanie", ALICJA)
    waiting = Page(client.post("/logowanie", asked))
    assert NEW.items() <= waiting.form.items()


def test_a_live_check_says_that_the_session_has_ended(kwiaty: cast.Company, signed_in: SignIn) -> None:
    client = signed_in(kwiaty.owner)
    _hours_pass(13)
    answer = client.post("/firma/kwiaty/konta-sip/haslo/ocena", {"password": "a"}, headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers.get("HX-Redirect")) == (401, None)
    assert "what you typed stays" in answer.content.decode()


def _with_an_old_token(client: Client, headers: dict[str, str]) -> Page:
    client.handler.enforce_csrf_checks = True
    page = Page(client.post(ADD, NEW | {"csrfmiddlewaretoken": "x" * 32}, headers=headers))
    assert page.response.status_code == 403
    client.handler.enforce_csrf_checks = False
    return page


def test_a_form_with_the_token_of_an_earlier_session_can_be_sent_again(kwiaty: cast.Company, signed_in: SignIn) -> None:
    client = signed_in(kwiaty.owner)
    page = _with_an_old_token(client, OWN)
    assert "What you typed is kept" in page.text
    client.post(ADD, page.form)
    assert SipAccount.objects.get().name == NEW["name"]


@pytest.mark.parametrize("headers", [{}, {"Origin": "https://evil.example"}, {"Origin": "null"}])
def test_what_a_strangers_page_sends_is_not_offered_to_be_sent_again(
    kwiaty: cast.Company, signed_in: SignIn, headers: dict[str, str]
) -> None:
    page = _with_an_old_token(signed_in(kwiaty.owner), headers)
    assert NEW["name"] not in page.html


# -- Back to the list --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("back", "to"),
    [
        ("/firma/kwiaty/konta-sip/?search=a&page=2", "/firma/kwiaty/konta-sip/?search=a&page=2"),
        ("/firma/ksiegi/konta-sip/?search=a", "/firma/kwiaty/konta-sip/"),
        ("https://evil.example/firma/kwiaty/konta-sip/?a", "/firma/kwiaty/konta-sip/"),
        ("//evil.example?", "/firma/kwiaty/konta-sip/"),
        ("/firma/kwiaty/konta-sip/?search=ć", "/firma/kwiaty/konta-sip/?search=%C4%87"),
        ("/firma/kwiaty/konta-sip/?a\r\nX: y", "/firma/kwiaty/konta-sip/?a%0D%0AX:%20y"),
        ("/firma/kwiaty/konta-sip/\0?", "/firma/kwiaty/konta-sip/"),
        ("[", "/firma/kwiaty/konta-sip/"),
        ("", "/firma/kwiaty/konta-sip/"),
    ],
)
def test_saving_leads_back_to_the_list_as_it_was_and_nowhere_else(
    kwiaty: cast.Company, signed_in: SignIn, back: str, to: str
) -> None:
    account = cast.phone(kwiaty.tenant, "100")
    client, url = signed_in(kwiaty.owner), f"/konta-sip/{account.pk}/usun"
    answer = client.post(url, Page(client.get(url)).answer | {"back": back})
    assert answer.headers["Location"] == to
