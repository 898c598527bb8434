"""`/operator/fraud-rules` and `/operator/fraud-stops`: what new companies get, and what was stopped anywhere."""

from ninja import Query, Router, Status
from pydantic import BaseModel, Field

from centralka.actions import fraud as actions
from centralka.store.models import FraudStop

from ..company.fraud import FraudRulesChanges, FraudRulesOut, FraudStopOut, rules_out, stop_out
from ..http.auth import OperatorRequest, operator_token
from ..http.openapi import MISSING
from ..http.pages import AskedPage, page_of

router = Router(tags=["Operator"], auth=operator_token)


class OperatorFraudStopOut(FraudStopOut):
    """A rule that refused a call of a company."""

    tenant_id: int = Field(description="The company.")


class OperatorFraudStopPage(BaseModel):
    """One page of stops, newest first."""

    items: list[OperatorFraudStopOut]
    next: str | None


@router.get(
    "/fraud-rules",
    response=FraudRulesOut,
    summary="Read the rules of new companies",
    operation_id="get_default_fraud_rules",
)
def get_rules(request: OperatorRequest) -> FraudRulesOut:
    """What a company gets that is made now."""
    return rules_out(actions.rules_for_new_companies(request.auth))


@router.patch(
    "/fraud-rules",
    response=FraudRulesOut,
    summary="Change the rules of new companies",
    operation_id="change_default_fraud_rules",
)
def change_rules(request: OperatorRequest, wanted: FraudRulesChanges) -> FraudRulesOut:
    """Companies that are there keep theirs. What is not sent stays as it is."""
    changes = wanted.model_dump(exclude_unset=True)
    return rules_out(actions.change_rules_for_new_companies(request.auth, changes))


@router.get(
    "/fraud-stops",
    response=OperatorFraudStopPage,
    summary="List stops of all companies",
    operation_id="list_all_fraud_stops",
)
def list_stops(request: OperatorRequest, asked: Query[AskedPage]) -> OperatorFraudStopPage:
    """What rules stopped, also what was lifted since."""
    rows, following = page_of(actions.stops_of_all(request.auth), asked)
    return OperatorFraudStopPage(items=[_out(row) for row in rows], next=following)


@router.delete(
    "/fraud-stops/{int:stop_id}",
    response={204: None},
    summary="Lift a stop of any company",
    operation_id="lift_any_fraud_stop",
    openapi_extra=MISSING,
)
def lift_stop(request: OperatorRequest, stop_id: int) -> Status[None]:
    """As the company can itself."""
    actions.lift_any(request.auth, stop_id)
    return Status(204, None)


def _out(row: FraudStop) -> OperatorFraudStopOut:
    return OperatorFraudStopOut(**stop_out(row).model_dump(), tenant_id=row.tenant_id)
