"""Stops of the rules against fraud, in the reader's language: countries by their names, limits with their units."""

from collections.abc import Mapping
from decimal import Decimal
from functools import cache

from babel import Locale
from django.utils.formats import localize
from django.utils.translation import get_language, gettext_noop
from django.utils.translation import gettext as _

from centralka.calls.fraud import FraudRule

_KINDS = {
    "premium": gettext_noop("%(country)s: premium-rate numbers"),
    "satellite": gettext_noop("%(country)s: satellite numbers"),
    "unknown": gettext_noop("%(country)s: unknown ranges of numbers"),
}
_BREACHES = {
    (FraudRule.PER_HOUR, "account"): gettext_noop("the account may spend %(limit)s net in an hour"),
    (FraudRule.PER_HOUR, "company"): gettext_noop("the company may spend %(limit)s net in an hour"),
    (FraudRule.PER_DAY, "account"): gettext_noop("the account may spend %(limit)s net in 24 hours"),
    (FraudRule.PER_DAY, "company"): gettext_noop("the company may spend %(limit)s net in 24 hours"),
    (FraudRule.CALLS_AT_ONCE, "account"): gettext_noop("the account may have %(limit)s calls outside at once"),
    (FraudRule.CALLS_AT_ONCE, "company"): gettext_noop("the company may have %(limit)s calls outside at once"),
    (FraudRule.NEW_COUNTRY, "company"): gettext_noop("the company never called there before (%(area)s)"),
    (FraudRule.NIGHT, "company"): gettext_noop("such calls are refused at night (%(limit)s)"),
}


def area_in_words(area: str) -> str:
    """Write a country as people call it: “Kuba”, “Polska: numery o podwyższonej opłacie”."""
    code, _colon, kind = area.partition(":")
    country = _countries(get_language() or "pl").get(code, code)
    return _(_KINDS[kind]) % {"country": country} if kind in _KINDS else country


def countries_in_words(codes: list[str]) -> list[tuple[str, str]]:
    """Return the codes with their names, by name."""
    return sorted(((code, area_in_words(code)) for code in codes), key=lambda pair: pair[1])


@cache
def _countries(language: str) -> Mapping[str, str]:
    found: Mapping[str, str] = Locale.parse(language, sep="-").territories
    return found


def breach_in_words(values: Mapping[str, str | int]) -> str:
    """Write why a rule refuses a call; `values` as `calls.fraud.Stop.values`, without any where it was found late."""
    if "rule" not in values:
        return _("there are too many calls at once, or they cost too much")
    rule = FraudRule(str(values["rule"]))
    limit = str(values.get("limit", ""))
    words = {
        "limit": money_in_words(limit) if rule.holds else limit,
        "area": area_in_words(str(values.get("area", ""))),
    }
    return _(_BREACHES[rule, str(values["whose"])]) % words


def money_in_words(amount: str) -> str:
    """Write a limit of money: “20,00 PLN”."""
    return _("PLN %(amount)s") % {"amount": localize(Decimal(amount).quantize(Decimal("0.01")))} if amount else ""
