"""One installation for all ordinary stories; those that kill or set up something have their own."""

import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.first_try import NotForgiven
from tests.live.day import own_complaints, unlike_the_journal
from tests.live.instance import Installation, children, command_line
from tests.live.office import Office
from tests.live.outside.world import carrier, firm, firms, poor, world
from tests.live.phones import Phone
from tests.live.sipp import run_scenario

__all__ = ["carrier", "firm", "firms", "poor", "world"]

HERE = Path(__file__).parent
LAST = "whole_day"
FORGETFUL = "666"
WAITS = {
    "dead_calls": 25,
    "longest_call": 20,
    "full_disk": 20,
    "trunk_states": 15,
    "stuck": 25,
    "two_commands": 15,
    "postgresql": 10,
}
"""Folders whose stories wait for something that takes its time, or start installations of their own: for how many
ordinary stories each counts."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All of these are live. Workers take file by file, the longest first, so that none is left with a long one at the
    end; and those that look back at all the others come last."""
    live = [item for item in items if HERE in item.path.parents]
    stories = Counter(item.path for item in live)
    for item in live:
        item.add_marker(pytest.mark.live)

    def place(item: pytest.Item) -> tuple[bool, int, str]:
        folder = item.path.parent.name
        return folder == LAST, -stories[item.path] - WAITS.get(folder, 0), str(item.path)

    others = [item for item in items if item.path not in stories]
    items[:] = [*others, *sorted(live, key=place)]


@pytest.fixture(scope="session")
def house() -> Iterator[Installation]:
    with Installation() as installation:
        register_once(installation)
        yield installation
        look_back(installation)


def look_back(house: Installation) -> None:
    """Each worker has its house and its part of the day; the stories of `whole_day` see one of them.

    What is missing on record and what our own processes complain of can only be seen in this house, so no second try
    mends it.
    """
    if wrong := [*sorted(unlike_the_journal(house)), *own_complaints(house)]:
        raise NotForgiven("at the end of the day: " + "; ".join(wrong[:20]))


def register_once(house: Installation) -> None:
    """A phone registers for as short as it may and is never heard of again: see the stories of the whole day."""
    account = Office(house).account("Zapominalski", extension=FORGETFUL)
    run_scenario("register", login=account.login, password=account.password, port=house.sip_port, expires=60, final=200)


@pytest.fixture
def office(house: Installation) -> Iterator[Office]:
    with Office(house) as made:
        yield made


@pytest.fixture(scope="session")
def fragile_house() -> Iterator[Installation]:
    """One whose processes are killed; every story leaves it running again."""
    with Installation() as installation:
        yield installation


@pytest.fixture
def fragile(fragile_house: Installation) -> Iterator[Office]:
    """The office in the house whose processes are killed."""
    with Office(fragile_house) as made:
        yield made


@pytest.fixture(scope="session")
def ksiegi_token(house: Installation) -> str:
    """The API token of a second company."""
    return house.add_company("ksiegi")


@pytest.fixture
def ksiegi(house: Installation, ksiegi_token: str) -> Iterator[Office]:
    """The office of a second company."""
    with Office(house, ksiegi_token) as made:
        yield made


@pytest.fixture(autouse=True)
def nothing_left_behind() -> Iterator[None]:
    """Every phone, SIPp and installation that a story started is gone after it."""
    before = set(children(os.getpid()))
    yield
    left_on = [str(phone) for phone in Phone.switched_on]
    for phone in list(Phone.switched_on):
        phone.close()
    assert not left_on
    left = [command_line(pid) for pid in set(children(os.getpid())) - before]
    # Those of the whole session stay, and a carrier of that kind may have been started again.
    assert not [line for line in left if not line.rstrip().endswith(("centralka run", "centralka carrier"))], left
