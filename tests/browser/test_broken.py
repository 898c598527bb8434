"""What cannot be saved because something broke on our side is said beside the form, and stays as it was typed."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from playwright.sync_api import BrowserContext, Page, expect

from centralka.store.models import ExternalNumber, Number
from tests import cast

from .conftest import Screen, SignIn
from .test_every_page import complaints


@contextmanager
def broken(table: str, change: str) -> Iterator[None]:
    """The server's database refuses such a change, for a reason that no page knows."""
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TRIGGER broken BEFORE {change} ON {table} BEGIN INSERT INTO nowhere VALUES (1); END")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP TRIGGER broken")


def test_a_dialog_says_it_beside_the_form_and_saves_when_it_works_again(
    page: Page, context: BrowserContext, screen: Screen, sign_in: SignIn, kwiaty: cast.Company
) -> None:
    account = cast.phone(kwiaty.tenant, "100", "Sekretariat")
    sign_in(context, kwiaty.manager)
    page.goto(f"/konta-sip/{account.pk}/zmien")
    page.locator("#id_name").fill("Recepcja")
    page.locator("[data-for=id_forward_busy]").click()
    page.locator("#external_number").fill("600 100 200")
    page.locator("#external_name").fill("Nocna zmiana")
    save, note = page.locator("#external-form .btn-primary"), page.locator("#external-form .note-error")
    with broken("external_number", "INSERT"):
        save.click()
        expect(note).to_contain_text(screen.say("Coś się zepsuło", "Something broke"))
        assert complaints(page) == []
        context.set_offline(True)
        save.click()
        expect(note).to_contain_text(screen.say("Centrala nie odpowiedziała", "The exchange did not answer"))
        expect(note).to_have_count(1)
        context.set_offline(False)
    expect(page.locator("#external_name")).to_have_value("Nocna zmiana")
    assert not ExternalNumber.objects.exists()
    save.click()
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(page.locator("#id_name")).to_have_value("Recepcja")
    assert ExternalNumber.objects.get().name == "Nocna zmiana"


def test_a_choice_that_was_not_saved_says_so_where_it_would_say_saved(
    page: Page, context: BrowserContext, screen: Screen, sign_in: SignIn, kwiaty: cast.Company
) -> None:
    number = Number.objects.create(e164="+48221234567", tenant=kwiaty.tenant)
    account = cast.phone(kwiaty.tenant, "100", "Sekretariat")
    sign_in(context, kwiaty.manager)
    page.goto("/numery/")
    said = page.locator(f"#saved-{number.pk}")
    with broken("number", "UPDATE"):
        page.locator(f"#target-{number.pk}").select_option(str(account.pk))
        expect(said).to_contain_text(screen.say("To nasz błąd", "The mistake is ours"))
    number.refresh_from_db()
    assert number.sip_account is None


def test_a_page_that_broke_keeps_what_was_typed_for_another_try(
    page: Page, context: BrowserContext, screen: Screen, sign_in: SignIn, kwiaty: cast.Company
) -> None:
    sign_in(context, kwiaty.manager)
    page.goto("/numery-zewnetrzne/dodaj")
    page.locator("main [name=number]").fill("600 100 200")
    page.locator("main [name=name]").fill("Nocna zmiana")
    with broken("external_number", "INSERT"):
        page.locator(".form-end .btn-primary").click()
        expect(page.locator("h1")).to_have_text(screen.say("Coś się zepsuło", "Something broke"))
        assert complaints(page) == []
    page.get_by_role("button", name=screen.say("Wyślij jeszcze raz", "Send once more")).click()
    page.wait_for_url("**/numery-zewnetrzne/")
    assert ExternalNumber.objects.get().name == "Nocna zmiana"
