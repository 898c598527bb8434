"""Bramki SMS: the ways on which text messages go, and the names that companies ask for. For the operator."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from centralka.actions.actor import Operator
from centralka.actions.errors import ChangedMeanwhile, InUse, NotFound
from centralka.actions.sms import gateways as actions
from centralka.actions.sms import names
from centralka.actions.sms.gateways import GatewayInput
from centralka.gateways.handover import callback_address
from centralka.sms.gateway_words import Taken
from centralka.store.models import SmsGateway
from centralka.store.models.sms_reasons import in_words

from ..collisions import Collision, in_context, merge
from ..doors import operator_page
from ..forms import error_title
from ..paging import page_of
from .forms import DecisionForm, GatewayForm, TryForm

PAGE = 50


@require_GET
@operator_page
def sms_gateways(request: HttpRequest, operator: Operator) -> HttpResponse:
    """Show all gateways in the order in which they are tried."""
    context = {"gateways": actions.gateways(operator), "waiting": names.waiting_names(operator)}
    return render(request, "panel/sms_gateways/list.html", context)


@operator_page
def sms_gateway_add(request: HttpRequest, operator: Operator) -> HttpResponse:
    """Add a gateway."""
    form = GatewayForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        made = form.carry_out(lambda: actions.add_gateway(operator, GatewayInput(**form.wanted())))
        if made:
            return _saved(request, made)
    return _form(request, form)


@operator_page
def sms_gateway_change(request: HttpRequest, operator: Operator, gateway_id: int) -> HttpResponse:
    """Change a gateway; of two people who save at once the second is told what the first saved."""
    found = actions.gateway(operator, gateway_id)
    form = GatewayForm(request.POST if request.method == "POST" else None, gateway=found)
    if request.method != "POST":
        return _form(request, form)
    try:
        saved = form.carry_out(
            lambda: actions.change_gateway(
                operator, gateway_id, form.wanted(), version=form.cleaned_data.get("version")
            )
        )
    except ChangedMeanwhile as meanwhile:
        data, collisions = merge(form, form.typed(meanwhile.current), meanwhile.current.version)
        return _form(request, GatewayForm(data, gateway=meanwhile.current), collisions)
    return _saved(request, saved) if saved else _form(request, form)


@operator_page
def sms_gateway_try(request: HttpRequest, operator: Operator, gateway_id: int) -> HttpResponse:
    """Send a test message, and tell what the gateway says."""
    found = actions.gateway(operator, gateway_id)
    form = TryForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        answer = form.carry_out(lambda: actions.try_gateway(operator, gateway_id, str(form.given(number="")["number"])))
        if isinstance(answer, Taken):
            messages.success(request, _("%(gateway)s took the test message.") % {"gateway": found.name})
            return redirect("sms_gateways")
        if answer is not None:
            said = _("%(gateway)s did not take it: %(reason)s")
            messages.error(request, said % {"gateway": found.name, "reason": in_words(answer.reason)})
    context = {"form": form, "gateway": found, "error_title": error_title(form)}
    return render(request, "panel/sms_gateways/try.html", context)


@operator_page
def sms_gateway_delete(request: HttpRequest, operator: Operator, gateway_id: int) -> HttpResponse:
    """Ask, then delete."""
    found = actions.gateway(operator, gateway_id)
    if request.method != "POST":
        return render(request, "panel/sms_gateways/delete.html", {"gateway": found})
    try:
        actions.delete_gateway(operator, gateway_id)
    except InUse as refused:
        messages.error(request, str(refused.problems["gateway"][0].message))
    else:
        messages.success(request, _("Deleted: %(name)s.") % {"name": found.name})
    return redirect("sms_gateways")


@require_GET
@operator_page
def asked_names(request: HttpRequest, operator: Operator) -> HttpResponse:
    """Show the names that companies asked for."""
    page = page_of(names.asked_names(operator), request.GET.get("page"), PAGE)
    return render(request, "panel/sms_gateways/names.html", {"page": page})


@operator_page
def name_decide(request: HttpRequest, operator: Operator, name_id: int) -> HttpResponse:
    """Approve a name, or refuse it and say why."""
    found = names.asked_names(operator).filter(pk=name_id).first()
    if found is None:
        raise NotFound
    form = DecisionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        approve, reason = "approve" in request.POST, str(request.POST.get("reason", "")).replace("\0", "")
        if form.carry_out(lambda: names.decide(operator, name_id, approve=approve, reason=reason)):
            messages.success(request, _("Decided: %(name)s.") % {"name": found.name})
            return redirect("asked_names")
    context = {"form": form, "name": found, "error_title": error_title(form)}
    return render(request, "panel/sms_gateways/name.html", context)


def _saved(request: HttpRequest, gateway: SmsGateway) -> HttpResponse:
    said = _("Saved: %(gateway)s. It counts from the next message.") % {"gateway": gateway.name}
    messages.success(request, said)
    return redirect("sms_gateways")


def _form(request: HttpRequest, form: GatewayForm, collisions: list[Collision] | None = None) -> HttpResponse:
    callback = callback_address(form.gateway) if form.gateway else ""
    context = {"gateway": form.gateway, "callback": callback, **in_context(form, collisions)}
    return render(request, "panel/sms_gateways/form.html", context)
