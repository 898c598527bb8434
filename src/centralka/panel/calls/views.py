"""Połączenia: the call history, one call with its reasons, the export."""

from typing import Any

from asgiref.sync import sync_to_async
from django.conf import settings
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from centralka.actions import calls as actions
from centralka.actions.actor import Actor
from centralka.actions.explain import sentence, sentences
from centralka.store.models import CallRecord

from ..doors import tenant_page
from ..paging import Page, page_of
from .forms import CallsForm
from .names import leg_name
from .table import lines

PAGE = 50


@require_GET
@tenant_page()
def calls(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The history, newest first; for HTMX only the part that a filter changes."""
    form = CallsForm(request.GET)
    wanted = form.wanted(actor)
    page = page_of(actions.call_records(actor, wanted), request.GET.get("page"), PAGE) if wanted else Page([], 1, False)
    filtered = any(request.GET.get(name) for name in form.fields)
    part = "#results" if request.headers.get("HX-Request") else ""
    return render(
        request, f"panel/calls/list.html{part}", {"form": form, "page": page, "filtered": filtered, "wrong": not wanted}
    )


@require_GET
@tenant_page()
def call(request: HttpRequest, actor: Actor, call_id: str) -> HttpResponse:
    """One call: when, how long, which phones rang, and why it went where it went."""
    record = actions.call_record(actor, call_id)
    context = {"call": record, "why": sentences(record.why), "legs": [_leg(leg) for leg in record.legs]}
    return render(request, "panel/calls/call.html", context)


def _leg(leg: dict[str, Any]) -> dict[str, Any]:
    why, outcome = leg.get("why"), leg.get("outcome", "")
    return {
        **leg,
        "name": leg_name(leg),
        "reason": sentence(why["why"], why.get("values", {})) if why else "",
        "outcome_label": dict(CallRecord.Outcome.choices).get(outcome, outcome),
    }


@require_GET
@tenant_page()
async def calls_csv(request: HttpRequest, actor: Actor) -> HttpResponse | StreamingHttpResponse:
    """The filtered history as a file."""
    wanted = await sync_to_async(CallsForm(request.GET).wanted)(actor)
    if wanted is None:
        return HttpResponse(status=400)
    name = f"{actor.tenant.slug}-{timezone.localdate():%Y-%m-%d}.csv"
    return StreamingHttpResponse(
        lines(actions.call_records(actor, wanted), get_language() or settings.LANGUAGE_CODE),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
