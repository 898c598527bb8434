"""A phone that hangs or goes is told by a real mail; so is its return. The watch's clock is moved, nobody waits."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from email import message_from_bytes, policy
from typing import Any

import pytest

from tests.live.frozen import freeze
from tests.live.instance import Installation
from tests.live.office import SOON, Account, Office
from tests.live.phones import until
from tests.webhook_receiver import Receiver

BOSS = "szefowa@kwiaty.example"
A_WHILE = 600
"""Seconds: longer than an edge takes to settle, and an account to be missed."""


@pytest.fixture(scope="module")
def quick_house() -> Iterator[Installation]:
    with Installation(CENTRALKA_ASK_PHONES_SECONDS="1", CENTRALKA_WEBHOOK_NETWORKS="127.0.0.0/8") as house:
        assert house.api("PATCH", "/tenant", {"alert_emails": [BOSS]}).status == 200
        yield house


@pytest.fixture
def office(quick_house: Installation) -> Iterator[Office]:
    with Office(quick_house) as made:
        yield made


class Time:
    """The time of the watch: later than everybody else's."""

    def __init__(self, house: Installation) -> None:
        self._house = house
        self._passed = 0

    def passes(self, seconds: int = A_WHILE) -> None:
        """The watch looks as often as it would in that time, while the worker itself stands still."""
        pid = freeze(self._house, "worker")
        try:
            command = [sys.executable, "-m", "tests.live.monitoring.later", str(self._passed), str(seconds)]
            environment = self._house.environment(DJANGO_SETTINGS_MODULE="centralka.settings")
            subprocess.run(command, env=environment, check=True)
        finally:
            os.kill(pid, signal.SIGCONT)
        self._passed += seconds


@pytest.fixture
def time(office: Office) -> Time:
    return Time(office.house)


@pytest.fixture
def program(quick_house: Installation) -> Iterator[Receiver]:
    """The company's, which is told by its webhook."""
    receiver = Receiver()
    assert quick_house.api("PATCH", "/tenant", {"webhook": receiver.address}).status == 200
    yield receiver
    assert quick_house.api("PATCH", "/tenant", {"webhook": ""}).status == 200
    receiver.close()


def test_a_phone_that_hangs_is_told_and_so_is_its_return(office: Office, time: Time, program: Receiver) -> None:
    account = office.account("Alicja")
    alicja = office.phone(account)
    is_reachable(office, account, True)
    time.passes()
    with alicja.frozen():
        is_reachable(office, account, False)
        time.passes()
        mailed(office, f"{account.extension} Alicja: brak łączności")
        assert office.show(account)["monitoring_state"] == "gone"
    is_reachable(office, account, True)
    time.passes(120)
    mailed(office, f"{account.extension} Alicja: łączność wróciła")
    assert office.show(account)["monitoring_state"] == "well"
    told = [one for one in program.events if one["account"]["id"] == account.id]
    assert [one["event"] for one in told] == ["account.gone", "account.back"]


def test_phones_that_go_together_are_one_mail(office: Office, time: Time) -> None:
    accounts = [office.account(name) for name in ("Alicja", "Bartek", "Celina")]
    phones = [office.phone(account) for account in accounts]
    for account in accounts:
        is_reachable(office, account, True)
    time.passes()
    for phone in phones:
        phone.unregister()
    for account in accounts:
        is_reachable(office, account, False)
    time.passes()
    mailed(office, "3 konta są nieosiągalne")


@pytest.mark.parametrize("part", ["edge", "switchboard", "worker", "engine"])
def test_a_process_that_dies_is_no_news_of_any_phone(office: Office, time: Time, part: Any) -> None:
    account = office.account("Alicja")
    office.phone(account)
    is_reachable(office, account, True)
    until(lambda: office.house.keeps(account.login), SOON, "the registration is on disk")
    time.passes()
    before = subjects(office)
    with office.house.without(part):
        pass
    time.passes()
    is_reachable(office, account, True)
    assert office.show(account)["monitoring_state"] == "well"
    assert subjects(office) == before


def is_reachable(office: Office, account: Account, reachable: bool) -> None:
    """The exchange knows of an answer of the account's phone, or that there is none."""

    def answers() -> bool:
        contacts = office.show(account)["contacts"]
        return any(one["reachable"] is True for one in contacts)

    until(lambda: answers() is reachable, 2 * SOON, f"{account.login} reachable: {reachable}")


def mailed(office: Office, subject: str) -> None:
    """A mail with this subject is there."""
    until(lambda: subject in subjects(office), SOON, f"{subject!r} is mailed; there are {json.dumps(subjects(office))}")


def subjects(office: Office) -> list[str]:
    found = sorted((office.house.home / "mail").glob("*.eml"))
    mails = (message_from_bytes(file.read_bytes(), policy=policy.default) for file in found)
    return [str(mail["Subject"]) for mail in mails if mail["To"] == BOSS]
