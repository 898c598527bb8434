"""Osoby and Firmy: who works where, with first passwords shown once."""

import pytest
from django.test import Client

from centralka.actions.errors import InvalidInput, NotAllowed
from centralka.actions.people import reset_password
from centralka.actions.tenants.tenants import add_member
from centralka.store.models import Membership, Person, Role, Tenant
from tests import cast

from .conftest import SignIn
from .page import Page

EWA = {"email": "Ewa@kwiaty.example", "name": "Ewa Nowak", "role": "manager"}


def test_an_added_person_signs_in_with_the_password_shown_once(kwiaty: cast.Company, signed_in: SignIn) -> None:
    client = signed_in(kwiaty.owner)
    page = Page(client.post("/osoby/dodaj", EWA))
    email, password = page.inside("email"), page.inside("password")
    assert email == "ewa@kwiaty.example"
    assert password not in Page(client.get("/osoby/")).html
    newcomer = signed_in()
    newcomer.post("/logowanie", {"username": email, "password": password})
    assert newcomer.get("/konta-sip/").headers["Location"] == "/haslo"
    assert Membership.objects.get(person__email=email).role == Role.MANAGER


@pytest.mark.parametrize("email", ["celina@ksiegi.example", "Bartek@kwiaty.example"])
def test_an_address_that_has_a_login_is_refused_beside_the_field(
    kwiaty: cast.Company, ksiegi: cast.Company, signed_in: SignIn, email: str
) -> None:
    page = Page(signed_in(kwiaty.owner, "pl").post("/osoby/dodaj", EWA | {"email": email}))
    assert page.beside("email") == "Ten adres ma już login; użyj innego."
    assert page.form["name"] == "Ewa Nowak"
    assert page.inside("password") == ""


def test_all_that_is_wrong_is_told_at_once(kwiaty: cast.Company, olga: Person, signed_in: SignIn) -> None:
    page = Page(signed_in(kwiaty.owner, "pl").post("/osoby/dodaj", {"email": "x", "name": "", "role": "admin"}))
    assert page.beside("email") == "To nie jest adres e-mail."
    assert page.beside("name") == "Podaj imię i nazwisko."
    assert page.beside("role")
    wrong = {"name": "", "slug": "1", "language": "de", "email": "x", "person_name": " "}
    page = Page(signed_in(olga, "pl").post("/firmy/dodaj", wrong))
    for field in wrong:
        assert page.beside(field), field
    assert page.beside("person_name") == "Podaj imię i nazwisko."
    page = Page(signed_in(olga, "pl").post("/firmy/dodaj", COMPANY | {"slug": "kwiaty", "email": "celina"}))
    assert page.beside("slug") == "Taki skrót firmy już istnieje."
    assert page.beside("email")
    assert Tenant.objects.count() == 1


def _new_password(client: Client, member: Membership) -> Page:
    return Page(client.post(f"/osoby/{member.pk}/haslo"))


def test_the_owner_gives_a_new_first_password(kwiaty: cast.Company, signed_in: SignIn) -> None:
    bartek = kwiaty.tenant.memberships.get(person=kwiaty.reader.person)
    client, his = signed_in(kwiaty.owner), signed_in(kwiaty.reader)
    assert f"/osoby/{bartek.pk}/haslo" in Page(client.get("/osoby/")).html
    assert "Give Bartek a new first password?" in Page(client.get(f"/osoby/{bartek.pk}/haslo")).text
    assert his.get("/konta-sip/").status_code == 200  # asking changes nothing
    page = _new_password(client, bartek)
    password = page.inside("password")
    assert len(password) == 16
    assert password not in Page(client.get("/osoby/")).html
    assert his.get("/konta-sip/").headers["Location"].startswith("/logowanie")
    again = signed_in()
    again.post("/logowanie", {"username": "bartek@kwiaty.example", "password": password})
    assert again.get("/konta-sip/").headers["Location"] == "/haslo"


def test_a_password_that_opens_more_than_the_company_is_not_the_owners_to_give(
    kwiaty: cast.Company, ksiegi: cast.Company, olga: Person, signed_in: SignIn
) -> None:
    add_member(cast.OPERATOR, "kwiaty", "celina@ksiegi.example", Role.READER)
    add_member(cast.OPERATOR, "kwiaty", olga.email, Role.READER)
    client = signed_in(kwiaty.owner)
    said = {
        "Alicja": "Change your own password",
        "Celina": "opens another company too",
        "Olga": "runs the exchange",
    }
    for name, reason in said.items():
        member = kwiaty.tenant.memberships.get(person__name=name)
        for page in (Page(client.get(f"/osoby/{member.pk}/haslo")), _new_password(client, member)):
            assert reason in page.inside("errors")
            assert page.inside("password") == ""
        with pytest.raises(InvalidInput):
            reset_password(kwiaty.owner, member.pk, "Zielony-Rower-78")
        assert Person.objects.get(name=name).check_password(cast.PASSWORD)


