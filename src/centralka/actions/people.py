"""People of a tenant: the owner adds them, changes their role, removes them."""

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from centralka.store.models import Membership, Person, Role, SipAccount
from centralka.store.models.mail import SignInChange
from centralka.store.turns import in_turn

from .actor import Actor
from .errors import InvalidInput, NotFound, Problem
from .login_address import set_address
from .sign_in_changes import sign_in_changed
from .tenants.tenants import add_person_to


def people(actor: Actor) -> QuerySet[Membership]:
    """Return the people who work in the company, by name. Only an owner sees them."""
    actor.require(Role.OWNER)
    return actor.tenant.memberships.select_related("person", "sip_account")


def member(actor: Actor, membership_id: int) -> Membership:
    """Return one person of the company. Raises `NotFound` for anybody else."""
    try:
        return people(actor).get(pk=membership_id)
    except (Membership.DoesNotExist, OverflowError):
        raise NotFound from None


def add_person(actor: Actor, email: str, name: str, role: Role, password: str) -> Person:
    """Add a person with a first password; refused for an address that has a login already."""
    actor.require(Role.OWNER)
    return add_person_to(actor.tenant, email, name, role, password)


@in_turn
def change_role(actor: Actor, membership_id: int, role: Role) -> None:
    """Change a role; the last owner stays an owner, so that nobody is locked out."""
    with transaction.atomic():
        changed = _locked(actor, membership_id)
        if role not in set(Role):
            raise InvalidInput({"role": [Problem("unknown", _("Choose a role."))]})
        if role != Role.OWNER:
            _keep_an_owner(actor, changed)
        changed.role = role
        changed.save(update_fields=["role"])


@in_turn
def assign_account(actor: Actor, membership_id: int, extension: str) -> Membership:
    """Give a person the account for which they call in the browser, by its extension; "": none any more.

    Raises InvalidInput for what is no voice account of the company.
    """
    account = None
    if wanted := extension.replace("\0", "").strip():
        account = actor.tenant.sip_accounts.filter(extension=wanted, kind=SipAccount.Kind.VOICE).first()
        if account is None:
            unknown = _("There is no SIP account for calls with this extension.")
            raise InvalidInput({"extension": [Problem("unknown", unknown)]})
    changed = member(actor, membership_id)
    changed.sip_account = account
    changed.save(update_fields=["sip_account"])
    return changed


def remove_person(actor: Actor, membership_id: int) -> None:
    """Take a person out of the tenant; their login goes too when it opens nothing else."""
    with transaction.atomic():
        leaving = _locked(actor, membership_id)
        _keep_an_owner(actor, leaving)
        person = leaving.person
        leaving.delete()
        if not person.is_operator and not person.memberships.exists():
            person.delete()


def no_reset(actor: Actor, member: Membership) -> Problem | None:
    """Tell why the actor cannot give this person a new first password; None: they can.

    The actor could sign in with it as that person, so it must open nothing but the actor's own company.
    """
    actor.require(Role.OWNER)
    person = member.person
    if person == actor.person:
        return Problem("own", _("Change your own password under “Change password”."))
    if person.is_operator:
        return Problem("operator", _("This person runs the exchange; only the command line gives them a password."))
    if person.memberships.exclude(tenant=actor.tenant).exists():
        return Problem("elsewhere", _("This login opens another company too; the operator gives it a new password."))
    return None


def reset_password(actor: Actor, membership_id: int, password: str) -> Person:
    """Give a person who forgot their password a new first one, to be changed at the next sign-in."""
    with transaction.atomic():
        found = _locked(actor, membership_id)
        if problem := no_reset(actor, found):
            raise InvalidInput({"person": [problem]})
        person = found.person
        _check_password(password, person)
        person.set_password(password)
        person.must_change_password = True
        person.save(update_fields=["password", "must_change_password"])
        sign_in_changed(person, SignInChange.FIRST_PASSWORD)
    return person


def no_new_address(actor: Actor, member: Membership) -> Problem | None:
    """Tell why the actor cannot change this person's address; None: they can, where `no_reset` lets them.

    Links for a new password go there.
    """
    refused = no_reset(actor, member)
    match refused.code if refused else "":
        case "":
            return None
        case "own":
            said = _("Change your own address under “Change e-mail address”.")
        case "operator":
            said = _("This person runs the exchange; only they, or the command line, change their address.")
        case _:
            said = _("This login opens another company too; the person changes the address, or the operator does.")
    return Problem(refused.code if refused else "", said)


def change_address(actor: Actor, membership_id: int, email: str) -> Person:
    """Let a person of the company sign in with another address, from now on. Raises `InvalidInput`, `Taken`."""
    with transaction.atomic():
        found = _locked(actor, membership_id)
        if problem := no_new_address(actor, found):
            raise InvalidInput({"email": [problem]})
        return set_address(found.person, email)


def _check_password(password: str, person: Person) -> None:
    try:
        validate_password(password, person)
    except ValidationError as weak:
        found = [Problem(error.code or "weak", " ".join(error.messages)) for error in weak.error_list]
        raise InvalidInput({"password": found}) from None


def _locked(actor: Actor, membership_id: int) -> Membership:
    """Return the membership, with all owners locked, so that two owners who leave at once do not both go."""
    actor.require(Role.OWNER)
    list(actor.tenant.memberships.select_for_update().filter(role=Role.OWNER))
    return member(actor, membership_id)


def _keep_an_owner(actor: Actor, leaving: Membership) -> None:
    others = actor.tenant.memberships.filter(role=Role.OWNER).exclude(pk=leaving.pk)
    if leaving.role == Role.OWNER and not others.exists():
        raise InvalidInput({"role": [Problem("last_owner", _("A company needs at least one owner."))]})
