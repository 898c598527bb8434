"""Follow the trunks: tell the engine when they changed, and write down their states.

Endpoints and addresses of carriers need no telling, the engine reads them from the database at each call. It has to
be told only of what it does by itself, registering; and the order of trunks for emergency calls is kept in its own
database, for the time when no switchboard is there.
"""

import asyncio
import socket
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from ipaddress import ip_address

import structlog

from centralka.store.trunks import TrunkRow, TrunkState, set_addresses, set_states, trunk_rows

from .database import Database
from .pings import Pings
from .wire.manager import EngineAway, Manager, Refused

log = structlog.get_logger()

_LOOK_EVERY = 2.0
_STATUS_EVERY = 2
"""Looks: every four seconds."""
_RESOLVE_EVERY = 150
"""Looks: every five minutes, as addresses of carriers change."""
_LIST = "PJSIPShowRegistrationsOutbound"
_DETAIL = "OutboundRegistrationDetail"
_MODULE = "res_pjsip_outbound_registration.so"


class Trunks:
    """The trunks as the engine was told of them last."""

    def __init__(self, database: Database, manager: Manager, pings: Pings) -> None:
        self._database = database
        self._manager = manager
        self._pings = pings
        self._told: frozenset[tuple[object, ...]] | None = None
        self._looks = 0

    async def follow_trunks(self) -> None:
        """Tell the engine of changed trunks and note what it says, for as long as the process runs."""
        while True:
            try:
                await self.look()
            except EngineAway:
                self._told = None  # a new engine reads everything anew, but does not know the order for emergencies
                await self._know_nothing()
            except Exception:
                log.exception("the trunks could not be followed; trying again")
            await asyncio.sleep(_LOOK_EVERY)

    async def _know_nothing(self) -> None:
        """Forget the states: without an engine no trunk is registered, and the carriers are not asked."""
        try:
            await self._database.do(set_states, {}, datetime.now(UTC))
        except Exception:
            log.exception("the states of the trunks could not be written down")

    async def look(self) -> None:
        """Look once: at addresses, then tell the engine what it has to know, then note what it says."""
        rows = await self._database.read(trunk_rows)
        now = frozenset(row.signature for row in rows)
        if now != self._told or self._looks % _RESOLVE_EVERY == 0:
            await self._resolve(rows)
        if now != self._told:
            await self._tell(rows)
            self._told = now
        if self._looks % _STATUS_EVERY == 0:
            await self._write_down_states(rows)
        self._looks += 1

    async def _resolve(self, rows: list[TrunkRow]) -> None:
        found = {row.id: await _addresses(row) for row in rows}
        await self._database.do(set_addresses, {trunk: listed for trunk, listed in found.items() if listed})

    async def _tell(self, rows: list[TrunkRow]) -> None:
        await self._remember("&".join(row.endpoint for row in rows))
        await self._manager.ask("Reload", {"Module": _MODULE})
        await self._pings.tell(rows)

    async def _remember(self, order: str) -> None:
        key = {"Family": "centralka", "Key": "trunks"}
        if order:
            await self._manager.ask("DBPut", {**key, "Val": order})
            return
        # The engine refuses to keep an empty value, and to remove one that is not there (DBDel warns of it, too).
        with suppress(Refused):
            await self._manager.ask("DBDelTree", key)

    async def _write_down_states(self, rows: list[TrunkRow]) -> None:
        """Write down what the engine says, also when the last trunk was disabled: its registration is gone."""
        listed = await self._manager.listed(_LIST, {}, f"{_DETAIL}Complete") if rows else []
        answers = await self._pings.answers(rows)
        said = _statuses(listed)
        states = {endpoint: _state(said.get(endpoint, ""), answers.get(endpoint)) for endpoint in {*said, *answers}}
        await self._database.do(set_states, states, datetime.now(UTC))


def _statuses(listed: list[Mapping[str, str]]) -> dict[str, str]:
    """Read `Registered`, `Unregistered`, `Rejected` … by endpoint, as `res_pjsip_outbound_registration` names them."""
    details = [one for one in listed if one.get("Event") == _DETAIL]
    return {one.get("ObjectName", ""): one.get("Status", "") for one in details}


def _state(status: str, reachable: bool | None) -> TrunkState:
    """Read a state. The engine calls a registration rejected also without an answer; only a present carrier rejects."""
    honest = "Unregistered" if status == "Rejected" and not reachable else status
    return TrunkState(honest, reachable)


async def _addresses(row: TrunkRow) -> str:
    """Resolve the carrier's host into IP addresses, with commas; "" when the name cannot be resolved now.

    On this machine itself phones under test or a second exchange have the same address: there the port
    belongs to it.
    """
    try:
        found = await asyncio.get_running_loop().getaddrinfo(row.host, row.port, type=socket.SOCK_DGRAM)
    except OSError as problem:
        log.warning("the host of a trunk has no address", host=row.host, problem=str(problem))
        return ""
    addresses = sorted({str(one[4][0]) for one in found})
    return ",".join(f"{one}:{row.port}/32" if ip_address(one).is_loopback else one for one in addresses)
