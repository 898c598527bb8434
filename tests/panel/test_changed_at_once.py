"""Two people save the same at the same moment: one of them is told what the other saved. Real threads, real locks."""

from collections.abc import Callable
from concurrent.futures import Future, wait
from functools import partial
from typing import Any

import pytest
from django.db.models.signals import pre_save

from centralka.actions.tokens import make_token
from centralka.store.models import Role, Tenant
from tests import cast
from tests.api.client import Api
from tests.at_once import PATIENCE, at_once, beside

from .conftest import SignIn

ROUNDS = 5
A_MOMENT = 0.5
"""Seconds in which a program would have saved that waits for nobody."""
PAGE = "/firma/kwiaty/ustawienia/zewnetrzne"


@pytest.mark.django_db(transaction=True)
def test_of_two_who_saw_the_same_one_saves_and_one_is_told(kwiaty: cast.Company, signed_in: SignIn) -> None:
    clients = [signed_in(kwiaty.owner), signed_in(kwiaty.manager)]
    seen = f"{kwiaty.tenant.max_rate:.2f}"
    for round in range(2, 2 + ROUNDS):
        typed = [f"{round}.{cents}" for cents in (10, 20)]
        shown = {"international": "national", "initial-international": "national", "initial-max_rate": seen}
        forms = [
            partial(client.post, PAGE, shown | {"max_rate": rate}) for client, rate in zip(clients, typed, strict=True)
        ]
        assert sorted(answer.status_code for answer in at_once(*forms)) == [200, 302]
        kwiaty.tenant.refresh_from_db()
        seen = f"{kwiaty.tenant.max_rate:.2f}"
        assert seen in typed


def _at_the_last_moment(do: Callable[[], object]) -> tuple[Callable[..., None], list[Future[object]]]:
    """Begin it beside when a company that was compared is about to be saved. Returns also what began."""
    begun: list[Future[object]] = []

    def begin(**_given: Any) -> None:
        if not begun:
            begun.append(beside(do))
            wait(begun, A_MOMENT)

    return begin, begun


@pytest.mark.django_db(transaction=True)
def test_a_program_saves_nothing_between_what_a_form_compares_and_what_it_saves(
    kwiaty: cast.Company, signed_in: SignIn
) -> None:
    """It saves after the form, so that neither is lost unseen: the form saw all that was saved before."""
    program, browser = Api(make_token(kwiaty.owner, "CRM", Role.MANAGER)[1]), signed_in(kwiaty.owner)
    begin, begun = _at_the_last_moment(lambda: program.patch("tenant", {"max_rate": "7.00"}))
    pre_save.connect(begin, sender=Tenant)
    try:
        seen = {"international": "national", "initial-international": "national"}
        seen["initial-max_rate"] = f"{kwiaty.tenant.max_rate:.2f}"
        assert browser.post(PAGE, seen | {"max_rate": "6.00"}).status_code == 302
    finally:
        pre_save.disconnect(begin, sender=Tenant)
    begun[0].result(PATIENCE)
    kwiaty.tenant.refresh_from_db()
    assert kwiaty.tenant.max_rate == 7
    assert browser.post(PAGE, seen | {"max_rate": "8.00"}).status_code == 200
    kwiaty.tenant.refresh_from_db()
    assert kwiaty.tenant.max_rate == 7
