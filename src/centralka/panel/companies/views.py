"""Firmy: the companies of this installation. For its operator."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from centralka.actions import tenants as actions
from centralka.actions.actor import Operator
from centralka.actions.errors import InvalidInput
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


@operator_page
def company_add(request: HttpRequest, operator: Operator) -> HttpResponse:
    """The form, and after it the owner's first password, shown once."""
    form = CompanyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        password = generate_password()
        try:
            company, owner = actions.add_tenant_with_owner(operator, **form.cleaned_data, password=password)
        except InvalidInput as refusal:
            form.add_problems(refusal)
        else:
            context = {
                "company": company,
                "owner": owner,
                "password": password if owner.check_password(password) else "",
            }
            return render(request, "panel/companies/added.html", context)
    return render(request, "panel/companies/form.html", {"form": form, "error_title": error_title(form)})
