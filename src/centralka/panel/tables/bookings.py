"""The purpose of a booking, in words."""

from datetime import date
from typing import Any

from babel.dates import format_date
from django.conf import settings
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from centralka.calls.spelling import grouped
from centralka.store.models import LedgerEntry

from ..durations import duration


def what_for(entry: LedgerEntry) -> str:
    """Say what it was for: `22 123 45 67, 3 min 07 s (100)`; `105 Sekretariat, November 2026`; the operator's note."""
    told = entry.details
    match entry.kind:
        case LedgerEntry.Kind.CALL:
            return _call(told)
        case LedgerEntry.Kind.SMS:
            return _sms(told)
        case LedgerEntry.Kind.ACTIVATION | LedgerEntry.Kind.MONTHLY:
            account = " ".join(str(told[name]) for name in ("extension", "name") if told.get(name))
            return ", ".join(part for part in (account, _month(str(told.get("month", "")))) if part)
        case _:
            return str(told.get("note", ""))


def _call(told: dict[str, Any]) -> str:
    number, caller = grouped(str(told.get("number", ""))), str(told.get("from", ""))
    lasted = duration(int(told.get("seconds") or 0))
    if not caller:
        return f"{number}, {lasted}"
    return _("%(number)s, %(lasted)s, from %(caller)s") % {"number": number, "lasted": lasted, "caller": caller}


def _sms(told: dict[str, Any]) -> str:
    parts = int(told.get("parts") or 1)
    said = ngettext("%(number)s, %(parts)s part", "%(number)s, %(parts)s parts", parts)
    return said % {"number": grouped(str(told.get("number", ""))), "parts": parts}


def _month(month: str) -> str:
    year, _hyphen, number = month.partition("-")
    if not (year.isdecimal() and number.isdecimal()):
        return month
    # Babel's, since Django writes Polish months with a capital letter, as they begin a line.
    return format_date(date(int(year), int(number), 1), "LLLL y", locale=get_language() or settings.LANGUAGE_CODE)
