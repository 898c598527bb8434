"""Ustawienia firmy: for its managers and owners."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from centralka.actions import own_tenant as actions
from centralka.actions.actor import Actor
from centralka.store.models import Role

from ..doors import tenant_page
from ..forms import error_title
from .forms import OutsideForm, SettingsForm


@tenant_page(Role.MANAGER)
def company_settings(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The company's name and language."""
    now = {"name": actor.tenant.name, "language": actor.tenant.language}
    form = SettingsForm(request.POST if request.method == "POST" else None, initial=now)
    if request.method == "POST":
        if form.carry_out(lambda: actions.change_own_tenant(actor, form.given(**now))):
            messages.success(request, _("The company's settings are saved."))
            return redirect("company_settings")
        actor.tenant.refresh_from_db()  # what was taken back stays in memory else
    return render(request, "panel/company/settings.html", {"form": form, "error_title": error_title(form)})


@tenant_page(Role.MANAGER)
def outside_settings(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Zewnętrzne: how far and for how much accounts may call, unless they have a setting of their own."""
    now = {"international": actor.tenant.international, "max_rate": actor.tenant.max_rate}
    form = OutsideForm(request.POST if request.method == "POST" else None, initial=now)
    if request.method == "POST":
        if form.carry_out(lambda: actions.change_own_tenant(actor, form.given(**now))):
            messages.success(request, _("Saved. Changes apply from the next call."))
            return redirect("outside_settings")
        actor.tenant.refresh_from_db()  # what was taken back stays in memory else
    by_level, by_rate = actions.inheriting_accounts(actor)
    context = {"form": form, "error_title": error_title(form), "by_level": by_level, "by_rate": by_rate}
    return render(request, "panel/company/outside.html", context)
