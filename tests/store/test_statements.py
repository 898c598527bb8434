"""What is asked every few seconds for years must not take longer with the rows that years leave behind."""

from datetime import UTC, datetime

import pytest
from django.db import DatabaseError, connection
from django.test.utils import CaptureQueriesContext

from centralka.actions.tenants.tenants import add_tenant
from centralka.store import mail, sms, webhooks
from centralka.store.statements import among, listed, locking, named_rows_of, rows_of
from tests import cast

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 29, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("ask", "index"),
    [
        (lambda: mail.due(NOON, 9), "mails_waiting"),
        (lambda: sms.due(NOON, 9), "sms_waiting"),
        (lambda: sms.forget_deaths(NOON), "sms_waiting"),
        (lambda: webhooks.claim_due(NOON, 9), "webhooks_waiting"),
    ],
    ids=["mails", "messages", "messages of a worker that died", "events"],
)
def test_a_look_for_what_is_due_goes_through_what_waits_only(ask, index) -> None:  # type: ignore[no-untyped-def]
    if connection.vendor != "sqlite":
        pytest.skip("the other database knows how many rows each table has")
    with CaptureQueriesContext(connection) as asked:
        ask()
    assert len(asked) == 1, "nothing is written where nothing is due"
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN QUERY PLAN " + asked[0]["sql"].replace("''", "'"))
        steps = [detail for *_ids, detail in cursor.fetchall()]
    looks = [step for step in steps if step.startswith(("SCAN", "SEARCH"))]
    assert looks
    assert all(index in look for look in looks)


def test_a_statement_finds_the_same_whether_it_is_watched_or_not() -> None:
    statement, values = "SELECT %s AS name, 'a' LIKE 'a%%' AS alike", ["100 %s"]
    alone = (rows_of(statement, values), named_rows_of(statement, values))
    with CaptureQueriesContext(connection) as asked:
        watched = (rows_of(statement, values), named_rows_of(statement, values))
    assert len(asked) == 2
    assert alone == watched == ([("100 %s", True)], [{"name": "100 %s", "alike": True}])


def test_a_list_can_have_more_values_than_a_statement() -> None:
    ids = [add_tenant(cast.OPERATOR, slug, slug).pk for slug in ("kwiaty", "ksiegi", "inni")]
    asked = [*range(-50_000, 0), *ids[1:]]
    found = rows_of(f"SELECT id FROM tenant WHERE id {among()} ORDER BY id {locking()}", [listed(asked)])
    assert [id_ for (id_,) in found] == sorted(ids[1:])
    assert rows_of(f"SELECT id FROM tenant WHERE slug {among()}", [listed({"kwiaty", "ą'%s"})]) == [(ids[0],)]
    assert rows_of(f"SELECT id FROM tenant WHERE id {among()}", [listed([])]) == []


def test_what_goes_wrong_with_a_statement_is_an_error_of_djangos() -> None:
    with pytest.raises(DatabaseError):
        rows_of("SELECT name FROM nowhere")
