"""Sender names: a company asks for one and says what for, the operator approves or refuses it, or takes it away."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from centralka.sms.senders import BadName, wrong_with
from centralka.store.models import Role, SmsName

from ..actor import Actor, Operator
from ..errors import InUse, NotFound, Problem, ProblemList, Taken

PURPOSE_MIN, PURPOSE_MAX, REASON_MAX = 10, 300, 200
MOST_ASKED = 20
"""Names of a company that wait for the operator."""
WRONG: dict[BadName, str | Promise] = {
    BadName.MALFORMED: _("A name has 3 to 11 letters without Polish signs, digits, spaces or . & _ -, e.g. KWIATY24."),
    BadName.NO_LETTER: _("A name needs a letter: digits alone look like a number."),
    BadName.PUBLIC_BODY: _(
        "This looks like the name of a public body, or says nothing about who sends; such names are not given."
    ),
    BadName.DENIED: _("The operator does not give this name."),
}


def names(actor: Actor) -> QuerySet[SmsName]:
    """Return the names that the company asked for, with what became of them."""
    actor.require(Role.MANAGER)
    return actor.tenant.sms_names.order_by("name", "id")


def ask_for_name(actor: Actor, name: str, purpose: str, now: datetime | None = None) -> SmsName:
    """Ask the operator for a name; one that was refused can be asked for again, with another purpose.

    Raises `InvalidInput`, and `Taken` for one that the company has, or waits for.
    """
    actor.require(Role.MANAGER)
    name, purpose = " ".join(name.split()), " ".join(purpose.split())
    _check(actor, name, purpose)
    asked: dict[str, Any] = {"purpose": purpose, "state": SmsName.State.ASKED, "reason": "", "asked_by": actor.who}
    asked |= {"asked_at": now or timezone.now(), "decided_at": None, "decided_by": ""}
    again = actor.tenant.sms_names.filter(name=name, state=SmsName.State.REFUSED)
    if again.update(**asked):
        return actor.tenant.sms_names.get(name=name)
    try:
        with transaction.atomic():
            return SmsName.objects.create(tenant=actor.tenant, name=name, **asked)
    except IntegrityError:
        raise Taken({"name": [Problem("taken", _("The company has this name, or has asked for it."))]}) from None


def sender_name(actor: Actor, name_id: int) -> SmsName:
    """Return one of the company's names. Raises `NotFound`."""
    found = names(actor).filter(pk=name_id).first() if 0 < name_id < 2**63 else None
    if found is None:
        raise NotFound
    return found


def delete_name(actor: Actor, name_id: int) -> SmsName:
    """Give up a name. Raises `NotFound`, and `InUse` while accounts send under it."""
    found = sender_name(actor, name_id)
    if found.sms_sender_of.exists():
        raise InUse({"name": [Problem("in_use", _("Accounts send under this name. Give them another sender first."))]})
    SmsName.objects.filter(pk=found.pk).delete()
    return found


def asked_names(operator: Operator) -> QuerySet[SmsName]:
    """Return every company's names, newest first."""
    return SmsName.objects.select_related("tenant").order_by("-asked_at", "-id")


def waiting_names(operator: Operator) -> int:
    """Count the names that wait for the operator."""
    return SmsName.objects.filter(state=SmsName.State.ASKED).count()


def decide(operator: Operator, name_id: int, *, approve: bool, reason: str = "") -> SmsName:
    """Approve a name, or refuse it and say why; a name that was given is taken away by refusing it.

    From then on accounts under a refused name send nothing. Raises `NotFound`, `InvalidInput`.
    """
    found = SmsName.objects.filter(pk=name_id).first() if 0 < name_id < 2**63 else None
    if found is None:
        raise NotFound
    reason, problems = " ".join(reason.split()), ProblemList()
    problems.check(approve or reason != "", "reason", "required", _("Say why; the company reads it."))
    fits = len(reason) <= REASON_MAX and reason.isprintable()
    problems.check(fits, "reason", "malformed", _("At most 200 characters, without control characters."))
    problems.raise_any()
    found.state = SmsName.State.APPROVED if approve else SmsName.State.REFUSED
    found.reason, found.decided_by, found.decided_at = "" if approve else reason, operator.who, timezone.now()
    found.save(update_fields=["state", "reason", "decided_by", "decided_at"])
    return found


def _check(actor: Actor, name: str, purpose: str) -> None:
    problems = ProblemList()
    wrong = wrong_with(name, frozenset(settings.SMS_DENIED_NAMES))
    if wrong is not None:
        problems.add("name", wrong, WRONG[wrong])
    long_enough = PURPOSE_MIN <= len(purpose) <= PURPOSE_MAX
    said = _("Say in 10 to 300 characters what you send under it, and why the name is yours.")
    problems.check(long_enough and purpose.isprintable(), "purpose", "length", said)
    waiting = actor.tenant.sms_names.filter(state=SmsName.State.ASKED).count()
    problems.check(waiting < MOST_ASKED, "name", "too_many", _("Too many names wait for the operator already."))
    problems.raise_any()
