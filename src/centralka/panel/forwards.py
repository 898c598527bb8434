"""Forwards in words, for every page that tells of them."""

from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from centralka.store.models import Forward

CONDITIONS = {
    Forward.Condition.NO_ANSWER: pgettext_lazy("condition of a forward", "No answer"),
    Forward.Condition.BUSY: pgettext_lazy("condition of a forward", "Busy"),
    Forward.Condition.UNAVAILABLE: pgettext_lazy("condition of a forward", "Unavailable"),
}


def forwards_told(forwards: list[Forward]) -> list[str]:
    """Return what a question tells of these forwards, for `questions.question`."""
    return sorted(f"{forward.sip_account} {forward.condition}" for forward in forwards)


def said_of_forwards(pointing: list[Forward]) -> str:
    """Say what follows from the deletion of a target."""
    accounts = ", ".join(dict.fromkeys(str(forward.sip_account) for forward in pointing))
    return _("These accounts forwarded there and do not any more: %(accounts)s.") % {"accounts": accounts}
