"""`/audit-log`: who changed what in the company. For owners' tokens."""

from typing import Any

from ninja import Query, Router
from pydantic import BaseModel, Field

from centralka.actions.audit import AuditFilter, audit_log, changes_told
from centralka.store.models import AuditEntry

from ..http.auth import TenantRequest, tenant_token
from ..http.fields import At, Moment
from ..http.pages import AskedPage, page_of

router = Router(tags=["People and tokens"], auth=tenant_token)


class AuditChange(BaseModel):
    """One field."""

    field: str = Field(examples=["ring_timeout"])
    before: str | None = Field(description="As text; empty: nothing. Null: it was changed, and no value is told.")
    after: str | None


class AuditEntryOut(BaseModel):
    """Something that was added, changed or removed."""

    id: int
    at: At
    by: AuditEntry.By
    who: str = Field(
        description="The person's address or the token's name; empty: `by` says it all, or it was the operator."
    )
    by_operator: bool = Field(description="The operator did it; a company is not told who that was.")
    address: str = Field(description="From which IP address; empty: from none, or the operator's.")
    did: AuditEntry.Did
    what: str = Field(description="The kind of thing.", examples=["sip_account"])
    object_id: int | None = Field(description="Its `id`.")
    title: str = Field(description="What it was called then.", examples=["102 Biuro"])
    changes: list[AuditChange]


class AuditPage(BaseModel):
    """One page of entries, newest first."""

    items: list[AuditEntryOut]
    next: str | None


class AskedAudit(AskedPage):
    """The choice of entries in a list."""

    since: Moment | None = Field(None, description="Then or later.")
    until: Moment | None = Field(None, description="Before.")
    what: str | None = Field(None, max_length=40, description="Only one kind of thing.")
    who: str | None = Field(None, max_length=254, description="Part of an address or of a token's name.")

    search: str | None = Field(
        None, max_length=200, description="Part of what the thing was called; a number in any spelling."
    )

    def wanted(self, tenant: int | None = None) -> AuditFilter:
        return AuditFilter(
            since=self.since, until=self.until, what=self.what, who=self.who, search=self.search, tenant=tenant
        )


@router.get("/audit-log", response=AuditPage, summary="List changes", operation_id="list_audit_log")
def list_audit_log(request: TenantRequest, asked: Query[AskedAudit]) -> AuditPage:
    """Who changed what, newest first. Needs an owner's token."""
    found, following = page_of(audit_log(request.auth, asked.wanted()), asked)
    return AuditPage(items=[AuditEntryOut(**entry_out(one, for_operator=False)) for one in found], next=following)


def entry_out(entry: AuditEntry, *, for_operator: bool) -> dict[str, Any]:
    """Return an entry; a company is not told who of the operator's it was, and from where."""
    hidden = entry.by_operator and not for_operator
    return {
        "id": entry.pk,
        "at": entry.at,
        "by": AuditEntry.By(entry.by),
        "who": "" if hidden else entry.who,
        "by_operator": entry.by_operator,
        "address": "" if hidden else entry.address,
        "did": AuditEntry.Did(entry.did),
        "what": entry.what,
        "object_id": entry.object_id,
        "title": entry.title,
        "changes": [_change(one) for one in changes_told(entry, for_operator=for_operator)],
    }


def _change(change: list[str]) -> AuditChange:
    field, *values = change
    before, after = values or (None, None)
    return AuditChange(field=field, before=before, after=after)
