"""The database of each release that is kept (`tests/releases`) comes up to today, with all that it holds."""

import lzma
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile

import pytest
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import connection
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from centralka.probes.stored import ledger
from centralka.store.facts import call_facts
from centralka.store.models import SipAccount, Tenant

from .tables import empty, migrate

_SQLITE, _POSTGRESQL = ".sqlite3.xz", ".postgresql.sql.xz"
RELEASES = Path(__file__).parents[1] / "releases"
KEPT = sorted(path.name.removesuffix(_SQLITE) for path in RELEASES.glob(f"*{_SQLITE}"))
DEMO = "demo_100"

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Update:
    """A release's database that was brought up to today. `before`: how many rows its tables had."""

    release: str
    before: dict[str, int]


@pytest.fixture(scope="module", params=KEPT)
def update(
    request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[Update]:
    """Once for all tests; nothing of it is left afterwards."""
    with django_db_blocker.unblock():
        empty()
        try:
            put(request.param)
            before = rows()
            with connection.cursor() as cursor:
                columns = "session_key, session_data, expire_date"
                cursor.execute(f"INSERT INTO django_session ({columns}) VALUES ('of-before', '', '2099-01-01')")
            migrate()
            yield Update(request.param, before)
        finally:
            migrate()
            call_command("flush", verbosity=0, interactive=False)


def put(release: str) -> None:
    """Make the empty database that of the release."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(kept(f"{release}{_POSTGRESQL}").decode())
        connection.close()  # What a dump begins with holds for the connection.
        return
    with NamedTemporaryFile() as file:
        file.write(kept(f"{release}{_SQLITE}"))
        file.flush()
        with closing(sqlite3.connect(file.name)) as old:
            connection.ensure_connection()
            old.backup(connection.connection)


def kept(name: str) -> bytes:
    """Unpack a file."""
    return lzma.decompress((RELEASES / name).read_bytes())


def rows() -> dict[str, int]:
    """How many rows each table of ours has; those of libraries may be empty."""
    tables = [
        name for name in connection.introspection.table_names() if not name.startswith(("auth_", "axes_", "django_"))
    ]
    found = {}
    with connection.cursor() as cursor:
        for name in sorted(tables):
            cursor.execute(f'SELECT COUNT(*) FROM "{name}"')
            found[name] = cursor.fetchone()[0]
    return found


def test_both_databases_of_a_release_are_kept() -> None:
    assert KEPT
    assert {path.name for path in RELEASES.glob("*.xz")} == {
        f"{one}{kind}" for one in KEPT for kind in (_SQLITE, _POSTGRESQL)
    }


def test_no_table_of_the_release_was_empty_and_no_row_is_lost(update: Update) -> None:
    assert [name for name, count in update.before.items() if not count] == []
    after = rows()
    assert {name: after.get(name) for name in update.before} == update.before


def test_nobody_stays_signed_in_by_a_session_that_is_not_listed(update: Update) -> None:
    # From 0.6.0 on each session is listed, so updates from there let them be.
    assert Session.objects.exists() == (update.release != "0.5.0")


def test_the_phones_of_then_call_and_the_engine_knows_them(update: Update) -> None:
    facts = call_facts(login=DEMO, dialled="600100200", now=timezone.now())
    assert facts is not None
    assert facts.outside is not None
    assert facts.outside.rate is not None
    with connection.cursor() as cursor:
        for view, name in (("ps_endpoints", "id"), ("edge_account", "login")):
            cursor.execute(f"SELECT COUNT(*) FROM {view} WHERE {name} = %s", [DEMO])
            assert cursor.fetchone() == (1,), view


def test_the_money_is_what_was_booked(update: Update) -> None:
    assert Tenant.objects.get(slug="demo").balance == 50
    assert list(ledger(timezone.now())) == []


def test_new_rows_have_ids_of_their_own(update: Update) -> None:
    tenant = Tenant.objects.get(slug="demo")
    SipAccount.objects.create(tenant=tenant, extension="199", login="demo_199", name="Nowy").delete()
