"""Reasons in words, in the reader's language."""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from django.utils.formats import localize
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from centralka.calls.reasons import Reason, Why
from centralka.calls.spelling import grouped
from centralka.store.models import Level

from .fraud_words import breach_in_words

_SENTENCES = {
    Why.EXTENSION_DIALLED: gettext_noop("%(extension)s (%(name)s) was dialled, an extension of this company"),
    Why.ECHO_DIALLED: gettext_noop("*43 is the echo test: the caller hears themselves"),
    Why.OWN_EXTENSION: gettext_noop("%(extension)s is the caller's own extension, so the line is busy"),
    Why.NO_SUCH_EXTENSION: gettext_noop("%(dialled)s is no extension of this company and no other number we know"),
    Why.NOT_A_NUMBER: gettext_noop("“%(dialled)s” is not a number that can be dialled"),
    Why.NO_ONE_ANSWERED: gettext_noop("%(extension)s (%(name)s) rang for %(seconds)s s and nobody answered"),
    Why.CALLEE_BUSY: gettext_noop("%(extension)s (%(name)s) is busy"),
    Why.CALLEE_UNAVAILABLE: gettext_noop("no phone of %(extension)s (%(name)s) can be reached"),
    Why.NUMBER_DIALLED: gettext_noop("%(number)s was dialled, a public number at %(price)s"),
    Why.FREE_NUMBER_DIALLED: gettext_noop("%(number)s was dialled, a public service that costs nothing"),
    Why.EMERGENCY_DIALLED: gettext_noop("%(number)s is an emergency number: it always goes out"),
    Why.PIN_NEEDED: gettext_noop("%(extension)s asks for a PIN before calls outside"),
    Why.WRONG_PIN: gettext_noop("the right PIN was not given in %(tries)s tries"),
    Why.ABOVE_LEVEL: gettext_noop("calls to %(number)s are not permitted here: %(level)s"),
    Why.PREMIUM_RANGE: gettext_noop("%(number)s is a premium-rate number, and these are blocked"),
    Why.SATELLITE_RANGE: gettext_noop("%(number)s is a satellite number, and these are blocked"),
    Why.UNKNOWN_RANGE: gettext_noop("%(number)s is in no range of numbers that is known, and these are blocked"),
    Why.NO_PRICE: gettext_noop("the price of calls to %(number)s is not known"),
    Why.BARRED: gettext_noop("the price list bars calls to %(number)s"),
    Why.ABOVE_MAX_RATE: gettext_noop(
        "the first minute costs %(first_minute)s net, and the limit is %(max_rate)s; the price is %(price)s"
    ),
    Why.NO_MONEY: gettext_noop("there is too little money for a call to %(number)s"),
    Why.FRAUD_SUSPECTED: gettext_noop("blocked, because fraud is suspected: %(breach)s"),
    Why.NO_CALLER_ID: gettext_noop("there is no number of the company that could be shown"),
    Why.CALLER_ID_NOT_OWNED: gettext_noop("the number to be shown, %(number)s, is not the company's any more"),
    Why.NO_TRUNK: gettext_noop("the exchange has no trunk to the public network"),
    Why.NO_TRUNK_WORKED: gettext_noop("no trunk could carry the call to %(number)s"),
    Why.NUMBER_BUSY: gettext_noop("%(number)s is busy"),
    Why.NUMBER_DECLINED: gettext_noop("the call was declined at %(number)s"),
    Why.NUMBER_NOT_ANSWERED: gettext_noop("nobody answered at %(number)s"),
    Why.NUMBER_NOT_KNOWN: gettext_noop("the carrier knows no number %(number)s"),
    Why.COMPANY_BLOCKED: gettext_noop("the company is blocked: %(reason)s"),
    Why.NUMBER_POINTS_AT: gettext_noop("%(number)s rings at %(extension)s (%(name)s)"),
    Why.NUMBER_TAKES_FAXES: gettext_noop("%(number)s takes faxes for %(extension)s (%(name)s)"),
    Why.FAX_TONE_HEARD: gettext_noop("the caller sent the fax tone, so %(extension)s (%(name)s) took the call over"),
    Why.NUMBER_POINTS_NOWHERE: gettext_noop("%(number)s rings nowhere: no account was chosen for it"),
    Why.FORWARDED_TO_EXTENSION: gettext_noop("%(condition)s, so the call goes to %(to)s (%(to_name)s)"),
    Why.FORWARDED_OUTSIDE: gettext_noop("%(condition)s, so the call goes to %(number)s (%(to_name)s)"),
    Why.FORWARD_TARGET_GONE: gettext_noop("%(condition)s, and the target that was chosen for this case was deleted"),
    Why.FORWARD_NOT_FOLLOWED: gettext_noop("%(condition)s, but the call cannot be forwarded to %(target)s"),
    Why.FORWARD_WITHOUT_MAILBOX: gettext_noop("%(condition)s, and the voicemail that was to take the call is off"),
    Why.FORWARDED_TOO_OFTEN: gettext_noop("it was forwarded %(count)s times before, so it may not leave the exchange"),
    Why.FORWARDED_TOO_MANY: gettext_noop("%(count)s calls to %(number)s are going on already"),
    Why.TO_VOICEMAIL: gettext_noop("%(condition)s, so the caller may leave a message"),
    Why.MAILBOX_FULL: gettext_noop("the mailbox of %(extension)s (%(name)s) is full"),
    Why.MAILBOX_DIALLED: gettext_noop("*98 opens the mailbox of %(extension)s (%(name)s)"),
    Why.MAILBOX_PIN_NEEDED: gettext_noop("the mailbox of %(extension)s (%(name)s) asks for its PIN"),
    Why.NO_MAILBOX: gettext_noop("%(extension)s (%(name)s) has no mailbox: voicemail is off"),
    Why.MAILBOX_NOT_FOR_STRANGERS: gettext_noop("nobody from outside can open a mailbox"),
    Why.DRAINING: gettext_noop("the exchange takes no new calls, because it is about to be stopped"),
    Why.MONEY_USED_UP: gettext_noop("the call ended because the money was used up"),
    Why.FRAUD_LIMIT_REACHED: gettext_noop(
        "the call ended because fraud is suspected: a limit of money was reached, in an hour or in 24 hours"
    ),
    Why.OFFERED_CODECS: gettext_noop(
        "the caller's device offers only %(codecs)s; what is understood here is G.722, A-law and µ-law"
    ),
    Why.OFFERED_PROFILE: gettext_noop(
        "the caller's device offers sound as %(profile)s; only plain sound (RTP/AVP) is taken here"
    ),
    Why.OFFERED_NOT_ENCRYPTED: gettext_noop(
        "the account takes only encrypted calls, by DTLS-SRTP (UDP/TLS/RTP/SAVPF) or, where that is allowed, by SDES "
        "over TLS; the caller's device offers sound as %(profile)s"
    ),
    Why.SOUND_NOT_ENCRYPTED: gettext_noop(
        "the account of %(who)s takes only encrypted calls, and its phone does not do that (SIP %(status)s)"
    ),
    Why.SOUND_NOT_UNDERSTOOD: gettext_noop(
        "%(who)s understands none of the sound it was offered, G.722, A-law and µ-law (SIP %(status)s)"
    ),
    Why.TURNED_AWAY: gettext_noop("the call could not be understood and was refused with SIP %(status)s"),
    Why.PLANNED_WITHOUT_SWITCHBOARD: gettext_noop("the switchboard was down; the engine connected the call by itself"),
    Why.ENGINE_STOPPED: gettext_noop("the engine stopped during the call"),
    Why.BLIND_TRANSFER: gettext_noop("%(by)s transferred the call to %(to)s without announcing it"),
    Why.ATTENDED_TRANSFER: gettext_noop("%(by)s transferred the call after announcing it"),
    Why.ENCRYPTED: gettext_noop(
        "the sound between the phone of %(who)s and the exchange was encrypted (%(encryption)s)"
    ),
    Why.CALLER_NOT_ENCRYPTED: gettext_noop(
        "the phone of %(who)s took the call as encrypted and did not encrypt its sound, so the exchange ended the call"
    ),
    Why.LONGEST_CALL: gettext_noop("the call was ended after %(minutes)s min, the company's longest time for a call"),
    Why.HUNG_UP_BY_ORDER: gettext_noop("%(by)s hung the call up without taking part in it"),
    Why.CALLER_HUNG_UP: gettext_noop("the caller hung up before anybody answered"),
}
_CONDITIONS = {
    "no_answer": gettext_noop("nobody answered at %(extension)s (%(name)s)"),
    "busy": gettext_noop("%(extension)s (%(name)s) is busy"),
    "unavailable": gettext_noop("no phone of %(extension)s (%(name)s) can be reached"),
}
"""Why an account did not take a call that is forwarded."""


