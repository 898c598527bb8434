"""The address for a company's program: what is typed, the secret, and what the program was told."""

import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from django.http.response import HttpResponseBase
from pytest_django import Settings

from centralka.actions.tenants.own import change_own_tenant
from centralka.store.models import Tenant, WebhookDelivery
from tests import cast

from .conftest import SignIn
from .page import Page


def test_a_manager_sets_it_and_sees_the_secret_and_what_was_told(kwiaty: cast.Company, signed_in: SignIn) -> None:
    client = signed_in(kwiaty.manager, "pl")
    form = Page(client.get("/ustawienia/")).form
    saved = Page(client.post("/ustawienia/", form | {"webhook": " https://kwiaty.example/hak "}, follow=True))
    assert saved.form["webhook"] == "https://kwiaty.example/hak"
    kwiaty.tenant.refresh_from_db()
    secret = kwiaty.tenant.webhook_secret
    assert len(secret) > 40
    assert f"Sekret webhooka {secret}" in saved.text
    now = datetime.now(UTC)
    WebhookDelivery.objects.create(
        tenant=kwiaty.tenant, key="k", event="account.gone", body="{}", address="https://kwiaty.example/hak",
        state="failed", answer="HTTP 500", next_at=now, created_at=now,
    )  # fmt: skip
    page = Page(client.get("/ustawienia/"))
    assert "HTTP 500" in page.text
    assert "account.gone" in page.text
    client.post("/ustawienia/", page.form | {"webhook": ""})
    kwiaty.tenant.refresh_from_db()
    assert (kwiaty.tenant.webhook, kwiaty.tenant.webhook_secret) == ("", secret)


@pytest.mark.parametrize(
    "typed",
    [
        "kwiaty", "ftp://kwiaty.example/", "http://kwiaty.example/", "https://", "https://a:b@kwiaty.example/",
        "https://kwiaty.example/#x", "https://kwiaty.example:0/", "https://kwiaty.example:99999/", "https://żółw.example/",
        "https://kwiaty.example/ hak", "https://127.0.0.1/", "https://[::1]/", "https://10.0.0.1/", "https://localhost/",
        "https://169.254.169.254/latest", "https://centrala.example/", "https://kwiaty.example/" + "x" * 500,
    ],
)  # fmt: skip
def test_what_is_no_address_or_leads_inside_is_refused_and_kept(
    typed: str, kwiaty: cast.Company, signed_in: SignIn, settings: Settings
) -> None:
    settings.PUBLIC_URL = "https://centrala.example"
    client = signed_in(kwiaty.manager, "pl")
    form = Page(client.get("/ustawienia/")).form
    page = Page(client.post("/ustawienia/", form | {"webhook": typed}))
    assert page.beside("webhook")
    assert page.form["webhook"] == typed
    kwiaty.tenant.refresh_from_db()
    assert kwiaty.tenant.webhook == ""


def test_a_reader_sees_neither(kwiaty: cast.Company, signed_in: SignIn) -> None:
    assert signed_in(kwiaty.reader, "pl").get("/ustawienia/").status_code == 403


def test_a_save_of_something_else_keeps_the_secret_that_was_given_meanwhile(kwiaty: cast.Company) -> None:
    late = Tenant.objects.get(pk=kwiaty.tenant.pk)
    change_own_tenant(kwiaty.owner, {"webhook": "https://example.com/hook"})
    change_own_tenant(replace(kwiaty.owner, tenant=late), {"language": "en"})
    kwiaty.tenant.refresh_from_db()
    assert (kwiaty.tenant.webhook_secret != "", kwiaty.tenant.language) == (True, "en")


def test_a_test_is_sent_and_the_secret_renewed(kwiaty: cast.Company, signed_in: SignIn) -> None:
    change_own_tenant(kwiaty.owner, {"webhook": "https://127-0-0-1.invalid/hook"})
    client = signed_in(kwiaty.manager, "pl")
    tried = Page(client.post("/ustawienia/webhook/wyprobuj", follow=True))
    assert "Twój program nie przyjął testu" in tried.text
    assert WebhookDelivery.objects.get().event == "test"
    before = Tenant.objects.get(pk=kwiaty.tenant.pk).webhook_secret
    asked = client.get("/ustawienia/webhook/sekret")
    assert "Odnowić sekret" in Page(asked).text
    renewed = Page(client.post("/ustawienia/webhook/sekret", _answer(asked), follow=True))
    after = Tenant.objects.get(pk=kwiaty.tenant.pk).webhook_secret
    assert after != before
    assert after in renewed.text


def _answer(asked: HttpResponseBase) -> dict[str, str]:
    """Return what the press sends that says yes."""
    return dict(re.findall(r'name="(version)" value="([^"]*)"', asked.content.decode()))  # type: ignore[attr-defined]


@pytest.mark.parametrize("sent", [{}, {"version": "x"}, {"version": "9" * 5000}])
def test_of_two_who_renew_the_secret_the_second_is_asked_anew(
    sent: dict[str, str], kwiaty: cast.Company, signed_in: SignIn
) -> None:
    change_own_tenant(kwiaty.owner, {"webhook": "https://kwiaty.example/hak"})
    client, url = signed_in(kwiaty.manager, "pl"), "/ustawienia/webhook/sekret"
    answer = _answer(client.get(url))
    client.post(url, answer)
    renewed = Tenant.objects.get(pk=kwiaty.tenant.pk).webhook_secret
    asked = client.post(url, sent or answer)
    assert "być może sekret jest już nowy" in Page(asked).inside("errors")
    assert Tenant.objects.get(pk=kwiaty.tenant.pk).webhook_secret == renewed
    client.post(url, _answer(asked))
    assert Tenant.objects.get(pk=kwiaty.tenant.pk).webhook_secret != renewed


def test_messages_are_told_only_if_that_is_wanted(kwiaty: cast.Company, signed_in: SignIn) -> None:
    client = signed_in(kwiaty.manager, "pl")
    form = Page(client.get("/ustawienia/")).form
    assert "webhook_sms" not in form
    client.post("/ustawienia/", form | {"webhook": "https://kwiaty.example/hak", "webhook_sms": "on"})
    kwiaty.tenant.refresh_from_db()
    assert kwiaty.tenant.webhook_sms
    form = Page(client.get("/ustawienia/")).form
    assert form["webhook_sms"] == "on"
    client.post("/ustawienia/", {name: value for name, value in form.items() if name != "webhook_sms"})
    kwiaty.tenant.refresh_from_db()
    assert not kwiaty.tenant.webhook_sms
