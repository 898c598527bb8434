"""HTMX and scripts: the options that fit a text typed into a picker."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from centralka.actions.actor import Actor
from centralka.actions.checks.search import tidy

from ..doors import tenant_page
from ..integers import integer_in
from .sources import MOST, SOURCES


@require_GET
@tenant_page()
def picker(request: HttpRequest, actor: Actor, kind: str) -> HttpResponse:
    """Send the options for a text, as the lines of a list."""
    if kind not in SOURCES:
        raise Http404
    source = SOURCES[kind](actor, integer_in(request.GET.get("but", "")))
    found = source.offered(tidy(request.GET.get("q", "")))
    return render(request, "panel/pickers/options.html", {"options": found[:MOST], "more": len(found) > MOST})
