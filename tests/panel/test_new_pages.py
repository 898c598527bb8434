"""A page that somebody opens for the first time says nothing in red: nobody has done anything wrong yet."""

import re
from collections.abc import Callable, Iterator

import pytest
from django.urls import NoReverseMatch, reverse

from centralka.panel.urls import urlpatterns
from centralka.store.models import Number, Person
from tests import cast

from .conftest import SignIn
from .page import Page

COMPLAINS = re.compile(r'note-error|field-wrong|field-errors(?![^>]* hidden)|aria-invalid="true"|id="errors"')
NO_PAGES = {"account_states", "trunk_states", "unheard_messages"}


def _urls() -> Iterator[str]:
    """Every page that needs nothing to be there."""
    for pattern in urlpatterns:
        try:
            if pattern.name not in NO_PAGES:
                yield reverse(pattern.name)
        except NoReverseMatch:
            continue


def _without_anything(company: cast.Company) -> None:
    pass


def _with_a_number_that_points_nowhere(company: cast.Company) -> None:
    Number.objects.create(e164="+48221234567", tenant=company.tenant)


def _with_an_account(company: cast.Company) -> None:
    cast.phone(company.tenant, "100")


@pytest.mark.parametrize("what", [_without_anything, _with_a_number_that_points_nowhere, _with_an_account])
def test_no_page_opens_with_an_error(
    kwiaty: cast.Company, olga: Person, signed_in: SignIn, what: Callable[[cast.Company], None]
) -> None:
    what(kwiaty)
    opened, complaining = 0, {}
    for person in (kwiaty.owner, olga):
        client = signed_in(person)
        for url in _urls():
            answer = client.get(url)
            if answer.status_code == 200 and answer.headers["Content-Type"].startswith("text/html"):
                opened += 1
                if found := COMPLAINS.search(Page(answer).html):
                    complaining[url] = found.group()
    assert opened > 25
    assert complaining == {}


def test_a_new_company_is_told_what_its_first_question_needs(kwiaty: cast.Company, signed_in: SignIn) -> None:
    client = signed_in(kwiaty.owner)
    assert "No accounts yet" in Page(client.get("/co-sie-stanie/")).text
    assert "Give what is dialled" in Page(client.get("/co-sie-stanie/?who=outside&to=")).text
