"""The company is part of a page's address: two tabs show two companies, and nothing is saved into the wrong one."""

from typing import Any

import pytest
from django.apps import apps
from django.db import transaction
from django.db.models import Model
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from centralka.actions.tenants.tenants import add_member
from centralka.addresses import company_address
from centralka.panel.middleware import TENANT
from centralka.panel.urls import urlpatterns
from centralka.store.models import Person, Role
from tests import cast

from .conftest import SignIn, belongs_to_a_company
from .page import Page
from .test_accounts import NEW
from .test_doors import PAGES, Things, things_of


@pytest.fixture
def things(kwiaty: cast.Company, ksiegi: cast.Company, olga: Person) -> Things:
    return things_of(kwiaty, ksiegi, olga)


OF_A_PERSON = {
    "set_up_phone",  # of whoever has the link
    "login",
    "logout",
    "password_change",
    "password_forgotten",
    "email_change",
    "email_new",  # of whoever has the link
    "password_new",  # of whoever has the link
    "sessions",
    "passkey_add",
    "passkey_begin",
    "passkey_remove",
    "passkey_rename",
    "login_passkey",
    "login_code",
    "second_factor",
    "second_factor_app",
    "second_factor_app_remove",
    "recovery_codes",
    "session_end",
    "sessions_end",
    "company_switch",
    "set_language",
    "session",
}
"""These and the operator's belong to no company. Whatever else there is shows and changes one."""
TYPED: dict[str, dict[str, str]] = {
    "account_add": {**NEW, "name": "Recepcja"},
    "external_number_add": {"number": "601 202 303", "name": "Recepcja"},
    "person_add": {"email": "recepcja@example.org", "name": "Recepcja", "role": "reader"},
    "token_add": {"name": "Recepcja", "role": "reader"},
    "company_settings": {"name": "Recepcja", "language": "en"},
    "talk_settings": {"hold_sound": "silence", "longest_call": "90"},
    "outside_settings": {"international": "eea", "max_rate": "0.77"},
    "fax_account_add": {"extension": "115", "name": "Recepcja"},
    "fraud_settings": {"calls_at_once": "7", "night_calls": "none", "night_from": "22:00", "night_until": "06:00"},
    "country_allow": {"area": "DE"},
    "sms_name_ask": {"name": "Recepcja", "purpose": "Przypomnienia o wizytach"},
    "sms_settings": {"sms_max_price": "2.00", "sms_email": "recepcja@example.org"},
}
"""What can be saved in any company, typed so that it is."""
NUMBERED = {"sms_with"}
"""What they show is named by a phone number, which is nobody's."""
HTMX = {"HX-Request": "true"}


def _marked(mark: str) -> list[str]:
    return [pattern.name or "" for pattern in urlpatterns if getattr(pattern.callback, mark, False)]


def _of_companies() -> list[str]:
    return _marked("in_company")


def _takes_posts(name: str) -> bool:
    """Tell whether a view changes something, by the table of who may do what."""
    return ("POST", name) in PAGES


def test_every_page_belongs_to_a_company_or_is_known_not_to() -> None:
    names = {pattern.name or "" for pattern in urlpatterns}
    assert names - set(_of_companies()) - set(_marked("of_operator")) == OF_A_PERSON


def test_what_is_typed_here_covers_every_form_that_any_company_has(things: Things) -> None:
    without_object = {name for name in _of_companies() if _takes_posts(name) and name not in things.of}
    save_nothing = {"password_generated", "password_check", "new_account_preview", "hold_music_remove", "sms_estimate"}
    save_nothing |= {"fax_new"}  # without a file
    save_nothing |= {"sms_new"}  # without a gateway and a price, which these companies do not have
    # Without an account of the person's, which these companies do not have.
    save_nothing |= {"phone_key", "phone_close", "sms_phone"}
    save_nothing |= {"webhook_try", "webhook_secret"}  # without a webhook
    assert without_object - save_nothing == set(TYPED)


@pytest.fixture
def celina(things: Things, kwiaty: cast.Company, ksiegi: cast.Company, signed_in: SignIn) -> Client:
    """Celina owns `ksiegi` and, since today, works in `kwiaty`, at which she looked last."""
    add_member(cast.OPERATOR, "kwiaty", "celina@ksiegi.example", Role.OWNER)
    signed = signed_in(ksiegi.owner)
    client = Client(headers={"accept-language": "en"})  # one that changes no address
    client.cookies = signed.cookies
    session = client.session
    session[TENANT] = kwiaty.tenant.pk
    session.save()
    return client


def _everything(company: cast.Company | None = None) -> dict[str, list[dict[str, object]]]:
    """All rows, or those of one company."""
    found = {}
    for model in apps.get_app_config("store").get_models():
        if rows := _rows(model, company):
            found[model.__name__] = rows
    return found


def _rows(model: type[Model], company: cast.Company | None) -> list[dict[str, object]]:
    rows = model._default_manager.order_by("pk")
    if company is None:
        return list(rows.values())
    if model.__name__ == "Tenant":
        return list(rows.filter(pk=company.tenant.pk).values())
    for owner in ("tenant", "sip_account__tenant", "message__sip_account__tenant"):
        if owner.split("__")[0] in {field.name for field in model._meta.get_fields()}:
            return list(rows.filter(**{owner: company.tenant}).values())
    return []


