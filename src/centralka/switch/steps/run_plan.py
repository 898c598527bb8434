"""Walk a plan on a channel, step by step, and tell what came of each."""

import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import assert_never

import structlog

from centralka.calls import causes
from centralka.calls.carrier_answers import phone_says_busy
from centralka.calls.dial_result import DialResult
from centralka.calls.endpoints import Carrier, Phone
from centralka.calls.fraud import Breach
from centralka.calls.journal_events import TrunkTry
from centralka.calls.media_encryption import Encryption
from centralka.calls.plan import (
    AskPin,
    CallerId,
    DialOut,
    Echo,
    FaxTone,
    Outcome,
    Plan,
    ReceiveFax,
    Reject,
    Ring,
    Skip,
    Step,
    StepName,
    Voicemail,
    VoicemailMenu,
)

from ..faxes.protocol import Faxes
from ..mailboxes.protocol import Mailboxes
from ..money.bank import Bank
from ..wire.agi import endpoint_of
from ..wire.channel import Channel, DialEnd
from .ask_pin import ask_pin
from .dial_out import Suspects, dial_out, may_be_left
from .ended import Ended
from .longest import limit
from .receive_fax import receive_fax
from .sealed import answer, has_handshake, hush, sealing, was_not_sealed
from .speak import price_in_words, say
from .voicemail import leave_message
from .voicemail_menu import open_mailbox

log = structlog.get_logger()

# An idle account can show as UNAVAILABLE: the engine knows nothing of its phones.
_FREE = {"NOT_INUSE", "UNAVAILABLE", "UNKNOWN", "INVALID"}
_NO_PHONE, _NOT_ACCEPTABLE = 480, 488
_ENGINE_KNOWS_AFTER = 2.0
"""Seconds; it is milliseconds unless the machine is overloaded."""
_LEFT_FOR = 0.5
"""Seconds, of a caller whom the engine serves by itself and of whose end nothing is told here."""


@dataclass(frozen=True, slots=True)
class Walked:
    """One step that was carried out."""

    name: StepName
    step: Step
    outcome: Outcome | None
    """None: the call ended in it, answered or not."""
    tries: tuple[TrunkTry, ...] = ()
    """The trunks over which a number was called."""
    seconds: int | None = None
    """Seconds of the message that was recorded."""
    status: int = 0
    """The SIP status with which the rung phone refused."""
    pages: int | None = None
    """Pages of the fax that was received."""
    again: bool = False
    """It was rung twice, with one way of encrypting and then the other."""


@dataclass
class Lines:
    """The accounts that this switchboard has just begun to ring or to serve, besides what the engine says of them.

    The engine shows an account as in use only a moment after its channel exists. Two callers who are decided about
    at the same moment would both find it free; this closes that gap, and no more: after that moment the engine
    knows better, since a phone can leave a call that goes on without it (attended transfer).
    """

    clock: Callable[[], float] = time.monotonic
    _engaged: dict[str, list[float]] = field(default_factory=dict)
    """Since when, for each call."""
    _left: dict[str, float] = field(default_factory=dict)
    """When the last call of each was left to the engine."""

    def is_engaged(self, login: str) -> bool:
        now = self.clock()
        if now - self._left.get(login, -_LEFT_FOR) < _LEFT_FOR:
            return True
        return any(now - since < _ENGINE_KNOWS_AFTER for since in self._engaged.get(login, []))

    @contextmanager
    def engaging(self, login: str) -> Iterator[None]:
        """Engage the account while the block runs, until the engine shows it."""
        since = self.clock()
        self._engaged.setdefault(login, []).append(since)
        try:
            yield
        finally:
            self._engaged[login].remove(since)
            if not self._engaged[login]:
                del self._engaged[login]

    def note_left(self, login: str) -> None:
        """Engage the account for a moment: its call is left to the engine, which is about to show it."""
        self._left[login] = self.clock()


@dataclass(frozen=True, slots=True)
class Desk:
    """The tools that the steps of all calls share."""

    bank: Bank
    mailboxes: Mailboxes
    faxes: Faxes
    lines: Lines = field(default_factory=Lines)
    suspects: Suspects = field(default_factory=Suspects)
    note_begun: Callable[[str, StepName], None] = lambda channel, step: None
    """Called before a public number is called, a message recorded or a fax received: with the channel's id and the
    step."""


def rung_by_engine(plan: Plan, channel: Channel, desk: Desk) -> Ring | DialOut | None:
    """Return the first step if the engine can carry it out by itself: it rings plain phones, or one trunk, and nothing
    is to be asked meanwhile."""
    first = plan.first_step
    if plan.fax_tone or has_handshake(channel):
        return None
    match first:
        # With one side it is a plain one, or one that has to encrypt.
        case Ring() if first.call_waiting and len(first.endpoints) == 1 and not sealing(first, ""):
            return first
        # Of a caller who was transferred the engine's lines tell of the calls before, too. And what may cost once more
        # is not begun on a channel that the engine had alone: a call is over by its lines sooner than by ours.
        case DialOut() if may_be_left(first, desk.suspects) and not channel.request.argument and _only_refuses(plan):
            return first
        case _:
            return None


