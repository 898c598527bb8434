"""Public numbers: the operator's stock of them, and where a company lets each of its own ring."""

from collections.abc import Sequence

from django.db import IntegrityError, transaction
from django.db.models import Count, F, Q, QuerySet
from django.utils.translation import gettext as _

from centralka.calls.spelling import parse_number
from centralka.store.models import Number, Role, SipAccount, Tenant
from centralka.store.turns import in_turn

from .actor import Actor, Operator
from .checks.search import named, numbered, tidy
from .errors import InUse, InvalidInput, NotFound, Problem, ProblemList, Taken

MOST_AT_ONCE = 1000
_SHOWN = 40
"""Characters of a text that is no number which its problem repeats."""


def numbers(
    operator: Operator, *, search: str = "", tenant_id: int | None = None, given: bool | None = None
) -> QuerySet[Number]:
    """Return all numbers in their order; `search` looks in the number and in its company's name.

    `tenant_id`: only this company's. `given`: only numbers that a company has, or (False) that none has. Each has
    `shown` and `shown_elsewhere`: how many accounts show it as their caller ID, and how many of them are not accounts
    of the company that has it; calls of those accounts are refused.
    """
    found = Number.objects.select_related("tenant", "sip_account").annotate(
        shown=Count("shown_by"),
        shown_elsewhere=Count(
            "shown_by", filter=Q(tenant__isnull=True, shown_by__isnull=False) | ~Q(shown_by__tenant=F("tenant"))
        ),
    )
    if search := tidy(search):
        found = found.filter(_fits(search))
    if tenant_id is not None:
        found = found.filter(tenant_id=tenant_id)
    if given is not None:
        found = found.filter(tenant__isnull=not given)
    return found.order_by("e164", "id")


def number(operator: Operator, number_id: int) -> Number:
    """Return one number, with what `numbers` tells of it. Raises `NotFound`."""
    try:
        return numbers(operator).get(pk=number_id)
    except (Number.DoesNotExist, OverflowError):
        raise NotFound from None


def add_numbers(operator: Operator, texts: Sequence[str], tenant_id: int | None = None) -> list[Number]:
    """Put numbers, in any spelling, into the stock, or give them to a company at once: all of them or none.

    Raises `InvalidInput` with a problem `numbers.<index>` for each wrong number, `Taken` where numbers exist already.
    """
    problems = ProblemList()
    wanted = _read(problems, texts)
    if tenant_id is not None and not _tenant_exists(tenant_id):
        problems.add("tenant_id", "unknown", _("There is no such company."))
    problems.raise_any()
    try:
        with transaction.atomic():
            _refuse_taken(wanted)
            return Number.objects.bulk_create(Number(e164=e164, tenant_id=tenant_id) for e164 in wanted)
    except IntegrityError:
        _refuse_taken(wanted)  # another request was quicker
        raise


def give_number(operator: Operator, number_id: int, tenant_id: int | None) -> Number:
    """Give a number to a company, or (None) take it back into the stock; from then on calls to it ring nowhere.

    Accounts that show it as their caller ID go on pointing to it: their calls outside are refused until they show
    another number, or the company has this one again. A number that the company has already stays as it is.
    """
    give_numbers(operator, [number_id], tenant_id)
    return number(operator, number_id)


@in_turn
def give_numbers(operator: Operator, number_ids: Sequence[int], tenant_id: int | None) -> int:
    """Give many numbers as `give_number` does: all of them or none. Returns how many changed hands.

    Raises `NotFound` if a number does not exist, `InvalidInput` if the company does not, or where no number is chosen.
    """
    problems = ProblemList()
    problems.check(0 < len(number_ids) <= MOST_AT_ONCE, "numbers", "required", _("Choose the numbers first."))
    problems.check(
        tenant_id is None or _tenant_exists(tenant_id), "tenant_id", "unknown", _("There is no such company.")
    )
    problems.raise_any()
    with transaction.atomic():
        # Locked in one order, so that two operators who give the same numbers wait for each other.
        found = [_locked(Number.objects.all(), number_id) for number_id in sorted(set(number_ids))]
        moved = [one.pk for one in found if one.tenant_id != tenant_id]
        return Number.objects.filter(pk__in=moved).update(tenant=tenant_id, sip_account=None)


