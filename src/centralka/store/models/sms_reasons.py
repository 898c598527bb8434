"""Why a message or a gateway is as it is, in the reader's language where the reason is ours and not the gateway's."""

import re
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

NIGHT = "night at the company"
NO_GATEWAY = "no gateway takes messages"
_WHOLE: dict[str, "_StrPromise"] = {
    NIGHT: _("waits for the morning"),
    NO_GATEWAY: _("no gateway takes messages at the moment"),
    "a huge answer": _("a huge answer"),
    "an answer that is no JSON": _("an answer that is no JSON"),
    "an answer without a list": _("an answer without a list"),
    "an answer without a state": _("an answer without a state"),
    "an answer without an id": _("an answer without an id"),
    "it ended the connection": _("it ended the connection"),
    "it takes no more messages a second": _("it takes no more messages a second"),
    "its certificate is not trusted": _("its certificate is not trusted"),
    "a message that ends too early": _("a message that ends too early"),
    "no SMPP: a length that no message has": _("no SMPP: a length that no message has"),
    "no SMPP: no answer to our login": _("no SMPP: no answer to our login"),
    "no answer": _("no answer"),
    "no connection yet": _("no connection yet"),
    "the connection broke": _("the connection broke"),
    "the connection broke before the answer": _("the connection broke before the answer"),
    "the gateway does not know it": _("the gateway does not know it"),
    "the gateway does not know it yet": _("the gateway does not know it yet"),
}
_BEGINNINGS: dict[str, "_StrPromise"] = {
    "no connection": _("no connection"),
    "no answer": _("no answer"),
    "it refuses our login": _("it refuses our login"),
}
"""With what the machine or the gateway says behind a colon."""
_PART = re.compile(r"part (\d+) of (\d+): (.*)", re.DOTALL)


def in_words(reason: str) -> str:
    """Return a reason in the reader's language; a gateway's own words as they came."""
    if (whole := _WHOLE.get(reason)) is not None:
        return str(whole)
    begin, colon, rest = reason.partition(": ")
    if colon and (known := _BEGINNINGS.get(begin)) is not None:
        return f"{known}: {rest}"
    if (part := _PART.fullmatch(reason)) is not None:
        said = {"place": part[1], "total": part[2], "reason": in_words(part[3])}
        return str(_("part %(place)s of %(total)s: %(reason)s") % said)
    return reason
