"""The person or program that acts, and what their role lets them do."""

from dataclasses import dataclass

from centralka.store.models import ApiToken, Membership, Person, Role, Tenant

from .errors import Blocked, NotAllowed

_RANK = {Role.READER: 0, Role.MANAGER: 1, Role.OWNER: 2}


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody at work in one tenant: a signed-in person, or a program with a token."""

    tenant: Tenant
    role: Role
    who: str
    person: Person | None = None
    has_phone: bool = False
    """They may call in the browser: an account was chosen for them."""
    own_extensions: frozenset[str] = frozenset()
    """By which colleagues call that account, which it does not call itself."""

    def may(self, role: Role) -> bool:
        """Tell whether the actor's role includes `role`."""
        return _RANK[self.role] >= _RANK[role]

    def require(self, role: Role) -> None:
        """Raise `NotAllowed` unless the actor may act as `role`."""
        if not self.may(role):
            raise NotAllowed

    def require_unblocked(self) -> None:
        """Raise `Blocked` if the operator blocked the company: then nothing may be changed."""
        if self.tenant.blocked_at is not None:
            raise Blocked(self.tenant.block_reason)

    @property
    def may_manage(self) -> bool:
        return self.may(Role.MANAGER)

    @property
    def may_own(self) -> bool:
        return self.may(Role.OWNER)


@dataclass(frozen=True, slots=True)
class Operator:
    """The operator of the installation, at the panel, by token or at the command line."""

    who: str
    person: Person | None = None


def actor_of_membership(membership: Membership) -> Actor:
    """Return the actor that a signed-in person is in one of their tenants."""
    account = membership.sip_account
    own = frozenset(filter(None, (account.extension, account.internal_caller_id))) if account else frozenset[str]()
    role, person = Role(membership.role), membership.person
    return Actor(membership.tenant, role, person.email, person, account is not None, own)


def actor_of_token(token: ApiToken) -> Actor | Operator:
    """Return the actor that a program with this token is; a token without tenant is the operator's."""
    if token.tenant is None:
        return Operator(who=token.name)
    return Actor(token.tenant, Role(token.role), token.name)
