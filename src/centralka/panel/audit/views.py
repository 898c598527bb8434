"""Dziennik zmian: who changed what. For owners, of their company; for the operator, of everything."""

from dataclasses import dataclass

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from centralka.actions.actor import Actor, Operator
from centralka.actions.audit import audit_log, audit_log_of_all
from centralka.store.models import AuditEntry, Role

from ..csv_lines import CONTENT_TYPE
from ..doors import operator_page, tenant_page
from ..paging import Page, page_of
from .csv_file import lines
from .forms import AuditForm
from .words import DID, ShownChange, changes_in_words, what_in_words, who_in_words, with_numbers

PAGE = 50


@dataclass(frozen=True)
class ShownEntry:
    """A row of the list."""

    entry: AuditEntry
    title: str
    who: str
    address: str
    did: str
    what: str
    changes: list[ShownChange]


@require_GET
@tenant_page(Role.OWNER)
def changes(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Show what was changed in the company, newest first; for HTMX only the part that a filter changes."""
    form = AuditForm(request.GET, for_operator=False)
    wanted = form.wanted()
    return _list(request, form, audit_log(actor, wanted) if wanted else None, for_operator=False)


@require_GET
@operator_page
def all_changes(request: HttpRequest, operator: Operator) -> HttpResponse:
    """Show what was changed anywhere."""
    form = AuditForm(request.GET, for_operator=True)
    wanted = form.wanted()
    return _list(request, form, audit_log_of_all(operator, wanted) if wanted else None, for_operator=True)


@require_GET
@tenant_page(Role.OWNER)
async def changes_csv(request: HttpRequest, actor: Actor) -> HttpResponse | StreamingHttpResponse:
    """Send what the filter finds as a file."""
    wanted = AuditForm(request.GET, for_operator=False).wanted()
    return _file(audit_log(actor, wanted) if wanted else None, actor.tenant.slug, for_operator=False)


@require_GET
@operator_page
async def all_changes_csv(request: HttpRequest, operator: Operator) -> HttpResponse | StreamingHttpResponse:
    """Send what the filter finds anywhere as a file."""
    wanted = AuditForm(request.GET, for_operator=True).wanted()
    return _file(audit_log_of_all(operator, wanted) if wanted else None, "centralka", for_operator=True)


def _list(
    request: HttpRequest, form: AuditForm, found: QuerySet[AuditEntry] | None, *, for_operator: bool
) -> HttpResponse:
    page = Page([], 1, False) if found is None else page_of(found, request.GET.get("page"), PAGE)
    rows = [_shown(entry, for_operator=for_operator) for entry in page.rows]
    context = {"form": form, "page": page, "rows": rows, "wrong": found is None, "for_operator": for_operator}
    context |= {"filtered": any(request.GET.get(name) for name in form.fields)}
    context |= {
        "here": "all_changes" if for_operator else "changes",
        "file": "all_changes_csv" if for_operator else "changes_csv",
    }
    part = "#results" if request.headers.get("HX-Request") else ""
    return render(request, f"panel/audit/list.html{part}", context)


def _shown(entry: AuditEntry, *, for_operator: bool) -> ShownEntry:
    return ShownEntry(
        entry,
        with_numbers(entry.title),
        who_in_words(entry, for_operator=for_operator),
        "" if entry.by_operator and not for_operator else entry.address,
        str(DID[AuditEntry.Did(entry.did)]),
        what_in_words(entry.what),
        changes_in_words(entry, for_operator=for_operator),
    )


def _file(
    found: QuerySet[AuditEntry] | None, whose: str, *, for_operator: bool
) -> HttpResponse | StreamingHttpResponse:
    if found is None:
        return HttpResponse(status=400)
    name = f"{whose}-zmiany-{timezone.localdate():%Y-%m-%d}.csv"
    return StreamingHttpResponse(
        lines(found, get_language() or settings.LANGUAGE_CODE, for_operator=for_operator),
        content_type=CONTENT_TYPE,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
