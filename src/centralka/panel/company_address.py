"""The company in the address: taken off before the page is looked up, and put before every address that it draws."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse, set_script_prefix
from django.utils.deprecation import MiddlewareMixin

from centralka.addresses import company_address, split_company

from .http import PanelRequest
from .typed import typed

View = TypeVar("View", bound=Callable[..., Any])


def in_company(view: View) -> View:
    """Mark a view as one whose address can name a company."""
    view.in_company = True  # type: ignore[attr-defined]
    return view


class CompanyAddressMiddleware(MiddlewareMixin):
    """Set `request.company`; `{% url %}` and `redirect` then stay in that company by themselves."""

    def process_request(self, request: HttpRequest) -> None:
        panel_request = cast(PanelRequest, request)
        panel_request.company, request.path_info = split_company(request.path_info)
        if panel_request.company is not None:
            set_script_prefix(company_address(panel_request.company))

    def process_view(self, request: HttpRequest, view: Any, args: object, kwargs: object) -> HttpResponse | None:
        """Lead pages of a person or the operator to the address without a company; a form's content goes along."""
        if cast(PanelRequest, request).company is None or getattr(view, "in_company", False):
            return None
        return HttpResponseRedirect(split_company(request.get_full_path())[1], preserve_request=True)

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        set_script_prefix("/")
        return response


def address_of_no_company(name: str) -> str:
    """Return the address of a page that belongs to a person or the operator, whatever company the request is in."""
    return split_company(reverse(name))[1]


def ask_company(request: PanelRequest, company: str) -> HttpResponse:
    """Answer an address that names no company: a page is shown in `company`, a change is made in none.

    For which company it was drawn is not known, and the present one is a guess; what was typed waits for the answer.
    """
    if request.method in ("GET", "HEAD"):
        return HttpResponseRedirect(company_address(company, request.get_full_path()))
    if request.htmx:
        return render(request, "panel/sign_in/which_company.html#fragment", status=409)
    context = {"path": request.path_info, "kept": typed(request)}
    return render(request, "panel/sign_in/which_company.html", context, status=409)
