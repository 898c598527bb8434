"""Files whose columns have to be explained: kept until the operator says what they are, which is then remembered."""

import zlib

from django.utils import timezone

from centralka.calls.price_list.errors import PriceListErrors
from centralka.calls.price_list.parse import Table, look_at
from centralka.calls.price_list.reading import Reading, reading_as_json
from centralka.store.models import PriceList, PriceListRevision
from centralka.store.price_lists import State, drop

from ..actor import Operator
from ..errors import NotFound
from .price_lists import price_list
from .rows import revision
from .uploads import FILE_NAME_MAX, Upload, hand_over, rates_of


def keep_file(operator: Operator, found: PriceList, data: bytes, upload: Upload) -> PriceListRevision | None:
    """Keep a file for a day, so that its columns can be explained; None if it has no rows and columns."""
    try:
        look_at(data)
    except PriceListErrors:
        return None
    now = timezone.now()
    return PriceListRevision.objects.create(
        price_list=found,
        state=State.READING,
        content=zlib.compress(data, 1),
        file_name=upload.file_name[:FILE_NAME_MAX],
        wanted_from=upload.holds_from,
        made_by=operator.who,
        made_at=now,
        touched_at=now,
    )


def kept_file(operator: Operator, price_list_id: int, revision_id: int) -> tuple[str, bytes]:
    """Return the name and the content of a file that was kept. Raises `NotFound`."""
    return revision(operator, price_list_id, revision_id).file_name, _file(operator, price_list_id, revision_id)


def forget_file(operator: Operator, price_list_id: int, revision_id: int) -> None:
    """Keep a file no longer: it was taken, or another one is kept. Raises `NotFound`."""
    drop(revision(operator, price_list_id, revision_id).pk, State.READING)


def table_of(operator: Operator, price_list_id: int, revision_id: int) -> Table:
    """Return the beginning of a file that was kept. Raises `NotFound`."""
    return look_at(_file(operator, price_list_id, revision_id))


def take_file(operator: Operator, price_list_id: int, revision_id: int, reading: Reading) -> PriceListRevision:
    """Load a file that was kept as `reading` says, and read later files of its kind in the same way.

    Raises `NotFound`, and `WrongPriceList`: then the file is still kept, and nothing else has changed.
    """
    found = price_list(operator, price_list_id)
    kept = revision(operator, price_list_id, revision_id)
    rates = rates_of(found, _file(operator, price_list_id, revision_id), reading)
    PriceList.objects.filter(pk=found.pk).update(reading=reading_as_json(reading))
    made = hand_over(operator, found, rates, Upload(file_name=kept.file_name, holds_from=kept.wanted_from))
    drop(kept.pk, State.READING)
    return made


def _file(operator: Operator, price_list_id: int, revision_id: int) -> bytes:
    kept = revision(operator, price_list_id, revision_id)
    if kept.state != State.READING or kept.content is None:
        raise NotFound
    return zlib.decompress(bytes(kept.content))
