"""What changes how a person signs in ends their other sessions, and a mail tells them, in their language."""

import pytest
from django.test import Client
from django.utils import timezone

from centralka.actions.second_factor import own
from centralka.actions.tenants.tenants import reset_password
from centralka.outbox.mail_words import words_of
from centralka.outbox.words import Words
from centralka.store.acting import Acting, Kind, acting_as
from centralka.store.models import Mail, Passkey, Person, Tenant
from tests import cast

from .conftest import SignIn
from .test_second_factor import SECRET, code

NEW = "Niebieski-Rower-78"
OWN = {
    "/haslo": {"old_password": cast.PASSWORD, "new_password1": NEW, "new_password2": NEW},
    "/drugi-skladnik/aplikacja/usun": {"password": cast.PASSWORD},
    "/drugi-skladnik/kody": {"password": cast.PASSWORD},
    "/drugi-skladnik/klucz/{passkey}/usun": {"password": cast.PASSWORD},
}


@pytest.fixture
def alicja(kwiaty: cast.Company) -> Person:
    """Alicja, with an app and a passkey, and no mail about them."""
    person = kwiaty.owner.person
    assert person
    own.add_app(person, SECRET, code(-1), timezone.now())
    Passkey.objects.create(person=person, name="laptop", credential_id="x", credential=b"x")
    Mail.objects.all().delete()
    return person


def is_in(client: Client) -> bool:
    return client.get("/sesja").status_code == 204


def told(person: Person) -> Words:
    mail = Mail.objects.get(kind=Mail.Kind.SIGN_IN, to=person.email)
    words = words_of(mail)
    assert mail.language == "en"
    return words


@pytest.mark.parametrize("address", OWN)
def test_other_sessions_end_this_one_stays_and_a_mail_tells_it(alicja: Person, signed_in: SignIn, address: str) -> None:
    here, there = signed_in(alicja), signed_in(alicja)
    here.defaults["REMOTE_ADDR"] = "203.0.113.7"
    path = address.format(passkey=alicja.passkeys.get().pk)
    assert here.post(path, {"password": "wrong", "old_password": "wrong"}).status_code == 200
    assert is_in(there)
    here.post(path, OWN[address])
    assert (is_in(here), is_in(there)) == (True, False)
    assert "203.0.113.7" in dict(told(alicja).facts).values()
    assert "other sessions have ended" in told(alicja).closing


def test_what_another_person_changes_ends_all_and_says_who(kwiaty: cast.Company, signed_in: SignIn) -> None:
    bartek = kwiaty.reader.person
    assert bartek
    his = signed_in(bartek)
    membership = kwiaty.tenant.memberships.get(person=bartek)
    kwiaty.tenant.language = "en"
    kwiaty.tenant.save()
    signed_in(kwiaty.owner, "pl").post(f"/osoby/{membership.pk}/haslo")
    assert not is_in(his)
    assert "alicja@kwiaty.example" in dict(told(bartek).facts).values()


@pytest.mark.parametrize("name", ["bartek@kwiaty.example", "operator"])
def test_a_token_changes_things_in_nobody_elses_name(kwiaty: cast.Company, name: str) -> None:
    Tenant.objects.filter(pk=kwiaty.tenant.pk).update(language="en")
    with acting_as(Acting(Kind.TOKEN, name, "203.0.113.7", tenants=frozenset({kwiaty.tenant.pk}))):
        reset_password("bartek@kwiaty.example", NEW)
    words = told(Person.objects.get(email="bartek@kwiaty.example"))
    assert dict(words.facts)["Changed by"] == name
    assert "From the address" not in dict(words.facts)
    assert "ask an owner of your company" in words.closing


def test_the_only_owner_and_an_operator_are_sent_to_no_owner(
    kwiaty: cast.Company, olga: Person, signed_in: SignIn
) -> None:
    for person, said in ((kwiaty.owner.person, "tell the operator of the exchange."), (olga, "password?” at once.")):
        assert person
        signed_in(person).post("/haslo", OWN["/haslo"])
        assert told(person).closing.endswith(said)


def test_nobody_is_told_who_of_the_operators_it_was(kwiaty: cast.Company) -> None:
    kwiaty.tenant.language = "en"
    kwiaty.tenant.save()
    with acting_as(Acting(Kind.COMMAND, "root")):
        reset_password("bartek@kwiaty.example", NEW)
    facts = dict(told(Person.objects.get(email="bartek@kwiaty.example")).facts).values()
    assert "the operator of the exchange" in facts
    assert "root" not in facts
