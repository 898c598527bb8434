"""Blokady, and the networks of a company."""

from centralka.store.models import BlockedStranger, NeverBlocked, Person
from tests import cast
from tests.operators import blocked_stranger

from .conftest import SignIn
from .page import Page


def test_the_operator_sees_who_is_blocked_and_lifts_it(olga: Person, signed_in: SignIn) -> None:
    blocked_stranger("203.0.113.9")
    blocked_stranger("2001:db8:0:1::/64")
    account = blocked_stranger("kwiaty_100", kind="account")
    client = signed_in(olga, "pl")
    page = Page(client.get("/blokady/"))
    assert "203.0.113.9 adres" in page.text
    assert "2001:db8:0:1::/64 sieć" in page.text
    assert "kwiaty_100 konto" in page.text
    assert "błędne hasła" in page.text
    page = Page(client.post(f"/blokady/{account.pk}/zdejmij", follow=True))
    assert "Zdjęto blokadę: kwiaty_100" in page.text
    assert "kwiaty_100 konto" not in page.text
    assert BlockedStranger.objects.get(pk=account.pk).lifted


def test_networks_are_spared_and_removed(olga: Person, signed_in: SignIn) -> None:
    client = signed_in(olga, "pl")
    assert "Nikt nie jest teraz zablokowany" in Page(client.get("/blokady/")).text
    page = Page(client.post("/blokady/siec/dodaj", {"network": "203.0.113.7/24", "note": "Biuro w Łodzi"}, follow=True))
    assert "203.0.113.0/24 Biuro w Łodzi" in page.text
    made = NeverBlocked.objects.get()
    asked = Page(client.get(f"/blokady/siec/{made.pk}/usun")).text
    assert "Usunąć 203.0.113.0/24 z sieci nigdy nieblokowanych?" in asked
    assert "Biuro w Łodzi" in asked
    page = Page(client.post(f"/blokady/siec/{made.pk}/usun", follow=True))
    assert "Biuro w Łodzi" not in page.text


def test_what_is_wrong_stands_beside_its_field_and_is_kept(olga: Person, signed_in: SignIn) -> None:
    page = Page(signed_in(olga, "pl").post("/blokady/siec/dodaj", {"network": "biuro", "note": "Łódź" * 30}))
    assert "„biuro” nie jest siecią" in page.beside("network")
    assert page.beside("note")
    assert page.form["network"] == "biuro"
    assert not NeverBlocked.objects.exists()


def test_a_manager_says_from_where_phones_register(kwiaty: cast.Company, signed_in: SignIn) -> None:
    client = signed_in(kwiaty.manager, "pl")
    form = Page(client.get("/ustawienia/")).form
    wrong = Page(client.post("/ustawienia/", form | {"networks": "203.0.113.0/24\nbiuro"}))
    assert "„biuro” nie jest siecią" in wrong.beside("networks")
    assert wrong.form["networks"] == "203.0.113.0/24\nbiuro"
    saved = Page(client.post("/ustawienia/", form | {"networks": "203.0.113.9/24\r\n\r\n2001:DB8::1"}, follow=True))
    assert saved.form["networks"].split() == ["203.0.113.0/24", "2001:db8::1/128"]
    kwiaty.tenant.refresh_from_db()
    assert kwiaty.tenant.networks == "203.0.113.0/24,2001:db8::1/128"
