"""`/call-plans`: the plans of calls that nobody makes."""

from typing import Annotated

from ninja import Router
from pydantic import Field

from centralka.actions.calls import plan_for

from ..http.auth import TenantRequest, asking_token
from ..http.fields import Body, Moment, Text
from .plans import CallPlan, told_plan

router = Router(tags=["Calls"], auth=asking_token)


class Question(Body):
    """A call that nobody makes."""

    from_: Annotated[Text, Field(max_length=20)] = Field(
        validation_alias="from",
        description="The calling extension; or a public number that calls one of the company's numbers.",
        examples=["100", "+48600100200"],
    )
    to: Annotated[Text, Field(max_length=80)] = Field(
        description="What is dialled.", examples=["101", "*43", "221234567"]
    )
    at: Moment | None = Field(None, description="When; null: now.")


@router.post("/call-plans", response=CallPlan, summary="Ask what would happen", operation_id="plan_call")
def plan_call(request: TenantRequest, asked: Question) -> CallPlan:
    """The plan of a call, made by the same function that decides real calls. Nothing rings."""
    _facts, plan = plan_for(request.auth, asked.from_, asked.to, asked.at)
    return told_plan(plan)