def delete_number(operator: Operator, number_id: int) -> None:
    """Remove a number that no company has. Raises `InUse` if a company has it: take it back first.

    Accounts that still show it show no number from then on, so their calls outside stay refused.
    """
    with transaction.atomic():
        found = _locked(Number.objects.all(), number_id)
        if found.tenant_id is not None:
            raise InUse({"tenant_id": [Problem("given", _("A company has this number. Take it back first."))]})
        found.shown_by.update(caller_id=None)
        found.delete()


def own_numbers(actor: Actor) -> QuerySet[Number]:
    """Return the company's numbers in their order, with the account at which each rings."""
    return actor.tenant.numbers.select_related("sip_account").order_by("e164", "id")


def own_number(actor: Actor, number_id: int) -> Number:
    """Return one number of the actor's company. Raises `NotFound` for a number of another company."""
    try:
        return own_numbers(actor).get(pk=number_id)
    except (Number.DoesNotExist, OverflowError):
        raise NotFound from None


@in_turn
def set_number_target(actor: Actor, number_id: int, account_id: int | None) -> Number:
    """Let calls to a number ring at an account of the company, or (None) nowhere; counts from the next call on."""
    actor.require(Role.MANAGER)
    with transaction.atomic():
        found = _locked(actor.tenant.numbers.all(), number_id)
        found.sip_account = None if account_id is None else _own_account(actor, account_id)
        found.save(update_fields=["sip_account"])
    return own_number(actor, number_id)


def _fits(search: str) -> Q:
    return numbered("e164", search) | named("tenant__name", search) | named("tenant__slug", search)


def _read(problems: ProblemList, texts: Sequence[str]) -> list[str]:
    """Read the texts as numbers in E.164. Notes a problem for each text that is none."""
    problems.check(len(texts) > 0, "numbers", "required", _("Give at least one number."))
    if not problems.check(
        len(texts) <= MOST_AT_ONCE,
        "numbers",
        "too_many",
        _("At most %(most)s numbers at once.") % {"most": MOST_AT_ONCE},
    ):
        return []
    read: dict[str, int] = {}
    for index, text in enumerate(texts):
        e164, shown = parse_number(text), {"text": text.strip()[:_SHOWN]}
        if e164 is None:
            problems.add(f"numbers.{index}", "not_a_number", _("“%(text)s” is not a public number.") % shown)
        elif e164 in read:
            problems.add(f"numbers.{index}", "repeated", _("“%(text)s” stands in the list twice.") % shown)
        else:
            read[e164] = index
    return list(read)


def _refuse_taken(wanted: list[str]) -> None:
    there = set(Number.objects.filter(e164__in=wanted).values_list("e164", flat=True))
    problems = {
        f"numbers.{index}": [Problem("taken", _("%(number)s exists already.") % {"number": e164})]
        for index, e164 in enumerate(wanted)
        if e164 in there
    }
    if problems:
        raise Taken(problems)


def _tenant_exists(tenant_id: int) -> bool:
    try:
        return Tenant.objects.filter(pk=tenant_id, closed_at__isnull=True).exists()
    except OverflowError:
        return False


def _own_account(actor: Actor, account_id: int) -> SipAccount:
    try:
        return actor.tenant.sip_accounts.get(pk=account_id)
    except (SipAccount.DoesNotExist, OverflowError):
        raise InvalidInput({"target": [Problem("unknown", _("There is no such account."))]}) from None


def _locked(found: QuerySet[Number], number_id: int) -> Number:
    try:
        return found.select_for_update().get(pk=number_id)
    except (Number.DoesNotExist, OverflowError):
        raise NotFound from None
