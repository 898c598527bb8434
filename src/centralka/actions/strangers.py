"""Strangers who are blocked at the edge, and networks that never are. For the operator."""

from datetime import UTC, datetime
from ipaddress import ip_network

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from centralka.store.models import AuditEntry, BlockedStranger, NeverBlocked
from centralka.store.models.audited import note
from centralka.store.strangers import lift_blocks

from .actor import Operator
from .checks.networks import no_network, tidy_network
from .errors import NotFound, Problem, ProblemList, Taken

NOTE_MAX = 100


def blocked(operator: Operator) -> QuerySet[BlockedStranger]:
    """Return the addresses and accounts that are blocked now, those that wait for longest first."""
    return BlockedStranger.objects.filter(until__gt=datetime.now(UTC), lifted=False).order_by("-until", "-id")


def lift(operator: Operator, block_id: int) -> BlockedStranger:
    """Order that a block ends; the edge obeys in a second, and forgets that there was one. Raises `NotFound`."""
    try:
        found = blocked(operator).get(pk=block_id)
    except (BlockedStranger.DoesNotExist, OverflowError):
        raise NotFound from None
    with transaction.atomic():
        BlockedStranger.objects.filter(pk=found.pk).update(lifted=True)
        note(AuditEntry.Did.REMOVED, "blocked_stranger", found.whom, None, pk=found.pk)
    return found


def never_blocked(operator: Operator) -> QuerySet[NeverBlocked]:
    """Return the networks whose addresses are never blocked."""
    return NeverBlocked.objects.order_by("network", "id")


def add_never_blocked(operator: Operator, network: str, note: str = "") -> NeverBlocked:
    """Never block a network ("203.0.113.0/24", "203.0.113.7"); blocks in it are lifted. Counts at once.

    Raises `InvalidInput`, `Taken` for a network in the list.
    """
    network, note = network.strip(), " ".join(note.split())
    tidy = tidy_network(network) or ""
    _check(network, tidy, note)
    try:
        with transaction.atomic():
            made = NeverBlocked.objects.create(network=tidy, note=note)
    except IntegrityError:
        raise Taken({"network": [Problem("taken", _("This network is in the list already."))]}) from None
    _lift_in(tidy)
    return made


def _check(network: str, tidy: str, note: str) -> None:
    problems = ProblemList()
    if problems.check(network != "", "network", "required", _("Give a network, e.g. 203.0.113.0/24.")):
        problems.check(tidy != "", "network", "malformed", no_network(network))
    problems.check(
        not tidy.endswith("/0"), "network", "everybody", _("These are all addresses: nobody would be blocked.")
    )
    fits = len(note) <= NOTE_MAX and note.isprintable()
    problems.check(fits, "note", "malformed", _("At most 100 characters, without control characters."))
    problems.raise_any()


def _lift_in(network: str) -> None:
    wide = ip_network(network)
    there = BlockedStranger.objects.filter(kind=BlockedStranger.Kind.ADDRESS, lifted=False)
    lift_blocks(row.pk for row in there if ip_network(row.whom).overlaps(wide))


def never_blocked_network(operator: Operator, network_id: int) -> NeverBlocked:
    """Return one network of the list. Raises `NotFound`."""
    try:
        return never_blocked(operator).get(pk=network_id)
    except (NeverBlocked.DoesNotExist, OverflowError):
        raise NotFound from None


def remove_never_blocked(operator: Operator, network_id: int) -> NeverBlocked:
    """Let addresses of a network be blocked like others again. Raises `NotFound`."""
    found = never_blocked_network(operator, network_id)
    NeverBlocked.objects.filter(pk=found.pk).delete()
    return found
