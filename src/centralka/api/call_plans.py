"""`/call-plans`: what would happen if somebody dialled."""

from typing import Annotated, Any, Literal

from ninja import Router
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from centralka.actions.calls import plan_for
from centralka.actions.explain import sentence
from centralka.calls.explain import plan_as_json, reasons_on_the_way
from centralka.calls.plan import Outcome, Plan, Refusal

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


Step = Annotated[RingStep | EchoStep | RejectStep, Field(discriminator="kind")]
_STEPS: TypeAdapter[list[RingStep | EchoStep | RejectStep]] = TypeAdapter(list[Step])


class CallPlan(BaseModel):
    """A finite graph of steps."""

    start: str = Field(description="The step that comes first.", examples=["start"])
    steps: list[Step]
    text: list[str] = Field(description="The reasons of all steps as sentences.")


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
        text=[sentence(reason.why, reason.values) for reason in reasons_on_the_way(plan)],
    )


def _reason(why: dict[str, Any]) -> dict[str, str]:
    return {"code": why["why"], "text": sentence(why["why"], why["values"])}
