"""End what a device registered that was signed out: its password is refused from then on, and it rings no more.

The edge wrote down with which device's password each phone came (edge/registrar.cfg).
"""

import asyncio
from pathlib import Path

import structlog

from centralka.edge.own_database import opened
from centralka.store.devices import signed_out_devices

from ..database import Database
from ..looking import keep_looking
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
        await keep_looking(self.look, _LOOK_EVERY, "devices that were signed out", EdgeAway)

    async def look(self) -> None:
        """End what there is. Raises EdgeAway, and what the two databases raise."""
        for device in await self._database.read_again(signed_out_devices, self._node):
            await self._end(device)

    async def _end(self, device: str) -> None:
        for login, contact in await asyncio.to_thread(_contacts_of, self._edges, device):
            try:
                await self._control.ask("ul.rm_contact", "location", login, contact)
            except EdgeRefuses:
                log.info("a phone was gone already", account=login)


def _contacts_of(edges: Path, device: str) -> list[tuple[str, str]]:
    with opened(edges) as database:
        return database.execute(_CONTACTS, (device,)).fetchall()