def _only_refuses(plan: Plan) -> bool:
    """Tell whether all that can follow the first step is a refusal."""
    return all(isinstance(step, Reject) for name, step in plan.steps.items() if name != plan.first)


async def leave_ringing(step: Ring, channel: Channel, longest: int | None) -> None:
    """Have the engine carry out `step` by itself."""
    dialled, _sealed_by = await _prepare(step, channel, longest)
    channel.leave(("Dial", dialled))


async def run_plan(
    plan: Plan,
    channel: Channel,
    tenant_id: int,
    desk: Desk,
    walked: list[Walked],
    first: Awaitable[Ended] | None = None,
) -> None:
    """Carry out `plan`, noting each finished step in `walked`, also when the channel goes in the middle.

    `first`: the end of the first step, where the engine has carried that out by itself.

    A plan is finite and its steps lead forward only, so no more steps run than it has.
    """
    if plan.fax_tone:
        await _listen(plan.fax_tone, channel)
    name: StepName | None = plan.first
    for _ in plan.steps:
        if name is None:
            return
        step = plan.steps[name]
        if first is not None and not walked:
            ended = await first
        else:
            if isinstance(step, DialOut | Voicemail | ReceiveFax):
                desk.note_begun(channel.request.uniqueid, name)
            ended = await _carry_out(step, channel, tenant_id, desk, plan.longest)
        told = (ended.outcome, ended.tries, ended.seconds, ended.status, ended.pages, ended.again)
        walked.append(Walked(name, step, *told))
        name = plan.follower(step, ended.outcome) if ended.outcome else None


async def _listen(tone: FaxTone, channel: Channel) -> None:
    """Have the engine listen for the fax tone of the caller: it then goes to `fax` in the dialplan."""
    await channel.set("FAX_SWITCH", tone.login)
    await channel.set("FAXOPT(faxdetect)", f"cng,{tone.seconds}")


async def _carry_out(  # noqa: C901 (a line for each kind)
    step: Step, channel: Channel, tenant_id: int, desk: Desk, longest: int | None
) -> Ended:
    match step:
        case Ring():
            return await _ring(step, channel, desk.lines, longest)
        case AskPin():
            return Ended(await ask_pin(step, channel, desk.bank))
        case DialOut():
            return await dial_out(step, channel, tenant_id, desk.bank, desk.suspects, longest)
        case Skip():
            await _note(step.breach, tenant_id, desk.bank)
            return Ended(Outcome.DONE)
        case Voicemail():
            return await leave_message(step, channel, desk.mailboxes.for_callers)
        case VoicemailMenu():
            await _limit(channel, longest)
            return await open_mailbox(step, channel, desk.mailboxes.for_owners)
        case ReceiveFax():
            await _limit(channel, longest)
            return await receive_fax(step, channel, desk.faxes)
        case Echo():
            await _limit(channel, longest)
            await _echo(channel)
            return Ended(Outcome.DONE)
        case Reject():
            await _note(step.breach, tenant_id, desk.bank)
            await _reject(step, channel)
            return Ended(Outcome.DONE)
        case _:
            assert_never(step)


async def _note(breach: Breach | None, tenant_id: int, bank: Bank) -> None:
    """Have the owner told of the breach; a stop that holds was told when it began."""
    if breach is None or breach.stop.rule.holds:
        return
    try:
        await bank.note(tenant_id, breach)
    except Exception:
        log.exception("a call that is refused could not be reported")


async def _limit(channel: Channel, longest: int | None) -> None:
    """Limit a call to the exchange itself, which no Dial ends."""
    if longest:
        await channel.set("TIMEOUT(absolute)", str(longest))


async def _echo(channel: Channel) -> None:
    if has_handshake(channel):
        await answer(channel)
    # In the dialplan, which goes no further with a caller who has hung up. Over AGI the engine begins Echo all the
    # same, which then waits for ever for the sound, or the hang-up, of a channel that has neither to come any more.
    await channel.execute("Goto", "echo,s,1")


async def _reject(step: Reject, channel: Channel) -> None:
    if step.say:
        await say(channel, step.say.value, *(price_in_words(step.rate, channel) if step.rate else []))
    await channel.execute("Hangup", str(causes.SENT[step.refusal]))


