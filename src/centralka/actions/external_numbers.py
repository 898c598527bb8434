"""Other people's numbers that a company saved, to forward calls there."""

from collections.abc import Iterable

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from centralka.calls.destinations import destination
from centralka.calls.spelling import parse_number
from centralka.store.models import ExternalNumber, Forward, Role, Tenant

from .account.forwarding import forwards_to_external
from .actor import Actor
from .checks.names import LONGEST_NAME, check_name
from .errors import NotFound, Problem, ProblemList, Taken

NAME_MAX = LONGEST_NAME


def external_numbers(actor: Actor) -> QuerySet[ExternalNumber]:
    """Return the company's saved numbers, by name."""
    return actor.tenant.external_numbers.order_by("sort_key", "e164", "id")


def saved_names(actor: Actor, numbers: Iterable[str]) -> dict[str, str]:
    """Return the names under which the company saved these numbers, by number."""
    return dict(external_numbers(actor).filter(e164__in=set(numbers)).values_list("e164", "name"))


def external_number(actor: Actor, number_id: int) -> ExternalNumber:
    """Return one saved number of the actor's company. Raises `NotFound` for a number of another company."""
    try:
        return external_numbers(actor).get(pk=number_id)
    except (ExternalNumber.DoesNotExist, OverflowError):
        raise NotFound from None


def add_external_number(actor: Actor, number: str, name: str) -> ExternalNumber:
    """Save a number, in any spelling. Raises `InvalidInput`, and `Taken` for a number that is saved already."""
    actor.require(Role.MANAGER)
    problems = ProblemList()
    e164, name = _checked_number(problems, actor.tenant, number), " ".join(name.split())
    check_name(problems, name, _("Say whose number this is."))
    problems.raise_any()
    try:
        with transaction.atomic():
            return ExternalNumber.objects.create(tenant=actor.tenant, e164=e164, name=name)
    except IntegrityError:
        raise Taken({"number": [Problem("taken", _("This number is saved already."))]}) from None


def delete_external_number(actor: Actor, number_id: int) -> list[Forward]:
    """Remove a saved number. Returns the forwards that pointed there; from now on their conditions count as empty."""
    actor.require(Role.MANAGER)
    with transaction.atomic():
        # Locked, so that nobody chooses it at this moment.
        found = external_number(actor, number_id)
        ExternalNumber.objects.select_for_update().filter(pk=found.pk).first()
        pointing = forwards_to_external(found)
        found.delete()
    return pointing


def _checked_number(problems: ProblemList, tenant: Tenant, text: str) -> str:
    """Return the number in E.164; "" with a problem noted if calls cannot be forwarded there."""
    e164 = parse_number(text)
    if e164 is None:
        _say_what_it_is(problems, text)
        return ""
    problems.check(
        not tenant.numbers.filter(e164=e164).exists(),
        "number",
        "own_number",
        _("This number is the company's own. Forward to the extension at which it rings."),
    )
    return e164


def _say_what_it_is(problems: ProblemList, text: str) -> None:
    to = destination(text)
    if to is not None and not to.number.startswith("+"):
        problems.add("number", "short_code", _("Calls cannot be forwarded to emergency or service numbers."))
    else:
        problems.add("number", "not_a_number", _("This is not a public number, e.g. 600 100 200 or +49 30 123456."))
