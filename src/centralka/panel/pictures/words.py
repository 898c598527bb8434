"""The steps of a plan in the reader's language, as few words as fit into a box; the sentences stand beside them."""

from collections.abc import Iterator, Sequence
from typing import assert_never

from django.template.defaultfilters import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from centralka.actions.reason_words import price_in_words, sentence
from centralka.calls.endpoints import extension_of
from centralka.calls.facts import CallFacts, IncomingFacts
from centralka.calls.media_encryption import MediaEncryption
from centralka.calls.plan import (
    AskPin,
    DialOut,
    Echo,
    Outcome,
    Pin,
    Plan,
    ReceiveFax,
    Refusal,
    Reject,
    Ring,
    Skip,
    StepName,
    Voicemail,
    VoicemailMenu,
    followers,
)
from centralka.calls.plan import Step as PlanStep
from centralka.calls.reasons import Reason, Why
from centralka.calls.record.leg import Leg
from centralka.calls.record.way import Taken
from centralka.calls.spelling import grouped
from centralka.calls.tariffs import rate_as_json
from centralka.store.models import CallRecord

from ..durations import duration
from ..tables.call_numbers import callee
from ..tables.outcomes import fax_in_words, outcome_in_words
from ..tables.people import People
from .tree import Branch, Kind, Step

Facts = CallFacts | IncomingFacts

_WHEN = {
    Outcome.BUSY: gettext_lazy("busy"),
    Outcome.UNAVAILABLE: gettext_lazy("unavailable"),
    Outcome.NO_ANSWER: gettext_lazy("no answer"),
    Outcome.NO_SUCH_NUMBER: gettext_lazy("no such number"),
    Outcome.DECLINED: gettext_lazy("declined"),
    Outcome.NO_MONEY: gettext_lazy("too little money"),
    Outcome.STOPPED: gettext_lazy("fraud is suspected"),
    Outcome.RIGHT_PIN: gettext_lazy("the PIN is right"),
    Outcome.WRONG_PIN: gettext_lazy("the PIN is wrong"),
}
_ENDS = {
    Refusal.BUSY: (Kind.BUSY, gettext_lazy("Busy")),
    Refusal.UNAVAILABLE: (Kind.ENDED, gettext_lazy("End: nobody can be reached")),
    Refusal.NO_ANSWER: (Kind.ENDED, gettext_lazy("End: no answer")),
    Refusal.NO_SUCH_NUMBER: (Kind.REFUSED, gettext_lazy("Refused: no such number")),
    Refusal.INCOMPLETE: (Kind.REFUSED, gettext_lazy("Refused: not a number")),
    Refusal.NOT_PERMITTED: (Kind.REFUSED, gettext_lazy("Refused")),
    Refusal.DRAINING: (Kind.REFUSED, gettext_lazy("Refused: no new calls")),
    Refusal.NO_ROUTE: (Kind.REFUSED, gettext_lazy("Refused: no trunk")),
}
_SPEAK_FOR_THEMSELVES = {Why.NO_ONE_ANSWERED, Why.CALLEE_BUSY, Why.CALLEE_UNAVAILABLE}


def tree_of(facts: Facts, plan: Plan) -> Step:
    """Make the tree of the whole plan, from the caller on."""
    inside = isinstance(facts, CallFacts)
    return _from(_caller(facts), _dials(facts), plan, (), inside=inside)


def tree_of_call(record: CallRecord, people: People, plan: Plan) -> Step:
    """Make the tree of a past call's plan, with the way that it took."""
    inside, dialled = record.direction != CallRecord.Direction.IN, _unparted(callee(record))
    dials = (_("calls %(number)s") % {"number": dialled},) if dialled else ()
    return _from(str(people.caller(record)), dials, plan, record.way, inside=inside)


def _from(caller: str, dials: tuple[str, ...], plan: Plan, way: Sequence[Taken], *, inside: bool) -> Step:
    if plan.fax_tone:
        said = _("with a fax tone, %(extension)s takes the call over")
        dials = (*dials, said % {"extension": extension_of(plan.fax_tone.login)})
    first = Branch((), _step(plan, plan.first, way))
    return Step(Kind.CALLER, "person" if inside else "globe2", caller, dials, branches=(first,), taken=first.step.taken)


def _caller(facts: Facts) -> str:
    if isinstance(facts, CallFacts):
        return f"{facts.caller.extension} {facts.caller.name}"
    return _number(facts.from_number) or _("Somebody outside")


def _number(text: str) -> str:
    """Write a number grouped, and never parted at the end of a line."""
    return _unparted(grouped(text))


def _unparted(text: str) -> str:
    return text.replace(" ", "\u00a0")


def _dials(facts: Facts) -> tuple[str, ...]:
    dialled = facts.to_number
    if isinstance(facts, CallFacts) and facts.outside:
        dialled = facts.outside.destination.number
    return (_("calls %(number)s") % {"number": _number(dialled)},) if dialled else ()


def _step(plan: Plan, name: StepName, way: Sequence[Taken]) -> Step:
    """Make the box of a step. `way`: what the call took from here on, if it came here."""
    step = plan.steps[name]
    here, rest = (way[0], way[1:]) if way and way[0].name == name else (None, ())
    kind, icon, title, details = _looks(step)
    return Step(
        kind,
        icon,
        title,
        tuple(details),
        _why(step.why),
        tuple(_branches(plan, step, rest)),
        taken=here is not None,
        came=tuple(_what_came(leg) for leg in here.legs) if here else (),
    )


