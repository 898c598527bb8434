"""Long price lists: written and cleaned up in short steps, a few seconds at a time, so that mail does not wait."""

import time
from collections.abc import Callable

import structlog
from django.db import DataError, IntegrityError

from centralka.store.models import PriceListRevision
from centralka.store.price_lists import (
    Clock,
    Packed,
    State,
    drop,
    drop_left_behind,
    is_any_on_its_way,
    load,
    pace,
    remove_step,
)

log = structlog.get_logger()

AT_ONCE = 2.0
"""Seconds of work before the worker looks after other things."""


def look_after_price_lists(clock: Clock, end_asked: Callable[[], bool], at_once: float = AT_ONCE) -> bool:
    """Load what was uploaded and remove what was dropped, for `at_once` seconds; True: there is more to do."""
    if not is_any_on_its_way():
        return False
    drop_left_behind(clock())
    until = time.monotonic() + at_once

    def is_enough() -> bool:
        return end_asked() or time.monotonic() > until

    waiting = PriceListRevision.objects.filter(state=State.LOADING).exclude(content=None).order_by("pk")
    if not all(_load(one, clock, is_enough) for one in waiting):
        return True
    dropped = PriceListRevision.objects.filter(state=State.DROPPED).order_by("pk").values_list("pk", flat=True)
    return not all(_remove(one, is_enough) for one in dropped)


def _load(revision: PriceListRevision, clock: Clock, is_enough: Callable[[], bool]) -> bool:
    try:
        return load(revision.pk, Packed(bytes(revision.content or b"")), revision.loaded, clock, is_enough)
    except (IntegrityError, DataError):
        # It would fail in the same way for ever. The prices that hold go on holding.
        log.exception("a price list could not be loaded; it is removed", revision=revision.pk)
        drop(revision.pk, State.LOADING)
        return True


def _remove(revision_id: int, is_enough: Callable[[], bool]) -> bool:
    while not is_enough():
        if not pace(lambda: remove_step(revision_id)):
            return True
    return False
