"""Łącza do operatorów: the connections to carriers. For the operator of the installation."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from centralka.actions import trunks as actions
from centralka.actions.actor import Operator
from centralka.actions.errors import ChangedMeanwhile
from centralka.actions.trunks import TrunkInput, current_input
from centralka.store.models import Trunk

from ..collisions import Collision, in_context, merge
from ..doors import operator_page
from ..events import event_stream
from ..questions import question
from .forms import TrunkForm
from .live import stream


@require_GET
@operator_page
def trunks(request: HttpRequest, operator: Operator) -> HttpResponse:
    """Show all trunks in the order in which they are tried, with the state of each registration."""
    return render(request, "panel/trunks/list.html", {"trunks": actions.trunks(operator)})


@require_GET
@operator_page
async def trunk_states(request: HttpRequest, operator: Operator) -> StreamingHttpResponse:
    """Push the live states of all trunks."""
    return await event_stream(stream(operator, get_language() or settings.LANGUAGE_CODE))


@operator_page
def trunk_add(request: HttpRequest, operator: Operator) -> HttpResponse:
    """Show the empty form, and what was typed into it."""
    form = TrunkForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        made = form.carry_out(lambda: actions.add_trunk(operator, TrunkInput(**form.wanted())))
        if made:
            return _saved(request, made)
    return _form(request, form)


@operator_page
def trunk_change(request: HttpRequest, operator: Operator, trunk_id: int) -> HttpResponse:
    """Show the form of a trunk that exists; of two people who save at once the second is told what the first did."""
    found = actions.trunk(operator, trunk_id)
    form = TrunkForm(request.POST if request.method == "POST" else None, trunk=found)
    if request.method != "POST":
        return _form(request, form)
    try:
        saved = form.carry_out(
            lambda: actions.change_trunk(operator, trunk_id, form.wanted(), version=form.cleaned_data.get("version"))
        )
    except ChangedMeanwhile as meanwhile:
        data, collisions = merge(form, current_input(meanwhile.current), meanwhile.current.version)
        return _form(request, TrunkForm(data, trunk=meanwhile.current), collisions)
    return _saved(request, saved) if saved else _form(request, form)


@operator_page
def trunk_delete(request: HttpRequest, operator: Operator, trunk_id: int) -> HttpResponse:
    """Ask, then delete."""
    found = actions.trunk(operator, trunk_id)
    others = actions.trunks(operator).filter(enabled=True).exclude(pk=trunk_id).exists()
    asked = question(request, others)
    if not asked.answered:
        return render(request, "panel/trunks/delete.html", {"trunk": found, "others": others, "question": asked})
    actions.delete_trunk(operator, trunk_id)
    messages.success(request, _("Deleted: %(trunk)s.") % {"trunk": found.name})
    return redirect("trunks")


def _saved(request: HttpRequest, trunk: Trunk) -> HttpResponse:
    messages.success(request, _("Saved: %(trunk)s. It counts from the next call.") % {"trunk": trunk.name})
    return redirect("trunks")


def _form(request: HttpRequest, form: TrunkForm, collisions: list[Collision] | None = None) -> HttpResponse:
    return render(request, "panel/trunks/form.html", {"trunk": form.trunk, **in_context(form, collisions)})
