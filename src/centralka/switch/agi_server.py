"""The FastAGI server: each call arrives here, is decided and carried out."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime

import structlog

from centralka.calls.facts import CallFacts
from centralka.calls.planner import plan_call
from centralka.store.facts import call_facts

from .agi import AgiRequest
from .agi_connection import AgiConnection
from .channel import AgiChannel, ChannelGone
from .database import Database
from .journal import Journal, login_of
from .run_plan import Lines, Walked, run_plan

log = structlog.get_logger()


class Switchboard:
    """Decides calls. A call whose decision fails is given back to the dialplan undecided: its fallback has it then."""

    def __init__(
        self,
        database: Database,
        journal: Journal,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._database = database
        self._journal = journal
        self._lines = Lines()
        self._now = now

    async def serve(self, port: int) -> asyncio.Server:
        """Listen on the loopback port that the dialplan calls."""
        loop = asyncio.get_running_loop()
        return await loop.create_server(lambda: AgiConnection(self._called), "127.0.0.1", port)

    async def _called(self, connection: AgiConnection, opening: bytes) -> None:
        try:
            await self._serve_call(connection, AgiRequest.parse(opening))
        except ChannelGone:
            log.debug("the channel went")
        except Exception:
            log.exception("a call could not be carried out")
        finally:
            connection.close()

    async def _serve_call(self, connection: AgiConnection, request: AgiRequest) -> None:
        facts = await self._facts(request)
        if facts is None:
            log.warning("a call of an account that is gone", channel=request.channel)
            return
        await self._carry_out(facts, AgiChannel(request, connection))

    async def _facts(self, request: AgiRequest) -> CallFacts | None:
        return await self._database.run(
            call_facts, login=login_of(request.channel) or "", dialled=request.dialled, now=self._now()
        )

    async def _carry_out(self, facts: CallFacts, channel: AgiChannel) -> None:
        plan = plan_call(facts)
        uniqueid = channel.request.uniqueid
        self._journal.decided(uniqueid, facts, plan)
        walked: list[Walked] = []
        try:
            with self._lines.engaging(facts.caller.login):
                await run_plan(plan, channel, self._lines, walked)
        finally:
            self._journal.walk_ended(uniqueid, walked, self._now())
