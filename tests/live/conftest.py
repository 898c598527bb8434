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
SECONDS = {
    "faxes/test_faxes.py": 360,
    "faxes/test_sending.py": 190,
    "outside/test_forwarding.py": 190,
    "voicemail/test_mailbox_menu.py": 180,
    "stuck/test_stuck.py": 160,
    "two_commands/test_two_commands.py": 110,
    "outside/test_trunks.py": 100,
    "dead_calls/test_dead_calls.py": 90,
    "text_messages/test_text_messages.py": 90,
    "trunk_states/test_trunk_states.py": 90,
    "longest_call/test_longest_call.py": 85,
    "hold/test_hold.py": 75,
    "outside/test_callers.py": 75,
    "outside/test_deaths.py": 75,
    "outside/test_incoming.py": 75,
    "carrier/test_two_exchanges.py": 70,
    "faxes/test_full_disk.py": 65,
    "outside/test_draining.py": 65,
    "secure/test_answers.py": 65,
    "engines/test_two_engines.py": 60,
    "outside/test_permissions.py": 60,
    "postgresql/test_postgresql.py": 60,
    "secure/test_certificates.py": 60,
    "trunk_states/test_registrations.py": 60,
    "voicemail/test_loss.py": 60,
    "when_parts_die/test_switchboard_dies.py": 55,
    "secure/test_obtained.py": 50,
    "outside/test_fraud.py": 45,
    "full_disk/test_full_disk.py": 40,
    "outside/test_pin.py": 40,
    "voicemail/test_disk.py": 40,
    "mail/test_worker_dies.py": 35,
    "watching_over/test_watching_over.py": 35,
}
"""The files that take longer than their number of stories tells: about as measured on two quiet cores. Fax machines,
announcements and time-outs take the time that they take."""
A_STORY = 3.5
"""Seconds that a story of the other files takes."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All of these are live. Workers take file by file, the longest first, so that none is left with a long one at the
    end; and those that look back at all the others come last."""
    live = [item for item in items if HERE in item.path.parents]
    stories = Counter(item.path for item in live)
    for item in live:
        item.add_marker(pytest.mark.live)

    def place(item: pytest.Item) -> tuple[bool, float, str]:
        file = item.path.relative_to(HERE).as_posix()
        return item.path.parent.name == LAST, -SECONDS.get(file, A_STORY * stories[item.path]), file

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
