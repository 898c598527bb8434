"""`/operator/audit-log`: who changed what in the whole installation."""

from ninja import Query, Router
from pydantic import BaseModel, Field

from centralka.actions.audit import audit_log_of_all

from ..company.audit import AskedAudit, AuditEntryOut, entry_out
from ..http.auth import OperatorRequest, operator_token
from ..http.fields import Id
from ..http.pages import page_of

router = Router(tags=["Operator"], auth=operator_token)


class OperatorAuditEntryOut(AuditEntryOut):
    """Something that was added, changed or removed."""

    tenant_id: int | None = Field(description="Whose it was; null: the operator's.")


class OperatorAuditPage(BaseModel):
    """One page of entries, newest first."""

    items: list[OperatorAuditEntryOut]
    next: str | None


class AskedOperatorAudit(AskedAudit):
    """The choice of entries in a list."""

    tenant_id: Id | None = Field(None, description="Only one company.")


@router.get(
    "/audit-log", response=OperatorAuditPage, summary="List changes everywhere", operation_id="list_whole_audit_log"
)
def list_audit_log(request: OperatorRequest, asked: Query[AskedOperatorAudit]) -> OperatorAuditPage:
    """Who changed what, in all companies and at the operator's things, newest first."""
    found, following = page_of(audit_log_of_all(request.auth, asked.wanted(asked.tenant_id)), asked)
    items = [OperatorAuditEntryOut(**entry_out(one, for_operator=True), tenant_id=one.tenant_id) for one in found]
    return OperatorAuditPage(items=items, next=following)
