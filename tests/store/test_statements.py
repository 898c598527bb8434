"""What is asked every few seconds for years must not take longer with the rows that years leave behind."""

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from centralka.store import mail, sms

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 29, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("ask", "index"),
    [
        (lambda: mail.due(NOON, 9), "mails_waiting"),
        (lambda: sms.due(NOON, 9), "sms_waiting"),
        (lambda: sms.forget_deaths(NOON), "sms_waiting"),
    ],
    ids=["mails", "messages", "messages of a worker that died"],
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
