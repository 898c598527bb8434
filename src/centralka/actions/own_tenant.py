"""The actor's own company: what it is called, which language it speaks, how much it has."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from centralka.store.models import Role, Tenant

from .actor import Actor
from .errors import ProblemList


@dataclass(frozen=True, slots=True)
class Counts:
    """How much a company has."""

    sip_accounts: int
    registered: int
    """Accounts with at least one phone registered now."""


def counts(actor: Actor) -> Counts:
    """What the company has now."""
    accounts = actor.tenant.sip_accounts
    return Counts(accounts.count(), accounts.filter(registrations__isnull=False).distinct().count())


def change_own_tenant(actor: Actor, changes: Mapping[str, str]) -> Tenant:
    """Change `name` and `language` of the actor's company; what is not in `changes` stays."""
    actor.require(Role.MANAGER)
    tenant = actor.tenant
    wanted = {"name": tenant.name, "language": tenant.language, **changes}
    name, language = " ".join(wanted["name"].split()), wanted["language"]
    problems = ProblemList()
    problems.check(0 < len(name) <= 100, "name", "length", _("Give a name of 1 to 100 characters."))
    problems.check(name.isprintable(), "name", "bad_characters", _("The name must not contain control characters."))
    problems.check(language in ("pl", "en"), "language", "unknown", _("Choose Polish or English."))
    problems.raise_any()
    tenant.name, tenant.language = name, language
    tenant.save(update_fields=sorted(changes))
    return tenant
