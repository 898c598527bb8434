"""Every field of the account form with wrong, huge, hostile and colliding values, in both languages.

Whatever is typed is either stored as typed or comes back in its field with an error beside it; never a crash,
never a tag that the browser would obey.
"""

import pytest
from django.db import transaction

from centralka.actions.sip_passwords import digest_of
from centralka.store.models import Person, SipAccount
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
FIELDS = ("extension", "name", "password", "confirmation", "shows", "internal_caller_id", "ring_timeout")


def _typed(field: str, value: str) -> dict[str, str]:
    typed = NEW | {field: value}
    if field == "password":
        typed["confirmation"] = value
    if field == "internal_caller_id":
        typed["shows"] = "other"
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
            if field != "shows":  # a radio button has no place for another value
                assert page.form[field] == value, what


def _assert_stored(made: SipAccount, field: str, value: str) -> None:
    if field == "name":
        assert made.name == " ".join(value.split())
    elif field == "internal_caller_id":
        assert made.internal_caller_id == value.strip()
    elif field == "ring_timeout":
        assert made.ring_timeout == int(value)
    else:
        assert field == "password"
        assert made.password_digest == digest_of(made.login, value)


@pytest.mark.parametrize(
    "field", [*FIELDS, "version", "call_waiting", "initial-name", "initial-shows", "initial-call_waiting", "revealed"]
)
def test_changing_takes_anything_too(kwiaty: cast.Company, signed_in: SignIn, field: str) -> None:
    client = signed_in(kwiaty.manager)
    account = cast.phone(kwiaty.tenant, "105", "Sekretariat")
    url = f"/konta-sip/{account.pk}/zmien"
    for what, value in HOSTILE.items():
        response = client.post(url, Page(client.get(url)).form | {field: value})
        assert response.status_code in (200, 302), what
        assert "<script>alert" not in response.content.decode(), what


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
        *(("/polaczenia/", name) for name in ("number", "account", "period", "outcome", "page", "first", "last")),
    ],
)
def test_addresses_take_anything(kwiaty: cast.Company, signed_in: SignIn, path: str, name: str) -> None:
    client = signed_in(kwiaty.reader)
    for what, value in HOSTILE.items():
        response = client.get(path, {"period": "days"} | {name: value})
        assert response.status_code == 200, what
        assert response.streaming or "<script>alert" not in response.content.decode(), what


OTHER_FORMS = {
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
            page = Page(client.post(url, OTHER_FORMS[url] | {field: value}))
            transaction.set_rollback(True)  # so that each value meets the same company
        assert "<script>alert" not in page.html, what
        assert page.beside(field) or page.inside("password") or page.inside("token"), what


@pytest.mark.parametrize("field", ["username", "password"])
def test_signing_in_takes_anything(db: None, signed_in: SignIn, field: str) -> None:
    for what, value in HOSTILE.items():
        response = signed_in().post("/logowanie", {"username": "a@b.example", "password": GOOD} | {field: value})
        assert response.status_code in (200, 429), what
        assert "<script>alert" not in response.content.decode(), what
