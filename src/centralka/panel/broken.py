"""The page that is shown when something broke on our side."""

import sys

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.template import loader
from django.utils.translation import gettext_lazy as _

from centralka.busy import found_busy
from centralka.disk import found_no_room

from .typed import typed_here

_TRY_AGAIN = "5"
"""Seconds, told to programs."""
_WORDS = {
    500: {
        "title": _("Something broke"),
        "said": _("The mistake is ours and is in the log. Phones are not affected. Try again in a moment."),
    },
    503: {
        "title": _("The database is busy"),
        "said": _(
            "Nothing was saved: another program, or another person's change, held the database for too long. Try again "
            "in a moment."
        ),
    },
    507: {
        "title": _("The disk is full"),
        "said": _(
            "Nothing was saved: the disk of the installation is full. Calls go on; the operator has to make room."
        ),
    },
}


def broken_page(request: HttpRequest) -> HttpResponse:
    """Answer 500, 507 for a full disk, or 503 where others held what was to be changed.

    Called while the fault is handled; renders without session and database. What was typed is on it, to be sent once
    more. HTMX gets the words alone, which stand beside the form then.
    """
    status = _status_of(sys.exc_info()[1])
    headers = {"Retry-After": _TRY_AGAIN} if status == 503 else {}
    if request.headers.get("HX-Request"):
        note = loader.get_template("panel/broken_note.html").render({**_WORDS[status]})
        return HttpResponse(note, status=status, headers=headers)
    kept = typed_here(request) if request.method == "POST" else []
    form = {"kept": kept, "files": bool(kept and request.FILES), "csrf_token": get_token(request) if kept else ""}
    page = loader.get_template("panel/broken.html").render({**_WORDS[status], **form})
    return HttpResponse(page, status=status, headers=headers | {"Cache-Control": "no-store, private"})


def _status_of(fault: BaseException | None) -> int:
    if found_busy(fault):
        return 503
    return 507 if found_no_room(fault) else 500
