"""A server with one office on it, for programs whose clients were generated from the document that it serves."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.server import Server, database_url, share_database

_folder = Path(tempfile.mkdtemp(prefix="centralka-clients-"))
share_database(_folder)


def pytest_unconfigure() -> None:
    shutil.rmtree(_folder, ignore_errors=True)


@pytest.fixture(scope="session")
def server(django_db_setup: None) -> Iterator[Server]:
    running = Server(_folder / "home", database_url())
    running.start()
    yield running
    running.stop()
