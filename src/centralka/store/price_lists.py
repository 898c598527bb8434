"""Prices are written and removed in short steps, and come into force by one statement.

On SQLite one process writes at a time, and a call has to put money aside: a process that holds the lock for the seconds
that a long list takes refuses calls. So each step is a transaction of its own of a few milliseconds, and `pace` leaves
the lock to others between two of them. A process that is killed leaves a revision that holds nowhere: it is taken up
where it stopped, or removed.
"""

import time
import zlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import fields
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any, overload

from django.db import connection, transaction

from centralka.calls.tariffs import Rate

from .models import Price, PriceList, PriceListRevision
from .statements import rows_of
from .turns import in_turn

STEP = 500
"""Rows that are written or removed at once: a few milliseconds (`make bench`)."""
KEPT = 5
"""The number of earlier revisions of a list that are kept."""
LEFT_BEHIND = timedelta(minutes=10)
"""An upload that nobody worked on for so long belongs to a process that is gone."""
FORGOTTEN = timedelta(days=1)
"""A file whose columns nobody explained for so long."""
_SHORTEST_PAUSE = 0.01
_COLUMNS = tuple(field.name for field in fields(Rate))
"""The columns of a price are called as the fields of a rate."""
_ON_ITS_WAY = "SELECT 1 FROM price_list_revision WHERE NOT (state = %s) LIMIT 1"

State = PriceListRevision.State
Clock = Callable[[], datetime]


def current_revision(price_list_id: int, now: datetime) -> PriceListRevision | None:
    """Return the revision whose prices hold at `now`; None: the list has no prices."""
    holding = PriceListRevision.objects.filter(price_list_id=price_list_id, holds_from__lte=now)
    return holding.order_by("-holds_from", "-id").first()


def begin_loading(price_list: PriceList, rows: int, now: datetime, **details: object) -> PriceListRevision:
    """Add a revision without prices yet, which holds nowhere."""
    return PriceListRevision.objects.create(
        price_list=price_list, state=State.LOADING, rows=rows, made_at=now, touched_at=now, **details
    )


def packed(rates: Iterable[Rate]) -> bytes:
    """Pack rates as `PriceListRevision.content` keeps them until they are rows: a line for each, cells parted by tabs.

    No description has tabs or line ends: `calls.price_list` takes one space for whatever stands between two words.
    """
    return zlib.compress("\n".join("\t".join(map(str, _cells(rate))) for rate in rates).encode(), 1)


class Packed(Sequence[Rate]):
    """Rates as `packed` made them. A rate is read when it is asked for: a step needs a thousand of three hundred
    thousand."""

    def __init__(self, content: bytes) -> None:
        self._lines = zlib.decompress(content).decode().split("\n")

    def __len__(self) -> int:
        return len(self._lines)

    @overload
    def __getitem__(self, which: int) -> Rate: ...
    @overload
    def __getitem__(self, which: slice) -> list[Rate]: ...
    def __getitem__(self, which: int | slice) -> Rate | list[Rate]:
        found = self._lines[which]
        return _rate(found) if isinstance(found, str) else [_rate(line) for line in found]


def _rate(line: str) -> Rate:
    prefix, description, per_minute, fee, first, following, barred = line.split("\t")
    return Rate(
        prefix, description, Decimal(per_minute), Decimal(fee), int(first), int(following), barred=barred == "True"
    )


def _cells(rate: Rate) -> tuple[Any, ...]:
    return tuple(getattr(rate, column) for column in _COLUMNS)


def write_step(revision_id: int, done: int, rates: Sequence[Rate], now: datetime) -> bool:
    """Write `rates` after the `done` rows that are there; False: it was cancelled, or another process writes it."""
    with transaction.atomic():
        waiting = PriceListRevision.objects.filter(pk=revision_id, state=State.LOADING, loaded=done)
        if not waiting.update(loaded=done + len(rates), touched_at=now):
            return False
        _insert(revision_id, rates)
    return True


