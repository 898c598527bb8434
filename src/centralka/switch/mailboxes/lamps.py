"""The lamps of phones: all phones of an account are told what waits for it (RFC 3842)."""

from collections.abc import Callable, Iterable

import structlog

from centralka.store import voicemail as store

from ..database import Database
from ..wire.manager import EngineAway, Manager, Refused

log = structlog.get_logger()


class Lamps:
    """The lamps are told by NOTIFY, which no phone has to ask for. `changed` is called with the logins of those that
    may show something else, for phones that did ask (`switch.watched`)."""

    def __init__(
        self, database: Database, manager: Manager, changed: Callable[[set[str]], None] = lambda _logins: None
    ) -> None:
        self._database = database
        self._manager = manager
        self._changed = changed
        self._off: set[int] = set()
        """Accounts with messages whose voicemail is off."""

    async def tell(self, accounts: Iterable[int]) -> None:
        """Tell the phones of these accounts what waits for them. Raises what `Database.do` raises."""
        lamps = await self._database.do(store.lamps, list(accounts))
        self._changed({lamp.login for lamp in lamps})
        for lamp in lamps:
            try:
                await self._manager.ask("PJSIPNotify", {"Endpoint": lamp.login, "Variable": _summary(lamp)})
            except Refused as problem:
                # The account was deleted meanwhile.
                log.info("a lamp could not be switched", login=lamp.login, problem=str(problem))
            except EngineAway as problem:
                # It is told with the next change, and when the phone registers.
                log.warning("a lamp could not be switched", login=lamp.login, problem=str(problem))

    async def tell_who_came(self, logins: set[str]) -> None:
        """Tell the phones of these logins, which have just registered, what waits for them."""
        if accounts := await self._database.do(store.with_mailbox, logins):
            await self.tell(accounts)

    async def tell_where_voicemail_was_switched(self, accounts: Iterable[int]) -> None:
        """Put out the lamps of the accounts whose voicemail was switched off since the last time, and tell the phones
        of the accounts where it is on again."""
        off = await self._database.do(store.switched_off, accounts)
        switched, self._off = off ^ self._off, off
        await self.tell(switched)


def _summary(lamp: store.Lamp) -> str:
    waiting = "yes" if lamp.new else "no"
    told = f"Messages-Waiting: {waiting},Content=Voice-Message: {lamp.new}/{lamp.old} (0/0)"
    return f"Event=message-summary,Content-type=application/simple-message-summary,Content={told}"
