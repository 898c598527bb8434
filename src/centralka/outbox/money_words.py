"""The words of mails about a company's money."""

from decimal import Decimal

from django.conf import settings
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext, pgettext

from centralka.addresses import company_address
from centralka.calls.spelling import grouped
from centralka.store.models import Mail

from .words import Words


def low_balance_words(mail: Mail) -> Words:
    """Write that little is left; how much it was when the mail was queued."""
    left, limit = (_pln(mail.about[name]) for name in ("left", "limit"))
    return Words(
        subject=gettext("%(company)s: %(left)s left for calls") % {"company": mail.tenant, "left": left},
        opening=gettext("Less is left for calls than %(limit)s.") % {"limit": limit},
        facts=((pgettext("mail", "Left, net"), left),),
        closing=gettext(
            "When it is used up, calls outside are refused; emergency calls go out, and calls come in. You are told "
            "once, and again when it falls below that limit another time."
        ),
        link=_link(mail),
    )


def no_money_words(mail: Mail) -> Words:
    """Write that a call was refused."""
    return Words(
        subject=gettext("%(company)s: calls are refused, the money does not reach") % {"company": mail.tenant},
        opening=gettext("A call was refused, since the company's money does not reach for it."),
        facts=(
            (pgettext("mail", "Number called"), _number(mail.about["number"])),
            (pgettext("mail", "Left, net"), _pln(mail.about["left"])),
        ),
        closing=gettext("Emergency calls go out, and calls come in. This is told once a day at most."),
        link=_link(mail),
    )


def _number(told: str) -> str:
    return grouped(told) if told.startswith("+") else told


def _pln(amount: str) -> str:
    return pgettext("mail", "%(amount)s PLN") % {"amount": number_format(Decimal(amount), 2)}


def _link(mail: Mail) -> str:
    if not settings.PUBLIC_URL or mail.tenant is None:
        return ""
    return f"{settings.PUBLIC_URL}{company_address(mail.tenant.slug, reverse('finance'))}"
