"""Ustawienia firmy."""

from decimal import Decimal

from pytest_django import Settings

from centralka.environment import MailServer
from centralka.store.models import Person
from tests import cast

from .conftest import SignIn
from .page import Page


def test_a_manager_changes_name_and_language(kwiaty: cast.Company, signed_in: SignIn) -> None:
    client = signed_in(kwiaty.manager, "pl")
    form = Page(client.get("/ustawienia/")).form
    assert (form["name"], form["language"]) == ("Kwiaciarnia Alicja", "pl")
    page = Page(client.post("/ustawienia/", form | {"name": "Kwiaty sp. z o.o.", "language": "en"}, follow=True))
    assert "Ustawienia firmy zostały zapisane." in page.text
    kwiaty.tenant.refresh_from_db()
    assert (kwiaty.tenant.name, kwiaty.tenant.language, kwiaty.tenant.slug) == ("Kwiaty sp. z o.o.", "en", "kwiaty")


def test_what_is_wrong_is_told_at_once_and_nothing_is_saved(kwiaty: cast.Company, signed_in: SignIn) -> None:
    client = signed_in(kwiaty.owner)
    page = Page(client.post("/ustawienia/", {"name": " ", "language": "de"}))
    assert page.beside("name")
    assert page.beside("language")
    page = Page(client.post("/ustawienia/", {"name": "Inna", "language": "de"}))
    assert "Kwiaciarnia Alicja" in page.text  # in the menu, where the name is
    kwiaty.tenant.refresh_from_db()
    assert kwiaty.tenant.name == "Kwiaciarnia Alicja"


def test_a_manager_says_where_and_for_how_much_accounts_call(kwiaty: cast.Company, signed_in: SignIn) -> None:
    cast.phone(kwiaty.tenant, "100")
    cast.phone(kwiaty.tenant, "101", international="world", max_rate=Decimal(5))
    client = signed_in(kwiaty.manager, "pl")
    page = Page(client.get("/ustawienia/zewnetrzne"))
    assert (page.form["international"], page.form["max_rate"]) == ("national", "1,00")
    assert page.text.count("Stosuje to 1 konto.") == 2
    assert "Numery o podwyższonej opłacie Zablokowane" in page.text
    saved = Page(
        client.post("/ustawienia/zewnetrzne", page.form | {"international": "eea", "max_rate": "0,2575"}, follow=True)
    )
    assert "Zapisano." in saved.text
    assert saved.form["max_rate"] == "0,2575"
    kwiaty.tenant.refresh_from_db()
    assert (kwiaty.tenant.international, kwiaty.tenant.max_rate) == ("eea", Decimal("0.2575"))


def test_a_wrong_permission_stands_beside_its_field_and_nothing_is_saved(
    kwiaty: cast.Company, signed_in: SignIn
) -> None:
    client = signed_in(kwiaty.manager)
    page = Page(client.post("/ustawienia/zewnetrzne", {"international": "mars", "max_rate": "1000,01"}))
    assert page.beside("international")
    assert page.beside("max_rate") == "Give at most 1000."
    page = Page(client.post("/ustawienia/zewnetrzne", {"international": "world", "max_rate": "1000,01"}))
    assert page.form["max_rate"] == "1000,01"
    kwiaty.tenant.refresh_from_db()
    assert (kwiaty.tenant.international, kwiaty.tenant.max_rate) == ("national", Decimal(1))


def test_the_operator_is_warned_that_no_mail_server_is_set(olga: Person, signed_in: SignIn, settings: Settings) -> None:
    client = signed_in(olga, "pl")
    for url in ("/firmy/", "/instalacja/"):
        settings.SMTP = None
        assert "Ustaw CENTRALKA_SMTP_URL" in Page(client.get(url)).text, url
        settings.SMTP = MailServer("mail.kwiaty.example", 25)
        assert "CENTRALKA_SMTP_URL" not in Page(client.get(url)).text, url
