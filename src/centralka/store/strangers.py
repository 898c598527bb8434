"""Keep the rows of strangers who are blocked: the switchboard keeps them true to its edge, and reads which blocks are
to be lifted."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from .models import BlockedStranger
from .portions import AT_ONCE, portions
from .statements import rows_of

_TO_LIFT = "SELECT id, kind, whom FROM blocked_stranger WHERE node = %s AND lifted"


@dataclass(frozen=True, slots=True)
class Block:
    """An address or an account (by its login) that gets no answer until then."""

    kind: str
    whom: str
    why: str
    until: datetime


def replace_blocks(node: str, blocks: Iterable[Block], obeyed: Collection[int] = ()) -> None:
    """Make the node's rows those of `blocks`, all that its edge knows. `obeyed`: rows whose block was lifted there."""
    wanted = {(one.kind, one.whom): one for one in blocks}
    with transaction.atomic():
        rows = {(row.kind, row.whom): row for row in BlockedStranger.objects.filter(node=node)}
        same = {key for key, row in rows.items() if key in wanted and _says(row, wanted[key], obeyed)}
        for some in portions(row.pk for key, row in rows.items() if key not in same):
            BlockedStranger.objects.filter(pk__in=some).delete()
        added = [one for key, one in wanted.items() if key not in same]
        BlockedStranger.objects.bulk_create([_row(node, one) for one in added], batch_size=AT_ONCE)


def _says(row: BlockedStranger, block: Block, obeyed: Collection[int]) -> bool:
    return row.pk not in obeyed and (row.why, row.until) == (block.why, block.until)


def _row(node: str, block: Block) -> BlockedStranger:
    return BlockedStranger(node=node, kind=block.kind, whom=block.whom, why=block.why, until=block.until)


def blocks_to_lift(node: str) -> list[tuple[int, str, str]]:
    """Return id, kind and stranger of the blocks that the operator lifted."""
    return rows_of(_TO_LIFT, [node])


def lift_blocks(ids: Iterable[int]) -> None:
    """Order that these blocks end."""
    for some in portions(ids):
        BlockedStranger.objects.filter(pk__in=some).update(lifted=True)
