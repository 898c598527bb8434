"""Pomoc: the guide in the reader's language. For everybody with a login."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from centralka.store.models import Person

from ..company_address import in_company
from ..doors import person_page
from .render import guide


@in_company
@require_GET
@person_page
def guide_page(request: HttpRequest, person: Person) -> HttpResponse:
    """Show the whole guide; each page of the panel links to its part."""
    return render(request, "panel/guide.html", {"guide": guide(get_language() or "pl")})
