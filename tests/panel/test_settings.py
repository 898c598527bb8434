"""Ustawienia firmy."""

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
