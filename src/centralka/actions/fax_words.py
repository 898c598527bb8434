"""Put into words how the sending of a fax ended."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from centralka.calls.fax_sending import FaxEnd

_ENDS: dict[str, str | Promise] = {
    FaxEnd.DONE: _("The other end confirmed every page."),
    FaxEnd.BUSY: _("The number was busy."),
    FaxEnd.NO_ANSWER: _("Nobody answered."),
    FaxEnd.UNAVAILABLE: _("The call did not come about."),
    FaxEnd.NO_FAX: _("Somebody answered, but no fax machine."),
    FaxEnd.BROKEN_OFF: _("The transmission broke off before every page was confirmed."),
    FaxEnd.REFUSED: _("The account may not call there, or there is too little money."),
    FaxEnd.UNKNOWN: _("Somebody answered, and how it ended is not known: ask the recipient before you send it again."),
}


def end_in_words(reason: str) -> str:
    """Say how a try ended; `reason`: a `FaxEnd`, or "" for none."""
    return str(_ENDS.get(reason, ""))
