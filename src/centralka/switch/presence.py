"""Follows which phones are registered and keeps the `registration` rows true to it.

The engine sends no event when a phone of a realtime account registers or goes. So each sign that somebody
authenticated, and a slow clock for registrations that run out, makes us ask for the engine's list of contacts
(docs/decisions/0007).
"""

import asyncio
import json
import time
from collections.abc import Iterable
from datetime import UTC, datetime

import structlog

from centralka.store.registrations import Contact, replace_registrations

from .ami import AmiConnection, AmiRefused, Message
from .database import Database

log = structlog.get_logger()

_USER = "switchboard"
_RECONNECT_AFTER = 0.5
"""Seconds between tries while the engine is starting or gone."""
_ASK_AT_LEAST_EVERY = 10.0
"""Seconds; how often the engine itself looks for registrations that ran out."""
_ASK_AT_MOST_EVERY = 1.0
_SHARE = 20
"""A list is asked for at most 1/20 of the time: of 100 phones at once, of 20,000 every few seconds."""


async def follow_presence(port: int, secret: str, node: str, database: Database) -> None:
    """For ever: connect, keep the rows true to the engine's list; connect again when the engine went.

    The rows stay as they are while the engine is away: the phones are still registered when it is back.
    """
    while True:
        try:
            connection = await AmiConnection.open(port, _USER, secret)
        except (OSError, AmiRefused, asyncio.IncompleteReadError):
            await asyncio.sleep(_RECONNECT_AFTER)
            continue
        try:
            await Presence(connection, node, database).follow()
        except Exception as problem:
            # The engine or the database is away, or said what we do not understand: connect and ask anew.
            log.warning("following the phones was interrupted", problem=repr(problem))
        finally:
            connection.close()
        await asyncio.sleep(_RECONNECT_AFTER)


class Presence:
    """One connection's view of the engine's contacts."""

    def __init__(self, connection: AmiConnection, node: str, database: Database) -> None:
        self._connection = connection
        self._node = node
        self._database = database
        self._wanted = asyncio.Event()
        self._complete: asyncio.Future[list[Contact]] | None = None
        self._listed: list[Contact] = []
        self._written: set[Contact] | None = None

    async def follow(self) -> None:
        """Until the engine hangs up, or gives no list."""
        tasks = {asyncio.create_task(self._read()), asyncio.create_task(self._ask_again_and_again())}
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
        for task in done:
            task.result()

    async def _read(self) -> None:
        async for message in self._connection.messages():
            self._take(message)

    def _take(self, message: Message) -> None:
        match message:
            case {"Event": "FullyBooted" | "SuccessfulAuth"}:
                self._wanted.set()
            case {"Event": "DBGetTreeResponse", "Key": _, "Val": value}:
                self._listed.append(_contact(value))
            case {"Event": "DBGetTreeComplete"} if self._complete and not self._complete.done():
                self._complete.set_result(self._listed)
            case {"Response": "Error"} if self._complete and not self._complete.done():
                self._complete.set_exception(OSError(message.get("Message", "the engine gives no list")))
            case _:
                return

    async def _ask_again_and_again(self) -> None:
        await self._wanted.wait()  # the engine has booted
        while True:
            self._wanted.clear()
            begun = time.monotonic()
            await self._write(await self._ask())
            pause = max(_ASK_AT_MOST_EVERY, _SHARE * (time.monotonic() - begun))
            await asyncio.sleep(pause)
            await self._until_wanted()

    async def _until_wanted(self) -> None:
        try:
            await asyncio.wait_for(self._wanted.wait(), _ASK_AT_LEAST_EVERY)
        except TimeoutError:
            return

    async def _ask(self) -> list[Contact]:
        """The engine's contacts. Its own database has them at a tenth of the cost of PJSIPShowContacts."""
        self._listed = []
        self._complete = asyncio.get_running_loop().create_future()
        self._connection.act("DBGetTree", {"Family": "registrar", "Key": "contact"})
        return await self._complete

    async def _write(self, contacts: Iterable[Contact]) -> None:
        now = set(contacts)
        if now != self._written:
            await self._database.run(replace_registrations, self._node, now, datetime.now(UTC))
            self._written = now


def _contact(value: str) -> Contact:
    """From the engine's own JSON of a contact (`res_pjsip_registrar`, sorcery over astdb)."""
    found = json.loads(value)
    return Contact(found.get("endpoint", ""), found.get("uri", ""), found.get("user_agent", ""))
