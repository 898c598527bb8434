"""The page that is shown when something broke on our side."""

import sys

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.template import loader

from centralka.disk import found_no_room

from .typed import typed_here


def broken_page(request: HttpRequest) -> HttpResponse:
    """Answer 500, or 507 for a full disk. Called while the fault is handled; renders without session and database.

    What was typed is on it, to be sent once more. HTMX gets the words alone, which stand beside the form then.
    """
    status = 507 if found_no_room(sys.exc_info()[1]) else 500
    if request.headers.get("HX-Request"):
        return HttpResponse(loader.get_template(f"{status}_note.html").render(), status=status)
    kept = typed_here(request) if request.method == "POST" else []
    context = {"kept": kept, "files": bool(kept and request.FILES), "csrf_token": get_token(request) if kept else ""}
    response = HttpResponse(loader.get_template(f"{status}.html").render(context), status=status)
    response.headers["Cache-Control"] = "no-store, private"
    return response