def _post(client: Client, address: str, name: str, headers: dict[str, str]) -> HttpResponse:
    typed = TYPED.get(name, {}) | {"typed": "Zażółć <b>"}
    return client.post(address, typed, headers=headers)  # type: ignore[return-value]


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["form", "htmx"])
def test_a_change_that_names_no_company_is_made_in_none(
    things: Things, celina: Client, headers: dict[str, str]
) -> None:
    before = _everything()
    for name in filter(_takes_posts, _of_companies()):
        address = reverse(name, kwargs=things.of.get(name, {}))
        answer = _post(celina, address, name, headers)
        assert (name, answer.status_code) == (name, 409)
        assert "Nothing was saved" in answer.content.decode() or "nothing was saved" in answer.content.decode()
        assert _everything() == before, name


def test_what_was_typed_is_kept_and_saved_where_one_says(
    things: Things, celina: Client, kwiaty: cast.Company, ksiegi: cast.Company
) -> None:
    asked = Page(_post(celina, "/konta-sip/dodaj", "account_add", {}))
    assert "Zażółć &lt;b&gt;" in asked.html
    assert {**NEW, "name": "Recepcja"}.items() <= asked.form.items()
    for company in (kwiaty, ksiegi):
        assert f'formaction="{company_address(company.tenant.slug, "/konta-sip/dodaj")}"' in asked.html
        assert company.tenant.name in asked.text
    celina.post("/firma/ksiegi/konta-sip/dodaj", asked.form)
    assert ksiegi.tenant.sip_accounts.get().name == "Recepcja"


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["form", "htmx"])
def test_a_form_is_saved_in_its_company_whatever_another_tab_shows(
    things: Things, celina: Client, kwiaty: cast.Company, ksiegi: cast.Company, headers: dict[str, str]
) -> None:
    """Drawn in `ksiegi`; the other tab has switched to `kwiaty` meanwhile."""
    before = _everything(kwiaty)
    for name in filter(_takes_posts, _of_companies()):
        mine = _everything(ksiegi)
        with transaction.atomic():
            address = company_address("ksiegi", reverse(name, kwargs=things.of.get(name, {})))
            answer = _post(celina, address, name, headers)
            assert _everything(kwiaty) == before, name
            if name in things.of and name not in NUMBERED:
                assert (name, answer.status_code) == (name, 404)
            assert (_everything(ksiegi) != mine) == (name in TYPED), name
            transaction.set_rollback(True)


def test_a_page_without_company_in_its_address_leads_to_the_last_one(celina: Client) -> None:
    answer = celina.get("/konta-sip/?search=a")
    assert answer.headers["Location"] == "/firma/kwiaty/konta-sip/?search=a"


def test_all_that_a_page_leads_to_stays_in_its_company(celina: Client) -> None:
    for slug, other in (("ksiegi", "kwiaty"), ("kwiaty", "ksiegi")):
        html = Page(celina.get(f"/firma/{slug}/konta-sip/dodaj")).html
        assert f'"/firma/{slug}/konta-sip/haslo"' in html
        assert f'"/firma/{slug}/polaczenia/"' in html
        assert f"/firma/{other}/" not in html


def test_switching_leads_to_the_other_company(celina: Client, ksiegi: cast.Company) -> None:
    answer: Any = celina.post("/firma/kwiaty/firma", {"tenant": ksiegi.tenant.pk}, follow=True)
    assert answer.redirect_chain[-1] == ("/firma/ksiegi/konta-sip/", 302)


@pytest.mark.parametrize("path", ["/", "/konta-sip/", "/osoby/", "/konta-sip/stan"])
def test_a_company_that_is_not_ones_own_is_not_there(
    kwiaty: cast.Company, ksiegi: cast.Company, signed_in: SignIn, path: str
) -> None:
    client = signed_in(kwiaty.owner)
    for slug in ("ksiegi", "nie-ma-takiej"):
        assert client.get(company_address(slug, path)).status_code == 404
        assert client.post(company_address(slug, path)).status_code in (404, 405)


def test_a_persons_and_the_operators_pages_have_no_company(celina: Client) -> None:
    assert celina.get("/firma/ksiegi/haslo").headers["Location"] == "/haslo"
    for left in ("ksiegi", "one-that-she-left"):
        out = celina.post(f"/firma/{left}/wylogowanie")
        assert (out.status_code, out.headers["Location"]) == (307, "/wylogowanie")
    assert celina.post("/firma/ksiegi/api/v1/tenant").headers["Location"] == "/api/v1/tenant"


def test_whoever_has_to_sign_in_first_comes_back_to_the_company(kwiaty: cast.Company) -> None:
    asked = Client().get("/firma/kwiaty/konta-sip/?search=a")
    assert asked.headers["Location"] == "/logowanie?next=/firma/kwiaty/konta-sip/%3Fsearch%3Da"


def test_an_address_without_its_last_slash_works(kwiaty: cast.Company, signed_in: SignIn) -> None:
    client = signed_in(kwiaty.owner)
    assert client.get("/firma/kwiaty").headers["Location"] == "/firma/kwiaty/"
    assert client.get("/firma/kwiaty/konta-sip").headers["Location"] == "/firma/kwiaty/konta-sip/"


def test_addresses_made_after_a_request_have_no_company(kwiaty: cast.Company, signed_in: SignIn) -> None:
    signed_in(kwiaty.owner).get("/firma/kwiaty/konta-sip/")
    assert reverse("accounts") == "/konta-sip/"
    assert belongs_to_a_company("/konta-sip/")
