"""Whose number was dialled, as far as the record of the call knows."""

from collections.abc import Iterator
from typing import Any

from centralka.store.models import CallRecord


def leg_name(leg: dict[str, Any]) -> str:
    """The name that the rung account had then."""
    values = (leg.get("why") or {}).get("values", {})
    return str(leg.get("name") or (values.get("name", "") if values.get("extension") == leg.get("to") else ""))


def callee_name(record: CallRecord) -> str:
    """The name of the dialled account; empty for a number that is nobody's."""
    return next((name for number, name in _names(record) if number == record.to_number and name), "")


def _names(record: CallRecord) -> Iterator[tuple[str, str]]:
    for leg in record.legs:
        yield leg.get("to", ""), leg_name(leg)
    for reason in record.why:
        values = reason.get("values", {})
        yield str(values.get("extension", "")), str(values.get("name", ""))