def test_only_an_owner_gives_new_first_passwords(kwiaty: cast.Company) -> None:
    alicja = kwiaty.tenant.memberships.get(person=kwiaty.owner.person)
    with pytest.raises(NotAllowed):
        reset_password(kwiaty.manager, alicja.pk, "Zielony-Rower-78")


def test_a_weak_first_password_is_refused(kwiaty: cast.Company) -> None:
    bartek = kwiaty.tenant.memberships.get(person=kwiaty.reader.person)
    with pytest.raises(InvalidInput) as refused:
        reset_password(kwiaty.owner, bartek.pk, "123")
    assert "password" in refused.value.problems


def test_a_role_is_changed(kwiaty: cast.Company, signed_in: SignIn) -> None:
    bartek = kwiaty.tenant.memberships.get(person=kwiaty.reader.person)
    client = signed_in(kwiaty.owner)
    page = Page(client.post(f"/osoby/{bartek.pk}/rola", {"role": "manager"}, follow=True))
    assert "Bartek has another role now." in page.text
    bartek.refresh_from_db()
    assert bartek.role == Role.MANAGER


def test_the_last_owner_stays_one_and_the_page_says_so_at_the_row(kwiaty: cast.Company, signed_in: SignIn) -> None:
    alicja = kwiaty.tenant.memberships.get(person=kwiaty.owner.person)
    client = signed_in(kwiaty.owner)
    page = Page(client.get("/osoby/"))
    assert "first make somebody else an owner" in page.inside("last-owner")
    assert f"/osoby/{alicja.pk}/usun" not in page.html
    page = Page(client.post(f"/osoby/{alicja.pk}/rola", {"role": "reader"}))
    assert page.inside(f"role-{alicja.pk}-error") == "A company needs at least one owner."
    assert "A company needs at least one owner." in Page(client.post(f"/osoby/{alicja.pk}/usun")).text
    assert kwiaty.tenant.memberships.filter(pk=alicja.pk, role=Role.OWNER).exists()


@pytest.mark.parametrize("role", ["", "admin", "\0", "x" * 10_000])
def test_only_roles_that_exist_are_given(kwiaty: cast.Company, signed_in: SignIn, role: str) -> None:
    bartek = kwiaty.tenant.memberships.get(person=kwiaty.reader.person)
    page = Page(signed_in(kwiaty.owner).post(f"/osoby/{bartek.pk}/rola", {"role": role}))
    assert page.inside(f"role-{bartek.pk}-error") == "Choose a role."


def test_removing_asks_first(kwiaty: cast.Company, signed_in: SignIn) -> None:
    bartek = kwiaty.tenant.memberships.get(person=kwiaty.reader.person)
    client = signed_in(kwiaty.owner)
    assert "Remove Bartek from the company?" in Page(client.get(f"/osoby/{bartek.pk}/usun")).text
    his = signed_in(kwiaty.reader)
    assert his.get("/konta-sip/").status_code == 200
    client.post(f"/osoby/{bartek.pk}/usun")
    assert his.get("/konta-sip/").status_code == 302  # his login went with his last company
    assert not Person.objects.filter(email="bartek@kwiaty.example").exists()


COMPANY = {
    "name": "Piekarnia Ewa",
    "slug": "piekarnia",
    "language": "pl",
    "email": "ewa@piekarnia.example",
    "person_name": "Ewa",
}


def test_the_operator_adds_a_company_with_its_owner(olga: Person, signed_in: SignIn) -> None:
    client = signed_in(olga)
    page = Page(client.post("/firmy/dodaj", COMPANY))
    password = page.inside("password")
    assert len(password) == 16
    assert "Piekarnia Ewa piekarnia 0" in Page(client.get("/firmy/")).text
    assert password not in Page(client.get("/firmy/")).html
    owner = signed_in()
    owner.post("/logowanie", {"username": page.inside("email"), "password": password})
    assert owner.get("/").headers["Location"] == "/haslo" or owner.get("/konta-sip/").headers["Location"] == "/haslo"


def test_a_company_is_made_with_its_owner_or_not_at_all(olga: Person, signed_in: SignIn) -> None:
    page = Page(signed_in(olga, "pl").post("/firmy/dodaj", COMPANY | {"email": "to nie adres"}))
    assert page.beside("email") == "To nie jest adres e-mail."
    assert page.form["name"] == "Piekarnia Ewa"
    assert not Tenant.objects.exists()


def test_a_short_name_that_exists_is_told_beside_the_field(
    kwiaty: cast.Company, olga: Person, signed_in: SignIn
) -> None:
    page = Page(signed_in(olga).post("/firmy/dodaj", COMPANY | {"slug": "kwiaty"}))
    assert page.beside("slug") == "This short name exists already."


def test_a_wrong_owners_name_is_told_at_the_owner_not_at_the_company(olga: Person, signed_in: SignIn) -> None:
    page = Page(signed_in(olga).post("/firmy/dodaj", COMPANY | {"person_name": ""}))
    assert page.beside("person_name")
    assert not page.beside("name")
