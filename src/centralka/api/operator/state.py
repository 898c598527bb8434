"""`/operator/state`: what the exchange is doing as a whole."""

from datetime import datetime

from ninja import Router
from pydantic import BaseModel, Field

from centralka.actions.draining import draining

from ..http.auth import OperatorRequest, operator_token

router = Router(tags=["Operator"], auth=operator_token)


class DrainingOut(BaseModel):
    """New calls are refused with 503, but for emergency calls."""

    since: datetime
    running_calls: int = Field(description="Calls that still go on.", examples=[2])


class StateOut(BaseModel):
    """The state of the machine that answers."""

    draining: DrainingOut | None = Field(
        description="It is about to be stopped and takes no new calls (`centralka drain`); null: it takes them."
    )


@router.get("/state", response=StateOut, summary="Read the state of the exchange", operation_id="get_state")
def get_state(request: OperatorRequest) -> StateOut:
    """Whether it takes calls, or only waits for the end of those that run."""
    found = draining()
    return StateOut(draining=DrainingOut(since=found.since, running_calls=found.running_calls) if found else None)
