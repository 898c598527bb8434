"""Tell what goes with an account, before and after it is deleted."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from centralka.actions.account.accounts import Deleted, numbers_pointing_at, switched_to
from centralka.actions.account.forwarding import forwards_to
from centralka.calls.spelling import grouped
from centralka.store.models import SipAccount

from ..forwards import forwards_told, said_of_forwards
from ..questions import question


def ask_to_delete(
    request: HttpRequest, account: SipAccount, *, messages_kept: int = 0, faxes_kept: int = 0
) -> HttpResponse | None:
    """Ask, and say what goes with the account; None: this request says yes to just that."""
    numbers, forwards, switched = numbers_pointing_at(account), forwards_to(account), switched_to(account)
    phones = len(account.registrations.all())
    asked = question(request, phones, messages_kept, faxes_kept, numbers, forwards_told(forwards), switched)
    if asked.answered:
        return None
    context = {
        "account": account,
        "phones": phones,
        "numbers": numbers,
        "forwards": forwards,
        "switched": switched,
        "messages_kept": messages_kept,
        "faxes_kept": faxes_kept,
        "question": asked,
    }
    return render(request, "panel/accounts/delete.html", context)


def say_deleted(request: HttpRequest, account: SipAccount, pointing: Deleted) -> None:
    """Say that an account is deleted, and what pointed at it and leads nowhere now."""
    messages.success(request, _("Deleted: %(account)s.") % {"account": account})
    if pointing.numbers:
        numbers = ", ".join(grouped(number) for number in pointing.numbers)
        messages.warning(request, _("These numbers ring nowhere now: %(numbers)s.") % {"numbers": numbers})
    if pointing.switched:
        accounts = ", ".join(pointing.switched)
        said = _("Fax machines that call these accounts are not taken over any more: %(accounts)s.")
        messages.warning(request, said % {"accounts": accounts})
    if pointing.forwards:
        messages.warning(request, said_of_forwards(pointing.forwards))
