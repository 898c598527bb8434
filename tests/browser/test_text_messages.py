"""Text messages as an office manager writes them: parts and price while typing, mistakes beside the field, answers."""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, expect

from centralka.store.models import ExternalNumber, Sms, SmsGateway
from tests import cast
from tests.outbox.text_messages import sandbox, texting_account

from .conftest import SignIn


@pytest.fixture
def writes(kwiaty: cast.Company, sign_in: SignIn, context: BrowserContext) -> cast.Company:
    """The manager, who can send."""
    sandbox(1)
    texting_account(kwiaty.tenant)
    ExternalNumber.objects.create(tenant=kwiaty.tenant, e164="+48601100200", name="Serwis")
    sign_in(context, kwiaty.manager)
    return kwiaty


def test_a_message_is_counted_while_it_is_typed_and_sent_to_each_once(page: Page, writes: cast.Company) -> None:
    page.goto("/sms/nowa")
    estimate = page.locator("#estimate")
    page.locator("#id_to").fill("600 100 200, +48600100200")
    page.get_by_label("Serwis").check()
    page.locator("#id_text").fill("Zażółć gęślą jaźń. " * 6)
    expect(estimate).to_contain_text(re.compile("2 (części|parts)"))
    expect(estimate).to_contain_text(re.compile("2 (odbiorców|recipients)"))
    expect(estimate).to_contain_text("ż ó ł ć")
    page.locator("#id_plain").check()
    expect(estimate).to_contain_text(re.compile("1 (część|part)"))
    expect(estimate).to_contain_text("Zazolc gesla jazn.")
    page.locator(".form-end .btn-primary").click()
    expect(page.get_by_text(re.compile("2 (wiadomości są w drodze|messages are on their way)"))).to_be_visible()
    expect(page.locator("table")).to_contain_text("Serwis")
    assert sorted(Sms.objects.values_list("number", flat=True)) == ["+48600100200", "+48601100200"]


def test_a_wrong_number_is_named_and_nothing_typed_is_lost(page: Page, writes: cast.Company) -> None:
    page.goto("/sms/nowa")
    page.locator("#id_to").fill("600 100 200\n22 123 45 67")
    page.locator("#id_text").fill("Dzień dobry")
    page.locator(".form-end .btn-primary").click()
    expect(page.locator(".field-errors")).to_contain_text("22 123 45 67")
    assert page.locator("#id_to").input_value() == "600 100 200\n22 123 45 67"
    assert page.locator("#id_text").input_value() == "Dzień dobry"
    assert not Sms.objects.exists()


def test_an_answer_is_marked_appears_by_itself_and_is_answered(page: Page, writes: cast.Company) -> None:
    page.goto("/sms/rozmowa/+48601100200")
    now = timezone.now()
    came = {"number": "+48601100200", "text": "Kiedy otwarte?", "state": "received", "seen": False, "key": "1"}
    Sms.objects.create(tenant=writes.tenant, direction="in", created_at=now, next_at=now, **came)
    expect(page.locator(".said-in")).to_contain_text("Kiedy otwarte?")
    page.locator("#id_text").fill("Od 9 do 17")
    page.locator(".form-end .btn-primary").click()
    expect(page.locator(".said-out")).to_contain_text("Od 9 do 17")
    page.goto("/konta-sip/")
    assert not Sms.objects.filter(seen=False).exists()


def test_the_operator_sets_up_a_gateway_over_smpp(page: Page, sign_in: SignIn, context: BrowserContext) -> None:
    sign_in(context, cast.olga_the_operator())
    page.goto("/bramki-sms/dodaj")
    expect(page.locator("#id_body")).to_be_visible()
    expect(page.locator("#id_system_id")).to_be_hidden()
    page.locator("[name=kind][value=smpp]").check()
    expect(page.locator("#id_body")).to_be_hidden()
    page.locator("#id_name").fill("Hurtownia SMS")
    page.locator("#id_address").fill("https://sms.example")
    page.locator("#id_secret").fill("tajne-haslo")
    page.locator("#id_window").fill("0")
    page.locator(".form-end .btn-primary").click()
    for field in ("address", "secret", "system_id", "window"):
        expect(page.locator(f"#id_{field}_error")).to_be_visible()
    assert page.locator("#id_address").input_value() == "https://sms.example"
    page.locator("#id_address").fill("smpps://sms.example")
    page.locator("#id_secret").fill("tajne123")
    page.locator("#id_system_id").fill("kwiaty")
    page.locator("#id_window").fill("5")
    page.locator("[name=long_texts][value=payload]").check()
    page.locator(".form-end .btn-primary").click()
    expect(page.locator("table")).to_contain_text("Hurtownia SMS")
    made = SmsGateway.objects.get()
    assert (made.kind, made.address, made.secret) == ("smpp", "smpps://sms.example", "tajne123")
    assert made.templates == {"system_id": "kwiaty", "window": "5", "long_texts": "payload"}
    page.goto(f"/bramki-sms/{made.pk}/zmien")
    expect(page.locator("#id_system_id")).to_have_value("kwiaty")
    expect(page.locator("[name=long_texts][value=payload]")).to_be_checked()
    expect(page.locator(".once-secret")).to_have_count(0)  # it reports on its connection
