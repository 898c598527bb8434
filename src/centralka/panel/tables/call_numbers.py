"""The numbers that called and were dialled, as far as the record of the call knows, as people read them."""

from collections.abc import Iterator
from functools import lru_cache

from django.utils.translation import gettext as _

from centralka.calls import outside_caller
from centralka.calls.destinations import destination
from centralka.calls.spelling import grouped
from centralka.store.models import CallRecord

_OUT = CallRecord.Direction.OUT


def caller(record: CallRecord) -> str:
    """Write the caller: an extension, or a public number grouped; in words where there is none."""
    return number_in_words(record.from_number)


def number_in_words(text: str) -> str:
    """Write a number as `public_number` does, but in words where the caller hides it, or gave none that exists."""
    match text:
        case "":
            return _("Restricted number")
        case outside_caller.UNKNOWN:
            return _("Unknown number")
        case _:
            return public_number(text)


def callee(record: CallRecord) -> str:
    """Write what was dialled; a number outside is grouped, however it was spelled."""
    return dialled_outside(record.to_number) if record.direction == _OUT else public_number(record.to_number)


@lru_cache(maxsize=4096)
def public_number(text: str) -> str:
    """Write E.164 grouped; an extension, a star code and everything else as it is."""
    return grouped(text)


@lru_cache(maxsize=4096)
def dialled_outside(text: str) -> str:
    """Write `0048221234567` as `22 123 45 67`; another text as it was dialled."""
    found = destination(text)
    return grouped(found.number) if found else text


def callee_name(record: CallRecord) -> str:
    """Return the name of the dialled account; empty for a number of no account."""
    return next((name for number, name in _names(record) if number == record.to_number and name), "")


def _names(record: CallRecord) -> Iterator[tuple[str, str]]:
    for leg in record.targets:
        yield leg.to, leg.name
    for reason in record.reasons:
        yield str(reason.values.get("extension", "")), str(reason.values.get("name", ""))
