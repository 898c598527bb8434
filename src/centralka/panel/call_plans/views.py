"""Co się stanie, gdy ktoś zadzwoni? The plan of a call as a picture."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from centralka.actions.actor import Actor

from ..doors import tenant_page
from ..pictures.whole import picture_of
from .forms import CallPlanForm


@require_GET
@tenant_page()
def call_plan(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Show the form and the plan; for HTMX only the answer."""
    form = CallPlanForm(request.GET, actor)
    answer = form.answer()
    context = {"form": form, "picture": picture_of(*answer) if answer else None, "at": answer and answer[0].now}
    part = "#results" if request.headers.get("HX-Request") else ""
    return render(request, f"panel/call_plans/page.html{part}", context)
