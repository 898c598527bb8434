"""`/healthz` and `/readyz`: yes or no, to anybody, and nothing else."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from pytest_django import Settings

from centralka.draining import begin_draining


@pytest.fixture
def home(settings: Settings, tmp_path: Path) -> Path:
    settings.HOME = tmp_path
    (tmp_path / "run").mkdir()
    return tmp_path


@pytest.fixture
def no_database(home: Path) -> Iterator[None]:
    """The database does not answer: its name leads nowhere."""
    name = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = str(home / "no folder/database") if connection.vendor == "sqlite" else "none"
    yield
    connection.close()
    connection.settings_dict["NAME"] = name


@pytest.mark.django_db
def test_all_is_well(home: Path) -> None:
    assert Client().get("/healthz").json() == {"ok": True}
    ready = Client().get("/readyz")
    assert (ready.status_code, ready.json()["ok"]) == (200, True)
    assert "no-store" in ready.headers["Cache-Control"]


@pytest.mark.django_db
def test_an_exchange_that_is_drained_is_healthy_but_not_ready(home: Path) -> None:
    begin_draining(home)
    assert Client().get("/healthz").status_code == 200
    ready = Client().get("/readyz")
    assert (ready.status_code, ready.json()["takes_calls"]) == (503, False)


@pytest.mark.django_db(transaction=True)
def test_without_a_database_it_is_healthy_but_not_ready(no_database: None) -> None:
    assert Client().get("/healthz").status_code == 200
    ready = Client().get("/readyz")
    assert (ready.status_code, ready.json()["database"]) == (503, False)


@pytest.mark.django_db
def test_a_full_disk_is_not_ready(home: Path, settings: Settings) -> None:
    settings.HOME = home / "gone"
    assert Client().get("/readyz").json()["disk"] is False
