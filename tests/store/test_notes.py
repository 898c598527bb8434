"""Notes that are written later: nothing is counted twice, nothing lost unheard, and rows are locked in one order."""

import re
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from structlog.testing import capture_logs

from centralka.store import notes as module
from centralka.store.notes import Notes
from tests import cast


def test_failures_that_are_being_written_are_not_told_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    begun, asked = threading.Event(), threading.Event()

    def write(_noted: object) -> None:
        begun.set()
        assert asked.wait(60)

    monkeypatch.setattr(module, "_write", write)
    notes = Notes()
    for _number in range(4):
        notes.sign_in_failed("alicja@kwiaty.example", "198.51.100.9")
    with ThreadPoolExecutor() as pool:
        writing = pool.submit(notes.write)
        assert begun.wait(60)
        taken = pool.submit(notes.take_failures, "alicja@kwiaty.example")
        threading.Timer(0.2, asked.set).start()
        writing.result()
        assert taken.result() == 0


def test_links_that_are_too_many_to_be_noted_are_told_in_the_log(
    kwiaty: cast.Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_MOST_LOGINS", 2)
    notes = Notes()
    for number in (1, 2, 2, 3, 4):
        notes.link_asked(f"x{number}@kwiaty.example", "pl", "198.51.100.9")
    with capture_logs() as logs:
        notes.write()
        notes.write()
    assert [one["tries"] for one in logs] == [2]


def test_people_are_locked_by_their_keys_and_before_sessions(kwiaty: cast.Company) -> None:
    """As whoever chooses a password does, so that the two never wait for each other."""
    notes, now = Notes(), timezone.now()
    assert kwiaty.owner.person
    Session.objects.create(session_key="x", session_data="", expire_date=now)
    notes.signed_in(kwiaty.owner.person, now)
    notes.session_used("x", now + timedelta(days=1))
    notes.session_ended("y")
    notes.sign_in_failed("bartek@kwiaty.example", "198.51.100.9")
    with CaptureQueriesContext(connection) as asked:
        notes.write()
    of = [re.search(r'(?:FROM|UPDATE|INTO) "(\w+)"', one["sql"]) for one in asked]
    tables = [found[1] for found in of if found and found[1] in ("person", "django_session")]
    assert tables == sorted(tables, reverse=True)
    assert "person" in tables
    first = next(one["sql"] for one in asked if '"person"' in one["sql"])
    assert "ORDER BY" in first
