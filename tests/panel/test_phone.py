"""Telefon: who has a phone in the browser, in which window, and what it proves itself with."""

import hashlib
import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.utils import timezone

from centralka.actions.actor import Operator
from centralka.actions.people import assign_account
from centralka.actions.tenants.blocks import block
from centralka.store.models import BrowserPhone, SipAccount
from tests import cast
from tests.outbox.text_messages import sandbox, texting_account

from .conftest import SignIn
from .page import Page

KEY = "/telefon/klucz"


@pytest.fixture
def account(kwiaty: cast.Company) -> SipAccount:
    made = cast.phone(kwiaty.tenant, "100", "Sekretariat")
    give(kwiaty, "100")
    return made


@pytest.fixture
def client(kwiaty: cast.Company, account: SipAccount, signed_in: SignIn) -> Client:
    return signed_in(kwiaty.owner)


def give(company: cast.Company, extension: str) -> None:
    member = company.tenant.memberships.get(person=company.owner.person)
    assign_account(company.owner, member.pk, extension)


def known_to_the_edge() -> list[tuple[str, str, str]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT login, account, ha1 FROM edge_browser")
        return list(cursor.fetchall())


def test_a_phone_gets_a_name_and_password_of_its_own(client: Client, account: SipAccount) -> None:
    told = client.post(KEY, {"window": "one"}).json()
    assert told["login"] == account.login
    assert told["username"].startswith(f"{account.login}.web.")
    digest = hashlib.md5(f"{told['username']}:centralka:{told['password']}".encode()).hexdigest()
    assert known_to_the_edge() == [(told["username"], account.login, digest)]
    assert account.password_digest not in Page(client.get("/telefon/")).html


def test_it_is_prolonged_without_telling_the_password_again(client: Client) -> None:
    told = client.post(KEY, {"window": "one"}).json()
    BrowserPhone.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert known_to_the_edge() == []
    again = client.post(KEY, {"window": "one", "username": told["username"]}).json()
    assert (again["username"], again["password"]) == (told["username"], "")
    assert [row[0] for row in known_to_the_edge()] == [told["username"]]


def test_a_page_that_is_loaded_again_gets_another_one(client: Client) -> None:
    first = client.post(KEY, {"window": "one"}).json()
    assert client.post(KEY, {"window": "one"}).json()["username"] != first["username"]
    assert BrowserPhone.objects.count() == 1


def test_a_nul_is_no_error_of_the_server(kwiaty: cast.Company, client: Client) -> None:
    """PostgreSQL takes none in a text."""
    told = client.post(KEY, {"window": "o\0ne"}).json()
    assert client.post(KEY, {"window": "one", "username": told["username"] + "\0"}).json()["password"] == ""
    assert client.post(KEY, {"window": "\0"}).status_code == 404
    assert client.get("/telefon/kto", {"number": "1\x0000"}).json() == {"name": "Sekretariat", "shown": "100"}
    assert client.post("/telefon/koniec", {"window": "one\0", "username": told["username"]}).status_code == 204
    member = kwiaty.tenant.memberships.get(person=kwiaty.owner.person)
    client.post(f"/osoby/{member.pk}/konto", {"extension": "\x00100"})
    member.refresh_from_db()
    assert member.sip_account is not None


def test_the_second_window_asks_to_take_over(client: Client) -> None:
    first = client.post(KEY, {"window": "one"}).json()
    refused = client.post(KEY, {"window": "two"})
    assert (refused.status_code, refused.json()) == (409, {"problem": "open_elsewhere"})
    assert client.post(KEY, {"window": "two", "take_over": "1"}).status_code == 200
    assert client.post(KEY, {"window": "one", "username": first["username"]}).status_code == 409


@pytest.mark.parametrize("silent_for, status", [(timedelta(minutes=1), 409), (timedelta(minutes=4), 200)])
def test_a_window_that_was_lost_keeps_nobody_out_for_long(client: Client, silent_for: timedelta, status: int) -> None:
    client.post(KEY, {"window": "one"})
    BrowserPhone.objects.update(expires_at=timezone.now() + timedelta(minutes=10) - silent_for)
    assert client.post(KEY, {"window": "two"}).status_code == status


def test_a_window_that_is_closed_ends_its_own_phone_only(client: Client) -> None:
    first = client.post(KEY, {"window": "one"}).json()
    second = client.post(KEY, {"window": "one"}).json()
    client.post("/telefon/koniec", {"window": "one", "username": first["username"]})
    assert [row[0] for row in known_to_the_edge()] == [second["username"]]
    client.post("/telefon/koniec", {"window": "one", "username": second["username"]})
    assert known_to_the_edge() == []


def test_it_ends_with_the_session(client: Client) -> None:
    client.post(KEY, {"window": "one"})
    client.post("/wylogowanie")
    assert known_to_the_edge() == []
    assert client.post(KEY, {"window": "one"}).status_code == 401


def test_it_ends_with_the_account_and_with_another_one(client: Client, kwiaty: cast.Company) -> None:
    cast.phone(kwiaty.tenant, "101", "Magazyn")
    told = client.post(KEY, {"window": "one"}).json()
    give(kwiaty, "101")
    assert client.post(KEY, {"window": "one", "username": told["username"]}).json()["login"] == "kwiaty_101"
    give(kwiaty, "")
    assert known_to_the_edge() == []
    gone = client.post(KEY, {"window": "one"})
    assert (gone.status_code, gone.json()) == (409, {"problem": "no_account"})


def test_a_blocked_company_still_has_its_phones(client: Client, kwiaty: cast.Company) -> None:
    block(Operator(who="olga"), kwiaty.tenant.pk, "unpaid")
    assert client.post(KEY, {"window": "one"}).status_code == 200


@pytest.mark.parametrize("used, is_prolonged", [("", False), ("1", True)])
def test_an_open_page_keeps_nobody_signed_in_but_a_call_does(client: Client, used: str, is_prolonged: bool) -> None:
    session = client.session
    session.set_expiry(timedelta(hours=1))
    session.save()
    answer = client.post(KEY, {"window": "one", "used": used})
    assert (settings.SESSION_COOKIE_NAME in answer.cookies) == is_prolonged


@pytest.mark.parametrize("window", ["", "x" * 65])
def test_a_window_has_a_name(client: Client, window: str) -> None:
    assert client.post(KEY, {"window": window}).status_code == 404


def test_whose_number_it_is(client: Client, kwiaty: cast.Company) -> None:
    def told(number: str) -> tuple[str, str]:
        answer = client.get("/telefon/kto", {"number": number}).json()
        return answer["name"], answer["shown"]

    kwiaty.tenant.external_numbers.create(e164="+48600100200", name="Hurtownia")
    found = [told(number) for number in ("100", "600100200", "+48600100200", "999", "*43", "", "x")]
    known = ("Hurtownia", "600 100 200")
    assert found == [("Sekretariat", "100"), known, known, ("", "999"), ("", "*43"), ("", ""), ("", "x")]


def test_the_page_may_connect_to_the_exchange_alone(client: Client) -> None:
    policy = client.get("/telefon/").headers["Content-Security-Policy"]
    here = f"ws://127.0.0.1:{settings.WS_PORT}/"
    assert f"connect-src 'self' {here} wss://127.0.0.1:{settings.WSS_PORT}/" in policy
    assert "ws:" not in client.get("/konta-sip/").headers["Content-Security-Policy"]


def test_numbers_are_called_by_people_with_a_phone_alone(
    kwiaty: cast.Company, client: Client, signed_in: SignIn
) -> None:
    outside = kwiaty.tenant.external_numbers.create(e164="+48600100200", name="Hurtownia")
    for way, caller in (("internal", "100"), ("in", "+48221234567"), ("in", ""), ("in", "unknown")):
        fields = {"call_id": f"{way}{caller[1:]}", "direction": way, "from_number": caller, "to_number": "101"}
        kwiaty.tenant.call_records.create(started_at=timezone.now(), ended_at=timezone.now(), **fields)

    def called(client: Client, address: str) -> set[str]:
        html = Page(client.get(address)).html
        assert html.count("data-dial=") == html.count('target="centralka-phone-kwiaty" data-dial=')
        return set(re.findall(r'data-dial="([^"]*)"', html))

    cast.phone(kwiaty.tenant, "101", "Magazyn")
    assert called(client, "/konta-sip/") == {"101"}, "nobody calls their own phone"
    assert called(client, "/polaczenia/") == {"101", "+48221234567"}
    assert called(client, "/polaczenia/in48221234567/") == {"101", "+48221234567"}
    assert called(client, "/polaczenia/in/") == {"101"}
    assert called(client, "/numery-zewnetrzne/") == {outside.e164}
    without = signed_in(kwiaty.manager)
    for address in ("/konta-sip/", "/polaczenia/", "/numery-zewnetrzne/"):
        assert called(without, address) == set()
    assert 'href="tel:+48600100200"' in Page(without.get("/numery-zewnetrzne/")).html


@pytest.mark.parametrize(
    "asked, filled", [("+48600100200", "+48600100200"), ("*43", "*43"), ("1&quot;x", ""), ("", "")]
)
def test_an_address_fills_the_field_and_calls_nobody(client: Client, asked: str, filled: str) -> None:
    assert f'maxlength="40" required value="{filled}"' in Page(client.get("/telefon/", {"number": asked})).html


def test_a_message_from_its_window_is_the_persons_account_s(kwiaty: cast.Company, signed_in: SignIn) -> None:
    """Whatever account is sent along."""
    account = texting_account(kwiaty.tenant)
    give(kwiaty, "100")
    client = signed_in(kwiaty.owner)
    cast.phone(kwiaty.tenant, "101", "Magazyn")
    typed = {"account": "101", "to": "600 100 200", "text": "Halo", "request": "one"}
    refused = Page(client.post("/sms/z-telefonu", typed))
    assert "no way to send text messages" in refused.html
    assert "Halo" in refused.html
    sandbox(port=1)
    assert "1 message is on its way." in Page(client.post("/sms/z-telefonu", typed)).text
    assert [sms.sip_account for sms in kwiaty.tenant.sms.filter(text="Halo")] == [account]
    assert signed_in(kwiaty.reader).get("/sms/z-telefonu").status_code == 403
    assert "No account is assigned" in Page(signed_in(kwiaty.manager).get("/sms/z-telefonu")).text


def test_whoever_has_no_account_is_told_whom_to_ask(kwiaty: cast.Company, signed_in: SignIn) -> None:
    assert "właściciel" in Page(signed_in(kwiaty.reader, "pl").get("/telefon/")).html
    assert 'href="/firma/kwiaty/osoby/"' in Page(signed_in(kwiaty.owner, "pl").get("/telefon/")).html


def test_an_owner_gives_a_person_an_account(kwiaty: cast.Company, ksiegi: cast.Company, signed_in: SignIn) -> None:
    cast.phone(kwiaty.tenant, "100", "Sekretariat")
    cast.phone(ksiegi.tenant, "200", "Obca")
    cast.fax_account(kwiaty.tenant, "15")
    client, member = signed_in(kwiaty.owner, "pl"), kwiaty.tenant.memberships.get(person=kwiaty.reader.person)
    address = f"/osoby/{member.pk}/konto"
    for wrong in ("200", "15", "999", "abc"):
        page = Page(client.post(address, {"extension": wrong}))
        assert "Nie ma konta SIP do rozmów" in page.html
        assert f'value="{wrong}"' in page.html
        member.refresh_from_db()
        assert member.sip_account is None
    client.post(address, {"extension": " 100 "})
    member.refresh_from_db()
    assert member.sip_account is not None
    assert member.sip_account.login == "kwiaty_100"
