"""Stan centrali: for its operator."""

from datetime import UTC, datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from centralka.actions import status as actions
from centralka.actions.actor import Operator
from centralka.actions.status_words import process_name
from centralka.disk import MB

from ..doors import operator_page
from .mending import to_mend


@require_GET
@operator_page
def status_page(request: HttpRequest, operator: Operator) -> HttpResponse:
    """Show how everything is, and what is to be mended."""
    found = actions.status(operator)
    context = {
        "status": found,
        "to_mend": [one for one in map(to_mend, found.findings) if one],
        "processes": [(process_name(one.name), one, datetime.fromtimestamp(one.since, UTC)) for one in found.processes],
        "free_bytes": found.free_mb * MB,
        "looked_at": datetime.now(UTC),
    }
    return render(request, "panel/status/status.html", context)


@require_POST
@operator_page
def mail_now(request: HttpRequest, operator: Operator) -> HttpResponse:
    """Try mail at once."""
    count = actions.send_mail_now(operator)
    said = ngettext("%(count)s mail is tried now.", "%(count)s mails are tried now.", count) % {"count": count}
    messages.success(request, said)
    return redirect("status")


@require_POST
@operator_page
def calls_again(request: HttpRequest, operator: Operator) -> HttpResponse:
    """Take new calls again."""
    actions.take_calls(operator)
    messages.success(request, _("New calls are taken again."))
    return redirect("status")
