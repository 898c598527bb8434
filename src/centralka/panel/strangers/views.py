"""Blokady: strangers whom the edge does not answer now, and the networks that it never blocks. For the operator."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from centralka.actions import strangers as actions
from centralka.actions.actor import Operator

from ..doors import operator_page
from ..forms import error_title
from ..paging import page_of
from .forms import NetworkForm

PAGE = 50


@require_GET
@operator_page
def strangers(request: HttpRequest, operator: Operator) -> HttpResponse:
    """Show both lists."""
    page = page_of(actions.blocked(operator), request.GET.get("page"), PAGE)
    context = {"page": page, "networks": actions.never_blocked(operator)}
    return render(request, "panel/strangers/list.html", context)


@operator_page
def never_blocked_add(request: HttpRequest, operator: Operator) -> HttpResponse:
    """Add a network that is never blocked."""
    form = NetworkForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        made = form.carry_out(lambda: actions.add_never_blocked(operator, **form.given(network="", note="")))
        if made:
            messages.success(request, _("%(network)s is never blocked from now on.") % {"network": made.network})
            return redirect("strangers")
    return render(request, "panel/strangers/form.html", {"form": form, "error_title": error_title(form)})


@require_POST
@operator_page
def block_lift(request: HttpRequest, operator: Operator, block_id: int) -> HttpResponse:
    """Lift one block."""
    found = actions.lift(operator, block_id)
    said = _("The block of %(whom)s is lifted; it is answered within a second.") % {"whom": found.whom}
    messages.success(request, said)
    return redirect("strangers")


@operator_page
def never_blocked_remove(request: HttpRequest, operator: Operator, network_id: int) -> HttpResponse:
    """Ask, then let a network be blocked like others again."""
    if request.method != "POST":
        context = {"network": actions.never_blocked_network(operator, network_id)}
        return render(request, "panel/strangers/remove.html", context)
    found = actions.remove_never_blocked(operator, network_id)
    messages.success(request, _("%(network)s can be blocked again.") % {"network": found.network})
    return redirect("strangers")
