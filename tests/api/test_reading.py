"""Reading needs no write lock: every address that is read answers while another process holds it."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import OperationalError

from centralka.store.models import ApiToken, Role, SipAccount
from centralka.store.notes import Notes, notes
from tests import cast
from tests.api.client import Api
from tests.api.test_rights import PLAN, TABLE, WHO, address
from tests.locked import write_lock_held_elsewhere

pytestmark = pytest.mark.django_db(transaction=True)

NOW = datetime(2026, 1, 31, 12, tzinfo=UTC)
READ = [path for method, path in TABLE if method == "GET"]


@pytest.mark.parametrize("path", READ)
def test_it_answers_while_somebody_else_holds_the_write_lock(
    path: str, account: SipAccount, kwiaty: cast.Company, request: pytest.FixtureRequest
) -> None:
    there = address(path, account, kwiaty)
    holders: dict[str, Api] = {who: request.getfixturevalue(who) for who in WHO if who != "wrong"}
    expected = dict(zip(WHO, TABLE["GET", path][1], strict=True))
    with write_lock_held_elsewhere():
        seen = {who: holder.get(there).status for who, holder in holders.items()}
    assert seen == {who: expected[who] for who in holders}


def test_what_would_happen_to_a_call_is_told_while_somebody_else_holds_the_write_lock(
    account: SipAccount, reader: Api
) -> None:
    with write_lock_held_elsewhere():
        assert reader.post("call-plans", PLAN).status == 200


def test_a_tokens_last_use_is_noted_and_written_when_that_is_possible(reader: Api) -> None:
    with write_lock_held_elsewhere():
        assert reader.get("tenant").status == 200
        with pytest.raises(OperationalError):
            notes.write()
    assert _last_use() is None
    notes.write()
    assert _last_use() is not None


def test_a_token_in_use_is_written_once_a_minute(kwiaty: cast.Company) -> None:
    token = ApiToken.objects.create(tenant=kwiaty.tenant, name="CRM", role=Role.READER, digest="x", last_used_at=NOW)
    mine = Notes()
    mine.token_used(token, NOW + timedelta(seconds=59))
    mine.write()
    assert _last_use() == NOW
    mine.token_used(token, NOW + timedelta(seconds=61))
    mine.write()
    assert _last_use() == NOW + timedelta(seconds=61)


def test_an_earlier_use_is_never_written_over_a_later_one(kwiaty: cast.Company) -> None:
    """Each node notes for itself."""
    token = ApiToken.objects.create(tenant=kwiaty.tenant, name="CRM", role=Role.READER, digest="x")
    late, early = Notes(), Notes()
    early.token_used(token, NOW)
    late.token_used(token, NOW + timedelta(minutes=5))
    late.write()
    early.write()
    assert _last_use() == NOW + timedelta(minutes=5)


def _last_use() -> datetime | None:
    return ApiToken.objects.get().last_used_at
