"""Konto i finanse: what there is, what was booked, what each day cost. For managers and owners."""

from datetime import date, timedelta
from decimal import Decimal

from asgiref.sync import sync_to_async
from django.conf import settings
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from centralka.actions import money as actions
from centralka.actions.actor import Actor
from centralka.actions.prices.vat import vat_percent
from centralka.calls.tariffs import gross
from centralka.store.models import Role

from ..csv_lines import CONTENT_TYPE
from ..doors import tenant_page
from ..paging import Page, page_of
from ..tables.ledger import lines
from .chart import Chart, chart_of
from .forms import LedgerForm

PAGE = 50
_CHARTED = 30
"""Days that the chart shows where no period is chosen."""


@require_GET
@tenant_page(Role.MANAGER)
def finance(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Show balance, chart and ledger; for HTMX only the part that a filter changes."""
    form, vat = LedgerForm(request.GET), vat_percent()
    wanted = form.wanted()
    page = page_of(actions.ledger(actor, wanted), request.GET.get("page"), PAGE) if wanted else Page([], 1, False)
    context = {
        "form": form,
        "page": page,
        "filtered": any(request.GET.get(name) for name in form.fields),
        "wrong": not wanted,
        "vat": vat,
        "funds": actions.own_funds(actor),
        "chart": _chart(actor, form, vat) if wanted else None,
    }
    part = "#results" if request.headers.get("HX-Request") else ""
    return render(request, f"panel/finance/finance.html{part}", context)


def _chart(actor: Actor, form: LedgerForm, vat: Decimal) -> Chart | None:
    """Draw what calls and fees cost on each of the chosen days; None where nothing did."""
    period, today = form.days(), timezone.localdate()
    last = period.last or today
    first = period.first or last - timedelta(days=_CHARTED - 1)
    days = actions.spending_by_day(actor, first, max(first, last))
    shown: list[tuple[date, Decimal]] = [(day, gross(net, vat)) for day, net in days]
    return chart_of(shown) if any(amount for _day, amount in shown) else None


@require_GET
@tenant_page(Role.MANAGER)
async def ledger_csv(request: HttpRequest, actor: Actor) -> HttpResponse | StreamingHttpResponse:
    """Send the filtered ledger as a file."""
    wanted = LedgerForm(request.GET).wanted()
    if wanted is None:
        return HttpResponse(status=400)
    vat = await sync_to_async(vat_percent)()
    name = f"{actor.tenant.slug}-finanse-{timezone.localdate():%Y-%m-%d}.csv"
    return StreamingHttpResponse(
        lines(actions.ledger(actor, wanted), get_language() or settings.LANGUAGE_CODE, vat),
        content_type=CONTENT_TYPE,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
