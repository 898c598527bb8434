"""API tokens."""

from centralka.actions.tokens import actor_with
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
