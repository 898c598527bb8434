"""Orders to end running calls: given in the panel or the API, carried out by the switchboard of the call's engine."""

from dataclasses import dataclass
from datetime import datetime

from .models import CallRecord, HangUp


@dataclass(frozen=True, slots=True)
class HangUpOrder:
    """A running call that is to end."""

    call_id: str
    by: str


def order_hang_up(record: CallRecord, by: str, now: datetime) -> None:
    """Order that a call ends; to order it again changes nothing."""
    HangUp.objects.get_or_create(call_record=record, defaults={"by": by, "ordered_at": now})


def hang_up_orders(node: str) -> list[HangUpOrder]:
    """Return the orders still to be done on an engine, oldest first, and remove orders that have come true."""
    found = HangUp.objects.filter(call_record__node=node).order_by("ordered_at")
    rows = list(found.values_list("call_record__call_id", "by", "call_record__ended_at"))
    if done := [call_id for call_id, _by, ended_at in rows if ended_at]:
        HangUp.objects.filter(call_record__call_id__in=done).delete()
    return [HangUpOrder(call_id, by) for call_id, by, ended_at in rows if not ended_at]
