"""The FastAGI server: each call arrives here, is decided and carried out."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import TypeVar

import structlog

from centralka.calls.called_number import Arrival
from centralka.calls.causes import SENT
from centralka.calls.endpoints import Carrier, Endpoint, Phone, fax_call_named
from centralka.calls.facts import CallFacts, FaxToneFacts, IncomingFacts, ToOutside
from centralka.calls.fax_sending import FaxEnd, end_of_call, plan_fax
from centralka.calls.plan import DialOut, Outcome, Plan, Refusal, Reject, Ring
from centralka.calls.planner import is_short_of_means, plan_call, plan_fax_tone
from centralka.calls.spelling import parse_number
from centralka.store.facts import call_facts, fax_tone_facts, incoming_facts
from centralka.store.realtime import VARIES

from ..alive import ALIVE, ANSWER
from ..database import Database
from ..faxes.protocol import Faxes
from ..faxes.sending import OTHER_HALF, FaxSender
from ..journal.lines import Journal
from ..mailboxes.protocol import Mailboxes
from ..money.bank import DatabaseBank
from ..running.hushed import HushedCallers
from ..steps.dial_out import how_it_was_dialled, leave_dialling, put_aside
from ..steps.ended import Ended, known
from ..steps.run_plan import Desk, Walked, how_it_rang, leave_ringing, run_plan, rung_by_engine
from ..steps.sealed import NotEncrypted
from ..steps.voicemail import caller_of
from ..wire.agi import AgiRequest, Stranger, endpoint_of
from ..wire.agi_connection import AgiConnection
from ..wire.channel import AgiChannel, Channel, ChannelGone
from ..wire.diversions import DIVERSIONS, diversions_in
from ..wire.headers import read_headers
from .arrivals import arrival_on, show_caller
from .endpoint_memory import EndpointMemory
from .left_calls import LeftCall, LeftCalls

log = structlog.get_logger()

F = TypeVar("F", CallFacts, IncomingFacts)

_ACCOUNT, _OUTSIDE, _UNANSWERED, _HUSHED = "call", "outside", "unanswered", "hushed"
_ANSWERED_BY = {Outcome.ANSWERED, Outcome.FAX}
_FAX_CALL, _FAX_SEND, _FAX_TONE = "fax-call", "fax-send", "fax-tone"


class Switchboard:
    """Decide calls. A call whose decision fails is given back to the dialplan undecided: its fallback has it then."""

    def __init__(
        self,
        database: Database,
        journal: Journal,
        node: str,
        mailboxes: Mailboxes,
        faxes: Faxes,
        sender: FaxSender,
        secret: str,
        endpoints: EndpointMemory,
        hushed: HushedCallers,
        catch_up: Callable[[], Awaitable[None]],
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        is_draining: Callable[[], bool] = lambda: False,
    ) -> None:
        self._database = database
        self._journal = journal
        self._secret = secret
        self._sender = sender
        self._endpoints = endpoints
        self._hushed = hushed
        self._catch_up = catch_up
        self._left = LeftCalls()
        self._desk = Desk(
            DatabaseBank(database, node, catch_up, now),
            mailboxes,
            faxes,
            note_begun=lambda channel, step: journal.begun(channel, step, now()),
        )
        self._now = now
        self._is_draining = is_draining

    async def serve(self, port: int) -> asyncio.Server:
        """Listen on the loopback port that the dialplan calls."""
        loop = asyncio.get_running_loop()
        return await loop.create_server(lambda: AgiConnection(self._called), "127.0.0.1", port)

    async def _called(self, connection: AgiConnection, opening: bytes) -> None:
        try:
            await self._serve_call(connection, AgiRequest.parse(opening, self._secret))
        except Stranger:
            log.warning("a connection to the port of the engine did not know its secret and was closed")
        except ChannelGone:
            log.debug("the channel went")
        except Exception:
            log.exception("a call could not be carried out")
        finally:
            connection.close()

    async def _serve_call(self, connection: AgiConnection, request: AgiRequest) -> None:
        structlog.contextvars.bind_contextvars(call=request.uniqueid)  # for this task, which serves nothing else
        if request.engine_call and request.script != _UNANSWERED:
            # By this line `centralka call-log` finds what edge and engine have logged of the call.
            log.info("a call came", engine_call=request.engine_call, sip_call=request.sip_call)
        await self._serve_channel(AgiChannel(request, connection), connection, request)

    async def _serve_channel(self, channel: AgiChannel, connection: AgiConnection, request: AgiRequest) -> None:
        # By the script, which stands before everything that another process can have written (`agi.AgiRequest.parse`).
        kind, left = request.script, self._left.take(request)
        if kind == ALIVE:
            connection.send(ANSWER)
        elif kind == _HUSHED:
            self._hushed.answered(request.argument, request.uniqueid)
        elif kind == _OUTSIDE:
            await self._serve_incoming(channel)
        elif kind == _UNANSWERED:
            await self._go_on(left, connection)
        elif kind == _ACCOUNT:
            await self._serve_account(channel)
        else:
            await self._serve_call_of_fax(kind, channel, connection)

    async def _serve_call_of_fax(self, kind: str, channel: AgiChannel, connection: AgiConnection) -> None:
        if kind == _FAX_CALL:
            await self._serve_fax(connection, channel.request)
        elif kind == _FAX_TONE:
            await self._serve_fax_tone(channel)
        elif kind == _FAX_SEND:
            await self._sender.send(int(channel.request.dialled), channel)

    async def _serve_account(self, channel: Channel) -> None:
        facts = await self._facts_of_account(channel.request)
        if facts is None:
            log.warning("a call of an account that is gone", channel=channel.request.channel)
            return
        with self._desk.lines.engaging(facts.caller.login):
            plan, facts = await self._planned(plan_call, facts, lambda: self._facts_of_account(channel.request))
            await self._carry_out(plan, facts, channel)

    async def _planned(
        self, plan_of: Callable[[F], Plan], facts: F, gather: Callable[[], Awaitable[F | None]]
    ) -> tuple[Plan, F]:
        """Plan by these facts; and once more, by those of then, where money or a place was wanting."""
        plan = plan_of(facts)
        if is_short_of_means(plan):
            # What a call that is over had put aside comes back with its record, up to a second later.
            await self._catch_up()
            facts = await gather() or facts
            plan = plan_of(facts)
        return plan, facts

    async def _facts_of_account(self, request: AgiRequest) -> CallFacts | None:
        facts = await self._facts_of_payer(request)
        # The engine names the phone that transfers a running call here: it goes on.
        return replace(facts, draining=True) if facts and self._is_draining() and not request.argument else facts

    async def _facts_of_payer(self, request: AgiRequest) -> CallFacts | None:
        """Gather the facts. A caller whom an account sent to a public number, or who comes from outside, goes there
        as a call of that account: its permission decides, and its company pays."""
        caller, sent_by = endpoint_of(request.channel), endpoint_of(request.argument)
        if isinstance(caller, Carrier):
            facts = await self._facts(sent_by, request.dialled)
            return _on_behalf_of(request, facts) if facts else None
        facts = await self._facts(caller, request.dialled)
        if facts and facts.outside and sent_by and sent_by != caller:
            return await self._facts(sent_by, request.dialled)
        return facts

    async def _facts(self, caller: Endpoint | None, dialled: str) -> CallFacts | None:
        """Gather the facts of a call; None as well for a carrier: it is no account and calls at no company's cost."""
        if not isinstance(caller, Phone):
            return None
        return await self._database.read(call_facts, login=caller.login, dialled=dialled, now=self._now())

    async def _serve_incoming(self, channel: Channel) -> None:
        request = channel.request
        carrier = endpoint_of(request.channel)
        if not isinstance(carrier, Carrier):
            raise ValueError("a call from outside comes over no trunk")
        arrival = await arrival_on(channel)
        facts = await self._facts_of_arrival(carrier, arrival)
        if facts is None:
            log.warning("a call for a number that no company has", channel=request.channel, number=request.dialled)
            await channel.execute("Hangup", str(SENT[Refusal.NO_SUCH_NUMBER]))
            return
        await channel.set("CHANNEL(language)", facts.language)
        await show_caller(facts, channel)
        diversions = 0
        if any(isinstance(target, ToOutside) for target in facts.unanswered.forwards.values()):
            diversions = diversions_in(await read_headers(channel, DIVERSIONS))

        def plan_of(found: IncomingFacts) -> Plan:
            return plan_call(replace(found, diversions=diversions, draining=self._is_draining()))

        plan, facts = await self._planned(plan_of, facts, lambda: self._facts_of_arrival(carrier, arrival))
        await self._carry_out(plan, facts, channel)

    async def _facts_of_arrival(self, carrier: Carrier, arrival: Arrival) -> IncomingFacts | None:
        return await self._database.read(incoming_facts, trunk_id=carrier.trunk, arrival=arrival, now=self._now())

    async def _serve_fax(self, connection: AgiConnection, request: AgiRequest) -> None:
        """Carry out the call that brings a fax. It is on record under the id of its other half, which sends."""
        call = fax_call_named(request.dialled)
        if call is None:
            raise ValueError("a call brings no fax")
        with self._sender.looking_after(call.try_id):
            placing = await self._sender.place(call.try_id)
            if placing is None:
                log.warning("the call of a fax that is not waited for any more was not made", fax=call.try_id)
                return
            facts = await self._facts(Phone(placing.login), placing.number)
            if facts is None:
                await self._sender.not_answered(call.try_id, FaxEnd.REFUSED)
                return
            shown = {"caller_number": facts.caller.shown_number, "caller_name": facts.caller.name}
            known = replace(request, uniqueid=request.uniqueid.removesuffix(OTHER_HALF), **shown)
            channel = AgiChannel(known, connection)
            await channel.set("CALLERID(num)", facts.caller.shown_number)
            await channel.set("CALLERID(name)", facts.caller.name)
            plan, facts = await self._planned(
                lambda found: plan_fax(replace(found, draining=self._is_draining())),
                facts,
                lambda: self._facts(Phone(placing.login), placing.number),
            )
            walked = await self._walk(plan, facts, channel)
            if (end := _end_unanswered(walked)) is not None:
                await self._sender.not_answered(call.try_id, end)

    async def _serve_fax_tone(self, channel: Channel) -> None:
        """Let a fax account take over a call whose caller has sent the fax tone. The engine names the account."""
        request, caller = channel.request, caller_of(channel.request)
        facts = await self._database.read(
            fax_tone_facts,
            login=request.argument,
            caller=(caller.number, caller.name),
            to_number=request.argument,
            direction="in" if isinstance(endpoint_of(request.channel), Carrier) else "internal",
            now=self._now(),
        )
        if facts is None:
            log.warning("a call sent the fax tone, and the fax account is gone", login=request.argument)
            return
        await self._walk(plan_fax_tone(facts), facts, channel)

    async def _carry_out(self, plan: Plan, facts: CallFacts | IncomingFacts, channel: Channel) -> None:
        first = rung_by_engine(plan, channel, self._desk)
        if first is None:
            await self._walk(plan, facts, channel)
            return
        rings = first.login if isinstance(first, Ring) else first.trunks[0].endpoint
        self._journal.decided(channel.request.uniqueid, facts, plan, rings)
        await self._remember_anew(plan, channel)
        call = LeftCall(plan, facts.tenant_id, channel.request)
        if isinstance(first, Ring):
            self._left.keep(call, first.seconds)
            await leave_ringing(first, channel, plan.longest)
        elif not await self._leave_dialling(first, call, channel):
            return
        if isinstance(caller := endpoint_of(channel.request.channel), Phone):
            self._desk.lines.note_left(caller.login)

    async def _leave_dialling(self, step: DialOut, call: LeftCall, channel: Channel) -> bool:
        """Put money aside, and have the engine call the number by itself. False: there is none; the call is over."""
        reserved = await put_aside(step, channel, call.tenant_id, self._desk.bank)
        if isinstance(reserved, Ended):
            self._journal.went_on(channel.request.uniqueid, self._now())
            await self._run(call.plan, call.tenant_id, channel, known(reserved))
            return False
        self._left.keep(replace(call, reserved=reserved), step.seconds)
        await leave_dialling(step, channel, reserved, call.plan.longest)
        return True

    async def _go_on(self, call: LeftCall | None, connection: AgiConnection) -> None:
        """Carry out the rest of a plan: nobody answered what the engine rang by itself."""
        if call is None:
            return  # the dialplan tells the caller what became of the ring
        self._journal.went_on(call.request.uniqueid, self._now())
        channel = AgiChannel(call.request, connection)
        step = call.plan.first_step
        if isinstance(step, DialOut):
            first = how_it_was_dialled(step, channel, call.reserved, self._desk.bank, self._desk.suspects)
        else:
            first = how_it_rang(channel)
        await self._run(call.plan, call.tenant_id, channel, first)

    async def _walk(
        self, plan: Plan, facts: CallFacts | IncomingFacts | FaxToneFacts, channel: Channel
    ) -> list[Walked]:
        self._journal.decided(channel.request.uniqueid, facts, plan)
        return await self._run(plan, facts.tenant_id, channel)

    async def _run(
        self, plan: Plan, tenant_id: int, channel: Channel, first: Awaitable[Ended] | None = None
    ) -> list[Walked]:
        """Carry out the plan, and note what came of it. `first`: as in `run_plan`."""
        uniqueid = channel.request.uniqueid
        walked: list[Walked] = []
        try:
            if first is None:
                await self._remember_anew(plan, channel)
            await run_plan(plan, channel, tenant_id, self._desk, walked, first)
        except NotEncrypted:
            log.info("a caller did not encrypt, and the call was ended", channel=channel.request.channel)
            self._journal.not_encrypted(uniqueid, self._now())
            await channel.execute("Hangup")
        finally:
            self._journal.walk_ended(uniqueid, walked, self._now())
        return walked

    async def _remember_anew(self, plan: Plan, channel: Channel) -> None:
        """Have the engine call by the rows of now. The caller's it has read already: its channel is told."""
        caller = endpoint_of(channel.request.channel)
        names = plan.endpoints() | ({caller.name} if isinstance(caller, Phone) else set())
        changed = await self._endpoints.refresh(names) if names else {}
        if isinstance(caller, Phone) and (row := changed.get(caller.name)):
            # The music is what both hear when one of them holds: the rung phone inherits the class.
            music, language = row[VARIES.index("moh_suggest")], row[VARIES.index("language")]
            await channel.execute("MSet", f"CHANNEL(musicclass)={music},CHANNEL(language)={language}")


def _end_unanswered(walked: list[Walked]) -> FaxEnd | None:
    """Say how the call of a fax ended that nobody answered; None: it was answered."""
    if not walked:
        return end_of_call(None, None)
    last = walked[-1]
    if last.outcome in _ANSWERED_BY:
        return None
    return end_of_call(last.outcome, last.step.refusal if isinstance(last.step, Reject) else None)


def _on_behalf_of(request: AgiRequest, facts: CallFacts) -> CallFacts:
    """Gather the facts of a call that an account makes for a caller from outside, whom it sent there."""
    caller = None if request.hides_number else parse_number(request.caller_number)
    outside = facts.outside
    if outside and caller:
        outside = replace(outside, caller=replace(outside.caller, foreign=caller))
    return replace(facts, transferred=True, outside=outside, from_outside=caller)
