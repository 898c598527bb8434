"""Call a public number: money first, then trunk after trunk until one of them carries the call."""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

import structlog

from centralka.calls.carrier_answers import meaning_of, takes_long
from centralka.calls.causes import is_silence
from centralka.calls.destinations import is_emergency
from centralka.calls.dial_result import DialResult
from centralka.calls.facts import CallerNumber, Condition, Trunk
from centralka.calls.journal_events import TrunkTry
from centralka.calls.plan import DialOut, Diversion, Outcome
from centralka.calls.spelling import spelled

from ..money.answers import answer_word
from ..money.bank import Bank, Reserved, Stopped
from ..wire.channel import Channel, DialEnd
from .ended import Ended
from .longest import limit
from .sealed import hush, unhushing

log = structlog.get_logger()

_REASON = {
    Condition.NO_ANSWER: "no-answer",
    Condition.BUSY: "user-busy",
    Condition.UNAVAILABLE: "unavailable",
}
_SUSPECT_FOR = 60.0
"""Seconds for which a trunk that did not answer at all is tried after the others: each try of it costs every caller the
time until the engine gives up."""


@dataclass
class Suspects:
    """The trunks that were silent a short while ago."""

    clock: Callable[[], float] = time.monotonic
    _since: dict[int, float] = field(default_factory=dict)

    def last(self, trunks: Iterable[Trunk]) -> list[Trunk]:
        """Return the trunks in their order, with the suspects behind the others."""
        return sorted(trunks, key=self.is_suspect)

    def is_suspect(self, trunk: Trunk) -> bool:
        return self.clock() - self._since.get(trunk.id, -_SUSPECT_FOR) < _SUSPECT_FOR

    def note(self, trunk: Trunk, *, silent: bool) -> None:
        if silent:
            self._since[trunk.id] = self.clock()
        else:
            self._since.pop(trunk.id, None)


async def dial_out(
    step: DialOut, channel: Channel, tenant_id: int, bank: Bank, suspects: Suspects, longest: int | None = None
) -> Ended:
    """Call the number. Returns how it ended, and each trunk tried. `longest`: seconds until its end; None: never."""
    reserved = await put_aside(step, channel, tenant_id, bank)
    if isinstance(reserved, Ended):
        return reserved
    # If the channel goes in the middle, it is not known whether the call was answered: the recorder settles it then.
    ended = await _over_trunks(step, channel, reserved, suspects, limit(longest))
    await _give_back(reserved, ended, bank)
    return ended


def may_be_left(step: DialOut, suspects: Suspects) -> bool:
    """Tell whether the engine can carry out the step by itself: over one trunk, of which nothing is to be learnt."""
    return len(step.trunks) == 1 and not suspects.is_suspect(step.trunks[0])


async def leave_dialling(step: DialOut, channel: Channel, reserved: Reserved | None, longest: int | None) -> None:
    """Have the engine call the number over the only trunk by itself."""
    (trunk,) = step.trunks
    dialled = _dialled(step, trunk, await _once_answered(step, channel, reserved), limit(longest))
    channel.leave(("MSet", _caller_id(step.show, trunk)), ("Dial", dialled))


async def how_it_was_dialled(
    step: DialOut, channel: Channel, reserved: Reserved | None, bank: Bank, suspects: Suspects
) -> Ended:
    """Tell how the call ended that the engine made by itself, over the only trunk."""
    (trunk,) = step.trunks
    ended = _ended([await _how_it_ended(trunk, channel, suspects)])
    await _give_back(reserved, ended, bank)
    return ended


async def put_aside(step: DialOut, channel: Channel, tenant_id: int, bank: Bank) -> Reserved | Ended | None:
    """Put money aside for the call; None: it is free. Returns the end of the step where there is no money."""
    if step.rate is None:
        return None
    given = await bank.reserve(tenant_id, step.account_id, channel.request, step.number, step.rate)
    if isinstance(given, Reserved):
        return given
    return Ended(Outcome.STOPPED if isinstance(given, Stopped) else Outcome.NO_MONEY)


async def _give_back(reserved: Reserved | None, ended: Ended, bank: Bank) -> None:
    if reserved is None or ended.outcome is Outcome.ANSWERED:
        return
    try:
        await bank.release(reserved)
    except Exception:
        log.exception("money put aside for a call is given back later, with its record")


