"""Co się stanie, gdy ktoś zadzwoni? The plan of a call as a picture: on a page of its own, and on an account's form."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST
from django_htmx.http import reswap, retarget

from centralka.actions.account import accounts as sip_accounts
from centralka.actions.account.blocks import SipAccountInput
from centralka.actions.account.previews import Caller, has_colleagues, plan_with_changes
from centralka.actions.actor import Actor
from centralka.actions.errors import InvalidInput
from centralka.calls.facts import IncomingFacts
from centralka.calls.plan import Plan
from centralka.store.models import Role, SipAccount

from ..accounts.forms import AccountForm
from ..doors import tenant_page
from .forms import ExplainForm
from .picture import Drawing, fits_side_by_side, one_below_the_other, side_by_side
from .tree import Step, merged
from .words import Facts, tree_of

SECRETS = {"password", "confirmation", "outbound_pin", "voicemail_pin"}
"""Fields that a preview neither gets nor needs."""
_OTHER = {Caller.OUTSIDE: Caller.COLLEAGUE, Caller.COLLEAGUE: Caller.OUTSIDE}
_ALONE = 560
"""Width on a desk of a picture with too many columns."""


@dataclass(frozen=True)
class Picture:
    """A plan for people: drawn for a desk and for a hand, and in words."""

    tree: Step
    wide: Drawing
    narrow: Drawing
    said: str
    """In place of the picture, for those who do not see it."""


def picture_of(facts: Facts, plan: Plan) -> Picture:
    """The plan, drawn and in words."""
    tree = tree_of(facts, plan)
    drawn = merged(tree)
    wide = side_by_side(drawn) if fits_side_by_side(drawn) else one_below_the_other(drawn, _ALONE)
    first = tree.branches[0].step
    said = _("Picture of the call's way: %(caller)s, %(first)s. Every step is in the list below.")
    return Picture(tree, wide, one_below_the_other(drawn), said % {"caller": tree.title, "first": first.title})


@require_GET
@tenant_page()
def explain(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Who calls whom and when; for HTMX only the answer."""
    form = ExplainForm(request.GET, actor)
    answer = form.answer()
    context = {"form": form, "picture": picture_of(*answer) if answer else None, "at": answer and answer[0].now}
    part = "#results" if request.headers.get("HX-Request") else ""
    return render(request, f"panel/explain/page.html{part}", context)


@require_POST
@tenant_page(Role.MANAGER)
def new_account_preview(request: HttpRequest, actor: Actor) -> HttpResponse:
    """HTMX: what would happen to calls for the account that is being made."""
    return _preview(request, actor, None)


@require_POST
@tenant_page(Role.MANAGER)
def account_preview(request: HttpRequest, actor: Actor, account_id: int) -> HttpResponse:
    """HTMX: what would happen to calls for the account, if it were saved as its form stands."""
    return _preview(request, actor, sip_accounts.sip_account(actor, account_id))


def _preview(request: HttpRequest, actor: Actor, account: SipAccount | None) -> HttpResponse:
    form = AccountForm(request.POST, actor=actor, account=account)
    chosen = _chosen_caller(request)
    answer = _answer(actor, form, chosen)
    if answer is None:
        # The last good picture stays; only the note beside it is put in.
        said = render(request, "panel/explain/preview_note.html", {"form": form, "account": account})
        return retarget(reswap(said, "innerHTML"), "#preview-note")
    calls = Caller.OUTSIDE if isinstance(answer[0], IncomingFacts) else Caller.COLLEAGUE
    context = {
        "picture": picture_of(*answer),
        "calls": calls,
        "otherwise": calls if chosen is None else _OTHER[chosen],
        "has_colleagues": has_colleagues(actor, account.pk if account else None),
    }
    return render(request, "panel/explain/preview_picture.html", context)


def _chosen_caller(request: HttpRequest) -> Caller | None:
    """Who is to call; None as long as somebody leaves it to the panel, whose choice changes with the forwards."""
    said = request.POST.get("preview_caller")
    return Caller(said) if said in set(Caller) and said != request.POST.get("preview_otherwise") else None


def _answer(actor: Actor, form: AccountForm, caller: Caller | None) -> tuple[Facts, Plan] | None:
    """None: something is wrong with the form, which is said when it is saved and not while it is filled in."""
    if not form.is_valid() and set(form.errors) - SECRETS:
        return None
    account_id = form.account.pk if form.account else None
    try:
        return plan_with_changes(actor, account_id, SipAccountInput(**form.wanted()), caller)
    except InvalidInput:
        return None
