"""Numery: the company's public numbers, where each rings, and which accounts show it."""

from django.contrib import messages
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from centralka.actions import numbers as actions
from centralka.actions.actor import Actor
from centralka.actions.errors import InvalidInput
from centralka.calls.spelling import grouped
from centralka.store.models import Number, Role

from ..doors import tenant_page
from ..paging import page_of

PAGE = 50
_NO_ACCOUNT = 0
"""An id that no account has."""


@require_GET
@tenant_page()
def numbers(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The list; a manager says at each number where it rings."""
    return _list(request, actor)


@require_POST
@tenant_page(Role.MANAGER)
def number_target(request: HttpRequest, actor: Actor, number_id: int) -> HttpResponse:
    """Where one number rings from now on; for HTMX only the words that say so."""
    wrong = ""
    number = actions.own_number(actor, number_id)
    try:
        number = actions.set_number_target(actor, number_id, _account_id(request.POST.get("target", "")))
    except InvalidInput as refusal:
        wrong = str(refusal.problems["target"][0].message)
    if request.headers.get("HX-Request"):
        return render(request, "panel/numbers/saved.html", {"number": number, "wrong": wrong})
    if wrong:
        return _list(request, actor, number, wrong)
    messages.success(request, _("Saved: %(number)s.") % {"number": grouped(number.e164)})
    return redirect("numbers")


def _list(request: HttpRequest, actor: Actor, refused: Number | None = None, wrong: str = "") -> HttpResponse:
    # Of the accounts that show a number only the company's own: others may still have it from before.
    shown_by = Prefetch("shown_by", actor.tenant.sip_accounts.order_by("extension_number"), to_attr="shown_here")
    page = page_of(actions.own_numbers(actor).prefetch_related(shown_by), request.GET.get("page"), PAGE)
    accounts = actor.tenant.sip_accounts.order_by("extension_number") if actor.may_manage else []
    context = {"page": page, "accounts": accounts, "refused": refused, "wrong": wrong}
    return render(request, "panel/numbers/list.html", context)


def _account_id(text: str) -> int | None:
    if text == "":
        return None
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else _NO_ACCOUNT
