"""Browsers without a screen."""

from collections.abc import Callable

import pytest
from django.test import Client

from centralka.actions.actor import Actor
from centralka.store.models import Person

from .. import cast

SignIn = Callable[..., Client]


@pytest.fixture
def signed_in() -> SignIn:
    """Makes a browser, signed in as the given person; `language` is what it asks for."""

    def sign_in(who: Actor | Person | None = None, language: str = "en") -> Client:
        client = Client(headers={"accept-language": language})
        person = who.person if isinstance(who, Actor) else who
        if person is not None:
            client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return sign_in


@pytest.fixture
def olga(db: None) -> Person:
    """The operator."""
    return cast.olga_the_operator()
