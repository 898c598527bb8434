"""Every field of the account form with wrong, huge, hostile and colliding values, in both languages.

Whatever is typed is either stored as typed or comes back in its field with an error beside it; never a crash,
never a tag that the browser would obey.
"""

from decimal import Decimal

import pytest
from django.db import transaction

from centralka.actions.account.passwords import digest_of
from centralka.store.models import Number, Person, SipAccount
from centralka.store.pins import is_pin
from tests import cast

from .conftest import SignIn
from .page import Page
from .test_accounts import GOOD, NEW

HOSTILE = {
    "empty": "",
    "blanks": "   ",
    "nul": "10\0" + "5",
    "right-to-left": "\u202e501",
    "zero width": "10\u200b5",
    "ten kilobytes": "7" * 10_000,
    "ten kilobytes of letters": "Zażółć" * 1_700,
    "emoji": "😀📞",
    "html": '"><script>alert(1)</script>',
    "template": "{{ 7|add:7 }}{% debug %}",
    "sql": "105'; DROP TABLE sip_account; --",
    "full-width digits": "１０５",
    "minus": "-5",
    "exponent": "1e3",
    "infinity": "Infinity",
    "huge number": "9" * 400,
    "colliding": "112",
    "traversal": "../../etc/passwd",
    "not a unicode character": "\ufffe\ufdd0",
}
FIELDS = (
    "extension", "name", "password", "confirmation", "caller_id", "shows", "internal_caller_id", "ring_timeout",
    "international", "max_rate", "outbound_pin",
)  # fmt: skip
CHOICES = ("shows", "caller_id", "international")
"""A list of choices or a radio button has no place for another value."""


def _typed(field: str, value: str) -> dict[str, str]:
    typed = NEW | {field: value}
    if field == "password":
        typed["confirmation"] = value
    if field == "internal_caller_id":
        typed["shows"] = "other"
    if field == "max_rate":
        del typed["max_rate_inherited"]
    if field == "outbound_pin":
        typed["asks_pin"] = "on"
    return typed


@pytest.mark.parametrize("language", ["pl", "en"])
@pytest.mark.parametrize("field", FIELDS)
def test_the_form_takes_anything_and_breaks_on_nothing(
    kwiaty: cast.Company, signed_in: SignIn, field: str, language: str
) -> None:
    client = signed_in(kwiaty.manager, language)
    for what, value in HOSTILE.items():
        page = Page(client.post("/konta-sip/dodaj", _typed(field, value)))
        assert page.response.status_code == 200, what
        assert "<script>alert" not in page.html, what
        if made := kwiaty.tenant.sip_accounts.first():
            _assert_stored(made, field, value)
            made.delete()
        else:
            assert page.beside(field), what
            if field not in CHOICES:
                assert page.form[field] == value, what


def _assert_stored(made: SipAccount, field: str, value: str) -> None:
    if field == "name":
        assert made.name == " ".join(value.split())
    elif field == "internal_caller_id":
        assert made.internal_caller_id == value.strip()
    elif field == "ring_timeout":
        assert made.ring_timeout == int(value)
    elif field == "caller_id":
        assert value == ""
        assert made.caller_id_restricted
    elif field == "max_rate":
        assert made.max_rate == Decimal(value)
    elif field == "outbound_pin":
        assert is_pin(value, made.outbound_pin_digest)
    else:
        assert field == "password"
        assert made.password_digest == digest_of(made.login, value)


@pytest.mark.parametrize(
    "field",
    [
        *(*FIELDS, "version", "call_waiting", "max_rate_inherited", "asks_pin", "revealed"),
        *(f"initial-{name}" for name in ("name", "shows", "call_waiting", "caller_id", "max_rate", "asks_pin")),
    ],
)
def test_changing_takes_anything_too(kwiaty: cast.Company, signed_in: SignIn, field: str) -> None:
    client = signed_in(kwiaty.manager)
    account = cast.phone(kwiaty.tenant, "105", "Sekretariat")
    url = f"/konta-sip/{account.pk}/zmien"
    form = Page(client.get(url)).form
    for what, value in HOSTILE.items():
        with transaction.atomic():
            response = client.post(url, form | {field: value})
            assert response.status_code in (200, 302), what
            assert "<script>alert" not in response.content.decode(), what
            if response.status_code == 302 and field in FIELDS:  # what is stored comes back in the form
                assert Page(client.get(url)).form, what
            transaction.set_rollback(True)  # so that each value meets the same account


