"""The plan of a call, as it is told: of a call that nobody makes, and of a past call."""

from collections.abc import Iterator, Sequence
from typing import Annotated, Literal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, WithJsonSchema

from centralka.actions.reason_words import sentence
from centralka.calls.endpoints import extension_of
from centralka.calls.plan import DialOut, Outcome, Pin, Plan, Refusal, Reject, Skip, Step, StepName, followers
from centralka.calls.plan_json import steps_as_json
from centralka.calls.prompts import Prompt
from centralka.calls.reasons import Reason, reason_as_json
from centralka.calls.record.way import Taken

# Written out: the document knows another `Outcome`, that of a whole call, and makers of clients take one of a name.
StepOutcome = Annotated[Outcome, WithJsonSchema({"type": "string", "enum": [one.value for one in Outcome]})]


class CallRate(BaseModel):
    """The row of the price list that a leg was charged by. PLN net."""

    prefix: str = Field(examples=["4860"])
    description: str = Field(examples=["Polska, komórkowe"])
    per_minute: str = Field(examples=["0.1200"])
    connection_fee: str = Field(examples=["0.0000"])
    first_increment: int = Field(description="Seconds that are charged at least.", examples=[1])
    next_increment: int = Field(description="Seconds in which it goes on from there.", examples=[1])


class ReasonOut(BaseModel):
    """Why a step stands there."""

    code: str = Field(examples=["extension_dialled"])
    text: str = Field(examples=["101 (Bartek) was dialled, an extension of this company"])


