"""Numery zewnętrzne: other people's numbers that the company saved, to forward calls there."""

from typing import cast

from django.contrib import messages
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET
from django_htmx.http import trigger_client_event

from centralka.actions import external_numbers as actions
from centralka.actions.account.forwarding import forwards_to_external
from centralka.actions.actor import Actor
from centralka.calls.spelling import grouped
from centralka.store.models import ExternalNumber, Forward, Role

from ..doors import tenant_page
from ..external_number_form import ExternalNumberForm, quick_form
from ..forms import error_title
from ..forwards import forwards_told, said_of_forwards
from ..http import PanelRequest
from ..paging import page_of
from ..pickers.targets import label_of_external, value_of_external
from ..questions import question

PAGE = 50


@require_GET
@tenant_page()
def external_numbers(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Show the list, with the accounts that forward to each number."""
    forwards = Forward.objects.select_related("sip_account").order_by("sip_account__extension_number", "condition")
    found = actions.external_numbers(actor).prefetch_related(Prefetch("forwarded_from", forwards, to_attr="pointing"))
    return render(request, "panel/external_numbers/list.html", {"page": page_of(found, request.GET.get("page"), PAGE)})


@tenant_page(Role.MANAGER)
def external_number_add(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Show a page of its own; for HTMX the form in the dialog over an account's form."""
    if cast(PanelRequest, request).htmx:
        return _add_quickly(request, actor)
    form = ExternalNumberForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and (made := _made(actor, form)):
        messages.success(request, _("Saved: %(number)s.") % {"number": label_of_external(made)})
        return redirect("external_numbers")
    context = {"form": form, "error_title": error_title(form)}
    return render(request, "panel/external_numbers/form.html", context)


def _add_quickly(request: HttpRequest, actor: Actor) -> HttpResponse:
    form = quick_form(request.POST) if request.method == "POST" else quick_form()
    made = _made(actor, form) if request.method == "POST" else None
    shown = quick_form() if made else form
    response = render(request, "panel/external_numbers/quick_form.html", {"form": shown})
    if made:
        option = {"value": value_of_external(made), "label": label_of_external(made)}
        trigger_client_event(response, "externalNumberSaved", option, after="settle")
    return response


def _made(actor: Actor, form: ExternalNumberForm) -> ExternalNumber | None:
    return form.carry_out(lambda: actions.add_external_number(actor, **form.wanted()))


@tenant_page(Role.MANAGER)
def external_number_delete(request: HttpRequest, actor: Actor, number_id: int) -> HttpResponse:
    """Ask, say which accounts forward there, and delete on POST."""
    found = actions.external_number(actor, number_id)
    forwards = forwards_to_external(found)
    asked = question(request, forwards_told(forwards))
    if not asked.answered:
        context = {"number": found, "forwards": forwards, "question": asked}
        return render(request, "panel/external_numbers/delete.html", context)
    pointing = actions.delete_external_number(actor, number_id)
    messages.success(request, _("Deleted: %(number)s.") % {"number": grouped(found.e164)})
    if pointing:
        messages.warning(request, said_of_forwards(pointing))
    return redirect("external_numbers")
