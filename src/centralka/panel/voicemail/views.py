"""Wiadomości głosowe: listen, download, call back, delete; and what was mailed."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST, require_safe

from centralka.actions import mail as mail_actions
from centralka.actions import voicemail as actions
from centralka.actions.actor import Actor
from centralka.store.models import Role

from ..doors import tenant_page
from ..paging import Page, page_of
from ..questions import question
from ..sound import sound
from ..tables.callers import with_callers
from .forms import MailboxFilter

PAGE = 25
MAILS_PAGE = 50


@require_GET
@tenant_page(Role.MANAGER)
def voice_messages(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Show all mailboxes of the company, or one; for HTMX only the part that the filter changes."""
    form = MailboxFilter(request.GET)
    account = form.wanted(actor)
    found = actions.messages(actor, sip_account=account.pk if account else None)
    page = Page([], 1, False) if form.errors else page_of(found, request.GET.get("page"), PAGE)
    context = {
        "form": form,
        "page": page,
        "received": with_callers(actor, page.rows),
        "account": account,
        "shown_unheard": actions.unheard_count(actor),
    }
    part = "#results" if request.headers.get("HX-Request") else ""
    return render(request, f"panel/voicemail/list.html{part}", context)


@require_GET
@tenant_page(Role.MANAGER)
def unheard_messages(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Count the messages that nobody has heard, for the menu."""
    return render(request, "panel/voicemail/unheard.html", {"unheard": actions.unheard_count(actor)})


@require_safe
@tenant_page(Role.MANAGER)
def message_audio(request: HttpRequest, actor: Actor, message_id: int) -> HttpResponse:
    """Send the recording, to play and to seek in; with `?download` as a file to keep."""
    found = actions.message(actor, message_id)
    when = timezone.localtime(found.received_at)
    filename = f"{found.sip_account.login}-{when:%Y-%m-%d-%H%M%S}.wav"
    return sound(request, actions.message_audio(actor, message_id), filename, download="download" in request.GET)


@require_POST
@tenant_page(Role.MANAGER)
def message_heard(request: HttpRequest, actor: Actor, message_id: int) -> HttpResponse:
    """Mark a message as heard or not heard; for HTMX show only what says so."""
    actions.mark_heard(actor, message_id, request.POST.get("heard") != "0")
    if not request.headers.get("HX-Request"):
        return redirect("voice_messages")
    context = {"message": actions.message(actor, message_id), "unheard": actions.unheard_count(actor)}
    return render(request, "panel/voicemail/marked.html", context)


@tenant_page(Role.MANAGER)
def message_delete(request: HttpRequest, actor: Actor, message_id: int) -> HttpResponse:
    """Ask, then delete."""
    found = actions.message(actor, message_id)
    asked = question(request, found.heard)
    if not asked.answered:
        [received] = with_callers(actor, [found])
        return render(request, "panel/voicemail/delete.html", {"received": received, "question": asked})
    actions.delete_message(actor, message_id)
    messages.success(request, _("The message is deleted."))
    return redirect("voice_messages")


@require_GET
@tenant_page(Role.MANAGER)
def mails(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Show the mails with their times and recipients, and those that did not arrive."""
    form = MailboxFilter(request.GET)
    account = form.wanted(actor)
    found = mail_actions.mails(actor, sip_account=account.pk if account else None)
    page = Page([], 1, False) if form.errors else page_of(found, request.GET.get("page"), MAILS_PAGE)
    part = "#results" if request.headers.get("HX-Request") else ""
    return render(request, f"panel/voicemail/mails.html{part}", {"form": form, "page": page, "account": account})
