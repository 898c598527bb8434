"""Read what the engine would read of an endpoint now: it keeps what it has read, and has to be told of changes."""

from collections import defaultdict
from collections.abc import Collection

from centralka.calls.endpoints import Carrier, Phone, endpoint_named
from centralka.calls.media_encryption import Encryption

from .realtime import VARIES
from .statements import rows_of

EngineRow = dict[str, str | None]
"""The columns in which a saved change shows, `realtime.VARIES`; of a carrier also the address at which it is called."""
_TRUNKS = "ps_trunks"


def engine_rows(names: Collection[str]) -> dict[str, EngineRow]:
    """Return the rows of these endpoints by name; nothing of an endpoint that is not there any more."""
    by_view: dict[str, list[str]] = defaultdict(list)
    for name in names:
        by_view[_view(name)].append(name)
    found: dict[str, EngineRow] = defaultdict(dict)
    for view, sought in by_view.items():
        _add(found, view, VARIES, sought)
    # Where an account is called never changes.
    if carriers := by_view.get(_TRUNKS):
        _add(found, "ps_aors", ("contact",), carriers)
    return dict(found)


def _view(name: str) -> str:
    """Name the view that has this endpoint: all three together, `ps_endpoints`, take twice as long to ask."""
    match endpoint_named(name):
        case Carrier():
            return _TRUNKS
        case Phone(encryption=Encryption.NONE):
            return "ps_phones"
        case _:
            return "ps_encrypted"


def _add(found: dict[str, EngineRow], view: str, columns: tuple[str, ...], names: list[str]) -> None:
    marks = ", ".join(["%s"] * len(names))
    statement = f"SELECT id, {', '.join(columns)} FROM {view} WHERE id IN ({marks})"  # noqa: S608 (constants)
    for name, *values in rows_of(statement, names):
        found[name] |= zip(columns, values, strict=True)
