"""Browsers without a screen."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import Resolver404, resolve

from centralka.actions.actor import Actor
from centralka.actions.sign_in import places_of
from centralka.addresses import company_address
from centralka.store.models import Person

from .. import cast

SignIn = Callable[..., Client]


class Browser(Client):
    """One that is in its person's company, as after signing in: short addresses lead to the company's pages.

    Whole ones (`/firma/kwiaty/konta-sip/`) go out as they are.
    """

    company: str | None = None
    """The slug of the company that it looked at last."""

    def generic(self, method: str, path: Any, *args: Any, **kwargs: Any) -> Any:
        path = str(path)
        if self.company and belongs_to_a_company(path.split("?")[0]):
            path = company_address(self.company, path)
        response = super().generic(method, path, *args, **kwargs)
        if actor := getattr(response.wsgi_request, "actor", None):
            self.company = actor.tenant.slug
        return response


def belongs_to_a_company(path: str) -> bool:
    try:
        return path != "/" and getattr(resolve(path).func, "in_company", False)
    except Resolver404:
        return False


@pytest.fixture
def signed_in() -> SignIn:
    """Make a browser, signed in as the given person; `language` is what it asks for."""

    def sign_in(who: Actor | Person | None = None, language: str = "en") -> Client:
        client = Browser(headers={"accept-language": language})
        person = who.person if isinstance(who, Actor) else who
        if person is not None:
            client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
            client.company = next((place.tenant.slug for place in places_of(person)), None)
        return client

    return sign_in


@pytest.fixture
def owner_and_operator(kwiaty: cast.Company, signed_in: SignIn) -> Client:
    """Sign in an owner who runs the installation, too."""
    assert kwiaty.owner.person
    kwiaty.owner.person.is_operator = True
    kwiaty.owner.person.save()
    return signed_in(kwiaty.owner)


@pytest.fixture
def olga(db: None) -> Person:
    """The operator."""
    return cast.olga_the_operator()
