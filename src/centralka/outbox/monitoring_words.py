"""The words of a mail of accounts that cannot be reached, or can again."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext

from centralka.addresses import company_address
from centralka.store.models import Mail

from .words import Words


def monitoring_words(mail: Mail) -> Words:
    """Write a mail of one account or many; what happened stands in `Mail.about`."""
    news: Sequence[Mapping[str, str]] = mail.about["news"]
    return Words(
        subject=_subject(news),
        opening=ngettext(
            "News of %(count)s account of %(company)s.", "News of %(count)s accounts of %(company)s.", len(news)
        )
        % {"count": len(news), "company": mail.tenant},
        facts=tuple((one["account"], _state(one)) for one in news),
        closing=gettext(
            "An account is out of reach when none of its phones has answered the exchange for 3 minutes. Who is told, "
            "and pauses, are set under “Settings” and in the account's advanced options."
        ),
        link=_link(mail),
    )


def _subject(news: Sequence[Mapping[str, str]]) -> str:
    if len(news) == 1:
        return _of_one(news[0]["kind"]) % {"account": news[0]["account"]}
    gone = sum(one["kind"] == "gone" for one in news)
    if gone == len(news):
        return ngettext("%(count)s account is out of reach", "%(count)s accounts are out of reach", gone) % {
            "count": gone
        }
    return gettext("Monitoring: %(count)s changes") % {"count": len(news)}


def _of_one(kind: str) -> str:
    match kind:
        case "gone":
            return gettext("%(account)s is out of reach")
        case "back":
            return gettext("%(account)s can be reached again")
        case "flaps":
            return gettext("%(account)s comes and goes")
        case _:
            return gettext("%(account)s is steady again")


def _state(told: Mapping[str, str]) -> str:
    times = {name: _time(told[name]) for name in ("since", "at")}
    match told["kind"]:
        case "gone":
            return gettext("out of reach since %(since)s") % times
        case "back":
            return gettext("can be reached again since %(at)s; it was out of reach since %(since)s") % times
        case "flaps":
            said = gettext(
                "comes and goes: 4 changes in 30 minutes. You hear no more of it until it is steady for an hour"
            )
            return said
        case _:
            return gettext("steady again: can be reached since %(since)s") % times


def _time(told: str) -> str:
    return date_format(timezone.localtime(datetime.fromisoformat(told)), "j E, H:i")


def _link(mail: Mail) -> str:
    if not settings.PUBLIC_URL or mail.tenant is None:
        return ""
    return f"{settings.PUBLIC_URL}{company_address(mail.tenant.slug, reverse('accounts'))}"
