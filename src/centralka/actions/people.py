"""People of a tenant: the owner adds them, changes their role, removes them."""

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from centralka.store.models import Membership, Person, Role

from .actor import Actor
from .errors import InvalidInput, NotFound, Problem
from .tenants import add_person_to


def people(actor: Actor) -> QuerySet[Membership]:
    """Who works in the tenant, by name. Only an owner sees it."""
    actor.require(Role.OWNER)
    return actor.tenant.memberships.select_related("person")


def member(actor: Actor, membership_id: int) -> Membership:
    """One of them; raises `NotFound` for a stranger."""
    try:
        return people(actor).get(pk=membership_id)
    except (Membership.DoesNotExist, OverflowError):
        raise NotFound from None


def add_person(actor: Actor, email: str, name: str, role: Role, password: str) -> Person:
    """Add a person with a first password; somebody known to the installation keeps their own."""
    actor.require(Role.OWNER)
    return add_person_to(actor.tenant, email, name, role, password)


def change_role(actor: Actor, membership_id: int, role: Role) -> None:
    """Change a role; the last owner stays one, so that nobody is locked out."""
    with transaction.atomic():
        changed = _locked(actor, membership_id)
        if role not in set(Role):
            raise InvalidInput({"role": [Problem("unknown", _("Choose a role."))]})
        if role != Role.OWNER:
            _keep_an_owner(actor, changed)
        changed.role = role
        changed.save(update_fields=["role"])


def remove_person(actor: Actor, membership_id: int) -> None:
    """Take a person out of the tenant; their login goes too when it opens nothing else."""
    with transaction.atomic():
        leaving = _locked(actor, membership_id)
        _keep_an_owner(actor, leaving)
        person = leaving.person
        leaving.delete()
        if not person.is_operator and not person.memberships.exists():
            person.delete()


def _locked(actor: Actor, membership_id: int) -> Membership:
    """The membership, with all owners locked, so that two who leave at once do not both go."""
    actor.require(Role.OWNER)
    list(actor.tenant.memberships.select_for_update().filter(role=Role.OWNER))
    return member(actor, membership_id)


def _keep_an_owner(actor: Actor, leaving: Membership) -> None:
    others = actor.tenant.memberships.filter(role=Role.OWNER).exclude(pk=leaving.pk)
    if leaving.role == Role.OWNER and not others.exists():
        raise InvalidInput({"role": [Problem("last_owner", _("A company needs at least one owner."))]})
