"""Cenniki: the prices of calls outside and of accounts. For the operator of the installation."""

from functools import partial

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from centralka.actions.actor import Operator
from centralka.actions.errors import InvalidInput
from centralka.actions.prices import price_lists as actions
from centralka.actions.prices import rows, uploads, vat
from centralka.actions.prices.files import forget_file, keep_file, kept_file
from centralka.actions.prices.price_lists import PriceListInput
from centralka.actions.prices.revisions import revisions
from centralka.actions.prices.uploads import Upload, WrongPriceList
from centralka.calls.price_list.columns import COLUMN_NAMES
from centralka.store.models import PriceList, PriceListRevision

from ..doors import operator_page
from ..forms import error_title
from ..paging import page_of
from ..questions import question
from ..turns import one_after_another
from .forms import PriceListForm, PricesForm
from .mistakes import COLUMN_WORDS, mistakes_of
from .outcome import to_what_was_made

PAGE = 100


@require_GET
@operator_page
def price_lists(request: HttpRequest, operator: Operator) -> HttpResponse:
    """Show all price lists."""
    context = {"price_lists": actions.price_lists(operator), "vat": vat.vat_percent()}
    return render(request, "panel/price_lists/list.html", context)


@operator_page
def price_list_add(request: HttpRequest, operator: Operator) -> HttpResponse:
    """Show the empty form; after it comes the page on which prices are uploaded."""
    form = PriceListForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        made = form.carry_out(lambda: actions.add_price_list(operator, PriceListInput(**form.wanted())))
        if made:
            messages.success(request, _("Added: %(name)s. Now upload its prices.") % {"name": made.name})
            return redirect("price_list_upload", made.pk)
    return render(request, "panel/price_lists/form.html", {"form": form, "error_title": error_title(form)})


@require_GET
@operator_page
def price_list(request: HttpRequest, operator: Operator, price_list_id: int) -> HttpResponse:
    """Show one list with its prices, or with a revision's prices; for HTMX only the part that a search changes."""
    found, search = actions.price_list(operator, price_list_id), request.GET.get("search", "")
    revision = _revision_asked(request, operator, price_list_id)
    prices = rows.prices(operator, price_list_id, search, revision.pk if revision else None)
    page = page_of(prices, request.GET.get("page"), PAGE)
    context = {
        "price_list": found,
        "revision": revision,
        "revisions": revisions(operator, price_list_id),
        "page": page,
        "search": search,
        "vat": vat.vat_percent(),
    }
    part = "#results" if request.headers.get("HX-Request") else ""
    return render(request, f"panel/price_lists/prices.html{part}", context)


@operator_page
@one_after_another
def price_list_change(request: HttpRequest, operator: Operator, price_list_id: int) -> HttpResponse:
    """Change name and fees."""
    found = actions.price_list(operator, price_list_id)
    initial = {name: getattr(found, name) for name in PriceListForm.base_fields}
    form = PriceListForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST":
        saved = form.carry_out(lambda: actions.change_price_list(operator, price_list_id, form.changed(form.wanted())))
        if saved:
            messages.success(request, _("Saved: %(name)s.") % {"name": saved.name})
            return redirect("price_list", price_list_id)
    context = {"form": form, "price_list": found, "error_title": error_title(form)}
    return render(request, "panel/price_lists/form.html", context)


@operator_page
def price_list_upload(request: HttpRequest, operator: Operator, price_list_id: int) -> HttpResponse:
    """Show the form for a file, and what is wrong with the file, line by line."""
    found, refused, kept = actions.price_list(operator, price_list_id), None, None
    form = PricesForm(request.POST, request.FILES) if request.method == "POST" else PricesForm()
    if request.method == "POST" and (file := form.file_sent(partial(kept_file, operator, price_list_id))):
        name, data = file
        upload = Upload(file_name=name, holds_from=form.cleaned_data.get("holds_from"))
        try:
            if form.is_valid():
                return to_what_was_made(request, _taken(operator, found, form, data, upload))
        except WrongPriceList as wrong:
            refused, kept = wrong, keep_file(operator, found, data, upload)
        except InvalidInput as refusal:
            form.add_problems(refusal)
        if form.errors and (waits := keep_file(operator, found, data, Upload(file_name=name))):
            form.keep(waits.pk, name)
    context = {
        "form": form,
        "price_list": found,
        "columns": [COLUMN_WORDS[name] for name in COLUMN_NAMES],
        "refused": refused,
        "kept": kept.pk if kept else None,
        "mistakes": mistakes_of(refused),
        "error_title": _("Error") + ": " if refused else error_title(form),
    }
    return render(request, "panel/price_lists/upload.html", context)


def _taken(operator: Operator, found: PriceList, form: PricesForm, data: bytes, upload: Upload) -> PriceListRevision:
    made = uploads.begin_import(operator, found.pk, data, upload)
    if form.cleaned_data.get("file") is None:
        forget_file(operator, found.pk, form.cleaned_data["kept"])
    return made


@operator_page
def price_list_delete(request: HttpRequest, operator: Operator, price_list_id: int) -> HttpResponse:
    """Ask, then delete; not while a company has the list."""
    found, problem = actions.price_list(operator, price_list_id), ""
    holding = revisions(operator, price_list_id).current
    asked = question(request, holding.pk if holding else None, found.tenants.count())
    if asked.answered:
        try:
            actions.delete_price_list(operator, price_list_id)
        except InvalidInput as refusal:
            problem = str(refusal.problems["tenants"][0].message)
        else:
            messages.success(request, _("Deleted: %(name)s.") % {"name": found.name})
            return redirect("price_lists")
    context = {"price_list": found, "problem": problem, "companies": found.tenants.order_by("sort_key")[:20]}
    context["question"] = asked
    return render(request, "panel/price_lists/delete.html", context)


def _revision_asked(request: HttpRequest, operator: Operator, price_list_id: int) -> PriceListRevision | None:
    asked = request.GET.get("revision", "")
    return rows.revision(operator, price_list_id, int(asked)) if asked.isascii() and asked.isdigit() else None
