"""Long price lists: loaded in short steps, switched at once, cancelled, resumed and cleaned up."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from centralka.actions.errors import InUse
from centralka.actions.prices import price_lists as actions
from centralka.actions.prices import revisions, uploads
from centralka.actions.prices.price_lists import PriceListInput
from centralka.actions.prices.uploads import Upload
from centralka.calls.tariffs import Rate
from centralka.outbox.price_lists import look_after_price_lists
from centralka.store.facts import rate_for
from centralka.store.models import Price, PriceList, PriceListRevision
from centralka.store.price_lists import FORGOTTEN, KEPT, LEFT_BEHIND, State, begin_loading, write_step
from tests import cast

ROWS = 6_000
NUMBER = "+48600100200"


def rates(per_minute: str, rows: int = ROWS) -> list[Rate]:
    price = Decimal(per_minute)
    return [Rate("48600", "", price, Decimal(0), 1, 1)] + [
        Rate(str(1_000_000 + row), "", price, Decimal(0), 1, 1) for row in range(rows - 1)
    ]


def upload(
    standard: PriceList, per_minute: str, rows: int = ROWS, holds_from: datetime | None = None
) -> PriceListRevision:
    return uploads.hand_over(cast.OPERATOR, standard, rates(per_minute, rows), Upload(holds_from=holds_from))


def price_now(standard: PriceList, now: datetime | None = None) -> str | None:
    found = rate_for(standard.pk, NUMBER, now or timezone.now())
    return str(found.per_minute) if found else None


def work(looks: int = 1000, at_once: float = 60) -> None:
    for _ in range(looks):
        if not look_after_price_lists(timezone.now, lambda: False, at_once):
            return


def half(revision: PriceListRevision) -> None:
    """The worker was killed after some steps."""
    begun = sorted(rates("0.20"), key=lambda rate: rate.prefix)[:1000]
    assert write_step(revision.pk, 0, begun, timezone.now())


@pytest.fixture
def standard(db: None) -> PriceList:
    return actions.add_price_list(cast.OPERATOR, PriceListInput(name="Standard"))


def test_until_all_is_written_the_old_prices_hold_and_then_the_new_ones(standard: PriceList) -> None:
    upload(standard, "0.10", rows=10)
    made = upload(standard, "0.20")
    assert (made.state, made.rows, price_now(standard)) == (State.LOADING, ROWS, "0.1000")
    half(made)
    assert price_now(standard) == "0.1000"
    work()
    made.refresh_from_db()
    assert (made.state, made.loaded, made.content) == (State.READY, ROWS, None)
    assert price_now(standard) == "0.2000"
    assert Price.objects.filter(revision=made).count() == ROWS


def test_a_killed_load_goes_on_where_it_stopped(standard: PriceList) -> None:
    made = upload(standard, "0.20")
    half(made)
    look_after_price_lists(timezone.now, lambda: False, at_once=-1)
    assert PriceListRevision.objects.get().loaded == 1000
    work()
    assert Price.objects.filter(revision=made).values("prefix").distinct().count() == ROWS


def test_two_workers_write_no_row_twice(standard: PriceList) -> None:
    made = upload(standard, "0.20")
    assert write_step(made.pk, 0, rates("0.20")[:5], timezone.now())
    assert not write_step(made.pk, 0, rates("0.20")[:5], timezone.now())


def test_a_cancelled_upload_leaves_the_prices_as_they_were_and_no_rows(standard: PriceList) -> None:
    upload(standard, "0.10", rows=10)
    made = upload(standard, "0.20")
    half(made)
    revisions.cancel(cast.OPERATOR, standard.pk, made.pk)
    work()
    assert price_now(standard) == "0.1000"
    assert Price.objects.count() == 10
    assert PriceListRevision.objects.count() == 1


def test_prices_can_wait_for_their_day(standard: PriceList) -> None:
    day = timezone.now() + timedelta(days=3)
    upload(standard, "0.10", rows=10)
    upload(standard, "0.20", rows=10, holds_from=day)
    assert price_now(standard) == price_now(standard, day - timedelta(seconds=1)) == "0.1000"
    assert price_now(standard, day) == "0.2000"


def test_a_day_that_is_over_means_at_once(standard: PriceList) -> None:
    upload(standard, "0.10", rows=10)
    made = upload(standard, "0.20", rows=10, holds_from=timezone.now() - timedelta(days=3))
    assert price_now(standard) == "0.2000"
    assert price_now(standard, made.made_at - timedelta(seconds=30)) is None


def test_earlier_prices_are_brought_back_and_downloaded(standard: PriceList) -> None:
    first = upload(standard, "0.10", rows=10)
    upload(standard, "0.20", rows=10)
    revisions.bring_back(cast.OPERATOR, standard.pk, first.pk)
    assert price_now(standard) == "0.1000"
    again = uploads.rates_of(standard, revisions.as_csv(cast.OPERATOR, standard.pk, first.pk))
    assert sorted(again, key=str) == sorted(rates("0.1000", 10), key=str)
    with pytest.raises(InUse):
        revisions.cancel(cast.OPERATOR, standard.pk, first.pk)


def test_only_the_last_few_revisions_are_kept(standard: PriceList) -> None:
    for number in range(KEPT + 3):
        upload(standard, f"0.1{number}", rows=2)
    work()
    assert PriceListRevision.objects.count() == KEPT + 1
    assert Price.objects.count() == 2 * (KEPT + 1)
    assert price_now(standard) == f"0.1{KEPT + 2}00"


def test_what_a_dead_process_left_behind_is_removed(standard: PriceList) -> None:
    now = timezone.now()
    left = begin_loading(standard, 5000, now - LEFT_BEHIND - timedelta(seconds=1))
    write_step(left.pk, 0, rates("0.20")[:5], now - LEFT_BEHIND - timedelta(seconds=1))
    at_work = begin_loading(standard, 5000, now)
    PriceListRevision.objects.create(
        price_list=standard, state=State.READING, made_at=now - FORGOTTEN * 2, touched_at=now - FORGOTTEN * 2
    )
    work()
    assert list(PriceListRevision.objects.values_list("pk", flat=True)) == [at_work.pk]
    assert not Price.objects.exists()


def test_a_changed_row_counts_at_once_and_what_it_was_is_noted(standard: PriceList) -> None:
    made = upload(standard, "0.10", rows=3)
    row = Price.objects.get(prefix="48600")
    revisions.change_price(cast.OPERATOR, standard.pk, row.pk, {"per_minute": Decimal("0.55"), "description": " Nowy "})
    assert price_now(standard) == "0.5500"
    made.refresh_from_db()
    (noted,) = made.changes
    assert (noted["by"], noted["before"]["per_minute"], noted["after"]["per_minute"]) == ("test", "0.1000", "0.55")
    assert Price.objects.get(prefix="48600").description == "Nowy"
