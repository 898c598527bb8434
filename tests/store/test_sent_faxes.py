"""A fax on its way out: each step once, whoever comes twice or too late."""

from datetime import UTC, datetime, timedelta

import pytest

from centralka.calls.fax_sending import BETWEEN_TRIES, MOST_REPEATS, FaxEnd
from centralka.store import sent_faxes as store
from centralka.store.models import FaxTry, SentFax
from tests import cast

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)
S = SentFax.State


@pytest.fixture
def fax(kwiaty: cast.Company) -> SentFax:
    return cast.sent_fax(cast.phone(kwiaty.tenant, "100"), next_at=NOW)


def claimed(now: datetime = NOW) -> store.Claimed:
    found = store.claim("node1", now, 4)
    assert found is not None
    return found


def now_of(fax: SentFax) -> tuple[str, str, int]:
    fax.refresh_from_db()
    return fax.state, fax.reason, fax.pages_sent


def test_a_fax_is_claimed_once_when_it_is_due(fax: SentFax) -> None:
    assert store.claim("node1", NOW - timedelta(seconds=1), 4) is None
    found = claimed()
    assert (found.login, found.tiff) == ("kwiaty_100", b"II*")
    assert store.claim("node2", NOW, 4) is None
    assert now_of(fax)[0] == S.DIALLING
    [tried] = store.open_tries("node1")
    assert (tried.call_id, tried.was_answered) == (found.call_id, False)
    assert store.open_tries("node2") == []


def test_no_more_than_so_many_go_on_at_once(fax: SentFax) -> None:
    cast.sent_fax(fax.sip_account, "101", next_at=NOW)  # type: ignore[arg-type]
    claimed()
    assert store.claim("node1", NOW, 1) is None
    assert store.claim("node1", NOW, 2) is not None


def test_the_call_of_a_try_is_let_through_once_and_pages_are_sent_once(fax: SentFax) -> None:
    found = claimed()
    assert not store.begin_sending(found.try_id), "nothing was placed"
    assert store.place(found.try_id) == store.Placing("kwiaty_100", "+48222223344")
    assert store.place(found.try_id) is None
    assert store.begin_sending(found.try_id)
    assert not store.begin_sending(found.try_id)
    assert now_of(fax)[0] == S.SENDING
    store.note_pages(found.try_id, 1)
    assert now_of(fax) == (S.SENDING, "", 1)
    assert store.end_try(found.try_id, FaxEnd.DONE, 2, NOW, "+48 22 222 33 44 AND MORE")
    assert not store.end_try(found.try_id, FaxEnd.UNKNOWN, 0, NOW)
    store.note_pages(found.try_id, 1)
    assert now_of(fax) == (S.DONE, FaxEnd.DONE, 2)
    assert fax.ended_at == NOW
    assert fax.all_tries.get().station == "+48 22 222 33 44 AND"


def test_an_engine_that_comes_too_late_calls_nobody(fax: SentFax) -> None:
    found = claimed()
    store.end_try(found.try_id, FaxEnd.UNAVAILABLE, 0, NOW)
    assert store.place(found.try_id) is None
    assert not store.begin_sending(found.try_id)
    assert now_of(fax)[0] == S.QUEUED


def test_a_busy_number_is_tried_three_times_more_with_pauses(fax: SentFax) -> None:
    at = NOW
    for tries in range(1, MOST_REPEATS + 2):
        assert store.claim("node1", at - timedelta(seconds=1), 4) is None
        store.end_try(claimed(at).try_id, FaxEnd.BUSY, 0, at)
        assert now_of(fax)[:2] == (S.QUEUED if tries <= MOST_REPEATS else S.FAILED, FaxEnd.BUSY)
        at += BETWEEN_TRIES
    assert store.claim("node1", at + timedelta(days=1), 4) is None
    assert list(FaxTry.objects.values_list("number", "reason")) == [(n, "busy") for n in (1, 2, 3, 4)]


@pytest.mark.parametrize(
    ("end", "state"),
    [
        (FaxEnd.NO_FAX, S.FAILED),
        (FaxEnd.BROKEN_OFF, S.FAILED),
        (FaxEnd.REFUSED, S.FAILED),
        (FaxEnd.UNKNOWN, S.UNKNOWN),
    ],
)
def test_what_perhaps_arrived_or_cannot_is_not_tried_again(fax: SentFax, end: FaxEnd, state: str) -> None:
    store.end_try(claimed().try_id, end, 0, NOW)
    assert now_of(fax)[:2] == (state, end)
    assert store.claim("node1", NOW + timedelta(days=1), 4) is None


def test_only_one_that_waits_can_be_cancelled(fax: SentFax) -> None:
    found = claimed()
    assert not store.cancel(fax.pk, NOW)
    store.end_try(found.try_id, FaxEnd.BUSY, 0, NOW)
    assert store.cancel(fax.pk, NOW)
    assert now_of(fax)[0] == S.CANCELLED
    assert store.claim("node1", NOW + timedelta(days=1), 4) is None


def test_the_fax_of_an_account_that_was_deleted_is_not_sent(fax: SentFax) -> None:
    assert fax.sip_account is not None
    fax.sip_account.delete()
    assert store.claim("node1", NOW, 4) is None
    assert now_of(fax)[:2] == (S.FAILED, FaxEnd.REFUSED)