def sentence(reason: Reason) -> str:
    """Write a reason as a sentence without a full stop; a code that is not known any more is shown as it is."""
    if reason.why is Why.OF_ANOTHER_VERSION:
        return str(reason.values["code"])
    try:
        return _(_SENTENCES[reason.why]) % _words(_with_breach(reason))
    except KeyError:
        return reason.why.value


def _with_breach(reason: Reason) -> Mapping[str, str | int]:
    if reason.why is not Why.FRAUD_SUSPECTED:
        return reason.values
    return {**reason.values, "breach": breach_in_words(reason.values)}


def _words(values: Mapping[str, str | int]) -> dict[str, object]:
    """Put the values in words; the values of a forward add its condition and its target as a whole."""
    words = {name: _in_words(name, value) for name, value in values.items()}
    if "per_minute" in values:
        words["price"] = ", ".join(price_in_words(values))
        words.setdefault("first_minute", words["per_minute"])
    if "to_name" in values:
        words["target"] = f"{words.get('to', words.get('number'))} ({words['to_name']})"
    if "condition" in values:
        said = _CONDITIONS[str(values["condition"])]
        words["condition"] = _(said) % words
    return words


def price_in_words(values: Mapping[str, str | int]) -> list[str]:
    """Write every part of a price, e.g. “PLN 0.12 net a minute”, “PLN 0.35 for the connection”, “charged by 60/30 s”.

    `values`: as `calls.tariffs.rate_as_json`. Reasons that were recorded long ago have only the price per minute.
    """
    parts = [_("%(amount)s net a minute") % {"amount": _in_words("per_minute", values["per_minute"])}]
    if fee := Decimal(values.get("connection_fee", 0)):
        parts.append(_("%(amount)s for the connection") % {"amount": _in_words("connection_fee", fee)})
    if "first_increment" in values:
        parts.append(_("charged by %(first_increment)s/%(next_increment)s s") % values)
    return parts


def _in_words(name: str, value: str | int | Decimal) -> object:
    """Write a value in words: numbers grouped, money with its currency, levels as on the form."""
    match name:
        case "number":
            return grouped(str(value))
        case "per_minute" | "first_minute" | "connection_fee" | "max_rate":
            return _("PLN %(amount)s") % {"amount": localize(short_amount(Decimal(value)))}
        case "level":
            return Level(str(value)).label
        case _:
            return value


def short_amount(amount: Decimal) -> Decimal:
    """Round an amount to two decimals where further ones are 0."""
    cents = amount.quantize(Decimal("0.01"))
    return cents if cents == amount else amount


def sentences(reasons: Iterable[Reason]) -> list[str]:
    """Write each reason as a sentence."""
    return [sentence(reason) for reason in reasons]
