"""Show where a person is signed in, and sign them out there."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from centralka.actions import sessions as actions
from centralka.actions.errors import NotFound
from centralka.store.models import Person

from ..doors import person_page
from ..http import PanelRequest
from .browsers import browser_of


@require_GET
@person_page
def sessions(request: PanelRequest, person: Person) -> HttpResponse:
    """List the person's sessions."""
    here = request.session.session_key
    found = [
        {"it": one, "browser": browser_of(one.row.user_agent), "here": one.row.session_key == here}
        for one in actions.own_sessions(person)
    ]
    return render(request, "panel/sign_in/sessions.html", {"sessions": found, "others": len(found) > 1})


@require_POST
@person_page
def session_end(request: PanelRequest, person: Person, session_id: int) -> HttpResponse:
    """Sign out in one place."""
    try:
        actions.sign_out_session(person, session_id)
    except NotFound:
        messages.info(request, _("This session was over already."))
    else:
        messages.success(request, _("Signed out there."))
    return redirect("sessions")


@require_POST
@person_page
def sessions_end(request: PanelRequest, person: Person) -> HttpResponse:
    """Sign out everywhere but here."""
    count = actions.sign_out_everywhere_else(person, str(request.session.session_key))
    said = ngettext("%(count)s other session is ended.", "%(count)s other sessions are ended.", count)
    messages.success(request, said % {"count": count})
    return redirect("sessions")
