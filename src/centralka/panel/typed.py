"""Give back with the answer what was typed into a form that could not be used, so that it can be sent again."""

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.encoding import iri_to_uri

_OF_FORMS = "csrfmiddlewaretoken"
_KEPT = "kept."
"""Begins the names of fields that wait behind a form of another page, which has fields of its own."""


def typed(request: HttpRequest) -> list[tuple[str, str]]:
    """Return name and value of each field that was sent."""
    return [(name, value) for name, values in request.POST.lists() if name != _OF_FORMS for value in values]


def behind(fields: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Put the fields under names that no other form has."""
    return [(_KEPT + name, value) for name, value in fields]


def waiting(request: HttpRequest) -> list[tuple[str, str]]:
    """Return the fields that were sent with another form, to wait behind it (`behind`)."""
    return [(name.removeprefix(_KEPT), value) for name, value in typed(request) if name.startswith(_KEPT)]


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form of a page that was open during a new sign-in; it can be sent again, with what was typed.

    Only a form that was drawn here: nobody is to confirm what a stranger's page sends in their name.
    """
    return render(request, "403_csrf.html", {"kept": typed_here(request)}, status=403)


def typed_here(request: HttpRequest) -> list[tuple[str, str]]:
    """Return name and value of each field of a form that was drawn by us; nothing of a stranger's page."""
    drawn_here = request.headers.get("Origin") == f"{request.scheme}://{request.get_host()}"
    return typed(request) if drawn_here else []


def to_the_list_one_came_from(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """Lead from saving to the list, with the filters and on the page where its browser tab left it (`panel.js`)."""
    place, back = response.headers.get("Location", ""), request.POST.get("back", "")
    if place and back.startswith(place + "?"):
        response.headers["Location"] = iri_to_uri(back)
    return response
