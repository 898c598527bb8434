"""Ochrona przed nadużyciami: the rules, what they stopped, and the countries that may be called."""

from dataclasses import asdict
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from centralka.actions import fraud as actions
from centralka.actions.actor import Actor, Operator
from centralka.actions.fraud_words import area_in_words
from centralka.store.models import FraudStop, Role

from ..doors import operator_page, tenant_page
from ..forms import error_title
from ..paging import page_of
from ..turns import one_after_another
from .forms import CountryForm, LimitsForm, RulesForm

PAGE = 50
LIFTED = 10
"""The number of the last lifted stops that a company sees."""


@tenant_page(Role.MANAGER)
@one_after_another
def fraud_settings(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Change the company's rules; see what they stopped, and which countries may be called."""
    now = asdict(actions.rules(actor))
    form = RulesForm(request.POST if request.method == "POST" else None, initial=now)
    if request.method == "POST":
        if form.carry_out(lambda: actions.change_rules(actor, form.changes_to(now))):
            messages.success(request, _("Saved. Changes apply from the next call."))
            return redirect("fraud_settings")
        actor.tenant.refresh_from_db()  # what was taken back stays in memory else
    return _settings(request, actor, form)


def _settings(request: HttpRequest, actor: Actor, form: RulesForm) -> HttpResponse:
    found = actions.stops(actor)
    context: dict[str, Any] = {
        "form": form,
        "error_title": error_title(form),
        "open_stops": found.filter(lifted_at=None)[:PAGE],
        "lifted_stops": found.filter(lifted_at__isnull=False)[:LIFTED],
        "countries": actions.countries(actor),
        "country_form": CountryForm(codes=actions.countries_to_allow(actor)),
    }
    return render(request, "panel/fraud/settings.html", context)


@require_POST
@tenant_page(Role.MANAGER)
def fraud_lift(request: HttpRequest, actor: Actor, stop_id: int) -> HttpResponse:
    """Lift a stop of the company."""
    _say_lifted(request, actions.lift(actor, stop_id))
    return redirect("fraud_settings")


def _say_lifted(request: HttpRequest, stop: FraudStop) -> None:
    if stop.area:
        said = _("%(country)s may be called from the next call on.") % {"country": area_in_words(stop.area)}
    elif stop.holds:
        said = _("The stop is lifted; calls and text messages go out from the next one on.")
    else:
        said = _("Taken note of. The rule goes on.")
    messages.success(request, said)


@require_POST
@tenant_page(Role.MANAGER)
def country_allow(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Allow a country."""
    form = CountryForm(request.POST, codes=actions.countries_to_allow(actor))
    if made := form.carry_out(lambda: actions.allow_country(actor, form.cleaned_data.get("area", ""))):
        said = _("%(country)s may be called from the next call on.") % {"country": area_in_words(made.area)}
        messages.success(request, said)
    else:
        messages.error(request, _("Choose a country."))
    return redirect("fraud_settings")


@require_POST
@tenant_page(Role.MANAGER)
def country_forget(request: HttpRequest, actor: Actor, country_id: int) -> HttpResponse:
    """Ask again before the next call to a country."""
    found = actions.forget_country(actor, country_id)
    messages.success(request, _("%(country)s is asked for again.") % {"country": area_in_words(found.area)})
    return redirect("fraud_settings")


@tenant_page(Role.MANAGER)
@one_after_another
def account_limits(request: HttpRequest, actor: Actor, account_id: int) -> HttpResponse:
    """Change the limits that an account has of its own."""
    account = actions.account_limits(actor, account_id)
    now = {name: getattr(account, name) for name in actions.OWN}
    form = LimitsForm(request.POST if request.method == "POST" else None, initial=now, tenant=actor.tenant)
    if request.method == "POST":
        saved = form.carry_out(lambda: actions.change_account_limits(actor, account_id, form.changes_to(now)))
        if saved:
            messages.success(request, _("Saved. Changes apply from the next call."))
            return redirect("account", account.pk)
    context = {"form": form, "error_title": error_title(form), "account": account}
    return render(request, "panel/fraud/account.html", context)


@require_GET
@operator_page
def fraud_stops(request: HttpRequest, operator: Operator) -> HttpResponse:
    """Show what was stopped in all companies."""
    page = page_of(actions.stops_of_all(operator), request.GET.get("page"), PAGE)
    return render(request, "panel/fraud/stops.html", {"page": page})


@operator_page
@one_after_another
def fraud_defaults(request: HttpRequest, operator: Operator) -> HttpResponse:
    """Change the rules that new companies get."""
    now = asdict(actions.rules_for_new_companies(operator))
    form = RulesForm(request.POST if request.method == "POST" else None, initial=now)
    if request.method == "POST":
        saved = form.carry_out(lambda: actions.change_rules_for_new_companies(operator, form.changes_to(now)))
        if saved:
            messages.success(request, _("Saved. New companies get these rules."))
            return redirect("fraud_defaults")
    return render(request, "panel/fraud/defaults.html", {"form": form, "error_title": error_title(form)})


@require_POST
@operator_page
def fraud_lift_any(request: HttpRequest, operator: Operator, stop_id: int) -> HttpResponse:
    """Lift a stop of any company."""
    _say_lifted(request, actions.lift_any(operator, stop_id))
    return redirect("fraud_stops")
