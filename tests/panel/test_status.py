"""Stan centrali: what the operator sees of the installation, and mends from there."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pytest_django import Settings

from centralka.draining import begin_draining, draining_since
from centralka.process_states import ProcessStates, states_file
from centralka.store.edge import place_edge, place_engine
from centralka.store.models import Mail, Person, Trunk

from .conftest import SignIn
from .page import Page


@pytest.fixture(autouse=True)
def home(settings: Settings, tmp_path: Path) -> Path:
    settings.HOME, settings.DISK_WARN_MB = tmp_path, 0
    (tmp_path / "run").mkdir()
    return tmp_path


def a_mail(key: str, state: str, **age: int) -> Mail:
    now = datetime.now(UTC)
    return Mail.objects.create(
        kind="disk", key=key, to="a@x.example", language="pl", state=state, created_at=now - timedelta(**age),
        next_at=now + timedelta(hours=1), attempts=5, error="450 pełna skrzynka",
    )  # fmt: skip


def test_it_shows_what_runs_and_what_is_to_be_mended(olga: Person, signed_in: SignIn, home: Path) -> None:
    states = ProcessStates(states_file(home), print)
    states.started("engine")
    states.started("worker")
    states.ended("worker")
    place_edge("127.0.0.1:1", "6.1.5")
    place_engine("node1", "127.0.0.1:2", "22.10.1")
    Trunk.objects.create(name="Netia", kind="registration", host="x.example", status="Rejected", answer="403 Forbidden")
    page = Page(signed_in(olga, "pl").get("/stan/"))
    for said in (
        "Do naprawy",
        "Łącze Netia nie jest zarejestrowane u operatora. Ostatnia odpowiedź: 403 Forbidden",
        "Nie ma jeszcze żadnej kopii zapasowej.",
        "Worker (e-maile, SMS-y, opłaty) nie działa",
        "Kamailio 6.1.5",
        "Asterisk 22.10.1",
        "Netia nie działa",
    ):
        assert said in page.text, said
    assert "jest uruchamiany ponownie" not in page.text, "a process that is started again is nobody's to mend"
    assert f'href="/lacza/{Trunk.objects.get().pk}/zmien"' in page.html


def test_mail_is_tried_at_once(olga: Person, signed_in: SignIn) -> None:
    waits, failed = a_mail("waits", "queued", minutes=20), a_mail("failed", "failed", hours=3)
    older, sent = a_mail("older", "failed", days=3), a_mail("sent", "sent", hours=3)
    client = signed_in(olga, "pl")
    assert "1 e-mail nie może wyjść; czeka od 20 min. Ostatnia odpowiedź: 450" in Page(client.get("/stan/")).text
    page = Page(client.post("/stan/poczta", follow=True))
    assert "Wysyłanie 2 e-maili zaczyna się od nowa." in page.text
    for mail in (waits, failed):
        mail.refresh_from_db()
        assert mail.state == "queued"
        assert mail.next_at <= datetime.now(UTC)
    for mail, state in ((older, "failed"), (sent, "sent")):
        mail.refresh_from_db()
        assert mail.state == state


def test_calls_are_taken_again(olga: Person, signed_in: SignIn, home: Path) -> None:
    begin_draining(home)
    client = signed_in(olga, "en")
    assert "New calls are refused since" in Page(client.get("/stan/")).text
    assert "New calls are taken again." in Page(client.post("/stan/przyjmuj", follow=True)).text
    assert draining_since(home) is None
