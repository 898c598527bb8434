"""Read what the engine would read of an endpoint now: it keeps what it has read, and has to be told of changes."""

from collections.abc import Collection
from functools import lru_cache

from centralka.calls.endpoints import Carrier, Phone, endpoint_named
from centralka.calls.media_encryption import Encryption

from .realtime import VARIES
from .statements import rows_of

EngineRow = tuple[str | None, ...]
"""The columns in which a saved change shows, `realtime.VARIES`; of a carrier also the address at which it is called."""
_TRUNKS = "ps_trunks"


def engine_rows(names: Collection[str]) -> dict[str, EngineRow]:
    """Return the rows of these endpoints by name; nothing of an endpoint that is not there any more."""
    by_view: dict[str, list[str]] = {}
    for name in names:
        by_view.setdefault(_view(name), []).append(name)
    found: dict[str, EngineRow] = {}
    for view, sought in by_view.items():
        for name, *values in rows_of(_statement(view, VARIES, len(sought)), sought):
            found[name] = tuple(values)
    # Where an account is called never changes.
    if carriers := by_view.get(_TRUNKS):
        for name, contact in rows_of(_statement("ps_aors", ("contact",), len(carriers)), carriers):
            if name in found:  # it can have come between the two statements
                found[name] += (contact,)
    return found


def _view(name: str) -> str:
    """Name the view that has this endpoint: all three together, `ps_endpoints`, take twice as long to ask."""
    match endpoint_named(name):
        case Carrier():
            return _TRUNKS
        case Phone(encryption=Encryption.NONE):
            return "ps_phones"
        case _:
            return "ps_encrypted"


@lru_cache(64)
def _statement(view: str, columns: tuple[str, ...], count: int) -> str:
    marks = ", ".join(["%s"] * count)
    return f"SELECT id, {', '.join(columns)} FROM {view} WHERE id IN ({marks})"  # noqa: S608 (constants)
