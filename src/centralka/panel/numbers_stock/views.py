"""Zasób numerów: the public numbers of the installation, and which company has each. For its operator."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from centralka.actions import numbers as actions
from centralka.actions.actor import Operator
from centralka.actions.errors import InvalidInput
from centralka.actions.tenants.tenants import tenant, tenants
from centralka.calls.spelling import grouped
from centralka.store.models import Number

from ..company_choices import company_choices
from ..doors import operator_page
from ..forms import error_title
from ..integers import integer_in, integer_or, integers_in
from ..paging import page_of
from ..questions import question
from ..turns import one_after_another
from .forms import GiveForm, NumbersForm

PAGE = 50
_STOCK = "stock"
"""In place of a company: no company has the number."""


@require_GET
@operator_page
def stock(request: HttpRequest, operator: Operator) -> HttpResponse:
    """Show the list; for HTMX only the part that a search changes."""
    search, company = request.GET.get("search", ""), request.GET.get("company", "")
    tenant_id = integer_in(company)
    found = actions.numbers(operator, search=search, tenant_id=tenant_id)
    context = {
        "page": page_of(found, request.GET.get("page"), PAGE),
        "search": search,
        "company": tenant(operator, tenant_id) if tenant_id is not None else None,
        "companies": company_choices(tenants(operator)),
        "stock": _STOCK,
    }
    part = "#results" if request.headers.get("HX-Request") else ""
    return render(request, f"panel/numbers_stock/list.html{part}", context)


@operator_page
def stock_add(request: HttpRequest, operator: Operator) -> HttpResponse:
    """Add many numbers at once: all of them or none."""
    initial = {"tenant_id": request.GET.get("company", "")}
    form = NumbersForm(request.POST if request.method == "POST" else None, initial=initial, companies=tenants(operator))
    if request.method == "POST":
        made = form.carry_out(lambda: actions.add_numbers(operator, form.texts(), form.cleaned_data.get("tenant_id")))
        if made:
            messages.success(request, _("Numbers added: %(count)s.") % {"count": len(made)})
            return redirect("stock")
    return render(request, "panel/numbers_stock/form.html", {"form": form, "error_title": error_title(form)})


@require_POST
@operator_page
def stock_give(request: HttpRequest, operator: Operator) -> HttpResponse:
    """Give the ticked numbers to one company, or take them back; all of them or none."""
    company = request.POST.get("company", "")
    back = resolve_url("stock") + ("?" + request.POST["query"] if request.POST.get("query") else "")
    if company == "":
        messages.warning(request, _("Choose the company that gets the numbers. Nothing was changed."))
        return redirect(back)
    try:
        moved = actions.give_numbers(operator, integers_in(request.POST.getlist("numbers")), _company(company))
    except InvalidInput as refusal:
        messages.warning(request, str(next(iter(refusal.problems.values()))[0].message))
    else:
        messages.success(request, _said_of_many(operator, moved, _company(company)))
    return redirect(back)


def _company(text: str) -> int | None:
    """Read the company; None: no company's. The action refuses a company that does not exist."""
    return None if text == _STOCK else integer_or(-1, text)


def _said_of_many(operator: Operator, moved: int, tenant_id: int | None) -> str:
    if tenant_id is None:
        return _("Back in stock: %(count)s. Calls to these numbers ring nowhere.") % {"count": moved}
    shown = {"count": moved, "company": tenant(operator, tenant_id).name}
    return _("Numbers given to %(company)s: %(count)s. The company decides where they ring.") % shown


@operator_page
@one_after_another
def stock_number(request: HttpRequest, operator: Operator, number_id: int) -> HttpResponse:
    """Show one number: the company that has it, the accounts that show it, and giving it to another company."""
    found = actions.number(operator, number_id)
    data = request.POST if request.method == "POST" else None
    form = GiveForm(data, initial={"tenant_id": found.tenant_id or ""}, companies=tenants(operator))
    if request.method == "POST":
        given = form.carry_out(lambda: actions.give_number(operator, number_id, form.cleaned_data.get("tenant_id")))
        if given:
            messages.success(request, _said_of(given))
            return redirect("stock")
    context = {"number": found, "form": form, "error_title": error_title(form), "shown_by": _shown_by(found)}
    return render(request, "panel/numbers_stock/number.html", context)


@operator_page
def stock_number_delete(request: HttpRequest, operator: Operator, number_id: int) -> HttpResponse:
    """Ask, then delete; a number that a company has is taken back first."""
    found, problem = actions.number(operator, number_id), ""
    shown_by = _shown_by(found)
    asked = question(request, found.tenant_id, shown_by)
    if asked.answered:
        try:
            actions.delete_number(operator, number_id)
        except InvalidInput as refusal:
            problem = str(refusal.problems["tenant_id"][0].message)
        else:
            messages.success(request, _("Deleted: %(number)s.") % {"number": grouped(found.e164)})
            return redirect("stock")
    context = {"number": found, "problem": problem, "shown_by": shown_by, "question": asked}
    return render(request, "panel/numbers_stock/delete.html", context)


def _said_of(number: Number) -> str:
    shown = {"number": grouped(number.e164), "company": number.tenant}
    if number.tenant is None:
        return _("%(number)s is in stock again; calls to it ring nowhere.") % shown
    return _("%(company)s has %(number)s now and decides where it rings.") % shown


def _shown_by(number: Number) -> list[str]:
    """Return the accounts that show the number as their caller ID."""
    return [
        f"{account.login} {account.name}" for account in number.shown_by.order_by("tenant__slug", "extension_number")
    ]
