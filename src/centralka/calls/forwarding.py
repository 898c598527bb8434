"""Plan what follows when an account does not take a call: its forwards, its mailbox, or the honest end.

A forwarded call rings its target alone, whose own forwards do not apply, so that no loop can arise in the company; how
often a call was forwarded on its way through the public network is counted.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import assert_never

from .facts import (
    Account,
    AccountKind,
    Condition,
    Mailbox,
    Outside,
    ToExtension,
    ToNobody,
    ToOutside,
    ToVoicemail,
    Unanswered,
)
from .fraud import Breach
from .outbound import failures_of, refusal_of
from .plan import (
    CallerId,
    DialOut,
    Diversion,
    FaxTone,
    Outcome,
    Plan,
    ReceiveFax,
    Refusal,
    Reject,
    Ring,
    Skip,
    Step,
    StepName,
    Voicemail,
)
from .prompts import Prompt
from .reasons import Reason, Why

MOST_DIVERSIONS = 5
"""A call that was forwarded so often goes outside no more (SPEC "forwarding")."""

MOST_AT_ONCE = 10
"""Calls of a company to one number: a forward does not add to so many. That ends a circle where a carrier drops the
count of diversions."""

_TONE_WITHIN = 60
"""Seconds after the answer: fax machines repeat the tone every three and a half (T.30 §4.3)."""
_START = StepName("start")
_OUTCOME = {
    Condition.NO_ANSWER: Outcome.NO_ANSWER,
    Condition.BUSY: Outcome.BUSY,
    Condition.UNAVAILABLE: Outcome.UNAVAILABLE,
}
_HONEST = {
    Condition.NO_ANSWER: (Refusal.NO_ANSWER, Why.NO_ONE_ANSWERED),
    Condition.BUSY: (Refusal.BUSY, Why.CALLEE_BUSY),
    Condition.UNAVAILABLE: (Refusal.UNAVAILABLE, Why.CALLEE_UNAVAILABLE),
}


@dataclass(frozen=True, slots=True)
class ForwardedCall:
    """A call for `callee`, as far as forwarding it matters."""

    callee: Account
    show: CallerId | None
    """The caller that the rung phones display; None: the one that the channel shows already."""
    from_outside: str | None
    """E.164 of a caller from outside who shows a number; trunks that accept it show it on."""
    caller_id: int | None
    """The account that calls; None: somebody outside."""
    diversions: int = 0
    """The number of times the call was forwarded before."""

    @property
    def who(self) -> dict[str, str | int]:
        """Return the callee, for reasons."""
        return {"extension": self.callee.extension, "name": self.callee.name}


def reach(call: ForwardedCall, unanswered: Unanswered, why: Reason) -> Plan:
    """Ring the callee for its ring time; then its forward, its mailbox, or the honest end for each condition.

    A fax account has no phone to ring: it answers at once.
    """
    callee = call.callee
    if callee.kind is AccountKind.FAX:
        return Plan(_START, {_START: receive_fax(callee, why)})
    then = {_OUTCOME[condition]: StepName(condition.value) for condition in Condition}
    steps: dict[StepName, Step] = {_START: _ring(callee, callee.ring_timeout, call.show, why, then)}
    for condition in Condition:
        steps.update(_under(condition, call, unanswered))
    return Plan(_START, steps, fax_tone=_fax_tone(callee, unanswered))


def _fax_tone(callee: Account, unanswered: Unanswered) -> FaxTone | None:
    """Listen for as long as the call may ring, here and where it is forwarded to, and a while after the answer."""
    if callee.fax_login is None:
        return None
    return FaxTone(callee.fax_login, callee.ring_timeout + unanswered.return_after + _TONE_WITHIN)


def receive_fax(account: Account, why: Reason) -> ReceiveFax:
    """Have the receiver of a fax account answer."""
    return ReceiveFax(account.id, account.login, account.extension, account.fax_station, why)


def _ring(account: Account, seconds: int, show: CallerId | None, why: Reason, then: dict[Outcome, StepName]) -> Ring:
    return Ring(
        account_id=account.id,
        login=account.login,
        extension=account.extension,
        seconds=seconds,
        call_waiting=account.call_waiting,
        show=show,
        why=why,
        then=then,
        media_encryption=account.media_encryption,
        in_browser=account.in_browser,
        answers_as=CallerId(account.shown_number, account.name),
    )


def _under(condition: Condition, call: ForwardedCall, unanswered: Unanswered) -> Iterator[tuple[StepName, Step]]:
    first, last = StepName(condition.value), StepName(f"{condition.value}_end")
    end = _end(condition, call, unanswered.mailbox)
    forward = _forward(condition, call, unanswered, last)
    if forward is None:
        yield first, end
    else:
        yield first, forward
        yield last, end


def _forward(condition: Condition, call: ForwardedCall, unanswered: Unanswered, last: StepName) -> Step | None:
    """Return the step that follows the condition, where it is not the end at once."""
    values = {**call.who, "condition": condition.value}
    match unanswered.forwards.get(condition):
        case None:
            return None
        case ToNobody():
            return Skip(Reason(Why.FORWARD_TARGET_GONE, values), {Outcome.DONE: last})
        case ToVoicemail():
            if unanswered.mailbox:
                return None  # it is where every condition ends
            return Skip(Reason(Why.FORWARD_WITHOUT_MAILBOX, values), {Outcome.DONE: last})
        case ToExtension(account):
            return _forward_inside(condition, call, account, unanswered.return_after, last)
        case ToOutside() as target:
            return _forward_outside(condition, call, target, unanswered.return_after, last)
        case other:
            assert_never(other)


def _forward_inside(condition: Condition, call: ForwardedCall, to: Account, seconds: int, last: StepName) -> Step:
    values = {**call.who, "condition": condition.value, "to": to.extension, "to_name": to.name}
    if to.id == call.caller_id:
        own = Reason(Why.OWN_EXTENSION, {"extension": to.extension})
        return Skip(Reason(Why.FORWARD_NOT_FOLLOWED, values), {Outcome.DONE: last}, own)
    why = Reason(Why.FORWARDED_TO_EXTENSION, values)
    if to.kind is AccountKind.FAX:
        return receive_fax(to, why)
    then = dict.fromkeys(_OUTCOME.values(), last)
    return _ring(to, seconds, call.show, why, then)


def _forward_outside(condition: Condition, call: ForwardedCall, to: ToOutside, seconds: int, last: StepName) -> Step:
    """Return an outgoing call of the forwarding account; or a step that skips it if something stands against it."""
    outside = to.outside
    values = {**call.who, "condition": condition.value, "number": outside.destination.number, "to_name": to.name}
    if against := _against(call, outside):
        because, breach = against
        return Skip(Reason(Why.FORWARD_NOT_FOLLOWED, values), {Outcome.DONE: last}, because, breach)
    return DialOut(
        number=outside.destination.number,
        trunks=outside.trunks,
        show=replace(outside.caller, foreign=call.from_outside),
        rate=outside.rate,
        seconds=seconds,
        why=Reason(Why.FORWARDED_OUTSIDE, values),
        then=dict.fromkeys(failures_of(outside), last),
        diversion=Diversion(outside.caller.number, condition, call.diversions + 1),
        account_id=outside.guard.account_id,
    )


def _against(call: ForwardedCall, outside: Outside) -> tuple[Reason, Breach | None] | None:
    """Tell why the call is not forwarded outside, and the rule against fraud that says so if one does; None: it is."""
    if call.diversions >= MOST_DIVERSIONS:
        return Reason(Why.FORWARDED_TOO_OFTEN, {"count": call.diversions}), None
    if refusal := refusal_of(outside):
        return refusal.why, refusal.breach
    if outside.going_on >= MOST_AT_ONCE:
        return Reason(Why.FORWARDED_TOO_MANY, {"count": outside.going_on, "number": outside.destination.number}), None
    return None


def _end(condition: Condition, call: ForwardedCall, mailbox: Mailbox | None) -> Voicemail | Reject:
    """Return the callee's own mailbox, else what the caller is honestly told."""
    callee = call.callee
    refusal, why = _HONEST[condition]
    if mailbox is None:
        seconds = {"seconds": callee.ring_timeout} if condition is Condition.NO_ANSWER else {}
        return Reject(refusal, Reason(why, {**call.who, **seconds}))
    if mailbox.full:
        return Reject(refusal, Reason(Why.MAILBOX_FULL, call.who), Prompt.MAILBOX_FULL)
    busy = condition is Condition.BUSY
    return Voicemail(
        account_id=callee.id,
        login=callee.login,
        extension=callee.extension,
        busy=busy,
        own_greeting=mailbox.own_greeting and (mailbox.greeting_on_busy if busy else mailbox.greeting_on_no_answer),
        why=Reason(Why.TO_VOICEMAIL, {**call.who, "condition": condition.value}),
    )
