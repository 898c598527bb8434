"""`/call-plans`: what would happen if somebody dialled."""

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from django.utils.translation import gettext_lazy as _
from ninja import Router
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from centralka.actions.calls import plan_for
from centralka.actions.explain import sentence
from centralka.calls.explain import plan_as_json
from centralka.calls.plan import Echo, Outcome, Plan, Refusal, Reject, Ring

from .auth import TenantRequest, tenant_token
from .fields import Body, Moment, Text

router = Router(tags=["Calls"], auth=tenant_token)


class Question(Body):
    """A call that nobody makes."""

    from_: Annotated[Text, Field(max_length=20)] = Field(
        validation_alias="from", description="The calling extension.", examples=["100"]
    )
    to: Annotated[Text, Field(max_length=80)] = Field(description="What is dialled.", examples=["101", "*43"])
    at: Moment | None = Field(None, description="When; null: now.")


class ReasonOut(BaseModel):
    """Why a step stands there."""

    code: str = Field(examples=["extension_dialled"])
    text: str = Field(examples=["101 (Bartek) was dialled, an extension of this company"])


class _Step(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: str = Field(examples=["start"])
    why: ReasonOut
    then: dict[Outcome, str] = Field(
        description="The step that follows each outcome; the call ends after an outcome that is not here.",
        examples=[{"busy": "busy", "no_answer": "no_answer"}],
    )


class ShownCallerId(BaseModel):
    """What the called phone displays."""

    number: str
    name: str


class RingStep(_Step):
    """Ring every phone of one account; the first to answer has the call."""

    kind: Literal["ring"]
    sip_account: int
    extension: str
    seconds: int
    call_waiting: bool
    show: ShownCallerId


class EchoStep(_Step):
    """Answer, and send the caller's own sound back."""

    kind: Literal["echo"]


class RejectStep(_Step):
    """End the call with an honest cause."""

    kind: Literal["reject"]
    refusal: Refusal
    sip_status: int = Field(examples=[486])


_IF = {
    Outcome.BUSY: _("if it is busy: %(what)s"),
    Outcome.NO_ANSWER: _("if nobody answers within %(seconds)s s: %(what)s"),
    Outcome.UNAVAILABLE: _("if no phone can be reached: %(what)s"),
}

Step = Annotated[RingStep | EchoStep | RejectStep, Field(discriminator="kind")]
_STEPS: TypeAdapter[list[RingStep | EchoStep | RejectStep]] = TypeAdapter(list[Step])


class CallPlan(BaseModel):
    """A finite graph of steps."""

    start: str = Field(description="The step that comes first.", examples=["start"])
    steps: list[Step]
    text: list[str] = Field(description="What happens first, then what follows if that comes to nothing.")


@router.post("/call-plans", response=CallPlan, summary="Ask what would happen", operation_id="plan_call")
def plan_call(request: TenantRequest, asked: Question) -> CallPlan:
    """The plan of a call, made by the same function that decides real calls. Nothing rings."""
    _facts, plan = plan_for(request.auth, asked.from_, asked.to, asked.at)
    return _shown(plan)


def _shown(plan: Plan) -> CallPlan:
    graph = plan_as_json(plan)
    steps = [step | {"why": _reason(step["why"])} for step in graph["steps"]]
    return CallPlan(
        start=graph["start"],
        steps=_STEPS.validate_python(steps),
        text=list(_sentences(plan)),
    )


def _sentences(plan: Plan) -> Iterator[str]:
    """The first step as a fact, each later one under the condition that leads to it."""
    yield _said(plan.steps[plan.first])
    for step in plan.steps.values():
        if not isinstance(step, Ring):
            continue
        for outcome, name in step.then.items():
            follower = plan.steps[name]
            if isinstance(follower, Reject):
                what = str(_("refused (%(status)s)")) % {"status": follower.refusal.sip_status}
            else:
                what = _said(follower)
            yield str(_IF[outcome]) % {"seconds": step.seconds, "what": what}


def _said(step: Ring | Echo | Reject) -> str:
    return sentence(step.why.why, step.why.values)


def _reason(why: dict[str, Any]) -> dict[str, str]:
    return {"code": why["why"], "text": sentence(why["why"], why["values"])}
