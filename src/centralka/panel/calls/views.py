"""Połączenia: the call history, one call with its reasons, the export."""

from dataclasses import dataclass

from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from centralka.actions import calls as actions
from centralka.actions.actor import Actor
from centralka.actions.errors import EndedAlready
from centralka.actions.prices.vat import vat_percent
from centralka.actions.reason_words import sentence, sentences
from centralka.calls.plan import Outcome
from centralka.calls.reasons import Why
from centralka.calls.record.leg import Leg
from centralka.store.models import Role

from ..csv_lines import CONTENT_TYPE
from ..doors import tenant_page
from ..paging import Page, page_of
from ..pictures.whole import picture_of_call
from ..tables.call_numbers import public_number
from ..tables.calls import lines
from ..tables.outcomes import fax_in_words, outcome_in_words
from ..tables.people import People, people_of
from .forms import CallsForm

PAGE = 50
_TRANSFERS = {Why.BLIND_TRANSFER, Why.ATTENDED_TRANSFER}


@require_GET
@tenant_page()
def calls(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Show the history, newest first; for HTMX only the part that a filter changes."""
    form = CallsForm(request.GET)
    wanted = form.wanted(actor)
    page = page_of(actions.call_records(actor, wanted), request.GET.get("page"), PAGE) if wanted else Page([], 1, False)
    filtered = any(request.GET.get(name) for name in form.fields)
    part = "#results" if request.headers.get("HX-Request") else ""
    going_on = any(call.ended_at is None for call in page.rows)
    context = {"form": form, "page": page, "filtered": filtered, "wrong": not wanted, "vat": vat_percent()}
    context |= {"going_on": going_on, "people": people_of(actor, page.rows)}
    return render(request, f"panel/calls/list.html{part}", context)


@require_GET
@tenant_page()
def call(request: HttpRequest, actor: Actor, call_id: str) -> HttpResponse:
    """Show one call: when, how long, what it cost, to which phones and trunks it went, and why it went there."""
    record = actions.call_record(actor, call_id)
    people = people_of(actor, [record])
    legs = [_leg(leg, people) for leg in record.targets]
    context = {"call": record, "why": sentences(record.reasons), "legs": legs, "vat": vat_percent(), "people": people}
    transferred = any(reason.why in _TRANSFERS for reason in record.reasons)
    context |= {"picture": picture_of_call(record, people), "transferred": transferred}
    return render(request, "panel/calls/call.html", context)


@dataclass(frozen=True)
class ShownLeg:
    """A row of "where it rang"."""

    leg: Leg
    to: str
    name: str
    reason: str
    outcome_label: str
    fax: str
    """The number of pages that came; "": the call was no fax."""


def _leg(leg: Leg, people: People) -> ShownLeg:
    return ShownLeg(
        leg,
        public_number(leg.to),
        leg.name or people.names.get(leg.to, ""),
        sentence(leg.why) if leg.why else "",
        outcome_in_words(leg.outcome),
        fax_in_words(leg) if leg.outcome == Outcome.FAX else "",
    )


@tenant_page(Role.MANAGER)
def call_hang_up(request: HttpRequest, actor: Actor, call_id: str) -> HttpResponse:
    """Ask first, then have a running call ended; its page shows when that has come true."""
    record = actions.call_record(actor, call_id)
    if request.method == "POST":
        try:
            actions.hang_up(actor, call_id)
        except EndedAlready:
            messages.info(request, _("The call was over already."))
        else:
            messages.success(request, _("The call is being hung up."))
        return redirect("call", call_id)
    return render(request, "panel/calls/hang_up.html", {"call": record})


@require_GET
@tenant_page()
async def calls_csv(request: HttpRequest, actor: Actor) -> HttpResponse | StreamingHttpResponse:
    """Send the filtered history as a file."""
    wanted = await sync_to_async(CallsForm(request.GET).wanted)(actor)
    if wanted is None:
        return HttpResponse(status=400)
    name = f"{actor.tenant.slug}-{timezone.localdate():%Y-%m-%d}.csv"
    vat = await sync_to_async(vat_percent)()
    people = await sync_to_async(people_of)(actor)
    return StreamingHttpResponse(
        lines(actions.call_records(actor, wanted), people, get_language() or settings.LANGUAGE_CODE, vat),
        content_type=CONTENT_TYPE,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
