"""The e-mail address with which a person signs in, and another one in its place."""

import re

import pytest
from django.test import Client
from pytest_django import Settings

from centralka.actions import login_address
from centralka.actions.tenants.tenants import add_member, change_address
from centralka.outbox.delivery import Refused
from centralka.outbox.letters import letter_of
from centralka.outbox.mail_words import words_of
from centralka.store.models import AuditEntry, Mail, Membership, Person, Role
from tests import cast

from .conftest import SignIn
from .page import Page

OLD, NEW = "bartek@kwiaty.example", "b.nowak@kwiaty.example"
TYPED = {"email": " B.Nowak@Kwiaty.example ", "password": cast.PASSWORD}


@pytest.fixture(autouse=True)
def _an_address(settings: Settings) -> None:
    settings.PUBLIC_URL = "https://centralka.example"


@pytest.fixture
def bartek(kwiaty: cast.Company) -> Person:
    assert kwiaty.reader.person
    return kwiaty.reader.person


def _link() -> str:
    mail = Mail.objects.filter(kind=Mail.Kind.ADDRESS).latest("id")
    text = letter_of(mail).content.decode().replace("=\r\n", "").replace("=3D", "=")
    found = re.search(r"https://centralka\.example(/nowy-adres/\S+)", text)
    assert found
    return found.group(1)


def _is_in(client: Client) -> bool:
    return client.get("/sesja").status_code == 204


def _signs_in(email: str) -> bool:
    return Client().post("/logowanie", {"username": email, "password": cast.PASSWORD}).status_code == 302


def test_a_link_to_the_new_address_changes_it_once(bartek: Person, signed_in: SignIn) -> None:
    here, there = signed_in(bartek), signed_in(bartek)
    assert "on its way to b.nowak@kwiaty.example" in Page(here.post("/adres-e-mail", TYPED)).text
    assert list(Mail.objects.values_list("kind", "to")) == [("address", NEW)]
    link = _link()
    assert "no longer as bartek@kwiaty.example" in Page(here.get(link)).text
    assert _signs_in(OLD)  # looking changes nothing: mail scanners open links
    assert here.post(link).headers["Location"] == "/"
    assert (_is_in(here), _is_in(there)) == (True, False)
    assert (_signs_in(OLD), _signs_in(NEW)) == (False, True)
    assert here.post(link).status_code == 404
    told = Mail.objects.get(kind=Mail.Kind.SIGN_IN)
    assert told.to == OLD
    words = words_of(told)
    assert words.opening == "You sign in with the address b.nowak@kwiaty.example from now on."
    assert "tell an owner of your company at once" in words.closing
    entry = AuditEntry.objects.get(what="person", did="changed")
    assert entry.changes == [["email", OLD, NEW]]


def test_who_is_signed_in_nowhere_is_led_to_the_sign_in(bartek: Person, signed_in: SignIn) -> None:
    his = signed_in(bartek)
    his.post("/adres-e-mail", TYPED)
    anybody = signed_in()
    answer = anybody.post(_link())
    assert "Your new e-mail address counts" in Page(anybody.get(answer.headers["Location"])).text
    assert not _is_in(his)