class _Step(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: str = Field(examples=["start"])
    why: ReasonOut
    then: dict[StepOutcome, str] = Field(
        description="The step that follows each outcome; the call ends after an outcome that is not here.",
        examples=[{"busy": "busy", "no_answer": "no_answer"}],
    )


class ShownCallerId(BaseModel):
    """The caller that the called phone displays."""

    number: str = Field(description='"" if the caller hides it.')
    name: str


class RingStep(_Step):
    """Ring every phone of one account; the first to answer has the call."""

    kind: Literal["ring"]
    sip_account: int
    extension: str
    seconds: int
    call_waiting: bool
    media_encryption: Literal["off", "dtls", "srtp"] = Field("off", description="How the sound has to be encrypted.")
    show: ShownCallerId | None = Field(description="null: what the channel of a transferred caller shows already.")


class AskPinStep(_Step):
    """Ask the caller for the PIN of the account."""

    kind: Literal["ask_pin"]
    sip_account: int
    pin: Pin = Field(description="What it opens: calls outside, or the mailbox.")
    tries: int = Field(examples=[3])


class TrunkName(BaseModel):
    """A trunk that would be tried."""

    name: str


class ShownOutside(BaseModel):
    """The caller that the called party outside sees."""

    number: str | None = Field(description="E.164, told to the carrier; null: the company has none.")
    restricted: bool = Field(description="Hidden from the called party.")


class DialOutStep(_Step):
    """Call a public number over the first trunk that works."""

    kind: Literal["dial_out"]
    number: str = Field(description="E.164, or a short code.", examples=["+48221234567"])
    trunks: list[TrunkName] = Field(description="In the order in which they are tried.")
    show: ShownOutside
    rate: CallRate | None = Field(description="null: the call is free.")
    seconds: int = Field(description="How long it may ring.")
    diversions: int = Field(
        description="How often the call was forwarded, this time included; 0: the caller dialled it."
    )


class SkipStep(_Step):
    """A forward that cannot be followed: nothing happens, and the call goes on."""

    kind: Literal["skip"]
    because: ReasonOut | None = Field(description="What stands against it; null where `why` says so already.")


class VoicemailStep(_Step):
    """Play a greeting and record a message."""

    kind: Literal["voicemail"]
    sip_account: int
    login: str = Field(examples=["demo_100"])
    extension: str
    greeting: Literal["own", "busy", "unavailable"] = Field(
        description="The account's own, or one of the system's: on the phone, or not available."
    )


class VoicemailMenuStep(_Step):
    """Let the caller listen to the messages of the account, and record its greeting."""

    kind: Literal["voicemail_menu"]
    sip_account: int


class ReceiveFaxStep(_Step):
    """Answer as a fax machine and keep the pages."""

    kind: Literal["receive_fax"]
    sip_account: int
    login: str = Field(examples=["demo_15"])
    extension: str
    station: str = Field(description="What the sending machine displays; empty: nothing.", examples=["+48221234567"])


class EchoStep(_Step):
    """Answer, and send the caller's own sound back."""

    kind: Literal["echo"]


class RejectStep(_Step):
    """End the call with an honest cause."""

    kind: Literal["reject"]
    refusal: Refusal
    sip_status: int = Field(examples=[486])
    say: Prompt | None = Field(description="What the caller hears before.")
    rate: CallRate | None = Field(description="The price, where it is why the call is refused; else null.")


_IF = {
    Outcome.BUSY: _("if it is busy: %(what)s"),
    Outcome.NO_ANSWER: _("if nobody answers within %(seconds)s s: %(what)s"),
    Outcome.UNAVAILABLE: _("if no phone can be reached: %(what)s"),
    Outcome.NO_SUCH_NUMBER: _("if the carrier does not know the number: %(what)s"),
    Outcome.DECLINED: _("if the call is declined there: %(what)s"),
    Outcome.NO_MONEY: _("if the money is used up by then: %(what)s"),
    Outcome.STOPPED: _("if a rule against fraud refuses it: %(what)s"),
    Outcome.RIGHT_PIN: _("if the PIN is right: %(what)s"),
    Outcome.WRONG_PIN: _("if the PIN is wrong: %(what)s"),
}
_NO_TRUNK = _("if no trunk works: %(what)s")
_OTHERWISE = _("if that comes to nothing: %(what)s")
_INSTEAD = _("instead: %(what)s")

AnyStep = (
    RingStep
    | AskPinStep
    | DialOutStep
    | SkipStep
    | VoicemailStep
    | VoicemailMenuStep
    | ReceiveFaxStep
    | EchoStep
    | RejectStep
)
StepOut = Annotated[AnyStep, Field(discriminator="kind")]
_STEPS: TypeAdapter[list[AnyStep]] = TypeAdapter(list[StepOut])


class CallPlan(BaseModel):
    """A finite graph of steps."""

    start: str = Field(description="The step that comes first.", examples=["start"])
    switch_to_fax: str | None = Field(
        description="The extension of the fax account that takes the call over if its caller sends the fax tone."
    )
    steps: list[StepOut]
    text: list[str] = Field(description="What happens first, then what follows if that comes to nothing.")


class TakenStep(BaseModel):
    """A step of the plan that was carried out."""

    step: str = Field(description="Its name.", examples=["start"])
    outcome: StepOutcome | None = Field(
        description="What came of it; null while that is open, at the end of the call, and where it is not known.",
        examples=["busy"],
    )


class WalkedPlan(CallPlan):
    """The plan of a call, and the way that the call took through it."""

    taken: list[TakenStep] = Field(
        description="The steps that were carried out, in order. Plan and way end where the call was transferred."
    )


def told_plan(plan: Plan) -> CallPlan:
    """Tell a plan in words, in the language of the request."""
    return CallPlan.model_validate(_told(plan))


def told_walk(plan: Plan, way: Sequence[Taken]) -> WalkedPlan:
    """Tell a plan with the way that a call took."""
    taken = [TakenStep(step=one.name, outcome=one.outcome) for one in way]
    return WalkedPlan.model_validate({**_told(plan), "taken": taken})


def _told(plan: Plan) -> dict[str, object]:
    steps = [{**told, **_reasons(step)} for told, step in zip(steps_as_json(plan), plan.steps.values(), strict=True)]
    switch = extension_of(plan.fax_tone.login) if plan.fax_tone else None
    return {
        "start": plan.first,
        "switch_to_fax": switch,
        "steps": _STEPS.validate_python(steps),
        "text": list(_sentences(plan)),
    }


def _reasons(step: Step) -> dict[str, ReasonOut | None]:
    """Put reasons in words, in place of what is kept."""
    because = {"because": _reason(step.because)} if isinstance(step, Skip) else {}
    return {"why": _reason(step.why), **because}


def _sentences(plan: Plan) -> Iterator[str]:
    """Tell the first step as a fact, each later one under the condition that leads to it."""
    yield _said(plan.first_step)
    if plan.fax_tone:
        yield str(_("if the caller sends the fax tone: %(extension)s takes the call over")) % {
            "extension": extension_of(plan.fax_tone.login)
        }
    for name, step in plan.steps.items():
        if name == plan.first or not _goes_one_way(step):
            for outcome, following in followers(step).items():
                yield from _conditional(plan, _condition(step, outcome), step, following)


def _conditional(plan: Plan, condition: str | Promise, step: Step, name: StepName) -> Iterator[str]:
    """Tell what follows under a condition, and what follows that, if it is the same whatever happens."""
    following = plan.steps[name]
    yield str(condition) % {"seconds": getattr(step, "seconds", 0), "what": _what_follows(following)}
    if _goes_one_way(following):
        then = _INSTEAD if isinstance(following, Skip) else _OTHERWISE
        yield from _conditional(plan, then, following, next(iter(followers(following).values())))


def _goes_one_way(step: Step) -> bool:
    """Tell whether a step is a forward after which the same step follows, whatever comes of it."""
    return len(set(followers(step).values())) == 1


def _condition(step: Step, outcome: Outcome) -> str | Promise:
    return _NO_TRUNK if isinstance(step, DialOut) and outcome is Outcome.UNAVAILABLE else _IF[outcome]


def _what_follows(step: Step) -> str:
    if isinstance(step, Reject):
        return str(_("refused (%(status)s)")) % {"status": step.refusal.sip_status}
    return _said(step)


def _said(step: Step) -> str:
    said = sentence(step.why)
    if isinstance(step, Skip) and step.because:
        return str(_("%(what)s, because %(because)s")) % {"what": said, "because": sentence(step.because)}
    return said


def _reason(reason: Reason | None) -> ReasonOut | None:
    return ReasonOut(code=reason_as_json(reason)["why"], text=sentence(reason)) if reason else None
