"""API tokens."""

import pytest
from django.utils import timezone

from centralka.actions.errors import TokenElsewhere
from centralka.actions.tokens import actor_with, change_token
from centralka.panel.moments import typed_moment
from centralka.store.models import Role
from tests import cast

from .conftest import SignIn
from .page import Page


def test_a_token_is_shown_once_and_works(kwiaty: cast.Company, signed_in: SignIn) -> None:
    client = signed_in(kwiaty.owner)
    page = Page(client.post("/tokeny/dodaj", {"name": "CRM", "role": "manager"}))
    text = page.inside("token")
    actor = actor_with(text)
    assert actor is not None
    assert getattr(actor, "role", None) == Role.MANAGER
    listed = Page(client.get("/tokeny/"))
    assert text not in listed.html
    assert f"CRM {text[:8]}… read and change" in listed.text


def test_a_revoked_token_opens_nothing(kwiaty: cast.Company, signed_in: SignIn) -> None:
    client = signed_in(kwiaty.owner)
    text = Page(client.post("/tokeny/dodaj", {"name": "CRM", "role": "reader"})).inside("token")
    url = f"/tokeny/{kwiaty.tenant.api_tokens.get().pk}/uniewaznij"
    assert "Revoke “CRM”?" in Page(client.get(url)).text
    assert actor_with(text) is not None
    client.post(url)
    assert actor_with(text) is None


def test_a_token_that_may_everything_says_so_in_the_list(kwiaty: cast.Company, signed_in: SignIn) -> None:
    client = signed_in(kwiaty.owner)
    text = Page(client.post("/tokeny/dodaj", {"name": "Kadry", "role": "owner"})).inside("token")
    assert getattr(actor_with(text), "role", None) == Role.OWNER
    assert f"Kadry {text[:8]}… everything" in Page(client.get("/tokeny/")).text


def test_a_token_of_no_known_role_is_not_made(kwiaty: cast.Company, signed_in: SignIn) -> None:
    page = Page(signed_in(kwiaty.owner).post("/tokeny/dodaj", {"name": "CRM", "role": "king"}))
    assert page.beside("role")
    assert not kwiaty.tenant.api_tokens.exists()


def test_an_empty_list_says_what_tokens_are_for(kwiaty: cast.Company, signed_in: SignIn) -> None:
    assert "Utwórz pierwszy token" in Page(signed_in(kwiaty.owner, "pl").get("/tokeny/")).text


def test_a_token_with_networks_and_an_end_says_so_in_the_list(kwiaty: cast.Company, signed_in: SignIn) -> None:
    client = signed_in(kwiaty.owner)
    typed = {"name": "CRM", "role": "reader", "expires_at": "2126-01-01T12:00"}
    typed["networks"] = "203.0.113.0/24\n192.0.2.1\n2001:db8::/32\n2001:db8::7"
    page = Page(client.post("/tokeny/dodaj", typed))
    token = kwiaty.tenant.api_tokens.get()
    assert token.networks == "203.0.113.0/24,192.0.2.1/32,2001:db8::/32,2001:db8::7/128"
    shown = "only from 203.0.113.0/24, 192.0.2.1, 2001:db8::/32, 2001:db8::7 until 1 Jan 2126, 12:00"
    assert shown in Page(client.get("/tokeny/")).text
    with pytest.raises(TokenElsewhere):
        actor_with(page.inside("token"), "198.51.100.1")
    assert actor_with(page.inside("token"), "::ffff:203.0.113.9") is not None


def test_wrong_networks_are_told_beside_the_field_and_stay_typed(kwiaty: cast.Company, signed_in: SignIn) -> None:
    typed = {"name": "CRM", "role": "reader", "networks": "biuro", "expires_at": "2020-01-01T12:00"}
    page = Page(signed_in(kwiaty.owner).post("/tokeny/dodaj", typed))
    assert page.beside("networks")
    assert page.beside("expires_at")
    assert "biuro" in page.html


def test_a_page_that_was_open_before_widens_nothing_again(kwiaty: cast.Company, signed_in: SignIn) -> None:
    client = signed_in(kwiaty.owner)
    client.post("/tokeny/dodaj", {"name": "CRM", "role": "reader", "networks": "203.0.113.0/24"})
    token = kwiaty.tenant.api_tokens.get()
    end = timezone.now().replace(year=2126)
    before = Page(client.get(f"/tokeny/{token.pk}/zmien")).form
    change_token(kwiaty.owner, token.pk, {"networks": ["203.0.113.7"], "expires_at": end}, timezone.now())
    client.post(f"/tokeny/{token.pk}/zmien", before | {"name": "Sklep"})
    token.refresh_from_db()
    assert (token.name, token.networks, token.expires_at) == ("Sklep", "203.0.113.7/32", end)


def test_networks_and_end_are_changed_later(kwiaty: cast.Company, signed_in: SignIn) -> None:
    client = signed_in(kwiaty.owner)
    text = Page(client.post("/tokeny/dodaj", {"name": "CRM", "role": "reader", "networks": "203.0.113.0/24"})).inside(
        "token"
    )
    token = kwiaty.tenant.api_tokens.get()
    token.expires_at = timezone.now().replace(year=2126, second=7, microsecond=5)
    token.save()
    page = Page(client.get(f"/tokeny/{token.pk}/zmien"))
    assert "203.0.113.0/24" in page.html
    assert 'name="role"' not in page.html
    typed = {"name": "Sklep", "networks": "127.0.0.1", "expires_at": typed_moment(token.expires_at)}
    client.post(f"/tokeny/{token.pk}/zmien", typed)
    assert actor_with(text, "127.0.0.1") is not None
    with pytest.raises(TokenElsewhere):
        actor_with(text, "203.0.113.7")
    changed = kwiaty.tenant.api_tokens.get()
    assert (changed.name, changed.role, changed.expires_at) == ("Sklep", "reader", token.expires_at)
    wrong = Page(
        client.post(f"/tokeny/{token.pk}/zmien", typed | {"networks": "biuro", "expires_at": "2020-01-01T12:00"})
    )
    assert wrong.beside("networks")
    assert wrong.beside("expires_at")
