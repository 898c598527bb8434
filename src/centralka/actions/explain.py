"""Reasons in words, in the reader's language."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from centralka.calls.reasons import Why

_SENTENCES = {
    Why.EXTENSION_DIALLED: gettext_noop("%(extension)s (%(name)s) was dialled, an extension of this company"),
    Why.ECHO_DIALLED: gettext_noop("*43 is the echo test: the caller hears themselves"),
    Why.OWN_EXTENSION: gettext_noop("%(extension)s is the caller's own extension, so the line is busy"),
    Why.NO_SUCH_EXTENSION: gettext_noop("%(dialled)s is no extension of this company and no other number we know"),
    Why.NOT_A_NUMBER: gettext_noop("“%(dialled)s” is not a number that can be dialled"),
    Why.NO_ONE_ANSWERED: gettext_noop("%(extension)s (%(name)s) rang for %(seconds)s s and nobody answered"),
    Why.CALLEE_BUSY: gettext_noop("%(extension)s (%(name)s) is busy"),
    Why.CALLEE_UNAVAILABLE: gettext_noop("no phone of %(extension)s (%(name)s) can be reached"),
    Why.PLANNED_WITHOUT_SWITCHBOARD: gettext_noop("the switchboard was down; the engine connected the call by itself"),
    Why.ENGINE_STOPPED: gettext_noop("the engine stopped during the call"),
    Why.BLIND_TRANSFER: gettext_noop("%(by)s transferred the call to %(to)s without announcing it"),
    Why.ATTENDED_TRANSFER: gettext_noop("%(by)s transferred the call after announcing it"),
    Why.CALLER_HUNG_UP: gettext_noop("the caller hung up before anybody answered"),
}


def sentence(why: str, values: Mapping[str, Any]) -> str:
    """A reason as a sentence without a full stop; a code that is not known any more is shown as it is."""
    try:
        return _(_SENTENCES[Why(why)]) % values
    except (ValueError, KeyError):
        return why


def sentences(reasons: list[dict[str, Any]]) -> list[str]:
    """Stored reasons (`{"why", "values"}`) as sentences."""
    return [sentence(reason["why"], reason.get("values", {})) for reason in reasons]