def _what_came(leg: Leg) -> str:
    """Say what came of a step: over one trunk, with its name; of a mailbox, how much was left there."""
    if leg.outcome == Outcome.VOICEMAIL:
        return _("%(length)s recorded") % {"length": duration(leg.seconds)} if leg.seconds else _("no message left")
    if leg.outcome == Outcome.FAX:
        return fax_in_words(leg)
    said = outcome_in_words(leg.outcome)
    if leg.status:
        said = f"{said}, SIP\u00a0{leg.status}"
    return f"{leg.trunk}: {said}" if leg.trunk else said


def _why(reason: Reason) -> str:
    """Say the reason as a sentence; a call that comes over no number in particular needs none."""
    if reason.why is Why.NUMBER_POINTS_AT and not reason.values["number"]:
        return ""
    return _said(reason)


def _said(reason: Reason) -> str:
    return capfirst(sentence(reason))


def _branches(plan: Plan, step: PlanStep, way: Sequence[Taken]) -> Iterator[Branch]:
    """Make a branch for each step that follows, with all the outcomes that lead there."""
    outcomes = followers(step)
    for name in dict.fromkeys(outcomes.values()):
        leading = [outcome for outcome, follower in outcomes.items() if follower == name]
        every = isinstance(step, DialOut) and len(leading) == len(outcomes)
        when = (_("nobody answers there"),) if every else tuple(_condition(step, outcome) for outcome in leading)
        yield Branch(tuple(filter(None, when)), _step(plan, name, way))


def _condition(step: PlanStep, outcome: Outcome) -> str:
    match step, outcome:
        case (Ring(), Outcome.NO_ANSWER):
            return _("no answer in %(seconds)s s") % {"seconds": step.seconds}
        case (Ring(call_waiting=False), Outcome.BUSY):
            return _("busy or in a call")
        case (DialOut(), Outcome.UNAVAILABLE):
            return _("no trunk works")
        case (_, Outcome.DONE):
            return ""
        case _:
            return str(_WHEN[outcome])


_Looks = tuple[Kind, str, str, list[str]]


def _looks(step: PlanStep) -> _Looks:  # noqa: C901 (a line for each kind of step)
    """Return kind, icon, title and details of a step."""
    match step:
        case Ring():
            return _ring(step)
        case DialOut():
            return _dial_out(step)
        case AskPin():
            return _ask_pin(step)
        case Skip():
            return _skip(step)
        case Voicemail():
            return _voicemail(step)
        case VoicemailMenu() | Echo():
            return _reached(step)
        case ReceiveFax():
            return _receive_fax(step)
        case Reject():
            return _reject(step)
        case _:
            assert_never(step)


def _ring(step: Ring) -> _Looks:
    values = step.why.values
    forwarded = step.why.why is Why.FORWARDED_TO_EXTENSION
    name = values.get("to_name" if forwarded else "name", "")
    title = _("Rings %(whom)s") % {"whom": f"{step.extension} {name}".rstrip()}
    details = [_("for up to %(seconds)s s") % {"seconds": step.seconds}]
    if step.media_encryption is not MediaEncryption.OFF:
        details.append(_("encrypted"))
    return Kind.RING, "telephone-forward" if forwarded else "telephone", title, details


def _dial_out(step: DialOut) -> _Looks:
    whom = f"{_number(step.number)} {_in_brackets(step.why.values.get('to_name'))}".rstrip()
    price = price_in_words(rate_as_json(step.rate)) if step.rate else [_("free of charge")]
    details = [_("for up to %(seconds)s s") % {"seconds": step.seconds}, *price]
    return Kind.OUTSIDE, "telephone-outbound", _("Calls outside: %(whom)s") % {"whom": whom}, details


def _ask_pin(step: AskPin) -> _Looks:
    title = _("Asks for the mailbox's PIN") if step.pin is Pin.MAILBOX else _("Asks for the PIN")
    return Kind.PIN, "key", title, [_("at most %(tries)s tries") % {"tries": step.tries}]


def _in_brackets(name: object) -> str:
    return f"({name})" if name else ""


def _skip(step: Skip) -> _Looks:
    return Kind.SKIPPED, "x-lg", _skipped(step.why), [_said(step.because)] if step.because else []


def _skipped(why: Reason) -> str:
    values = why.values
    match why.why:
        case Why.FORWARD_TARGET_GONE:
            return _("Skipped: the target was deleted")
        case Why.FORWARD_WITHOUT_MAILBOX:
            return _("Skipped: voicemail is off")
        case _:
            whom = _number(str(values.get("number") or values.get("to", "")))
            return _("Skipped: %(whom)s") % {"whom": f"{whom} {_in_brackets(values.get('to_name'))}".rstrip()}


def _voicemail(step: Voicemail) -> _Looks:
    title = _("Voicemail of %(extension)s") % {"extension": step.extension}
    greeting = _("system greeting: busy") if step.busy else _("system greeting: not available")
    return Kind.VOICEMAIL, "voicemail", title, [_("own greeting") if step.own_greeting else greeting]


def _receive_fax(step: ReceiveFax) -> _Looks:
    title = _("Fax receiver of %(extension)s") % {"extension": step.extension}
    return Kind.VOICEMAIL, "printer", title, [_("The pages are kept as a PDF")]


def _reached(step: VoicemailMenu | Echo) -> _Looks:
    if isinstance(step, Echo):
        return Kind.REACHED, "mic", _("Echo test"), [_("The caller hears themselves")]
    return Kind.REACHED, "voicemail", _("Listens to the messages"), [_("or records the greeting")]


def _reject(step: Reject) -> _Looks:
    kind, title = _ENDS[step.refusal]
    details = [] if step.why.why in _SPEAK_FOR_THEMSELVES else [_said(step.why)]
    status = _("SIP answer %(status)s") % {"status": step.refusal.sip_status}
    icon = "exclamation-circle-fill" if kind is Kind.REFUSED else "x-lg"
    return kind, icon, str(title), [*details, status]
