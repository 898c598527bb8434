"""Two people save the same at the same moment: one of them is told what the other saved. Real threads, real locks."""

from threading import Barrier, Thread

import pytest
from django.db import connections
from django.test import Client

from tests import cast

from .conftest import SignIn

ROUNDS = 5
PAGE = "/firma/kwiaty/ustawienia/zewnetrzne"


def _at_once(clients: list[Client], each: list[dict[str, str]]) -> list[int]:
    """Send each form at the same moment, from a thread and a connection of its own. Returns the statuses."""
    start, statuses = Barrier(len(each)), list[int]()

    def send(client: Client, typed: dict[str, str]) -> None:
        start.wait(timeout=30)
        try:
            statuses.append(client.post(PAGE, typed).status_code)
        finally:
            connections.close_all()

    threads = [Thread(target=send, args=given) for given in zip(clients, each, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return sorted(statuses)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_saw_the_same_one_saves_and_one_is_told(kwiaty: cast.Company, signed_in: SignIn) -> None:
    clients = [signed_in(kwiaty.owner), signed_in(kwiaty.manager)]
    seen = f"{kwiaty.tenant.max_rate:.2f}"
    for round in range(2, 2 + ROUNDS):
        typed = [f"{round}.{cents}" for cents in (10, 20)]
        shown = {"international": "national", "initial-international": "national", "initial-max_rate": seen}
        assert _at_once(clients, [shown | {"max_rate": rate} for rate in typed]) == [200, 302]
        kwiaty.tenant.refresh_from_db()
        seen = f"{kwiaty.tenant.max_rate:.2f}"
        assert seen in typed
