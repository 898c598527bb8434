"""The revisions of a price list: what held, what holds, what will; and one row of it."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from centralka.actions.actor import Operator
from centralka.actions.errors import ChangedMeanwhile, InvalidInput
from centralka.actions.prices import revisions as actions
from centralka.actions.prices.price_lists import price_list as price_list_of
from centralka.actions.prices.rows import revision
from centralka.store.models import PriceListRevision

from ..doors import operator_page
from ..forms import error_title
from ..questions import question
from ..turns import one_after_another
from .forms import PriceForm


@require_GET
@operator_page
def price_list_revisions(request: HttpRequest, operator: Operator, price_list_id: int) -> HttpResponse:
    """Show all revisions; for HTMX, which asks each second while one is loaded, only the table."""
    context = {
        "price_list": price_list_of(operator, price_list_id),
        "revisions": actions.revisions(operator, price_list_id),
    }
    part = "#revisions" if request.headers.get("HX-Request") else ""
    return render(request, f"panel/price_lists/revisions.html{part}", context)


@operator_page
def revision_bring_back(request: HttpRequest, operator: Operator, price_list_id: int, revision_id: int) -> HttpResponse:
    """Tell what changes, then let these prices hold from now on; ask anew where the answer was to another question."""
    if request.method != "POST":
        return _ask_to_bring_back(request, operator, price_list_id, revision_id)
    told = request.POST.get("between", "")
    done = _("These prices hold from now on.")
    try:
        _do(request, lambda: actions.bring_back(operator, price_list_id, revision_id, between=told), done)
    except ChangedMeanwhile:
        return _ask_to_bring_back(request, operator, price_list_id, revision_id)
    return redirect("price_list_revisions", price_list_id)


def _ask_to_bring_back(request: HttpRequest, operator: Operator, price_list_id: int, revision_id: int) -> HttpResponse:
    try:
        difference = actions.difference(operator, price_list_id, revision_id)
    except InvalidInput as refusal:
        return _refused(request, price_list_id, refusal)
    context = {
        "price_list": price_list_of(operator, price_list_id),
        "revision": revision(operator, price_list_id, revision_id),
        "difference": difference,
        "now": timezone.now(),
        "changed_meanwhile": request.method == "POST",
    }
    return render(request, "panel/price_lists/bring_back.html", context)


@operator_page
def revision_cancel(request: HttpRequest, operator: Operator, price_list_id: int, revision_id: int) -> HttpResponse:
    """Cancel the upload, or ask, then remove the revision: also one that has been loaded since it was to be stopped."""
    try:
        found = actions.removable(operator, price_list_id, revision_id)
    except InvalidInput as refusal:
        return _refused(request, price_list_id, refusal)
    now = timezone.now()
    later = found.holds_from.isoformat() if found.holds_from and found.holds_from > now else None
    asked = question(request, found.rows, later)
    stops = request.POST.get("stop") == "1" and found.state == PriceListRevision.State.LOADING
    if not (stops or asked.answered):
        context = {"price_list": found.price_list, "revision": found, "now": now, "question": asked}
        return render(request, "panel/price_lists/remove.html", context)
    done = _("Removed. The prices that hold are as they were.")
    _do(request, lambda: actions.cancel(operator, price_list_id, revision_id), done)
    return redirect("price_list_revisions", price_list_id)


def _refused(request: HttpRequest, price_list_id: int, refusal: InvalidInput) -> HttpResponse:
    messages.error(request, str(refusal.problems["revision"][0].message))
    return redirect("price_list_revisions", price_list_id)


def _do(request: HttpRequest, act: Callable[[], object], done: str) -> None:
    """Carry out an action, and say above the list of revisions that it was done, or why not."""
    try:
        act()
    except InvalidInput as refusal:
        messages.error(request, str(refusal.problems["revision"][0].message))
    else:
        messages.success(request, done)


@require_GET
@operator_page
def price_list_download(request: HttpRequest, operator: Operator, price_list_id: int) -> HttpResponse:
    """Send the prices that hold now, as a file that can be uploaded again."""
    return _file(operator, price_list_id, None)


@require_GET
@operator_page
def revision_download(request: HttpRequest, operator: Operator, price_list_id: int, revision_id: int) -> HttpResponse:
    """Send the prices of one revision, as a file that can be uploaded again."""
    return _file(operator, price_list_id, revision_id)


@operator_page
@one_after_another
def price_change(request: HttpRequest, operator: Operator, price_list_id: int, price_id: int) -> HttpResponse:
    """Change one row of the revision that holds now."""
    price = actions.price(operator, price_list_id, price_id)
    initial: dict[str, Any] = {name: getattr(price, name) for name in PriceForm.base_fields}
    form = PriceForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST":
        saved = form.carry_out(
            lambda: actions.change_price(operator, price_list_id, price_id, form.changed(form.wanted()))
        )
        if saved:
            messages.success(request, _("Saved: +%(prefix)s.") % {"prefix": saved.prefix})
            return redirect("price_list", price_list_id)
    context = {
        "form": form,
        "price": price,
        "price_list": price_list_of(operator, price_list_id),
        "error_title": error_title(form),
    }
    return render(request, "panel/price_lists/price.html", context)


def _file(operator: Operator, price_list_id: int, revision_id: int | None) -> HttpResponse:
    name = slugify(price_list_of(operator, price_list_id).name) or "cennik"
    number = f"-{revision_id}" if revision_id else ""
    return HttpResponse(
        actions.as_csv(operator, price_list_id, revision_id),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}{number}-{timezone.localdate():%Y-%m-%d}.csv"'},
    )
