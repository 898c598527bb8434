"""Money and PINs from asyncio: `store.money` and the account's PIN, each in a thread of the database."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from centralka.calls.fraud import Breach
from centralka.calls.plan import Pin
from centralka.calls.tariffs import Rate
from centralka.store import money
from centralka.store.pins import is_right_pin

from ..database import Database
from ..wire.agi import AgiRequest


@dataclass(frozen=True, slots=True)
class Reserved:
    """Money that was put aside for a call: it may last `seconds` from its answer, until more is put aside."""

    id: int
    seconds: int


@dataclass(frozen=True, slots=True)
class Stopped:
    """No money is put aside: a rule against fraud forbids the call."""


class Bank(Protocol):
    """The money and PINs that calls outside need. Tests give a hand-written bank; the exchange's is `DatabaseBank`."""

    async def reserve(
        self, tenant_id: int, account_id: int, caller: AgiRequest, number: str, rate: Rate
    ) -> Reserved | Stopped | None:
        """Put money aside for a call of the account. None if not even the first increment can be paid."""
        ...

    async def note(self, tenant_id: int, breach: Breach) -> None:
        """Note that a rule against fraud refused a call, and have the company told."""
        ...

    async def release(self, reserved: Reserved) -> None:
        """Give back what was put aside: the call was not answered."""
        ...

    async def is_right_pin(self, account_id: int, pin: Pin, digits: str) -> bool: ...


@dataclass(frozen=True, slots=True)
class DatabaseBank:
    """The company's money in the database. Every method raises what `Database.do` raises: no database, no call.

    `catch_up` has the calls on record that are over: until then what was put aside for them counts.
    """

    database: Database
    node: str
    catch_up: Callable[[], Awaitable[None]]
    now: Callable[[], datetime] = lambda: datetime.now(UTC)

    async def reserve(
        self, tenant_id: int, account_id: int, caller: AgiRequest, number: str, rate: Rate
    ) -> Reserved | Stopped | None:
        whose = (tenant_id, account_id, caller, number, rate)
        given = await self._reserve(*whose, note=False)
        if isinstance(given, Reserved):
            return given
        await self.catch_up()
        return await self._reserve(*whose, note=True)

    async def _reserve(
        self, tenant_id: int, account_id: int, caller: AgiRequest, number: str, rate: Rate, *, note: bool
    ) -> Reserved | Stopped | None:
        try:
            made = await self.database.do(
                money.reserve,
                tenant_id,
                node=self.node,
                channel=caller.uniqueid,
                channel_name=caller.channel,
                number=number,
                rate=rate,
                now=self.now(),
                account_id=account_id,
                note=note,
            )
        except money.FraudSuspected:
            return Stopped()
        return Reserved(made.id, made.granted_seconds) if made else None

    async def note(self, tenant_id: int, breach: Breach) -> None:
        await self.database.do(money.note_breach, tenant_id, breach, self.now())

    async def release(self, reserved: Reserved) -> None:
        await self.database.do(money.release, [reserved.id])

    async def is_right_pin(self, account_id: int, pin: Pin, digits: str) -> bool:
        return await self.database.do(is_right_pin, account_id, pin, digits, self.now())
