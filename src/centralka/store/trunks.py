"""What the switchboard has to know and to note of trunks."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from .models import Trunk

_ADDRESSES_MAX = 255


@dataclass(frozen=True, slots=True)
class TrunkRow:
    """An enabled trunk."""

    id: int
    version: int
    host: str
    port: int

    @property
    def endpoint(self) -> str:
        return f"trunk-{self.id}"

    @property
    def signature(self) -> tuple[object, ...]:
        """Another one when anything about the trunk was changed."""
        return (self.id, self.version)


def trunk_rows() -> list[TrunkRow]:
    """The enabled trunks in the order in which they are tried."""
    rows = Trunk.objects.filter(enabled=True).order_by("priority", "name", "id")
    return [TrunkRow(*row) for row in rows.values_list("id", "version", "host", "port")]


def set_addresses(addresses: Mapping[int, str]) -> None:
    """Note what the hosts resolve to; nothing is written where nothing changed."""
    for trunk_id, listed in addresses.items():
        kept = _whole_addresses(listed)
        Trunk.objects.filter(pk=trunk_id).exclude(addresses=kept).update(addresses=kept)


def _whole_addresses(listed: str) -> str:
    """As many as fit: the beginning of an address could be the address of somebody else."""
    if len(listed) <= _ADDRESSES_MAX:
        return listed
    return listed[: _ADDRESSES_MAX + 1].rpartition(",")[0]


def set_statuses(statuses: Mapping[str, str], now: datetime) -> None:
    """Note what the engine says of registrations, by endpoint; a trunk that it does not know has no state."""
    with transaction.atomic():
        for trunk in Trunk.objects.all():
            status = statuses.get(trunk.endpoint, "")[:20]
            if status != trunk.status:
                Trunk.objects.filter(pk=trunk.pk).update(status=status, status_at=now)
