"""SMS: all messages with filters and as a file, the company's sender names, and recipients who want no more."""

from collections.abc import AsyncIterator
from decimal import Decimal

from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from centralka.actions.actor import Actor
from centralka.actions.errors import InUse
from centralka.actions.prices.vat import vat_percent
from centralka.actions.sms import messages as actions
from centralka.actions.sms import names, stops
from centralka.calls.spelling import grouped
from centralka.calls.tariffs import gross
from centralka.store.models import Role, Sms

from ..csv_lines import BEGINNING, CONTENT_TYPE, Cell, line
from ..doors import tenant_page
from ..forms import error_title
from ..paging import Page, page_of
from ..questions import question
from .forms import NameForm, SmsListForm
from .views import names_of

PAGE = 50


@require_GET
@tenant_page(Role.MANAGER)
def sms_all(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Show every message, newest first; for HTMX only the part that a filter changes."""
    form = SmsListForm(request.GET)
    wanted = form.wanted()
    empty: Page[Sms] = Page([], 1, False)
    page = page_of(actions.messages(actor, wanted), request.GET.get("page"), PAGE) if wanted else empty
    context = {
        "form": form,
        "page": page,
        "names": names_of(actor, page.rows),
        "filtered": any(request.GET.get(name) for name in form.fields),
        "wrong": wanted is None,
        "vat": vat_percent(),
    }
    part = "#results" if request.headers.get("HX-Request") else ""
    return render(request, f"panel/sms/all.html{part}", context)


@require_GET
@tenant_page(Role.MANAGER)
async def sms_csv(request: HttpRequest, actor: Actor) -> HttpResponse | StreamingHttpResponse:
    """Send the filtered list as a file."""
    wanted = await sync_to_async(SmsListForm(request.GET).wanted)()
    if wanted is None:
        return HttpResponse(status=400)
    vat = await sync_to_async(vat_percent)()
    name = f"{actor.tenant.slug}-sms-{timezone.localdate():%Y-%m-%d}.csv"
    return StreamingHttpResponse(
        _lines(actions.messages(actor, wanted), get_language() or settings.LANGUAGE_CODE, vat),
        content_type=CONTENT_TYPE,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@require_GET
@tenant_page(Role.MANAGER)
def sms_names(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Show the names that the company asked for, and what became of them."""
    return render(request, "panel/sms/names.html", {"names": names.names(actor)})


@tenant_page(Role.MANAGER)
def sms_name_ask(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Ask the operator for a name."""
    form = NameForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        made = form.carry_out(lambda: names.ask_for_name(actor, **form.given(name="", purpose="")))
        if made:
            messages.success(request, _("Asked for: %(name)s. The operator decides.") % {"name": made.name})
            return redirect("sms_names")
    return render(request, "panel/sms/name.html", {"form": form, "error_title": error_title(form)})


@tenant_page(Role.MANAGER)
def sms_name_delete(request: HttpRequest, actor: Actor, name_id: int) -> HttpResponse:
    """Ask, then give up a name."""
    if request.method != "POST":
        return render(request, "panel/sms/name_delete.html", {"name": names.sender_name(actor, name_id)})
    try:
        found = names.delete_name(actor, name_id)
    except InUse as refused:
        messages.error(request, str(refused.problems["name"][0].message))
    else:
        messages.success(request, _("Deleted: %(name)s.") % {"name": found.name})
    return redirect("sms_names")


@require_GET
@tenant_page(Role.MANAGER)
def sms_stops(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Show the recipients who want no more messages."""
    return render(request, "panel/sms/stops.html", {"page": page_of(stops.stops(actor), request.GET.get("page"), PAGE)})


@tenant_page(Role.MANAGER)
def sms_stop_lift(request: HttpRequest, actor: Actor, stop_id: int) -> HttpResponse:
    """Ask, then let messages be sent to a number again."""
    stop = stops.stop(actor, stop_id)
    asked = question(request, stop.text, stop.at.isoformat())
    if not asked.answered:
        return render(request, "panel/sms/stop_lift.html", {"stop": stop, "question": asked})
    found = stops.lift_stop(actor, stop_id)
    said = _("Messages can be sent to %(number)s again.") % {"number": grouped(found.number)}
    messages.success(request, said)
    return redirect("sms_stops")


async def _lines(found: QuerySet[Sms], language: str, vat: Decimal) -> AsyncIterator[bytes]:
    with translation.override(language):
        head = line(_head())
    yield BEGINNING + head
    async for sms in found.aiterator(chunk_size=500):
        with translation.override(language):
            written = line(_cells(sms, vat))
        yield written


def _head() -> list[str]:
    return [
        _("Time"),
        _("Direction"),
        _("Number"),
        _("Our side"),
        _("Extension"),
        _("Text"),
        _("Parts"),
        _("Net (PLN)"),
        _("Gross (PLN)"),
        _("State"),
        _("Why"),
        _("Gateway"),
        _("Sent by"),
    ]


def _cells(sms: Sms, vat: Decimal) -> list[Cell]:
    return [
        sms.created_at,
        sms.get_direction_display(),
        sms.number,
        sms.sender or _("random number"),
        sms.sip_account.extension if sms.sip_account else "",
        sms.text,
        str(sms.parts),
        sms.price,
        None if sms.price is None else gross(sms.price, vat),
        sms.get_state_display(),
        sms.reason_in_words,
        sms.gateway_name,
        sms.by,
    ]
