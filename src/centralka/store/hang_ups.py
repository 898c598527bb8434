"""Orders to end running calls: given in the panel or the API, carried out by the switchboard of the call's engine."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from .models import CallRecord, HangUp
from .statements import rows_of

# Asked for twice a second. The cross join makes SQLite begin with the few orders: by itself it goes through all records
# of the node, of years. Written out, it costs a quarter of what it does through the ORM (docs/decisions/0013).
_ORDERS = """
SELECT r.call_id, h.by, r.ended_at IS NOT NULL FROM hang_up h CROSS JOIN call_record r
WHERE r.id = h.call_record_id AND r.node = %s ORDER BY h.ordered_at
"""


@dataclass(frozen=True, slots=True)
class HangUpOrder:
    """A call that is to end. `came_true`: it has ended."""

    call_id: str
    by: str
    came_true: bool = False


def order_hang_up(record: CallRecord, by: str, now: datetime) -> None:
    """Order that a call ends; to order it again changes nothing."""
    HangUp.objects.get_or_create(call_record=record, defaults={"by": by, "ordered_at": now})


def hang_up_orders(node: str) -> list[HangUpOrder]:
    """Return the orders for an engine, oldest first, also those that have come true."""
    return [HangUpOrder(call_id, by, bool(came_true)) for call_id, by, came_true in rows_of(_ORDERS, [node])]


def remove_hang_ups(call_ids: Collection[str]) -> None:
    """Remove the orders for these calls."""
    HangUp.objects.filter(call_record__call_id__in=call_ids).delete()
