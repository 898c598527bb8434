"""Numery: the company's public numbers, where each rings, and which accounts show it."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
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

from ..collisions import told_meanwhile
from ..doors import tenant_page
from ..integers import integer_or
from ..paging import page_of
from ..pickers.fields import PickerWidget
from ..pickers.meaning import value_meant
from ..pickers.sources import FEW, RingsAt
from ..turns import one_after_another

PAGE = 50
_NO_ACCOUNT = 0
"""An id that no account has."""


@require_GET
@tenant_page()
def numbers(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Show the list; a manager says at each number where it rings."""
    return _list(request, actor)


@require_POST
@tenant_page(Role.MANAGER)
@one_after_another
def number_target(request: HttpRequest, actor: Actor, number_id: int) -> HttpResponse:
    """Set where one number rings from now on; for HTMX show only the words that say so."""
    wrong = meanwhile = ""
    number = actions.own_number(actor, number_id)
    try:
        chosen = _chosen(request, actor)
        shown = str(number.sip_account or _("Nowhere: no such number"))
        wrong = meanwhile = told_meanwhile(request, _written(number.sip_account_id), _written(chosen), shown)
        number = number if wrong else actions.set_number_target(actor, number_id, chosen)
    except ValidationError as unclear:
        wrong = str(unclear.message)
    except InvalidInput as refusal:
        wrong = str(refusal.problems["target"][0].message)
    if request.headers.get("HX-Request"):
        return render(request, "panel/numbers/saved.html", {"number": number, "wrong": wrong, "meanwhile": meanwhile})
    if wrong:
        return _list(request, actor, number, wrong)
    messages.success(request, _("Saved: %(number)s.") % {"number": grouped(number.e164)})
    return redirect("numbers")


def _list(request: HttpRequest, actor: Actor, refused: Number | None = None, wrong: str = "") -> HttpResponse:
    # Of the accounts that show a number only the company's own: others may still have it from before.
    own = actor.tenant.sip_accounts.only("extension", "name", "caller_id", "tenant").order_by("extension_number")
    shown_by = Prefetch("shown_by", own, to_attr="shown_here")
    page = page_of(actions.own_numbers(actor).prefetch_related(shown_by), request.GET.get("page"), PAGE)
    context: dict[str, Any] = {
        "page": page,
        "refused": refused,
        "wrong": wrong,
        "typed": request.POST.get("account", ""),
        "chosen": request.POST.get("target", ""),
    }
    if actor.may_manage:
        source = RingsAt(actor)
        few = list(source.accounts()[: FEW + 1])
        context["accounts"] = few
        context["picker"] = PickerWidget(source) if len(few) > FEW else None
    return render(request, "panel/numbers/list.html", context)


def _chosen(request: HttpRequest, actor: Actor) -> int | None:
    """Return the account in the list, or in the field where one is sought (raises `ValidationError`)."""
    if (typed := request.POST.get("account")) is None:
        return _account_id(request.POST.get("target", ""))
    source = RingsAt(actor)
    account = source.account_named(value_meant(source, typed))
    return account.pk if account else None


def _written(account_id: int | None) -> str:
    return "" if account_id is None else str(account_id)


def _account_id(text: str) -> int | None:
    if text == "":
        return None
    return integer_or(_NO_ACCOUNT, text)
