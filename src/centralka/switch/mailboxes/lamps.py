"""The lamps of phones: all phones of an account are told what waits for it (RFC 3842)."""

import asyncio
import secrets
from collections.abc import Callable, Iterable

import structlog

from centralka.store import lamps as store
from centralka.store.voicemail import switched_off, with_mailbox

from ..database import Database
from ..looking import till_written_or
from ..wire.edge_control import EdgeAway
from ..wire.edge_line import EdgeLine, EdgeRequest
from ..wire.message_summary import EVENT, KIND, message_summary

log = structlog.get_logger()

_LOOK_EVERY = 1.0
"""Seconds: for what the switchboards of other machines have noted."""
_AGAIN_AFTER = 1.0
"""Seconds: while the edge or the database is away."""
_REPEATED_AFTER = (0.5, 1.0)
"""Seconds. The edge answers at once: it does not wait for phones."""
_TOLD, _NO_PHONE = 200, 480


class Lamps:
    """The lamps are told by NOTIFY, which no phone has to ask for; the edge sends it to each phone (`edge/lamps.cfg`).

    Only the switchboard beside the edge can have it do so; the others note in the database that it is to be done.
    `changed` is called with the logins of those that may show something else, for phones that did ask
    (`switch.watched`).
    """

    def __init__(
        self,
        database: Database,
        line: EdgeLine,
        *,
        beside_edge: bool,
        changed: Callable[[set[str]], None] = lambda _logins: None,
    ) -> None:
        self._database = database
        self._line = line
        self._beside_edge = beside_edge
        self._changed = changed
        self._stale: set[int] = set()
        """Accounts whose phones are to be told."""
        self._some_stale = asyncio.Event()
        self._off: set[int] = set()
        """Accounts with messages whose voicemail is off."""

    async def tell(self, accounts: Iterable[int]) -> None:
        """Have the phones of these accounts told at once what waits for them. Raises what `Database.do` raises."""
        if self._beside_edge:
            self._stale |= set(accounts)
            self._some_stale.set()
        else:
            await self._database.do(store.note_stale, list(accounts))

    async def tell_who_came(self, logins: set[str]) -> None:
        """Tell the phones of these logins, which have just registered, what waits for them."""
        await self.tell(await self._database.do(with_mailbox, logins))

    async def tell_where_voicemail_was_switched(self, accounts: Iterable[int]) -> None:
        """Put out the lamps of the accounts whose voicemail was switched off since the last time, and tell the phones
        of the accounts where it is on again."""
        off = await self._database.do(switched_off, accounts)
        switched, self._off = off ^ self._off, off
        if switched:
            await self.tell(switched)

    async def keep_telling(self) -> None:
        """Tell phones for as long as the process runs, beside the edge."""
        while True:
            self._some_stale.clear()
            try:
                seen = self._database.sign()
                await self.look()
                await till_written_or(self._some_stale, _LOOK_EVERY, self._database.sign, seen)
            except EdgeAway:
                await asyncio.sleep(_AGAIN_AFTER)
            except Exception:
                log.exception("lamps of mailboxes could not be told; trying again")
                await asyncio.sleep(_AGAIN_AFTER)

    async def look(self) -> None:
        """Tell the phones that are to be told now. Raises EdgeAway, and what `Database.do` raises; they are told the
        next time then."""
        await self._take_in_notes()
        if self._stale:
            asked = set(self._stale)
            lamps = await self._database.do(store.lamps, asked)
            self._changed({lamp.login for lamp in lamps})
            self._stale -= asked - {lamp.account_id for lamp in lamps}  # which were deleted
            for lamp in lamps:
                # Before it is told: it may change meanwhile.
                self._stale.discard(lamp.account_id)
                await self._tell(lamp)

    async def _take_in_notes(self) -> None:
        if notes := await self._database.read_again(store.stale):
            self._stale |= {account_id for _note, account_id in notes}
            await self._database.do(store.forget_notes, [note for note, _account_id in notes])

    async def _tell(self, lamp: store.Lamp) -> None:
        """Have the edge tell all phones of the account. Raises EdgeAway."""
        account = f"<sip:{lamp.login}@{self._line.public}>"
        request = EdgeRequest(
            method="NOTIFY",
            login=lamp.login,
            sender=account,
            call_id=secrets.token_hex(16),
            kind=KIND,
            body=message_summary(lamp.new, lamp.old),
            headers=(f"Event: {EVENT}",),
        )
        if await self._line.send(request, _REPEATED_AFTER) not in (_TOLD, _NO_PHONE):
            self._stale.add(lamp.account_id)
            raise EdgeAway("it does not answer")
