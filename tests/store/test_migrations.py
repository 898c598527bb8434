"""An installation that has accounts, calls and prices already gets the tables and views of today."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.state import StateApps
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from centralka.calls.alphabet import sort_key
from centralka.store import migrations
from centralka.store.after_migrations import drop_before_migrating
from centralka.store.facts import rate_for

from .tables import empty, migrate

BEFORE = [("store", "0002_engine_views")]
PRICES_BEFORE = [("store", "0011_hold_music")]
MANY = 1001
"""More rows than are filled in at once."""

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Moved:
    """An old installation that was brought up to today."""

    models: StateApps
    """Today's."""
    engine_saw: tuple[str, str | None] | None
    """What the engine saw of the account in the old tables."""
    lists: tuple[int, int]
    """A price list without prices, and the one with a price."""


@pytest.fixture(scope="module")
def moved(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Moved]:
    """All the way once for all tests: it takes many seconds of a processor. Nothing of it is left afterwards."""
    with django_db_blocker.unblock():
        empty()
        try:
            yield bring_over()
        finally:
            migrate()
            call_command("flush", verbosity=0, interactive=False)


def bring_over() -> Moved:
    """From the first tables, over those before price lists had revisions, to today's."""
    MigrationExecutor(connection).migrate(BEFORE)
    with connection.cursor() as cursor:
        cursor.execute("CREATE VIEW ps_endpoints AS SELECT login AS id, name AS callerid FROM sip_account")
    add_an_account_and_calls()
    engine_saw = engine_sees("kwiaty_100")
    drop_before_migrating(apps.get_app_config("store"), using="default", plan=[object()])
    MigrationExecutor(connection).migrate(PRICES_BEFORE)
    lists = add_price_lists()
    return Moved(migrate(), engine_saw, lists)


def add_an_account_and_calls() -> None:
    old = MigrationExecutor(connection).loader.project_state(BEFORE).apps
    tenant = old.get_model("store", "Tenant").objects.create(slug="kwiaty", name="Kwiaciarnia", language="pl")
    old.get_model("store", "SipAccount").objects.create(
        tenant=tenant, extension="100", login="kwiaty_100", name="Alicja", password_digest="0" * 32
    )
    Call = old.get_model("store", "CallRecord")
    said = {"direction": "internal", "from_number": "100", "from_name": "Łukasz", "to_number": "101"}
    Call.objects.bulk_create(
        Call(tenant_id=tenant.pk, call_id=f"n-{one}", started_at=timezone.now(), **said) for one in range(MANY)
    )


def add_price_lists() -> tuple[int, int]:
    old = MigrationExecutor(connection).loader.project_state(PRICES_BEFORE).apps
    without, with_one = [old.get_model("store", "PriceList").objects.create(name=name) for name in ("Pusty", "Hurt")]
    old.get_model("store", "Price").objects.create(price_list=with_one, prefix="48", per_minute=Decimal("0.12"))
    return without.pk, with_one.pk


def engine_sees(login: str) -> tuple[str, str | None] | None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, callerid FROM ps_endpoints WHERE id = %s", [login])
        found: tuple[str, str | None] | None = cursor.fetchone()
        return found


def test_accounts_stay_and_may_call_where_nothing_is_charged(moved: Moved) -> None:
    account = moved.models.get_model("store", "SipAccount").objects.select_related("tenant").get()
    assert (account.login, account.caller_id_id, account.international, account.max_rate) == (
        "kwiaty_100",
        None,
        None,
        None,
    )
    assert (account.outbound_pin_digest, account.charged_month, account.caller_id_restricted) == ("", "", False)
    tenant = account.tenant
    assert (tenant.international, tenant.max_rate, tenant.price_list_id) == ("national", Decimal(1), None)
    assert (tenant.balance, tenant.credit_limit) == (0, 0)
    assert (tenant.premium_allowed, tenant.satellite_allowed, tenant.unknown_allowed) == (False, False, False)


def test_the_engine_sees_the_accounts_and_the_trunks_afterwards(moved: Moved) -> None:
    assert moved.engine_saw == ("kwiaty_100", "Alicja")
    trunk = moved.models.get_model("store", "Trunk").objects.create(name="Operator", kind="address", host="192.0.2.1")
    assert engine_sees("kwiaty_100") == ("kwiaty_100", '"Alicja" <100>')
    assert engine_sees(f"trunk-{trunk.pk}") == (f"trunk-{trunk.pk}", None)


def test_names_and_extensions_that_are_there_are_put_in_order(moved: Moved) -> None:
    account = moved.models.get_model("store", "SipAccount").objects.select_related("tenant").get()
    assert (account.extension_number, account.sort_key) == (100, sort_key("Alicja"))
    assert account.tenant.sort_key == sort_key("Kwiaciarnia")


def test_calls_that_are_there_are_found_by_who_had_a_part_in_them(moved: Moved) -> None:
    """Also after a start that was broken off before the oldest."""
    calls = apps.get_model("store", "CallRecord").objects
    assert calls.filter(search__contains=" lukasz ").count() == MANY
    calls.filter(call_id="n-0").update(search="")
    migrate()
    assert calls.filter(search__contains=" lukasz ").count() == MANY


def test_no_migration_needs_code_that_changes() -> None:
    for path in Path(migrations.__path__[0]).glob("*.py"):
        assert "import centralka" not in (text := path.read_text()), path.name
        assert "from centralka" not in text, path.name


def test_the_migrations_make_what_the_models_say() -> None:
    executor = MigrationExecutor(connection)
    assert executor.migration_plan(executor.loader.graph.leaf_nodes()) == []


def test_prices_that_are_there_become_the_first_revision_of_their_list(moved: Moved) -> None:
    revisions = moved.models.get_model("store", "PriceListRevision").objects
    (revision,) = revisions.all()
    _without, with_one = moved.lists
    assert (revision.price_list_id, revision.state, revision.rows, revision.loaded) == (with_one, "ready", 1, 1)
    rate = rate_for(with_one, "+48600100200", timezone.now())
    assert rate is not None
    assert (rate.prefix, rate.per_minute, rate.barred) == ("48", Decimal("0.12"), False)
    # The next one gets a number of its own, on PostgreSQL as well.
    revisions.create(made_at=timezone.now(), touched_at=timezone.now())
