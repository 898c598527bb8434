"""Follow the trunks: tell edge and engine when they changed, and write down their states.

Endpoints and addresses of carriers need no telling, they are read from the database at each call. The edge has to be
told where to register; the engine, which carriers to ask whether they are there. It finds the order of trunks for
emergency calls in a file, for the time when no switchboard is there.
"""

import asyncio
import socket
from collections.abc import Mapping
from datetime import UTC, datetime
from ipaddress import ip_address

import structlog

from centralka.calls.endpoints import trunk_endpoint
from centralka.store.trunks import TrunkRow, TrunkState, noted_states, set_addresses, set_states, trunk_rows

from ..database import Database
from ..looking import till_next_look
from ..wire.engine_answers import EngineAway
from .carrier_registrations import CarrierRegistrations, Registration
from .pings import Pings
from .trunk_order import TrunkOrder

log = structlog.get_logger()

_LOOK_EVERY = 2.0
_STATUS_EVERY = 2
"""Looks: every four seconds."""
_RESOLVE_EVERY = 150
"""Looks: every five minutes, as addresses of carriers change."""


class Trunks:
    """The trunks as the engine was told of them last."""

    def __init__(
        self, database: Database, order: TrunkOrder, pings: Pings, registrations: CarrierRegistrations
    ) -> None:
        self._database = database
        self._order = order
        self._pings = pings
        self._registrations = registrations
        self._registered: dict[str, Registration] = {}
        self._told: frozenset[tuple[object, ...]] | None = None
        self._looks = 0

    async def follow_trunks(self) -> None:
        """Tell the engine of changed trunks and note what it says, for as long as the process runs."""
        while True:
            try:
                await self.look()
            except EngineAway:
                await self._know_registrations_only()
            except Exception:
                log.exception("the trunks could not be followed; trying again")
            await till_next_look(_LOOK_EVERY)

    async def _know_registrations_only(self) -> None:
        """Without an engine the carriers are not asked whether they are there."""
        try:
            await self._note(_states(self._registered, {}))
        except Exception:
            log.exception("the states of the trunks could not be written down")

    async def look(self) -> None:
        """Look once: at addresses, then tell edge and engine what they have to know, then note what they say."""
        rows = await self._database.read_again(trunk_rows)
        now = frozenset(row.signature for row in rows)
        if now != self._told or self._looks % _RESOLVE_EVERY == 0:
            await self._resolve(rows)
        notes = self._looks % _STATUS_EVERY == 0
        if notes or now != self._told or not self._registrations.are_settled():
            self._registered = await self._registrations.keep(rows)
        if now != self._told:
            await self._tell(rows)
            self._told = now
        if notes:
            await self._write_down_states(rows)
        self._looks += 1

    async def _resolve(self, rows: list[TrunkRow]) -> None:
        found = {row.id: await _addresses(row) for row in rows}
        await self._database.do(set_addresses, {trunk: listed for trunk, listed in found.items() if listed})

    async def _tell(self, rows: list[TrunkRow]) -> None:
        await self._order.remember(rows)
        await self._pings.tell(rows)

    async def _write_down_states(self, rows: list[TrunkRow]) -> None:
        """Write down what edge and engine say, also when the last trunk was disabled: its registration is gone."""
        answers = await self._pings.answers(rows)
        await self._note(_states(self._registered, answers))

    async def _note(self, states: Mapping[str, TrunkState]) -> None:
        """Write down what is another state than before; of a trunk that is not among them nothing is known."""
        noted = await self._database.read_again(noted_states)
        now = {trunk_id: states.get(trunk_endpoint(trunk_id), TrunkState()) for trunk_id in noted}
        if changed := {trunk_id: state for trunk_id, state in now.items() if state != noted[trunk_id]}:
            await self._database.do(set_states, changed, datetime.now(UTC))


def _states(registered: Mapping[str, Registration], answers: Mapping[str, bool | None]) -> dict[str, TrunkState]:
    return {
        endpoint: _state(registered.get(endpoint, Registration("")), answers.get(endpoint))
        for endpoint in {*registered, *answers}
    }


def _state(registration: Registration, reachable: bool | None) -> TrunkState:
    return TrunkState(registration.status, reachable, registration.answer)


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
    addresses = sorted({str(entry[4][0]) for entry in found})
    return ",".join(f"{address}:{row.port}/32" if ip_address(address).is_loopback else address for address in addresses)
