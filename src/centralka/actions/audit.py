"""The audit log of changes: a company's for its owners, and that of everything for the operator."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from centralka.store.models import AuditEntry, Role

from .actor import Actor, Operator
from .checks.search import with_number

_SEARCHED = 60
_OPERATORS_NAMES = frozenset({("tenant", "price_list")})
"""Kind of thing and field: what stands there is a name that the operator gave, and the operator's alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditFilter:
    """A choice of entries; a field that is None does not narrow it."""

    since: datetime | None = None
    """Aware; then or later."""
    until: datetime | None = None
    """Aware; before."""
    what: str | None = None
    """The kind of thing: an `AuditEntry.what`."""
    who: str | None = None
    """Part of a person's address, or of a token's name."""
    search: str | None = None
    """Part of what the thing was called."""
    tenant: int | None = None
    """One company; for the operator."""


def audit_log(actor: Actor, wanted: AuditFilter = AuditFilter()) -> QuerySet[AuditEntry]:
    """Return what was changed in the actor's company, newest first. Only an owner sees it."""
    actor.require(Role.OWNER)
    found = actor.tenant.audit_entries.all()
    if wanted.who:
        found = found.filter(by_operator=False)  # who of the operator's it was is not told, so it is not found either
    return _narrowed(found, wanted)


def audit_log_of_all(operator: Operator, wanted: AuditFilter = AuditFilter()) -> QuerySet[AuditEntry]:
    """Return what was changed in the whole installation, newest first."""
    found = AuditEntry.objects.select_related("tenant")
    if wanted.tenant is not None:
        found = found.filter(tenant=wanted.tenant) if 0 < wanted.tenant < 2**63 else found.none()
    return _narrowed(found, wanted)


def changes_told(entry: AuditEntry, *, for_operator: bool) -> list[list[str]]:
    """Return the fields of an entry; a company is told that it has another price list, but not what that is called."""
    hidden = frozenset[tuple[str, str]]() if for_operator else _OPERATORS_NAMES
    return [change[:1] if (entry.what, change[0]) in hidden else change for change in entry.changes]


def _narrowed(found: QuerySet[AuditEntry], wanted: AuditFilter) -> QuerySet[AuditEntry]:
    if wanted.since:
        found = found.filter(at__gte=wanted.since)
    if wanted.until:
        found = found.filter(at__lt=wanted.until)
    if wanted.what:
        found = found.filter(what=wanted.what.replace("\0", ""))
    if who := _tidy(wanted.who):
        found = found.filter(who__icontains=who)
    if search := _tidy(wanted.search):
        found = found.filter(Q(title__icontains=search) | with_number("title", search))
    return found.order_by("-at", "-id")


def _tidy(text: str | None) -> str:
    return (text or "").replace("\0", "").strip()[:_SEARCHED]
