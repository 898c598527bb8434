"""Registered is one thing, reachable another: each phone is asked again and again, and one that hangs answers nothing.

In a house where phones are asked each second, so that three unanswered questions are soon asked.
"""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.live.instance import Installation
from tests.live.office import SOON, Account, Office, talk
from tests.live.phones import until


@pytest.fixture(scope="module")
def quick_house() -> Iterator[Installation]:
    with Installation(CENTRALKA_ASK_PHONES_SECONDS="1") as house:
        yield house


@pytest.fixture
def office(quick_house: Installation) -> Iterator[Office]:
    with Office(quick_house) as made:
        yield made


@pytest.mark.parametrize("transport", ["udp", "tcp", "tls"])
def test_a_phone_that_hangs_is_registered_and_not_reachable_until_it_comes_back(office: Office, transport: str) -> None:
    account = office.account("Alicja")
    bartek, alicja = office.phone("Bartek"), office.phone(account, transport=transport)
    is_shown(office, account, registered=True, reachable=True, contacts=[True])
    with alicja.frozen():
        is_shown(office, account, registered=True, reachable=False, contacts=[False])
    is_shown(office, account, registered=True, reachable=True, contacts=[True])
    talk(bartek, alicja)
    bartek.hang_up()


def test_an_account_is_reachable_while_one_of_its_phones_answers(office: Office) -> None:
    account = office.account("Alicja")
    desk, mobile = office.phone(account), office.phone(account)
    is_shown(office, account, registered=True, reachable=True, contacts=[True, True])
    with desk.frozen():
        is_shown(office, account, registered=True, reachable=True, contacts=[False, True])
        with mobile.frozen():
            is_shown(office, account, registered=True, reachable=False, contacts=[False, False])
    is_shown(office, account, registered=True, reachable=True, contacts=[True, True])


@pytest.mark.parametrize("part", ["edge", "switchboard"])
def test_nobody_is_called_silent_since_a_process_was_away(office: Office, part: Any) -> None:
    """Neither the edge that asks nor the switchboard that hears of the answers; and then both work as before."""
    account, other = office.account("Alicja"), office.account("Bartek")
    alicja = office.phone(account)
    office.phone(other)
    for one in (account, other):
        is_shown(office, one, registered=True, reachable=True, contacts=[True])
    until(lambda: office.house.keeps(account.login) and office.house.keeps(other.login), SOON, "both are on disk")
    with office.house.without(part):
        pass
    with alicja.frozen():
        is_shown(office, account, registered=True, reachable=False, contacts=[False])
        assert silent_rows(office, other) == []
    is_shown(office, account, registered=True, reachable=True, contacts=[True])


def is_shown(office: Office, account: Account, *, registered: bool, reachable: bool, contacts: list[bool]) -> None:
    """The API comes to show this of the account, and of its phones."""

    def state() -> tuple[bool, bool, list[bool]]:
        found = office.show(account)
        phones = sorted(one["reachable"] is True for one in found["contacts"])
        return found["registered"], found["reachable"], phones

    wanted = (registered, reachable, contacts)
    until(lambda: state() == wanted, 2 * SOON, f"{account.login} is shown as {wanted}")


def silent_rows(office: Office, account: Account) -> list[dict[str, Any]]:
    rows = office.house.rows("registration")
    return [row for row in rows if row["sip_account_id"] == account.id and row["answers"] in (0, False)]
