"""Signing in and out, one's own password, the company looked at, the front page."""

from typing import Any

from axes.helpers import get_cool_off
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.views import LoginView
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_POST

from centralka.actions.actor import Actor
from centralka.addresses import company_address
from centralka.store.models import Person

from ..company_address import in_company
from ..doors import no_company, person_page, tenant_page
from ..forms import error_title
from ..http import PanelRequest
from ..middleware import TENANT
from .forms import ChoosePasswordForm, LoginForm


class SignIn(LoginView):
    """The login page; django-axes counts its failures."""

    authentication_form = LoginForm
    template_name = "panel/sign_in/login.html"
    redirect_authenticated_user = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = super().get_context_data(**kwargs)
        return {**found, "error_title": error_title(found["form"])}


def locked_out(request: HttpRequest, *_about: object) -> HttpResponse:
    """django-axes: too many wrong passwords. Says for how long."""
    cool_off = get_cool_off(request)
    seconds = int(cool_off.total_seconds()) if cool_off else 0
    context = {"minutes": -(-seconds // 60)}
    response = render(request, "panel/sign_in/locked_out.html", context, status=429)
    response.headers["Retry-After"] = str(seconds)
    return response


@in_company
@require_GET
@person_page
def home(request: PanelRequest, person: Person) -> HttpResponse:
    """Where somebody starts: their company's accounts, or the operator's companies."""
    if request.actor:
        return redirect("accounts")
    return redirect("companies") if request.operator else no_company(request)


@sensitive_post_parameters()
@person_page
def password_change(request: PanelRequest, person: Person) -> HttpResponse:
    """One's own password; a first one, told by somebody else, has to be changed before anything else."""
    form = ChoosePasswordForm(person, request.POST or None)
    if request.method == "POST" and form.is_valid():
        form.save()
        update_session_auth_hash(request, person)
        messages.success(request, _("Your password is changed."))
        return redirect("home")
    context = {"form": form, "first": person.must_change_password, "error_title": error_title(form)}
    return render(request, "panel/sign_in/password.html", context)


@require_POST
@tenant_page(anywhere=True)
def company_switch(request: PanelRequest, actor: Actor) -> HttpResponse:
    """Look at another of one's companies; addresses that name none lead to it from now on."""
    wanted = request.POST.get("tenant", "")
    slugs = {str(place.tenant.pk): place.tenant.slug for place in request.places}
    if wanted not in slugs:
        raise Http404
    request.session[TENANT] = int(wanted)
    return redirect(company_address(slugs[wanted]))