@pytest.mark.parametrize(
    ("typed", "field", "said"),
    [
        ({"password": "wrong"}, "password", "This is not your password."),
        ({"email": "marek@kwiaty.example"}, "email", "has a login already"),
        ({"email": OLD}, "email", "present address"),
        ({"email": "b\u0430rtek@example.org"}, "email", "not an e-mail address"),
        ({"email": "b\0@example.org"}, "email", "Null characters are not allowed."),
        ({"email": ""}, "email", "Give the new address."),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_nothing_is_mailed(
    bartek: Person, signed_in: SignIn, typed: dict[str, str], field: str, said: str
) -> None:
    page = Page(signed_in(bartek).post("/adres-e-mail", TYPED | typed))
    assert said in page.beside(field)
    assert not Mail.objects.exists()


def test_another_password_or_address_ends_the_link_and_an_hour_does(
    bartek: Person, signed_in: SignIn, settings: Settings
) -> None:
    client, token = signed_in(), login_address.token_of(bartek, NEW)
    assert client.get(f"/nowy-adres/{token}").status_code == 200
    assert client.get(f"/nowy-adres/{token[:-1]}x").status_code == 404
    settings.PASSWORD_RESET_TIMEOUT = -1
    assert client.get(f"/nowy-adres/{token}").status_code == 404
    settings.PASSWORD_RESET_TIMEOUT = 3600
    change_address(OLD, "inny@kwiaty.example")
    assert client.post(f"/nowy-adres/{token}").status_code == 404
    bartek.refresh_from_db()
    token = login_address.token_of(bartek, NEW)
    bartek.set_password("Niebieski-Rower-78")
    bartek.save()
    assert client.post(f"/nowy-adres/{token}").status_code == 404


def test_an_address_that_somebody_else_has_meanwhile_is_refused(
    bartek: Person, kwiaty: cast.Company, signed_in: SignIn
) -> None:
    token = login_address.token_of(bartek, NEW)
    Person.objects.add(NEW, cast.PASSWORD, name="Ktoś")
    page = Page(signed_in().post(f"/nowy-adres/{token}"))
    assert "has a login already" in page.text
    bartek.refresh_from_db()
    assert bartek.email == OLD
    assert not Mail.objects.exists()


def test_nobody_floods_a_mailbox_and_a_link_of_before_is_not_mailed(bartek: Person, signed_in: SignIn) -> None:
    client = signed_in(bartek)
    for number in range(login_address.MOST_LINKS):
        client.post("/adres-e-mail", TYPED | {"email": f"nowy{number}@example.org"})
    assert "Three links" in Page(client.post("/adres-e-mail", TYPED)).beside("email")
    assert Mail.objects.count() == login_address.MOST_LINKS
    change_address(OLD, NEW)
    with pytest.raises(Refused):
        words_of(Mail.objects.filter(kind=Mail.Kind.ADDRESS).latest("id"))


def test_without_links_the_page_says_who_changes_it(bartek: Person, signed_in: SignIn, settings: Settings) -> None:
    settings.PUBLIC_URL = ""
    page = Page(signed_in(bartek).post("/adres-e-mail", TYPED))
    assert "An owner of your company changes your address" in page.text
    assert not Mail.objects.exists()


def test_without_links_the_operator_is_told_the_command(olga: Person, signed_in: SignIn, settings: Settings) -> None:
    settings.PUBLIC_URL = ""
    assert "centralka change-email" in Page(signed_in(olga).get("/adres-e-mail")).text


def test_an_owner_changes_it_at_once_and_both_addresses_are_told(
    bartek: Person, kwiaty: cast.Company, signed_in: SignIn
) -> None:
    his, member = signed_in(bartek), Membership.objects.get(person=bartek)
    url = f"/osoby/{member.pk}/adres"
    assert f"{member.pk}/adres" in Page(signed_in(kwiaty.owner).get("/osoby/")).html
    page = Page(signed_in(kwiaty.owner).post(url, {"email": NEW}, follow=True))
    assert "Bartek signs in as b.nowak@kwiaty.example from now on." in page.text
    assert not _is_in(his)
    assert _signs_in(NEW)
    mails = Mail.objects.filter(kind=Mail.Kind.SIGN_IN)
    assert {mail.to for mail in mails} == {OLD, NEW}
    assert all("alicja@kwiaty.example" in dict(words_of(mail).facts).values() for mail in mails)
    assert "has a login" in Page(signed_in(kwiaty.owner).post(url, {"email": "marek@kwiaty.example"})).beside("email")


def test_an_owner_changes_no_address_that_opens_more(
    bartek: Person, kwiaty: cast.Company, ksiegi: cast.Company, signed_in: SignIn
) -> None:
    add_member(cast.OPERATOR, "ksiegi", OLD, Role.READER)
    owners = Membership.objects.get(person=kwiaty.owner.person)
    client = signed_in(kwiaty.owner)
    his = kwiaty.tenant.memberships.get(person=bartek)
    for member, said in ((his, "opens another company too"), (owners, "Change your own address under")):
        for page in (client.get(f"/osoby/{member.pk}/adres"), client.post(f"/osoby/{member.pk}/adres", {"email": NEW})):
            assert said in Page(page).text
    assert not Person.objects.filter(email=NEW).exists()


def test_the_operator_changes_an_owners(olga: Person, kwiaty: cast.Company, signed_in: SignIn) -> None:
    member = Membership.objects.get(person=kwiaty.owner.person)
    url = f"/firmy/{kwiaty.tenant.pk}/wlasciciele/{member.pk}/adres"
    client = signed_in(olga)
    assert url in Page(client.get(f"/firmy/{kwiaty.tenant.pk}/")).html
    page = Page(client.post(url, {"email": "alicja.k@kwiaty.example"}, follow=True))
    assert "signs in as alicja.k@kwiaty.example from now on." in page.text
    assert _signs_in("alicja.k@kwiaty.example")
    Person.objects.filter(pk=member.person_id).update(is_operator=True)
    assert "only they, or the command line" in Page(client.post(url, {"email": NEW})).text
