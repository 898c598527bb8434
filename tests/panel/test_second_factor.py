"""The second factor: an app's codes and recovery codes, each taken once; wrong ones are limited; who must have one."""

import base64
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from centralka.actions.second_factor import codes, own
from centralka.actions.tenants.own import change_own_tenant
from centralka.actions.tenants.tenants import reset_password
from centralka.store.models import AuditEntry, Person, RecoveryCode, SecondFactor, Tenant
from tests import cast

from .conftest import SignIn
from .page import Page

SECRET = b"12345678901234567890"
LOGIN = {"username": "alicja@kwiaty.example", "password": cast.PASSWORD}


def code(steps: int = 0) -> str:
    """What the app shows now, or so many codes later."""
    totp = TOTP(SECRET, 6, SHA1(), 30)
    return totp.generate((int(timezone.now().timestamp()) // 30 + steps) * 30).decode()


@pytest.fixture
def alicja(kwiaty: cast.Company) -> Person:
    """Alicja, whose app has shown the code of before already."""
    person = kwiaty.owner.person
    assert person
    own.add_app(person, SECRET, code(-1), timezone.now())
    return person


def is_in(client: Client) -> bool:
    return client.get("/sesja").status_code == 204


def password_given(sign_in: SignIn, **typed: str) -> Client:
    client = sign_in()
    page = Page(client.post("/logowanie", LOGIN | typed))
    assert "Second step" in page.text
    return client


def test_the_codes_are_those_of_rfc_6238() -> None:
    then = datetime(2005, 3, 18, 1, 58, 29, tzinfo=UTC)
    assert codes.step_of(SECRET, "081804", then) == 0x23523EC


def test_an_app_is_set_up_shows_recovery_codes_once_and_is_asked_for(kwiaty: cast.Company, signed_in: SignIn) -> None:
    client = signed_in(kwiaty.owner)
    page = Page(client.get("/drugi-skladnik/aplikacja"))
    secret = page.inside("totp")
    sealed = page.html.split('name="secret" value="')[1].split('"')[0]
    assert not SecondFactor.objects.exists()
    totp = TOTP(base64.b32decode(secret), 6, SHA1(), 30).generate(int(timezone.now().timestamp())).decode()
    typed = {"secret": sealed, "code": totp, "password": cast.PASSWORD}
    assert Page(client.post("/drugi-skladnik/aplikacja", typed | {"password": "wrong"})).beside("password")
    assert Page(client.post("/drugi-skladnik/aplikacja", typed | {"code": "000000"})).beside("code")
    assert not Person.objects.get(email=LOGIN["username"]).has_second_factor
    shown = Page(client.post("/drugi-skladnik/aplikacja", typed)).inside("codes").split()
    assert len(shown) == codes.RECOVERY_CODES
    assert "10 codes are left" in Page(client.get("/drugi-skladnik/")).text
    kept = str(list(SecondFactor.objects.values())) + str(list(RecoveryCode.objects.values()))
    assert secret not in kept
    assert not any(one in kept or one.replace("-", "") in kept for one in shown)
    assert set(AuditEntry.objects.filter(tenant=kwiaty.tenant).values_list("what", flat=True)) >= {
        "second_factor", "recovery_code", "person",
    }  # fmt: skip


def test_the_password_alone_opens_nothing(alicja: Person, signed_in: SignIn) -> None:
    client = password_given(signed_in)
    assert not is_in(client)
    for page in ("/konta-sip/", "/drugi-skladnik/", "/sesje/", "/haslo"):
        assert client.get(page).headers["Location"].startswith("/logowanie?")
    client.post("/logowanie/kod", {"code": code()})
    assert is_in(client)


def test_what_the_code_is_is_said_with_its_field(alicja: Person, signed_in: SignIn) -> None:
    page = Page(signed_in().post("/logowanie", LOGIN))
    assert 'aria-describedby="id_code_helptext"' in page.html
    assert "6 digits" in page.inside("id_code_helptext")


def test_one_gets_to_the_page_that_one_wanted_and_never_elsewhere(alicja: Person, signed_in: SignIn) -> None:
    client = password_given(signed_in, next="/polaczenia/")
    there = client.post("/logowanie/kod", {"code": code(), "next": "/polaczenia/"})
    assert there.headers["Location"] == "/polaczenia/"
    other = password_given(signed_in)
    elsewhere = other.post("/logowanie/kod", {"code": code(1), "next": "https://evil.example/"})
    assert elsewhere.headers["Location"] == "/"


def test_what_was_typed_before_the_session_ended_waits_through_both_steps(alicja: Person, signed_in: SignIn) -> None:
    client = signed_in()
    first = Page(client.post("/logowanie", LOGIN | {"next": "/numery/", "kept.name": "Recepcja"}))
    assert 'name="kept.name" value="Recepcja"' in first.html
    second = Page(client.post("/logowanie/kod", {"code": code(), "next": "/numery/", "kept.name": "Recepcja"}))
    assert 'name="name" value="Recepcja"' in second.html


def test_a_code_is_taken_once(alicja: Person, signed_in: SignIn) -> None:
    first, second = password_given(signed_in), password_given(signed_in)
    now = code()
    first.post("/logowanie/kod", {"code": now})
    assert is_in(first)
    page = Page(second.post("/logowanie/kod", {"code": now}))
    assert "was used already" in str(page.beside("code"))
    assert not is_in(second)
    second.post("/logowanie/kod", {"code": code(1)})  # of a phone whose clock is a little fast
    assert is_in(second)
    third = password_given(signed_in)
    third.post("/logowanie/kod", {"code": now})
    assert not is_in(third)


def test_a_recovery_code_is_taken_once_in_any_spelling(alicja: Person, signed_in: SignIn) -> None:
    made = codes.new_recovery_codes(alicja)
    client = password_given(signed_in)
    client.post("/logowanie/kod", {"code": f" {made[0].lower().replace('-', ' ')} "})
    assert is_in(client)
    again = password_given(signed_in)
    again.post("/logowanie/kod", {"code": made[0]})
    assert not is_in(again)
    assert codes.recovery_codes_left(alicja) == codes.RECOVERY_CODES - 1


def test_too_many_wrong_codes_close_the_second_step_also_for_the_right_one(alicja: Person, signed_in: SignIn) -> None:
    client = password_given(signed_in)
    for _number in range(codes.MOST_WRONG):
        client.post("/logowanie/kod", {"code": "000000"})
    other = password_given(signed_in)
    assert "15 minutes" in str(Page(other.post("/logowanie/kod", {"code": code()})).beside("code"))
    assert not is_in(other)
    SecondFactor.objects.update(wrong_since=timezone.now() - codes.CLOSED_FOR)
    other.post("/logowanie/kod", {"code": code()})
    assert is_in(other)


def test_it_is_closed_for_all_of_that_time_however_slowly_the_wrong_codes_came(alicja: Person) -> None:
    begin = timezone.now()

    def take(minutes: int, typed: str | None = None) -> bool:
        then = begin + timedelta(minutes=minutes)
        right = TOTP(SECRET, 6, SHA1(), 30).generate(int(then.timestamp())).decode()
        return codes.take_code(alicja, typed or right, then) is not None

    for _number in range(codes.MOST_WRONG - 1):
        take(0, "wrong")
    take(14, "wrong")
    assert not take(28)
    assert take(29)


def test_the_second_step_ends_with_another_password_and_with_time(alicja: Person, signed_in: SignIn) -> None:
    client = password_given(signed_in)
    reset_password(alicja.email, "Niebieski-Rower-78")
    answer = client.post("/logowanie/kod", {"code": code()})
    assert answer.headers["Location"] == "/logowanie?why=step"
    assert not is_in(client)


def test_the_second_step_is_nobodys_without_the_first(alicja: Person, signed_in: SignIn) -> None:
    client = signed_in()
    client.post("/logowanie/kod", {"code": code()})
    assert not is_in(client)


def test_another_key_of_the_installation_fails_closed(alicja: Person, signed_in: SignIn, settings: Settings) -> None:
    settings.SECRET_KEY = "another"
    client = password_given(signed_in)
    client.post("/logowanie/kod", {"code": code()})
    assert not is_in(client)


def test_the_app_goes_only_with_the_password_and_takes_the_recovery_codes_along(
    alicja: Person, signed_in: SignIn
) -> None:
    client = signed_in(alicja)
    assert Page(client.post("/drugi-skladnik/aplikacja/usun", {"password": "wrong"})).beside("password")
    assert Person.objects.get(pk=alicja.pk).has_second_factor
    client.post("/drugi-skladnik/aplikacja/usun", {"password": cast.PASSWORD})
    assert not Person.objects.get(pk=alicja.pk).has_second_factor
    assert not RecoveryCode.objects.exists()
    assert is_in_with_password_alone(signed_in)


def is_in_with_password_alone(sign_in: SignIn) -> bool:
    client = sign_in()
    client.post("/logowanie", LOGIN)
    return is_in(client)


def test_an_owner_removes_it_of_a_person_and_of_nobody_elses(
    kwiaty: cast.Company, ksiegi: cast.Company, signed_in: SignIn
) -> None:
    bartek = kwiaty.reader.person
    assert bartek
    own.add_app(bartek, SECRET, code(), timezone.now())
    membership = kwiaty.tenant.memberships.get(person=bartek)
    session = signed_in(bartek)
    assert signed_in(ksiegi.owner).post(f"/osoby/{membership.pk}/drugi-skladnik").status_code == 404
    assert "Remove the second factor" in Page(signed_in(kwiaty.owner).get(f"/osoby/{membership.pk}/haslo")).text
    signed_in(kwiaty.owner).post(f"/osoby/{membership.pk}/drugi-skladnik")
    assert not Person.objects.get(pk=bartek.pk).has_second_factor
    assert not is_in(session)
    mine = kwiaty.tenant.memberships.get(person=kwiaty.owner.person)
    own.add_app(mine.person, SECRET, code(), timezone.now())
    signed_in(kwiaty.owner).post(f"/osoby/{mine.pk}/drugi-skladnik")
    assert Person.objects.get(pk=mine.person_id).has_second_factor


def test_who_has_to_have_one_does_nothing_else_before(
    kwiaty: cast.Company, olga: Person, signed_in: SignIn, settings: Settings
) -> None:
    Tenant.objects.filter(pk=kwiaty.tenant.pk).update(second_factor_required=True)
    client = signed_in(kwiaty.reader)
    assert client.get("/firma/kwiaty/konta-sip/").headers["Location"] == "/drugi-skladnik/"
    assert client.post("/firma/kwiaty/numery-zewnetrzne/dodaj").headers["Location"] == "/drugi-skladnik/"
    assert "It is required of you" in Page(client.get("/drugi-skladnik/")).text
    assert kwiaty.reader.person
    own.add_app(kwiaty.reader.person, SECRET, code(), timezone.now(), str(client.session.session_key))
    assert client.get("/firma/kwiaty/konta-sip/").status_code == 200
    assert signed_in(olga).get("/firmy/").status_code == 200
    settings.OPERATORS_SECOND_FACTOR = True
    assert signed_in(olga).get("/firmy/").headers["Location"] == "/drugi-skladnik/"


def test_a_company_demands_it_itself_and_cannot_undo_what_the_operator_demands(
    kwiaty: cast.Company, ksiegi: cast.Company, signed_in: SignIn
) -> None:
    typed = {"name": kwiaty.tenant.name, "language": "pl", "second_factor_wanted": "on"}
    assert signed_in(kwiaty.reader).post("/ustawienia/", typed).status_code == 403
    manager = signed_in(kwiaty.manager)
    assert "second_factor_wanted" not in Page(manager.get("/ustawienia/")).html
    manager.post("/ustawienia/", typed)
    assert not Tenant.objects.get(pk=kwiaty.tenant.pk).second_factor_wanted
    signed_in(kwiaty.owner).post("/ustawienia/", typed)
    manager.post("/ustawienia/", typed | {"second_factor_wanted": ""})
    client = signed_in(kwiaty.reader)
    assert client.get("/firma/kwiaty/konta-sip/").headers["Location"] == "/drugi-skladnik/"
    assert signed_in(ksiegi.owner).get("/konta-sip/").status_code == 200
    Tenant.objects.filter(pk=kwiaty.tenant.pk).update(second_factor_required=True)
    owner = replace(kwiaty.owner, tenant=Tenant.objects.get(pk=kwiaty.tenant.pk))
    change_own_tenant(owner, {"second_factor_wanted": False})
    assert client.get("/firma/kwiaty/konta-sip/").headers["Location"] == "/drugi-skladnik/"


def test_what_was_typed_when_it_was_demanded_waits(kwiaty: cast.Company, signed_in: SignIn) -> None:
    client = signed_in(kwiaty.manager)
    change_own_tenant(kwiaty.owner, {"second_factor_wanted": True})
    typed = {"name": "Kwiaty & 'wieńce'", "language": "pl"}
    fragment = client.post("/firma/kwiaty/ustawienia/", typed, headers={"HX-Request": "true"})
    assert (fragment.status_code, "First set up a second factor" in fragment.content.decode()) == (409, True)
    for _twice in range(2):
        waits = Page(client.post("/firma/kwiaty/ustawienia/", typed))
        assert "First set up a second factor" in waits.text
        typed = waits.form
    person = kwiaty.manager.person
    assert person
    own.add_app(person, SECRET, code(), timezone.now(), str(client.session.session_key))
    assert Tenant.objects.get(pk=kwiaty.tenant.pk).name != "Kwiaty & 'wieńce'"
    client.post("/firma/kwiaty/ustawienia/", typed)
    assert Tenant.objects.get(pk=kwiaty.tenant.pk).name == "Kwiaty & 'wieńce'"


def test_a_settings_page_that_was_open_before_undoes_nothing(kwiaty: cast.Company, signed_in: SignIn) -> None:
    owner = signed_in(kwiaty.owner)
    before = Page(owner.get("/ustawienia/")).form
    change_own_tenant(kwiaty.owner, {"second_factor_wanted": True, "networks": ["203.0.113.0/24"], "webhook_sms": True})
    person = kwiaty.owner.person
    assert person
    own.add_app(person, SECRET, code(), timezone.now(), str(owner.session.session_key))
    owner.post("/ustawienia/", before | {"name": "Kwiaty"})
    after = Tenant.objects.get(pk=kwiaty.tenant.pk)
    assert (after.name, after.second_factor_wanted, after.webhook_sms) == ("Kwiaty", True, True)
    assert after.networks == "203.0.113.0/24"
    page = Page(owner.get("/ustawienia/")).form
    page.pop("second_factor_wanted")
    owner.post("/ustawienia/", page | {"networks": ""})
    after.refresh_from_db()
    assert (after.second_factor_wanted, after.webhook_sms, after.networks) == (False, True, "")


def test_a_page_that_is_too_old_offers_another_secret(kwiaty: cast.Company, signed_in: SignIn) -> None:
    typed = {"secret": "gAAAA", "code": code(), "password": cast.PASSWORD}
    page = Page(signed_in(kwiaty.owner).post("/drugi-skladnik/aplikacja", typed))
    assert page.inside("totp")
    assert "open too long" in str(page.beside("code"))
    assert not SecondFactor.objects.exists()


def test_the_step_lasts_ten_minutes(alicja: Person, signed_in: SignIn) -> None:
    client = password_given(signed_in)
    session = client.session
    session["second_step"] |= {"until": (timezone.now() - timedelta(seconds=1)).isoformat()}
    session.save()
    client.post("/logowanie/kod", {"code": code()})
    assert not is_in(client)
