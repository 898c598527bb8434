"""Somebody else holds the database, and does not give it back: what is saved waits for a while, and says so."""

import asyncio
from collections.abc import Iterator
from contextlib import closing

import pytest
from django.conf import settings
from django.db import OperationalError, connection
from django.test import Client

from centralka.actions.tokens import make_token
from centralka.busy import be_patient_no_longer_than, found_busy
from centralka.store.models import ExternalNumber, Role, Tenant
from centralka.switch.database import PATIENCE, Database
from tests import cast
from tests.locked import write_lock_held_elsewhere
from tests.panel.page import Page

pytestmark = pytest.mark.django_db(transaction=True)

OWN = {"Origin": "http://testserver"}
SAID = {
    "pl": ("Baza danych jest zajęta", "inny program albo zmiana innej osoby", "Wyślij jeszcze raz"),
    "en": ("The database is busy", "another program, or another person's change", "Send once more"),
}
TYPED = {"number": "600 100 200", "name": "Nocna zmiana"}
ADD = "/firma/kwiaty/numery-zewnetrzne/dodaj"


def _limit() -> float:
    """Return for how many seconds this thread's connection waits."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA busy_timeout")
        else:
            cursor.execute("SELECT setting FROM pg_settings WHERE name = 'lock_timeout'")
        return int(cursor.fetchone()[0]) / 1000


@pytest.fixture
def as_given() -> Iterator[None]:
    """The test changes for how long this thread's connection waits."""
    given = connection.settings_dict
    connection.close()
    yield
    connection.close()
    connection.settings_dict = given


@pytest.fixture
def panel(kwiaty: cast.Company) -> Client:
    assert kwiaty.owner.person
    client = Client(raise_request_exception=False)
    client.force_login(kwiaty.owner.person, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.mark.usefixtures("as_given")
def test_a_connection_waits_for_twenty_seconds_or_as_long_as_it_is_told() -> None:
    assert _limit() == settings.LOCK_SECONDS == 20
    connection.close()
    be_patient_no_longer_than(0.25)
    assert _limit() == 0.25


def test_the_switchboard_s_threads_wait_not_quite_as_long_as_callers_do() -> None:
    def limit() -> float:
        with closing(connection):  # of the thread
            return _limit()

    database = Database()
    assert asyncio.run(database.do(limit)) == 0.9 * PATIENCE < settings.LOCK_SECONDS
    database.close()


@pytest.mark.parametrize("language", SAID)
def test_a_form_says_it_and_is_sent_once_more_with_what_was_typed(panel: Client, language: str) -> None:
    asked = OWN | {"Accept-Language": language}
    with write_lock_held_elsewhere():
        answer = panel.post(ADD, TYPED, headers=asked)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    page = Page(answer)
    for said in SAID[language]:
        assert said in page.text
    assert {name: page.form[name] for name in TYPED} == TYPED
    assert not ExternalNumber.objects.exists()
    assert panel.post(ADD, page.form, headers=asked).status_code == 302
    assert ExternalNumber.objects.get().name == "Nocna zmiana"


def test_a_dialog_is_told_in_words_that_fit_beside_it(panel: Client) -> None:
    with write_lock_held_elsewhere():
        answer = panel.post(ADD, TYPED, headers=OWN | {"HX-Request": "true", "Accept-Language": "en"})
    assert answer.status_code == 503
    assert answer.content.decode().strip().startswith("<h2>The database is busy</h2><p>")


@pytest.mark.parametrize(("language", "title"), [("pl", SAID["pl"][0]), ("en", SAID["en"][0])])
def test_a_program_is_told_when_to_send_it_again(kwiaty: cast.Company, language: str, title: str) -> None:
    token = make_token(kwiaty.owner, "busy", Role.MANAGER)[1]
    client = Client(headers={"Authorization": f"Bearer {token}", "Accept-Language": language})

    def change() -> object:
        return client.patch("/api/v1/tenant", {"name": "Kwiaty"}, content_type="application/json")

    with write_lock_held_elsewhere():
        answer: object = change()
    told = answer.json()  # type: ignore[attr-defined]
    assert (told["status"], told["type"], told["title"]) == (503, "/api/v1/problems/busy", title)
    assert answer.headers["Retry-After"] == "5"  # type: ignore[attr-defined]
    assert change().status_code == 200  # type: ignore[attr-defined]
    assert Tenant.objects.get().name == "Kwiaty"


@pytest.mark.usefixtures("as_given")
def test_only_a_lock_is_busy(kwiaty: cast.Company) -> None:
    with write_lock_held_elsewhere(), pytest.raises(OperationalError) as locked:
        Tenant.objects.update(name="X")
    assert found_busy(locked.value)
    assert not found_busy(OperationalError("the server closed the connection unexpectedly"))
    assert not found_busy(None)
