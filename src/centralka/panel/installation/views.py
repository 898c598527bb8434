"""Ustawienia instalacji: for its operator."""

from decimal import Decimal

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from centralka.actions.actor import Operator
from centralka.actions.prices import vat

from ..doors import operator_page
from ..forms import error_title
from ..turns import one_after_another
from .forms import InstallationForm


@operator_page
@one_after_another
def installation(request: HttpRequest, operator: Operator) -> HttpResponse:
    """Change the VAT rate."""
    initial = {"vat_percent": vat.vat_percent()}
    form = InstallationForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST":
        done = form.carry_out(lambda: (vat.set_vat(operator, form.cleaned_data.get("vat_percent", Decimal(0))),))
        if done:
            messages.success(request, _("The settings are saved."))
            return redirect("installation")
    return render(request, "panel/installation/settings.html", {"form": form, "error_title": error_title(form)})
