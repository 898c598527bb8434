"""Answers of passkeys that no browser gives; what browsers do is in `tests/browser/test_passkeys.py`."""

import json
from typing import Any

import pytest
from django.utils import timezone
from fido2.utils import websafe_encode

from centralka.actions.second_factor import own
from centralka.store.models import AuditEntry, Passkey
from tests import cast

from .conftest import SignIn
from .page import Page
from .test_second_factor import LOGIN, SECRET, code, is_in

ODD = {
    "no JSON": "{",
    "no object": "[]",
    "nested too deeply": "[" * 10_000,
    "nothing in it": {},
    "text for a list": {"clientExtensionResults": "x"},
    "bytes that are no data": {"authenticatorData": websafe_encode(b"\x00")},
    "data that end in the key": {"authenticatorData": websafe_encode(b"\x00" * 32 + b"\x41" + b"\x00" * 20)},
    "data that end in CBOR": {"attestationObject": websafe_encode(b"\xdb")},
    "no CBOR": {"attestationObject": websafe_encode(b"\xa1")},
}


def answer(odd: str | dict[str, Any], kind: str, challenge: str) -> str:
    """Write what a browser sends, with something odd in it."""
    if isinstance(odd, str):
        return odd
    told = {"type": kind, "challenge": challenge, "origin": "https://testserver"}
    response = {
        "clientDataJSON": websafe_encode(json.dumps(told).encode()),
        "authenticatorData": websafe_encode(b"\x00" * 37),
        "attestationObject": websafe_encode(b"\xa0"),
        "signature": websafe_encode(b"\x00"),
    }
    usual: dict[str, Any] = {"id": "AAAA", "rawId": "AAAA", "type": "public-key", "response": response | odd}
    return json.dumps(usual | {name: value for name, value in odd.items() if name == "clientExtensionResults"})


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD)
def test_an_odd_answer_opens_nothing_and_breaks_nothing(
    odd: str | dict[str, Any], kwiaty: cast.Company, signed_in: SignIn
) -> None:
    adding = signed_in(kwiaty.owner)
    typed = {"name": "Laptop", "password": cast.PASSWORD}
    asked = adding.post("/drugi-skladnik/klucz/pytanie", typed).json()["publicKey"]
    made = adding.post(
        "/drugi-skladnik/klucz", typed | {"credential": answer(odd, "webauthn.create", asked["challenge"])}
    )
    assert "was not accepted" in Page(made).text
    assert not Passkey.objects.exists()
    assert kwiaty.owner.person
    own.add_app(kwiaty.owner.person, SECRET, code(-1), timezone.now())
    client = signed_in()
    client.post("/logowanie", LOGIN)
    asked = client.post("/logowanie/klucz").json()["publicKey"]
    used = client.post("/logowanie/kod", {"credential": answer(odd, "webauthn.get", asked["challenge"])})
    assert "was not accepted" in Page(used).text
    assert not is_in(client)


def test_the_browser_is_asked_for_no_key_while_name_or_password_is_wrong(
    kwiaty: cast.Company, signed_in: SignIn
) -> None:
    client = signed_in(kwiaty.owner, "pl")
    for wrong, field in (({"name": " ", "password": cast.PASSWORD}, "name"), ({"name": "Laptop"}, "password")):
        page = Page(client.post("/drugi-skladnik/klucz/pytanie", wrong))
        assert page.beside(field)
        assert page.form["name"] == wrong["name"]


# -- What it is called -----------------------------------------------------------------------------------------------


@pytest.fixture
def laptop(kwiaty: cast.Company) -> Passkey:
    assert kwiaty.owner.person
    return Passkey.objects.create(person=kwiaty.owner.person, name="Laptop", credential_id="x", credential=b"")


def test_a_passkey_is_called_otherwise_and_the_audit_log_tells_it(
    laptop: Passkey, kwiaty: cast.Company, signed_in: SignIn
) -> None:
    client = signed_in(kwiaty.owner)
    rename = f"/drugi-skladnik/klucz/{laptop.pk}/nazwa"
    assert rename in Page(client.get("/drugi-skladnik/")).html
    assert 'name="name" value="Laptop"' in Page(client.get(rename)).html
    after = Page(client.post(rename, {"name": "  Niebieski   klucz "}, follow=True))
    assert "The passkey is called “Niebieski klucz” now." in after.text
    (entry,) = AuditEntry.objects.filter(what="passkey", did=AuditEntry.Did.CHANGED)
    assert (entry.who, entry.tenant) == (LOGIN["username"], kwiaty.tenant)
    assert entry.changes == [["name", "Laptop", "Niebieski klucz"]]
    assert is_in(client)
    now = Passkey.objects.values().get()
    kept = {field: getattr(laptop, field) for field in ("credential_id", "sign_count", "created_at", "last_used_at")}
    assert now == now | kept


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Give it a name"), ("   ", "Give it a name"), ("x" * 61, "60"), ("a\x07b", "control characters"),
        ("a\x00b", "Null characters"),
    ],
)  # fmt: skip
def test_a_wrong_name_is_refused_beside_the_field_as_when_it_is_made(
    laptop: Passkey, kwiaty: cast.Company, signed_in: SignIn, typed: str, said: str
) -> None:
    page = Page(signed_in(kwiaty.owner).post(f"/drugi-skladnik/klucz/{laptop.pk}/nazwa", {"name": typed}))
    assert said in str(page.beside("name"))
    assert Passkey.objects.get().name == "Laptop"


def test_nobody_names_the_passkey_of_another(laptop: Passkey, kwiaty: cast.Company, signed_in: SignIn) -> None:
    for other in (kwiaty.manager, kwiaty.reader):
        answer = signed_in(other).post(f"/drugi-skladnik/klucz/{laptop.pk}/nazwa", {"name": "Mój"})
        assert answer.status_code == 404
    assert Passkey.objects.get().name == "Laptop"
