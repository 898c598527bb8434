"""The page that is shown when something broke on our side."""

import sys

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.template import loader
from django.utils.translation import gettext_lazy as _

from centralka.disk import found_no_room

from .typed import typed_here

_WORDS = {
    500: {
        "title": _("Something broke"),
        "said": _("The mistake is ours and is in the log. Phones are not affected. Try again in a moment."),
    },
    507: {
        "title": _("The disk is full"),
        "said": _(
            "Nothing was saved: the disk of the installation is full. Calls go on; the operator has to make room."
        ),
    },
}


def broken_page(request: HttpRequest) -> HttpResponse:
    """Answer 500, or 507 for a full disk. Called while the fault is handled; renders without session and database.

    What was typed is on it, to be sent once more. HTMX gets the words alone, which stand beside the form then.
    """
    status = 507 if found_no_room(sys.exc_info()[1]) else 500
    if request.headers.get("HX-Request"):
        return HttpResponse(loader.get_template("panel/broken_note.html").render({**_WORDS[status]}), status=status)
    kept = typed_here(request) if request.method == "POST" else []
    form = {"kept": kept, "files": bool(kept and request.FILES), "csrf_token": get_token(request) if kept else ""}
    page = loader.get_template("panel/broken.html").render({**_WORDS[status], **form})
    response = HttpResponse(page, status=status)
    response.headers["Cache-Control"] = "no-store, private"
    return response
