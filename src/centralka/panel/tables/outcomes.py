"""The outcomes of calls and of their legs, in words."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from centralka.calls.plan import Outcome
from centralka.calls.record.leg import Leg, LegOutcome
from centralka.store.models import CallRecord


def outcome_in_words(outcome: LegOutcome) -> str:
    """Say the outcome of a leg, which knows a few more than a call does."""
    match outcome:
        case Outcome.NO_SUCH_NUMBER:
            return _("No such number")
        case Outcome.NO_MONEY:
            return _("Too little money")
        case Outcome.STOPPED:
            return _("Fraud is suspected")
        case Outcome.DECLINED:
            return _("Declined")
        case Outcome.FAX:
            return _("Fax")
        case _:
            return str(dict(CallRecord.Outcome.choices).get(outcome.value, _("In progress")))


def fax_in_words(leg: Leg) -> str:
    """Say how many pages of a fax came."""
    if leg.pages is None:
        return _("Fax")
    if not leg.pages:
        return _("no page came")
    return ngettext("%(count)s page came", "%(count)s pages came", leg.pages) % {"count": leg.pages}
