"""Sending a fax in a browser: upload, look, choose, send, and see it on its way."""

from pathlib import Path

from playwright.sync_api import BrowserContext, Page, expect

from centralka.store.models import ExternalNumber, SentFax
from tests import cast
from tests.documents import a_pdf

from .conftest import SignIn
from .test_every_page import complaints


def test_a_document_goes_from_the_disk_to_the_list_of_sent_faxes(
    page: Page, context: BrowserContext, sign_in: SignIn, kwiaty: cast.Company, tmp_path: Path
) -> None:
    account = cast.phone(kwiaty.tenant, "100", "Biuro", caller_id=cast.line_outside(kwiaty.tenant))
    cast.phone(kwiaty.tenant, "101", "Magazyn")
    ExternalNumber.objects.create(tenant=kwiaty.tenant, e164="+48222223344", name="Urząd Skarbowy")
    (tmp_path / "Umowa.pdf").write_bytes(a_pdf([["0 g 80 500 400 9 re f", "0.6 g 80 300 200 100 re f"]] * 2))
    (tmp_path / "broken.pdf").write_bytes(b"%PDF-1.4 and no more")
    sign_in(context, kwiaty.manager)
    page.goto("/faksy/wyslij/")
    page.locator("#id_file").set_input_files(tmp_path / "broken.pdf")
    page.locator(".form-end .btn-primary").click()
    expect(page.locator(".field-wrong")).to_be_visible()
    assert complaints(page) == []
    page.locator("#id_file").set_input_files(tmp_path / "Umowa.pdf")
    page.locator(".form-end .btn-primary").click()
    expect(page.locator(".fax-pages img")).to_have_count(2)
    page.locator("#id_to").fill("101, 112")
    page.locator(".form-end .btn-primary").click()
    expect(page.locator(".field-wrong")).to_be_visible()
    assert complaints(page) == []
    page.locator("#id_to").fill("101")
    page.locator("[name=saved]").check()
    page.locator(".form-end .btn-primary").click()
    expect(page.locator("#results tbody tr")).to_have_count(2)
    SentFax.objects.filter(number="101").update(state="sending", pages_sent=1)
    expect(page.locator("#results .sent-fax-sending")).to_be_visible()
    assert complaints(page) == []
    page.locator("#results th a").last.click()
    page.locator("#fax").wait_for()
    assert complaints(page) == []
    assert account.sent_faxes.count() == 2
