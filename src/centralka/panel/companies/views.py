"""Firmy: the companies of this installation. For its operator."""

from secrets import token_hex

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from centralka.actions import tenants as actions
from centralka.actions.actor import Operator
from centralka.actions.sip_passwords import generate_password

from ..doors import operator_page
from ..forms import error_title
from ..paging import page_of
from .forms import CompanyForm

PAGE = 50


@require_GET
@operator_page
def companies(request: HttpRequest, operator: Operator) -> HttpResponse:
    """Every company."""
    page = page_of(actions.tenants(operator), request.GET.get("page"), PAGE)
    return render(request, "panel/companies/list.html", {"page": page})


def _judge_owner_too(operator: Operator, form: CompanyForm, password: str) -> None:
    """A company that is refused hides what is wrong with its owner; so ask again for one that is right."""
    right = {"slug": f"x{token_hex(8)}", "name": "x", "language": "pl"}
    form.carry_out(lambda: actions.add_tenant_with_owner(operator, **{**form.wanted(), **right}, password=password))


@operator_page
def company_add(request: HttpRequest, operator: Operator) -> HttpResponse:
    """The form, and after it the owner's first password, shown once."""
    form = CompanyForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        password = generate_password()
        made = form.carry_out(lambda: actions.add_tenant_with_owner(operator, **form.wanted(), password=password))
        if made:
            company, owner = made
            context = {"company": company, "owner": owner, "password": password}
            return render(request, "panel/companies/added.html", context)
        _judge_owner_too(operator, form, password)
    return render(request, "panel/companies/form.html", {"form": form, "error_title": error_title(form)})
