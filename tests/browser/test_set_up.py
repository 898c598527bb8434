"""A mailed link in a browser: opened, chosen, shown once."""

import re

from django.urls import reverse
from playwright.sync_api import Page, expect

from centralka.actions.account.passwords import digest_of
from centralka.actions.account.setup_links import token_of
from centralka.store.models import Device
from tests import cast
from tests.operators import setup_link

from .conftest import Screen


def test_somebody_without_a_login_sets_a_phone_up_once(
    page: Page, screen: Screen, kwiaty: cast.Company, mistakes: list[str]
) -> None:
    address = reverse("set_up_phone", args=[token_of(setup_link(cast.phone(kwiaty.tenant, "100", "Recepcja")))])
    page.goto(address)
    page.locator("button[value=microsip]").click()
    name = page.locator(".device-steps").first.locator("dt:text-is('Login') + dd code")
    expect(name).to_have_text(re.compile(r"^kwiaty_100\.[0-9a-f]{8}$"))
    device = Device.objects.get()
    password = page.locator(".device-steps").first.locator("dt:text-is('Password') + dd code").text_content() or ""
    assert device.digest == digest_of(device.username, password)
    assert mistakes == []
    assert page.goto(address).status == 404  # type: ignore[union-attr]
    expect(page.locator("h1")).to_have_text(screen.say("Ten link już nie działa", "This link is over"))
