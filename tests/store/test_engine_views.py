"""The engine reads accounts through views: one source of truth, and each look-up by index."""

import pytest
from django.db import connection

from centralka.store.realtime import AOR, AUTH, ENDPOINT
from tests import cast

VIEWS = {"ps_endpoints": {*ENDPOINT, "callerid"}, "ps_auths": set(AUTH), "ps_aors": set(AOR)}


def row(view: str, login: str) -> dict[str, str | None]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {view} WHERE id = %s", [login])
        found = cursor.fetchone()
        return dict(zip([column[0] for column in cursor.description], found, strict=True)) if found else {}


def test_a_saved_account_is_what_the_engine_reads(kwiaty: cast.Company) -> None:
    account = cast.phone(kwiaty.tenant, "100", "Łucja, biuro; \\o/ ^", internal_caller_id="55")
    assert row("ps_auths", "kwiaty_100")["password_digest"] == f"MD5:{account.password_digest}"
    callerid = row("ps_endpoints", "kwiaty_100")["callerid"]
    assert callerid
    assert callerid.endswith("<55>")
    account.delete()
    assert row("ps_auths", "kwiaty_100") == {}


@pytest.mark.parametrize("view", VIEWS)
def test_a_view_has_exactly_the_columns_that_are_listed(kwiaty: cast.Company, view: str) -> None:
    """A column that the engine asks for and a view lacks is silently true for every row on SQLite."""
    cast.phone(kwiaty.tenant, "100")
    assert set(row(view, "kwiaty_100")) == VIEWS[view]


@pytest.mark.parametrize("view", VIEWS)
def test_an_account_is_found_by_index_among_thousands(kwiaty: cast.Company, view: str) -> None:
    for extension in range(1000, 1300):
        cast.phone(kwiaty.tenant, str(extension))
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f"EXPLAIN QUERY PLAN SELECT * FROM {view} WHERE id = 'kwiaty_1000'")
        else:
            cursor.execute("ANALYZE sip_account")
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute(f"EXPLAIN SELECT * FROM {view} WHERE id = 'kwiaty_1000'")
        plan = str(cursor.fetchall())
    assert "SCAN" not in plan.upper().replace("INDEX SCAN", "").replace("BITMAP HEAP SCAN", "")
