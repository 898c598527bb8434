"""The worker is killed while it mails: every message arrives, and whoever goes by Message-ID sees each of them once."""

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from typing import Any

import pytest

from tests.live.instance import Installation
from tests.live.phones import until
from tests.outbox.mail_server import MailServer

SOON = 60


@pytest.fixture(scope="session")
def mail_server() -> Iterator[MailServer]:
    with MailServer() as server:
        yield server


@pytest.fixture(scope="session")
def mailing_house(mail_server: MailServer) -> Iterator[Installation]:
    """An installation that mails to that server."""
    with Installation(CENTRALKA_SMTP_URL=f"smtp://127.0.0.1:{mail_server.port}") as house:
        yield house


@pytest.fixture
def house(mailing_house: Installation, mail_server: MailServer) -> Installation:
    """With a server that has been given nothing yet."""
    mail_server.received.clear()
    return mailing_house


def leave(house: Installation, messages: int) -> None:
    maker = [sys.executable, "-m", "tests.live.mail.messages", str(messages)]
    subprocess.run(maker, env=house.environment(DJANGO_SETTINGS_MODULE="centralka.settings"), check=True)


def claims_end(house: Installation) -> None:
    """As if so much time had gone by that the claims of the dead have ended."""
    with closing(sqlite3.connect(house.home / "centralka.sqlite3", timeout=30)) as connection, connection:
        connection.execute("UPDATE mail SET next_at = created_at WHERE state = 'queued'")


def has_received(server: MailServer, mails: int) -> bool:
    return len(server.received) >= mails


def ids(server: MailServer) -> list[str]:
    return [str(mail["Message-ID"]) for mail in server.received]


def all_sent(house: Installation, number: int) -> list[dict[str, Any]]:
    """The last so many mails, when they are all sent."""

    def newest() -> list[dict[str, Any]]:
        return house.rows("mail")[-number:]

    until(lambda: {row["state"] for row in newest()} == {"sent"}, SOON, "all mails are sent")
    return newest()


def test_killed_while_the_server_has_the_mail_but_has_not_said_so(house: Installation, mail_server: MailServer) -> None:
    mail_server.hangs = True
    leave(house, 1)
    until(lambda: len(mail_server.received) == 1, SOON, "the server has the mail")
    dead = house.kill("worker")
    mail_server.hangs = False
    house.wait_for_another("worker", dead)
    claims_end(house)
    (row,) = all_sent(house, 1)
    assert row["attempts"] == 2
    assert len(mail_server.received) == 2
    assert len(set(ids(mail_server))) == 1


def test_killed_again_and_again_while_many_mails_go_out(house: Installation, mail_server: MailServer) -> None:
    mail_server.takes = 0.3
    leave(house, 12)
    for killed in range(1, 4):
        until(partial(has_received, mail_server, killed * 3), SOON, "some mails are out")
        house.wait_for_another("worker", house.kill("worker"))
        claims_end(house)
    all_sent(house, 12)
    assert len(set(ids(mail_server))) == 12
    assert len(mail_server.received) <= 12 + 3, "only what was under way is sent again"


def test_told_to_end_while_the_server_hangs(house: Installation, mail_server: MailServer) -> None:
    """The worker leaves the server and ends by itself, in the time that it is given; nothing is lost."""
    mail_server.takes, mail_server.hangs = 0, True
    leave(house, 1)
    until(lambda: len(mail_server.received) == 1, SOON, "the server has the mail")
    mail_server.hangs = False
    assert house.stop() == 0
    (row,) = house.rows("mail")[-1:]
    assert (row["state"], row["attempts"]) == ("queued", 1)
    assert row["error"]
    claims_end(house)
    house.start()
    all_sent(house, 1)
    assert len(set(ids(mail_server))) == 1
