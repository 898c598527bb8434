"""Orders for messages from the panel, the API or a phone: the engine's folders follow them."""

import asyncio
import time
from pathlib import Path

import structlog

from centralka.store import voicemail as store
from centralka.store.models import VoicemailMessage

from ..database import Database
from ..looking import keep_looking_where_written
from .folders import Folders
from .lamps import Lamps
from .moving import move, remove
from .recordings import INBOX, OLD, copies
from .turns import Turns

log = structlog.get_logger()

_LOOK_EVERY = 0.25
_FAILED_AGAIN_AFTER = 60.0
"""Seconds until an order that could not be carried out is tried again."""
_ORDER = VoicemailMessage.Order
_FOLDER_OF = {_ORDER.HEARD: OLD, _ORDER.UNHEARD: INBOX}


class Orders:
    """Carry out orders. Only this and `salvage` move and remove messages."""

    def __init__(self, folders: Folders, database: Database, node: str, turns: Turns, lamps: Lamps) -> None:
        self._folders = folders
        self._database = database
        self._node = node
        self._turns = turns
        self._lamps = lamps
        self._failed_at: dict[int, float] = {}
        """By message: when an order could not be carried out last, on the clock of `time.monotonic`."""

    async def keep_carrying_out(self) -> None:
        """Carry out orders for as long as the process runs."""
        await keep_looking_where_written(self.carry_out, _LOOK_EVERY, self._database.sign, "orders on messages")

    async def carry_out(self) -> bool:
        """Carry out the present orders. Returns whether there were any. Raises what `Database.do` raises."""
        orders = await self._database.read_again(store.pending_orders, self._node)
        failed = self._failed_at
        self._failed_at = {order.message_id: failed[order.message_id] for order in orders if order.message_id in failed}
        for order in orders:
            if not self._has_just_failed(order):
                await self._carry_out(order)
        return bool(orders)

    def _has_just_failed(self, order: store.MessageOrder) -> bool:
        at = self._failed_at.get(order.message_id)
        return at is not None and time.monotonic() - at < _FAILED_AGAIN_AFTER

    async def _carry_out(self, order: store.MessageOrder) -> None:
        async with self._turns.of(order.account_id):
            try:
                await asyncio.to_thread(_move_or_remove, self._folders.box(order.account_id), order)
            except OSError as problem:
                # Nothing is lost: people see what the row says.
                log.warning("a message could not be moved", account=order.account_id, problem=str(problem))
                self._failed_at[order.message_id] = time.monotonic()
                return
            await self._database.do(store.order_done, order)
            await self._lamps.tell([order.account_id])


def _move_or_remove(box: Path, order: store.MessageOrder) -> None:
    """Move the message, or remove it. Raises OSError."""
    wanted, found = _FOLDER_OF.get(order.order), copies(box, order.msg_id)
    # A message that is there already was moved by a process that could not say so, or not do the rest, any more.
    there = any(recording.folder == wanted for recording in found)
    for recording in found:
        if recording.folder == wanted:
            continue
        if wanted is None or there:
            remove(box, order.msg_id, recording.folder)
        else:
            move(box, order.msg_id, wanted)
