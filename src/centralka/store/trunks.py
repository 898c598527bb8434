"""Trunks as the switchboard reads them, and the states that it notes."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from centralka.calls.endpoints import trunk_endpoint

from .models import Trunk
from .statements import rows_of

_ADDRESSES_MAX = 255
_ENABLED = """
SELECT id, version, host, port, transport, username, pings, kind, password, mark
FROM trunk WHERE enabled ORDER BY priority, name, id
"""
_STATES = "SELECT id, status, reachable, answer FROM trunk"


@dataclass(frozen=True, slots=True)
class TrunkRow:
    """An enabled trunk."""

    id: int
    version: int
    host: str
    port: int
    transport: str = "udp"
    username: str = ""
    pings: bool = False
    kind: str = Trunk.Kind.ADDRESS
    password: str = field(default="", repr=False)
    mark: str = ""

    @property
    def endpoint(self) -> str:
        return trunk_endpoint(self.id)

    @property
    def registers(self) -> bool:
        return self.kind == Trunk.Kind.REGISTRATION

    @property
    def signature(self) -> tuple[object, ...]:
        """Return a signature that differs whenever anything about the trunk was changed."""
        return (self.id, self.version)


def trunk_rows() -> list[TrunkRow]:
    """Return the enabled trunks in the order in which they are tried."""
    return [_row(*values) for values in rows_of(_ENABLED)]


def _row(*values: Any) -> TrunkRow:
    row = TrunkRow(*values)
    return replace(row, pings=bool(row.pings))


def set_addresses(addresses: Mapping[int, str]) -> None:
    """Note the addresses to which the hosts resolve; nothing is written where nothing changed."""
    for trunk_id, listed in addresses.items():
        kept = _whole_addresses(listed)
        Trunk.objects.filter(pk=trunk_id).exclude(addresses=kept).update(addresses=kept)


def _whole_addresses(listed: str) -> str:
    """Keep as many addresses as fit as a whole: the beginning of one could be the address of another carrier."""
    if len(listed) <= _ADDRESSES_MAX:
        return listed
    return listed[: _ADDRESSES_MAX + 1].rpartition(",")[0]


@dataclass(frozen=True, slots=True)
class TrunkState:
    """The state of a trunk: of its registration, and whether the carrier answers."""

    status: str = ""
    reachable: bool | None = None
    answer: str = ""


def noted_states() -> dict[int, TrunkState]:
    """Return the states as they were noted, by the ids of all trunks."""
    return {
        trunk_id: TrunkState(status, None if reachable is None else bool(reachable), answer)
        for trunk_id, status, reachable, answer in rows_of(_STATES)
    }


def set_states(states: Mapping[int, TrunkState], now: datetime) -> None:
    """Note these states by the ids of their trunks."""
    for trunk_id, state in states.items():
        said = {"status": state.status[:20], "reachable": state.reachable, "answer": state.answer}
        Trunk.objects.filter(pk=trunk_id).update(**said, status_at=now)