async def _over_trunks(
    step: DialOut, channel: Channel, reserved: Reserved | None, suspects: Suspects, limited: str
) -> Ended:
    tries: list[TrunkTry] = []
    for trunk in suspects.last(step.trunks):
        await channel.execute("MSet", _caller_id(step.show, trunk))
        once_answered = await _once_answered(step, channel, reserved)
        await channel.execute("Dial", _dialled(step, trunk, once_answered, limited))
        tries.append(await _how_it_ended(trunk, channel, suspects))
        if tries[-1].outcome is not Outcome.UNAVAILABLE:
            break
    return _ended(tries)


def _ended(tries: Sequence[TrunkTry]) -> Ended:
    return Ended(tries[-1].outcome if tries else Outcome.UNAVAILABLE, tuple(tries))


def _is_silent(tried: TrunkTry) -> bool:
    if tried.outcome is not Outcome.UNAVAILABLE:
        return False
    return takes_long(tried.status) if tried.status else is_silence(tried.cause)


def _dialled(step: DialOut, trunk: Trunk, once_answered: str, limited: str) -> str:
    """Return the arguments of Dial. `once_answered`, `limited`: options of it."""
    number = spelled(step.number, trunk.style)
    # i: a carrier's redirection (302) would start a call that nobody decided on. U: from its answer on the call has the
    # seconds that are paid for; the engine ends it after them whatever becomes of us (asterisk/extensions.conf).
    options = f"i{once_answered}{limited}"
    if step.diversion:
        options += f"b(diverted^s^1({_diversion(step.diversion, trunk, hidden=step.show.restricted)}))"
    return f"PJSIP/{number}@{trunk.endpoint},{step.seconds},{options}"


async def _how_it_ended(trunk: Trunk, channel: Channel, suspects: Suspects) -> TrunkTry:
    end = await channel.how_dial_ended()
    status = end.statuses[-1] if end.statuses else 0
    # Where nothing came from the carrier in time, the cause is that of the phone that rang before.
    given_up = end.result is DialResult.NO_ANSWER and not end.rang and not status
    tried = TrunkTry(trunk.id, trunk.name, _outcome(end, status), 0 if given_up else end.cause, status)
    suspects.note(trunk, silent=_is_silent(tried))
    return tried


async def _once_answered(step: DialOut, channel: Channel, reserved: Reserved | None) -> str:
    """Return the option of Dial for what is to be done at the answer."""
    # An emergency call is heard at once, and never ended, whether or not the phone encrypts.
    hushed = "" if is_emergency(step.number) else await hush(channel)
    if reserved is None or step.rate is None:
        return unhushing(hushed)
    word = answer_word(reserved.id, step.number, step.rate)
    paid = f"{reserved.seconds}^{word}"
    return f"U(answered-unheard^{paid}^{hushed})" if hushed else f"U(answered^{paid})"


def _caller_id(show: CallerNumber, trunk: Trunk) -> str:
    """Set the caller ID. The account's name is for colleagues only; the carrier gets a restricted number as private."""
    foreign = show.foreign if trunk.foreign_caller_ids else None
    shown = foreign or show.number
    number = spelled(shown, trunk.style) if shown else ""
    # Whose number is shown: what the account hides is its own.
    presentation = "prohib" if show.restricted and not foreign else "allowed"
    return f"CALLERID(num)={number},CALLERID(name)=,CALLERID(pres)={presentation}"


def _diversion(diversion: Diversion, trunk: Trunk, *, hidden: bool) -> str:
    """Return the arguments of `diverted` (asterisk/extensions.conf): number, reason, count and privacy (RFC 5806).

    `hidden`: the forwarding account hides its number; only the carrier may learn it.
    """
    number = spelled(diversion.number, trunk.style) if diversion.number else "anonymous"
    return f"{number}^{_REASON[diversion.reason]}^{diversion.count}^{'full' if hidden else 'off'}"


def _outcome(end: DialEnd, status: int) -> Outcome:
    """Find the outcome of the call over one trunk; `status`: the carrier's final one, 0 for none."""
    match end.result:
        case DialResult.ANSWERED:
            return Outcome.ANSWERED
        case DialResult.CANCELLED:
            return Outcome.CANCELLED
        case _ if status:
            return meaning_of(status).outcome
        case DialResult.NO_ANSWER if end.rang:
            return Outcome.NO_ANSWER
        # Silence, or a redirection: the engine calls that BUSY and may keep its status to itself.
        case _:
            return Outcome.UNAVAILABLE
