"""The outcomes of calls and of their legs, in words."""

from django.utils.translation import gettext as _

from centralka.calls.plan import Outcome
from centralka.calls.record.leg import LegOutcome
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
        case _:
            return str(dict(CallRecord.Outcome.choices).get(outcome.value, _("In progress")))
