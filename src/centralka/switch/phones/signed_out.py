"""End what a device registered that was signed out: its password is refused from then on, and it rings no more.

The edge wrote down with which device's password each phone came (edge/registrar.cfg).
"""

import asyncio
from pathlib import Path

import structlog

from centralka.edge.own_database import opened
from centralka.store.devices import signed_out_devices

from ..database import Database
from ..looking import keep_looking_where_written
from ..wire.edge_control import EdgeAway, EdgeControl, EdgeRefuses

log = structlog.get_logger()

_LOOK_EVERY = 0.5
_CONTACTS = """
SELECT location.username, location.contact FROM device
JOIN location ON location.username = device.login AND location.callid = device.call_id WHERE device.device = ?
"""


class SignedOut:
    """The devices of one edge; `edges`: its database of contacts."""

    def __init__(self, control: EdgeControl, edges: Path, node: str, database: Database) -> None:
        self._control = control
        self._edges = edges
        self._node = node
        self._database = database

    async def keep_ending(self) -> None:
        """End their registrations for as long as the process runs."""
        await keep_looking_where_written(
            self.look, _LOOK_EVERY, self._database.sign, "devices that were signed out", EdgeAway
        )

    async def look(self) -> bool:
        """End what there is. Returns whether there was any. Raises EdgeAway, and what the two databases raise."""
        devices = await self._database.read_again(signed_out_devices, self._node)
        for device in devices:
            await self._end(device)
        return bool(devices)

    async def _end(self, device: str) -> None:
        for login, contact in await asyncio.to_thread(_contacts_of, self._edges, device):
            try:
                await self._control.ask("ul.rm_contact", "location", login, contact)
            except EdgeRefuses:
                log.info("a phone was gone already", account=login)


def _contacts_of(edges: Path, device: str) -> list[tuple[str, str]]:
    with opened(edges) as database:
        return database.execute(_CONTACTS, (device,)).fetchall()
