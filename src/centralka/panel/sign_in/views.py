"""Signing in and out, the person's own password, the company looked at, the front page."""

from typing import Any

from axes.helpers import get_cool_off
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_POST

from centralka.actions import forgotten_password
from centralka.actions.actor import Actor
from centralka.actions.second_factor.own import has_one
from centralka.addresses import company_address
from centralka.store.models import Person
from centralka.store.panel_sessions import renamed_session

from ..company_address import in_company
from ..doors import no_company, person_page, tenant_page
from ..forms import error_title
from ..http import PanelRequest
from ..login_form import LoginForm
from ..middleware import TENANT
from ..typed import behind, waiting
from .forms import ChoosePasswordForm, CodeForm, here
from .second_step import begin, step_page, with_what_waits

_WHY = {
    "ended": gettext_lazy(
        "Your session has ended: it was not used for 12 hours, or your password was changed. Sign in again."
    ),
    "out": gettext_lazy("You have signed out."),
    "step": gettext_lazy("The second step took too long, or the password was changed meanwhile. Sign in again."),
    "address": gettext_lazy("Your new e-mail address counts. Sign in with it."),
    "new": gettext_lazy("Your new password is set. Sign in with it."),
}
"""`?why=` of the sign-in page, in words."""


class SignIn(LoginView):
    """The login page; django-axes counts its failures."""

    authentication_form = LoginForm
    template_name = "panel/sign_in/login.html"
    redirect_authenticated_user = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = super().get_context_data(**kwargs)
        kept = behind(waiting(self.request))
        links = forgotten_password.is_offered()
        return {**found, "error_title": error_title(found["form"]), "why": self._why(), "kept": kept, "links": links}

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        """Sign in, or ask for the second factor first: then the password alone opens nothing."""
        person = form.get_user()
        if not has_one(person):
            return super().form_valid(form)
        begin(self.request, person)
        return step_page(self.request, person, CodeForm(), self.get_redirect_url())

    def _why(self) -> str:
        """Tell why a person is here; "" where the address was typed."""
        if waiting(self.request):
            return _("Nothing was saved yet. What you typed is kept: sign in, then save it.")
        why = self.request.GET.get("why")
        if why in _WHY:
            return str(_WHY[why])
        asked_for = self.get_redirect_url() not in ("", reverse("home"))
        return _("Sign in to see the page that you asked for.") if asked_for else ""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Let what was typed before the session ended wait for a button: signing in saves nothing."""
        response = super().dispatch(request, *args, **kwargs)
        return with_what_waits(request, response)


@require_GET
def session(request: HttpRequest) -> HttpResponse:
    """Tell whether the browser's session goes on: 204, else 401. A form asks before it is sent."""
    response = HttpResponse(status=204 if request.user.is_authenticated else 401)
    response.headers["Cache-Control"] = "no-store, private"
    return response


def locked_out(request: HttpRequest, *_about: object) -> HttpResponse:
    """Say for how long the login is closed: too many wrong passwords (django-axes)."""
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
    """Lead a person to where they start: their company's accounts, or the operator's companies."""
    if request.actor:
        return redirect("accounts")
    return redirect("companies") if request.operator else no_company(request)


@sensitive_post_parameters()
@person_page
def password_change(request: PanelRequest, person: Person) -> HttpResponse:
    """Change the own password; a first password, told by another person, has to be changed before anything else."""
    form = ChoosePasswordForm(request, person, request.POST or None)
    if request.method == "POST" and form.is_valid():
        before = here(request)
        form.save()
        update_session_auth_hash(request, person)
        renamed_session(before, here(request))
        messages.success(request, _("Your password is changed."))
        return redirect("home")
    context = {"form": form, "first": person.must_change_password, "error_title": error_title(form)}
    return render(request, "panel/sign_in/password.html", context)


@require_POST
@tenant_page(anywhere=True)
def company_switch(request: PanelRequest, actor: Actor) -> HttpResponse:
    """Look at another of the person's companies; addresses that name none lead to it from now on."""
    wanted = request.POST.get("tenant", "")
    slugs = {str(place.tenant.pk): place.tenant.slug for place in request.places}
    if wanted not in slugs:
        raise Http404
    request.session[TENANT] = int(wanted)
    return redirect(company_address(slugs[wanted]))