def test_a_form_with_nothing_in_it_is_answered_field_by_field(kwiaty: cast.Company, signed_in: SignIn) -> None:
    page = Page(signed_in(kwiaty.manager).post("/konta-sip/dodaj", {"csrf": ""}))
    assert page.beside("ring_timeout")
    assert page.beside("shows")


def test_a_field_sent_twice_counts_once(kwiaty: cast.Company, signed_in: SignIn) -> None:
    signed_in(kwiaty.manager).post("/konta-sip/dodaj", {**NEW, "extension": ["100", "105"]})
    assert [account.extension for account in kwiaty.tenant.sip_accounts.all()] == ["105"]


def test_an_extension_in_another_company_is_free_here(
    kwiaty: cast.Company, ksiegi: cast.Company, signed_in: SignIn
) -> None:
    cast.phone(ksiegi.tenant, "105")
    assert Page(signed_in(kwiaty.manager).post("/konta-sip/dodaj", NEW)).inside("login") == "kwiaty_105"


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/konta-sip/", "search"),
        ("/konta-sip/", "page"),
        ("/konta-sip/stan", "accounts"),
        *(
            ("/polaczenia/", name)
            for name in ("number", "account", "period", "outcome", "direction", "page", "first", "last")
        ),
        *(("/finanse/", name) for name in ("kind", "period", "page", "first", "last")),
        ("/numery/", "page"),
    ],
)
def test_addresses_take_anything(kwiaty: cast.Company, signed_in: SignIn, path: str, name: str) -> None:
    client = signed_in(kwiaty.manager)
    for what, value in HOSTILE.items():
        response = client.get(path, {"period": "days"} | {name: value})
        assert response.status_code == 200, what
        assert response.streaming or "<script>alert" not in response.content.decode(), what


@pytest.mark.parametrize("field", ["request", "agreed", "decline", "generate", "revealed"])
def test_hidden_fields_of_a_new_account_take_anything(kwiaty: cast.Company, signed_in: SignIn, field: str) -> None:
    client = signed_in(kwiaty.manager)
    for what, value in HOSTILE.items():
        response = client.post("/konta-sip/dodaj", NEW | {field: value})
        assert response.status_code == 200, what
        assert "<script>alert" not in response.content.decode(), what
        kwiaty.tenant.sip_accounts.all().delete()


def test_a_number_takes_no_other_target(kwiaty: cast.Company, ksiegi: cast.Company, signed_in: SignIn) -> None:
    number = Number.objects.create(e164="+48221234567", tenant=kwiaty.tenant)
    theirs = cast.phone(ksiegi.tenant, "100")
    client = signed_in(kwiaty.manager)
    for value in [*HOSTILE.values(), str(theirs.pk)]:
        for headers in ({}, {"HX-Request": "true"}):
            response = client.post(f"/numery/{number.pk}/cel", {"target": value}, headers=headers)
            assert response.status_code == (302 if value == "" and not headers else 200)
            number.refresh_from_db()
            assert number.sip_account is None


OTHER_FORMS = {
    "/ustawienia/zewnetrzne": {"international": "eea", "max_rate": "1.00"},
    "/osoby/dodaj": {"email": "ewa@kwiaty.example", "name": "Ewa", "role": "reader"},
    "/tokeny/dodaj": {"name": "CRM", "role": "reader"},
    "/firmy/dodaj": {
        "name": "Piekarnia",
        "slug": "piekarnia",
        "language": "pl",
        "email": "ewa@piekarnia.example",
        "person_name": "Ewa",
    },
}


@pytest.mark.parametrize(("url", "field"), [(url, field) for url, typed in OTHER_FORMS.items() for field in typed])
def test_the_other_forms_take_anything(
    kwiaty: cast.Company, olga: Person, signed_in: SignIn, url: str, field: str
) -> None:
    client = signed_in(olga if url == "/firmy/dodaj" else kwiaty.owner)
    for what, value in HOSTILE.items():
        with transaction.atomic():
            response = client.post(url, OTHER_FORMS[url] | {field: value})
            page = Page(response)
            transaction.set_rollback(True)  # so that each value meets the same company
        assert "<script>alert" not in page.html, what
        saved = response.status_code == 302 or page.inside("password") or page.inside("token")
        assert page.beside(field) or saved, what


@pytest.mark.parametrize("field", ["username", "password"])
def test_signing_in_takes_anything(db: None, signed_in: SignIn, field: str) -> None:
    for what, value in HOSTILE.items():
        response = signed_in().post("/logowanie", {"username": "a@b.example", "password": GOOD} | {field: value})
        assert response.status_code in (200, 429), what
        assert "<script>alert" not in response.content.decode(), what
