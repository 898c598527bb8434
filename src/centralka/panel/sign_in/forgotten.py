"""A forgotten password: asking for a link, and choosing a new password by it."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from centralka.actions import forgotten_password as actions
from centralka.actions.errors import NotFound

from ..company_address import address_of_no_company
from ..forms import error_title
from .forms import ForgottenForm, NewPasswordForm


@never_cache
def password_forgotten(request: HttpRequest) -> HttpResponse:
    """Ask for the address; the answer is the same whether there is such a login."""
    if not actions.is_offered():
        raise Http404
    form = ForgottenForm(request.POST or None)
    done = request.method == "POST" and form.is_valid()
    if done:
        actions.ask_for_link(form.cleaned_data["email"], get_language() or "pl")
    context = {"form": form, "done": done, "error_title": error_title(form)}
    return render(request, "panel/sign_in/forgotten.html", context)


@never_cache
@sensitive_post_parameters()
def password_new(request: HttpRequest, token: str) -> HttpResponse:
    """Choose a new password. Looking at the page uses nothing up: mail scanners open links."""
    try:
        form = NewPasswordForm(actions.person_with(token), request.POST or None)
        if request.method == "POST" and form.is_valid():
            actions.choose_new_password(token, form.cleaned_data["new_password1"])
            return redirect(address_of_no_company("login") + "?why=new")
    except NotFound:
        offered = {"links": actions.is_offered()}
        return render(request, "panel/sign_in/link_over.html", offered, status=404)
    context = {"form": form, "error_title": error_title(form)}
    return render(request, "panel/sign_in/new_password.html", context)
