"""Orders for messages from the panel, the API or a phone: the engine's folders follow them."""

import asyncio
import time

import structlog

from centralka.store import voicemail as store
from centralka.store.models import VoicemailMessage
from centralka.store.realtime import MAILBOXES

from ..database import Database
from ..wire.manager import Manager, Refused
from . import moving
from .folders import Folders
from .lamps import Lamps
from .recordings import INBOX, OLD, copies
from .turns import Turns

log = structlog.get_logger()

_REFUSED_AGAIN_AFTER = 60.0
"""Seconds until an order that the engine refused is tried again."""
_ORDER = VoicemailMessage.Order
_FOLDER_OF = {_ORDER.HEARD: OLD, _ORDER.UNHEARD: INBOX}


class Orders:
    """Carry out orders. Only this and `salvage` have messages moved and removed."""

    def __init__(
        self, folders: Folders, database: Database, manager: Manager, node: str, turns: Turns, lamps: Lamps
    ) -> None:
        self._folders = folders
        self._database = database
        self._manager = manager
        self._node = node
        self._turns = turns
        self._lamps = lamps
        self._refused_at: dict[int, float] = {}
        """By message: when the engine would not carry out an order last, on the clock of `time.monotonic`."""

    async def carry_out(self) -> None:
        """Carry out the present orders. Raises EngineAway, and what `Database.do` raises."""
        orders = await self._database.read_again(store.pending_orders, self._node)
        refused = self._refused_at
        self._refused_at = {
            order.message_id: refused[order.message_id] for order in orders if order.message_id in refused
        }
        for order in orders:
            if not self._was_just_refused(order):
                await self._carry_out(order)

    def _was_just_refused(self, order: store.MessageOrder) -> bool:
        at = self._refused_at.get(order.message_id)
        return at is not None and time.monotonic() - at < _REFUSED_AGAIN_AFTER

    async def _carry_out(self, order: store.MessageOrder) -> None:
        async with self._turns.of(order.account_id):
            try:
                await self._move_or_remove(order)
            except (Refused, OSError) as problem:
                # Nothing is lost: people see what the row says.
                log.warning("a message could not be moved", account=order.account_id, problem=str(problem))
                self._refused_at[order.message_id] = time.monotonic()
                return
            await self._database.do(store.order_done, order)
            await self._lamps.tell([order.account_id])

    async def _move_or_remove(self, order: store.MessageOrder) -> None:
        """Move or remove the message. Raises EngineAway, Refused, OSError."""
        box, wanted = self._folders.box(order.account_id), _FOLDER_OF.get(order.order)
        found = await asyncio.to_thread(copies, box, order.msg_id)
        # A message that is there already was moved by a process that could not say so, or not do the rest, any more.
        there = any(recording.folder == wanted for recording in found)
        for recording in found:
            if recording.folder != wanted:
                await self._take_out(order, recording.folder, None if there else wanted)

    async def _take_out(self, order: store.MessageOrder, folder: str, wanted: str | None) -> None:
        """Take the message out of `folder` and put it into the one that is wanted; None: remove it."""
        box = self._folders.box(order.account_id)
        if order.mailbox_on:
            await self._tell_engine(order, folder, wanted)
        elif wanted is None:
            await asyncio.to_thread(moving.remove, box, order.msg_id, folder)
        else:
            await asyncio.to_thread(moving.move, box, order.msg_id, wanted)

    async def _tell_engine(self, order: store.MessageOrder, folder: str, wanted: str | None) -> None:
        where = {"Mailbox": str(order.account_id), "Context": MAILBOXES, "Folder": folder, "ID": order.msg_id}
        if wanted is None:
            answer = await self._manager.ask("VoicemailRemove", where)
        else:
            answer = await self._manager.ask("VoicemailMove", {**where, "ToFolder": wanted})
        # Its "Response" is "Success" also where it failed.
        if "successful" not in answer.get("Message", ""):
            raise Refused(answer.get("Message", ""))