@in_turn
def switch(revision_id: int, now: datetime) -> bool:
    """Let a revision hold from the moment that was wanted, or from `now`; False: it was cancelled."""
    wanted = PriceListRevision.objects.filter(pk=revision_id).values_list("wanted_from", flat=True).first()
    loading = PriceListRevision.objects.filter(pk=revision_id, state=State.LOADING)
    holds_from = max(now, wanted) if wanted else now
    return bool(loading.update(state=State.READY, holds_from=holds_from, content=None, touched_at=now))


def load(revision_id: int, rates: Sequence[Rate], done: int, clock: Clock, is_enough: Callable[[], bool]) -> bool:
    """Write what comes after the first `done` rates step by step, then switch; False: it was enough before that."""
    while done < len(rates):
        if is_enough():
            return False
        some = rates[done : done + STEP]
        if not pace(partial(write_step, revision_id, done, some, clock())):
            return True
        done += len(some)
    if switch(revision_id, clock()):
        _tidy(revision_id, clock())
    return True


def _tidy(revision_id: int, now: datetime) -> None:
    for price_list in PriceList.objects.filter(revisions=revision_id).values_list("pk", flat=True):
        PriceList.objects.filter(pk=price_list).update(changed_at=now)
        drop_surplus(price_list, now)


def drop(revision_id: int, *states: State) -> bool:
    """Let a revision hold nowhere any more; its rows are removed later. False: it is in none of `states` now."""
    found = PriceListRevision.objects.filter(pk=revision_id, state__in=states)
    return bool(found.update(state=State.DROPPED, holds_from=None, content=None))


def drop_surplus(price_list_id: int, now: datetime) -> None:
    """Drop the revisions before the last few that held."""
    held = PriceListRevision.objects.filter(price_list_id=price_list_id, holds_from__lte=now)
    for old in held.order_by("-holds_from", "-id").values_list("pk", flat=True)[1 + KEPT :]:
        drop(old, State.READY)


def is_any_on_its_way() -> bool:
    """Tell whether any prices are being read, loaded or removed; mostly there are none."""
    return bool(rows_of(_ON_ITS_WAY, [State.READY.value]))


def drop_left_behind(now: datetime) -> None:
    """Drop uploads of processes that are gone, and files that nobody explained."""
    gone = PriceListRevision.objects.filter(content=None, state=State.LOADING, touched_at__lt=now - LEFT_BEHIND)
    gone |= PriceListRevision.objects.filter(state=State.READING, touched_at__lt=now - FORGOTTEN)
    for left in gone.values_list("pk", flat=True):
        drop(left, State.LOADING, State.READING)


def remove_step(revision_id: int) -> bool:
    """Remove some rows of a dropped revision, in the end the revision itself; False: nothing of it is left."""
    with transaction.atomic():
        some = Price.objects.filter(revision_id=revision_id).values_list("pk", flat=True)[:STEP]
        removed = Price.objects.filter(pk__in=list(some)).delete()[0]
        if not removed:
            PriceListRevision.objects.filter(pk=revision_id, state=State.DROPPED).delete()
    return bool(removed)


def pace(step: Callable[[], bool]) -> bool:
    """Carry out a step, and leave the write lock to others for as long as it took."""
    begun = time.monotonic()
    went_on = step()
    time.sleep(max(_SHORTEST_PAUSE, time.monotonic() - begun))
    return went_on


def _insert(revision_id: int, rates: Iterable[Rate]) -> None:
    """Insert rows. `bulk_create` takes more than twice as long, and the lock is held meanwhile."""
    columns = ", ".join(("revision_id", *_COLUMNS))
    blanks = ", ".join(["%s"] * (1 + len(_COLUMNS)))
    rows = [(revision_id, *_cells(rate)) for rate in rates]
    with connection.cursor() as cursor:
        cursor.executemany(f"INSERT INTO price ({columns}) VALUES ({blanks})", rows)  # noqa: S608 (constants)