async def _ring(step: Ring, channel: Channel, lines: Lines, longest: int | None) -> Ended:
    if not step.call_waiting and await _is_in_call(step, channel, lines):
        return Ended(Outcome.BUSY)
    with lines.engaging(step.login):
        dialled, sealed_by = await _prepare(step, channel, longest)
        if not sealed_by:
            return await _dial_plain(dialled, channel)
        end, sealed = await _dial_sealed(dialled, step, channel)
        again = sealed and _NOT_ACCEPTABLE in end.statuses and len(step.endpoints) > 1
        if again:
            # A phone refused this way of encrypting; the edge has learnt which it is to be called with.
            end, sealed = await _dial_sealed(dialled, step, channel)
        if not sealed:
            return Ended(Outcome.UNAVAILABLE, status=_NOT_ACCEPTABLE, again=again)
        return Ended(_outcome_of_dial(end, len(step.endpoints)), status=_told(end.statuses), again=again)


async def _prepare(step: Ring, channel: Channel, longest: int | None) -> tuple[str, str]:
    """Make the channel ready to ring. Returns the arguments of Dial, and what `sealing` says."""
    if step.show is not None:
        await _show_caller(step.show, channel)
    # i: a phone's own redirection (302) would start a call that nobody decided on. I: a carrier is not told, as a
    # colleague is, the name and extension of the rung account.
    options = "iI" if isinstance(endpoint_of(channel.request.channel), Carrier) else "i"
    sealed_by = sealing(step, await hush(channel))
    options += sealed_by
    if len(step.endpoints) > 1:
        options += await _tell_who_is_rung(step, channel)
    phones = "&".join(f"PJSIP/{name}" for name in step.endpoints)
    return f"{phones},{step.seconds},{options}{limit(longest)}", sealed_by


async def _tell_who_is_rung(step: Ring, channel: Channel) -> str:
    """Tell the caller's phone whom it rings, before it does. Returns the option of Dial by which it is not told then.

    Of several sides Dial tells it when one answers: by a re-INVITE, in the middle of the handshake of DTLS, after which
    the caller hears nothing.
    """
    if isinstance(endpoint_of(channel.request.channel), Carrier) or step.answers_as is None:
        return ""
    await channel.set("CONNECTEDLINE(num,i)", step.answers_as.number)
    await channel.set("CONNECTEDLINE(name,i)", step.answers_as.name)
    return "I"


async def _dial_plain(arguments: str, channel: Channel) -> Ended:
    """Dial an account of which no side has to encrypt. The caller's end is not asked about: each trip costs."""
    if not await channel.dial(arguments):
        return Ended(None)
    return await how_it_rang(channel)


async def how_it_rang(channel: Channel) -> Ended:
    """Tell how an account was rung of which no side has to encrypt."""
    end = await channel.how_dial_ended()
    return Ended(_outcome_of_dial(end, 1), status=_told(end.statuses))


async def _dial_sealed(arguments: str, step: Ring, channel: Channel) -> tuple[DialEnd, bool]:
    """Dial. Returns how it ended, and False if a phone took the call encrypted and then did not encrypt."""
    await channel.execute("Dial", arguments)
    end = await channel.how_dial_ended()
    return end, not await was_not_sealed(end, step, channel)


def _told(statuses: tuple[int, ...]) -> int:
    """Return the status with which the phones refused: a phone's, if any said something."""
    said = [status for status in statuses if status != _NO_PHONE]
    return (said or list(statuses) or [0])[-1]


async def _is_in_call(step: Ring, channel: Channel, lines: Lines) -> bool:
    """Tell whether the account is in a call or rings. It costs the engine looks into the database."""
    # By whatever side: what the account demands may have been changed since.
    names = [Phone(step.login, each).name for each in Encryption]
    states = await channel.evaluate(",".join(f"${{DEVICE_STATE(PJSIP/{name})}}" for name in names))
    # Asked last: the first caller engages the account without another pause.
    return not set(states.split(",")) <= _FREE or lines.is_engaged(step.login)


async def _show_caller(show: CallerId, channel: Channel) -> None:
    # The endpoint's own caller ID is already the right one for a first call; setting it again costs a trip.
    if channel.request.caller_number != show.number:
        await channel.set("CALLERID(num)", show.number)
    if channel.request.caller_name != show.name:
        await channel.set("CALLERID(name)", show.name)


def _outcome_of_dial(end: DialEnd, sides: int) -> Outcome:
    declined = any(phone_says_busy(status) for status in end.statuses)
    match end.result:
        case DialResult.ANSWERED:
            return Outcome.ANSWERED
        case DialResult.CANCELLED:
            return Outcome.CANCELLED
        case DialResult.BUSY:
            return Outcome.BUSY
        # Of several sides all refused, most because no phone is theirs: Dial calls that no answer.
        case DialResult.NO_ANSWER if declined and 1 < sides == len(end.statuses):
            return Outcome.BUSY
        # Before the cause: a Dial that was given up leaves the cause of an earlier one behind.
        case DialResult.NO_ANSWER if end.rang:
            return Outcome.NO_ANSWER
        # The owner's word counts, on whichever of the account's phones it was given.
        case _ if causes.phone_says_busy(end.cause) or declined:
            return Outcome.BUSY
        case _:
            return Outcome.UNAVAILABLE
