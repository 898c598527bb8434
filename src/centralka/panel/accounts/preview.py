"""HTMX: draw beside the form what would happen to a call, were the account saved as its form stands."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST
from django_htmx.http import reswap, retarget

from centralka.actions.account import accounts as sip_accounts
from centralka.actions.account.blocks import SipAccountInput
from centralka.actions.account.previews import Caller, has_colleagues, plan_with_changes
from centralka.actions.actor import Actor
from centralka.actions.errors import InvalidInput
from centralka.calls.facts import IncomingFacts
from centralka.calls.plan import Plan
from centralka.store.models import Role, SipAccount

from ..doors import tenant_page
from ..pictures.whole import picture_of
from ..pictures.words import Facts
from .form import AccountForm

SECRETS = {"password", "confirmation", "outbound_pin", "voicemail_pin"}
"""Fields that a preview neither gets nor needs."""
_OTHER = {Caller.OUTSIDE: Caller.COLLEAGUE, Caller.COLLEAGUE: Caller.OUTSIDE}


@require_POST
@tenant_page(Role.MANAGER)
def new_account_preview(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Draw the preview for an account that is being made."""
    return _preview(request, actor, None)


@require_POST
@tenant_page(Role.MANAGER)
def account_preview(request: HttpRequest, actor: Actor, account_id: int) -> HttpResponse:
    """Draw the preview for an account that is being changed."""
    return _preview(request, actor, sip_accounts.sip_account(actor, account_id))


def _preview(request: HttpRequest, actor: Actor, account: SipAccount | None) -> HttpResponse:
    form = AccountForm(request.POST, actor=actor, account=account)
    chosen = _chosen_caller(request)
    answer = _answer(actor, form, chosen)
    if answer is None:
        # The last good picture stays; only the note beside it is put in.
        said = render(request, "panel/accounts/preview_note.html", {"form": form, "account": account})
        return retarget(reswap(said, "innerHTML"), "#preview-note")
    calls = Caller.OUTSIDE if isinstance(answer[0], IncomingFacts) else Caller.COLLEAGUE
    context = {
        "picture": picture_of(*answer),
        "calls": calls,
        "otherwise": calls if chosen is None else _OTHER[chosen],
        "has_colleagues": has_colleagues(actor, account.pk if account else None),
    }
    return render(request, "panel/accounts/preview_picture.html", context)


def _chosen_caller(request: HttpRequest) -> Caller | None:
    """Return the chosen caller; None as long as the panel is to choose, whose choice changes with the forwards."""
    said = request.POST.get("preview_caller")
    return Caller(said) if said in set(Caller) and said != request.POST.get("preview_otherwise") else None


def _answer(actor: Actor, form: AccountForm, caller: Caller | None) -> tuple[Facts, Plan] | None:
    """Draw the answer; None: something is wrong with the form, which is said when it is saved, not before."""
    if not form.is_valid() and set(form.errors) - SECRETS:
        return None
    account_id = form.account.pk if form.account else None
    try:
        return plan_with_changes(actor, account_id, SipAccountInput(**form.wanted()), caller)
    except InvalidInput:
        return None
