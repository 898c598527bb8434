"""Tell what follows after an account was deleted."""

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _

from centralka.actions.account.accounts import Deleted
from centralka.calls.spelling import grouped
from centralka.store.models import SipAccount

from ..forwards import said_of_forwards


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
