"""Answers of passkeys that no browser gives; what browsers do is in `tests/browser/test_passkeys.py`."""

import json
from typing import Any

import pytest
from django.utils import timezone
from fido2.utils import websafe_encode

from centralka.actions.second_factor import own
from centralka.store.models import Passkey
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
