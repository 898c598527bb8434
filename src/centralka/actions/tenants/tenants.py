"""Make and change companies and their first owners, as the operator."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from centralka.store.fraud import as_columns, rules_for_new_companies
from centralka.store.models import Membership, Person, PriceList, Registration, Role, SipAccount, Tenant
from centralka.store.models.mail import SignInChange
from centralka.store.turns import in_turn

from .. import money
from ..actor import Operator
from ..checks.emails import is_login
from ..checks.outside import check_level, check_max_rate
from ..checks.search import named, tidy
from ..errors import InvalidInput, NotFound, Problem, ProblemList, Taken, require_unchanged
from ..login_address import address_taken, set_address
from ..second_factor.ending import remove_all
from ..sign_in_changes import sign_in_changed

# No underscore: in a login it ends the tenant's part (`demo_100`).
_SLUG = re.compile(r"[a-z][a-z0-9-]{1,19}")
MOST_SMS_PER_HOUR = 100_000
_COLUMNS = {"price_list": "price_list_id"}


def tenants(operator: Operator, *, search: str = "", closed: bool = False) -> QuerySet[Tenant]:
    """Return the companies by name, with `accounts`: how many SIP accounts each has, and `registered`: how many of
    them have a phone registered now.

    `search` looks in names, short names, and names and addresses of people. `closed`: instead the deleted companies,
    of which only the bookings are left.
    """
    found = _told().filter(closed_at__isnull=not closed)
    if search := tidy(search):
        found = found.filter(_fits(search))
    return found.order_by("sort_key", "id")


def _told() -> QuerySet[Tenant]:
    accounts = SipAccount.objects.filter(tenant=OuterRef("pk"))
    return Tenant.objects.select_related("price_list").annotate(
        accounts=_counted(accounts), registered=_counted(accounts.filter(Exists(_phones_of_account)))
    )


_phones_of_account = Registration.objects.filter(sip_account=OuterRef("pk"))


def _counted(accounts: QuerySet[SipAccount]) -> Coalesce:
    counts = accounts.order_by().values("tenant").annotate(count=Count("pk")).values("count")
    return Coalesce(Subquery(counts), 0)


def _fits(search: str) -> Q:
    people = Membership.objects.filter(tenant=OuterRef("pk"))
    theirs = people.filter(named("person__name", search) | Q(person__email__contains=search.lower()))
    return named("name", search) | Q(slug__contains=search.lower()) | Q(Exists(theirs))


def owners(operator: Operator, tenant_id: int) -> QuerySet[Membership]:
    """Return the company's owners, by name."""
    found = Membership.objects.filter(tenant=tenant_id, role=Role.OWNER)
    return found.select_related("person").order_by("person__sort_key", "id")


def any_closed(operator: Operator) -> bool:
    """Tell whether a company was deleted of which bookings are left."""
    return Tenant.objects.filter(closed_at__isnull=False).exists()


def customer(operator: Operator, tenant_id: int) -> Tenant:
    """Return one company that was not deleted. Raises `NotFound`."""
    found = tenant(operator, tenant_id)
    if found.closed_at is not None:
        raise NotFound
    return found


def tenant(operator: Operator, tenant_id: int) -> Tenant:
    """Return one company, also a closed one. Raises `NotFound`."""
    try:
        return _told().get(pk=tenant_id)
    except (Tenant.DoesNotExist, OverflowError):
        raise NotFound from None


@in_turn
def change_tenant(
    operator: Operator, tenant_id: int, changes: Mapping[str, Any], *, version: int | None = None
) -> Tenant:
    """Change what the operator decides about a company; what is not in `changes` stays. Counts from the next call on.

    `name`, `language`; `price_list` (an id, or None: no calls outside); `premium_allowed`, `satellite_allowed`,
    `unknown_allowed`; `second_factor_required`; `international`, `max_rate` (PLN net per minute) for accounts that have
    none of their own;
    `sms_per_hour` (text messages that it can send within an hour); `credit_limit` (PLN net). `version` as in
    `own.change_own_tenant`. All or nothing: raises `InvalidInput` with a problem per wrong field.
    """
    problems = ProblemList()
    with transaction.atomic():
        found = locked_customer(tenant_id)
        require_unchanged(found, version)
        found.version += 1
        for name, value in changes.items():
            if name != "credit_limit":
                setattr(found, _COLUMNS.get(name, name), value)
        found.name = " ".join(found.name.split())
        _check_tenant(problems, found)
        if not problems.found:
            found.save(update_fields=["version", *(name for name in changes if name != "credit_limit")])
        if "credit_limit" in changes:
            _change_credit_limit(problems, operator, tenant_id, changes["credit_limit"])
        problems.raise_any()
    return tenant(operator, tenant_id)


def _check_tenant(problems: ProblemList, found: Tenant) -> None:
    problems.check(0 < len(found.name) <= 100, "name", "length", _("Give a name of 1 to 100 characters."))
    problems.check(
        found.name.isprintable(), "name", "bad_characters", _("The name must not contain control characters.")
    )
    problems.check(found.language in ("pl", "en"), "language", "unknown", _("Choose Polish or English."))
    check_level(problems, found.international)
    check_max_rate(problems, found.max_rate)
    in_range = 0 <= found.sms_per_hour <= MOST_SMS_PER_HOUR
    problems.check(in_range, "sms_per_hour", "out_of_range", _("Give 0 to 100000 messages within an hour."))
    problems.check(_price_list_exists(found), "price_list", "unknown", _("There is no such price list."))


def _price_list_exists(found: Tenant) -> bool:
    try:
        return found.price_list_id is None or PriceList.objects.filter(pk=found.price_list_id).exists()
    except OverflowError:
        return False


def _change_credit_limit(problems: ProblemList, operator: Operator, tenant_id: int, limit: Decimal) -> None:
    try:
        money.set_credit_limit(operator, tenant_id, limit)
    except InvalidInput as refused:
        problems.found.update(refused.problems)


def locked_customer(tenant_id: int) -> Tenant:
    """Lock the company and return it. Raises `NotFound` also for a deleted company."""
    try:
        return Tenant.objects.select_for_update().get(pk=tenant_id, closed_at__isnull=True)
    except (Tenant.DoesNotExist, OverflowError):
        raise NotFound from None


def add_tenant(operator: Operator, slug: str, name: str, language: str = "pl") -> Tenant:
    """Add a company, with the installation's rules against fraud.

    `slug` starts each of its logins and cannot be changed later.
    """
    slug, name = slug.strip().lower(), " ".join(name.split())
    problems = ProblemList()
    problems.check(
        _SLUG.fullmatch(slug) is not None,
        "slug",
        "malformed",
        _("2 to 20 small letters, digits or hyphens, a letter first: it starts each login of the company."),
    )
    problems.check(0 < len(name) <= 100, "name", "length", _("Give a name of 1 to 100 characters."))
    problems.check(name.isprintable(), "name", "bad_characters", _("The name must not contain control characters."))
    problems.check(language in ("pl", "en"), "language", "unknown", _("Choose Polish or English."))
    problems.raise_any()
    try:
        with transaction.atomic():
            rules = as_columns(rules_for_new_companies())
            return Tenant.objects.create(slug=slug, name=name, language=language, **rules)
    except IntegrityError:
        raise Taken({"slug": [Problem("taken", _("This short name exists already."))]}) from None


def add_tenant_with_owner(
    operator: Operator, slug: str, name: str, language: str, email: str, person_name: str, password: str
) -> tuple[Tenant, Person]:
    """Add a company and its first owner, both or neither."""
    with transaction.atomic():
        made = add_tenant(operator, slug, name, language)
        try:
            owner = add_person_to(made, email, person_name, Role.OWNER, password)
        except InvalidInput as refusal:
            # `name` is the company's here.
            named = {{"name": "person_name"}.get(field, field): found for field, found in refusal.problems.items()}
            raise type(refusal)(named) from None
    return made, owner


def add_person_to(tenant: Tenant, email: str, name: str, role: Role, password: str) -> Person:
    """Make a login with a role in a tenant.

    The maker of the login tells the person this first password, to be changed at the first sign-in. An address
    that has a login already is refused: its maker may know its password (docs/decisions/0008).
    """
    email, name = email.strip().lower(), " ".join(name.split())
    _check_person(email, name, role, password)
    try:
        with transaction.atomic():
            person = Person.objects.add(email, password, name=name, must_change_password=True)
            Membership.objects.create(tenant=tenant, person=person, role=role)
    except IntegrityError:
        raise address_taken() from None
    return person


def add_member(operator: Operator, slug: str, email: str, role: Role) -> Membership:
    """Let a login that exists work in another company too (command line only).

    The operator vouches that the login is really the person's.
    """
    company = Tenant.objects.filter(slug=slug, closed_at__isnull=True).first()
    person = Person.objects.filter(email=email.strip().lower()).first()
    problems = ProblemList()
    problems.check(company is not None, "slug", "unknown", _("There is no such company."))
    problems.check(person is not None, "email", "unknown", _("There is nobody with this address."))
    problems.raise_any()
    membership, _made = Membership.objects.update_or_create(tenant=company, person=person, defaults={"role": role})
    return membership


def _check_person(email: str, name: str, role: Role, password: str | None) -> None:
    problems = ProblemList()
    problems.check(is_login(email), "email", "malformed", _("This is not an e-mail address."))
    problems.check(0 < len(name) <= 100, "name", "length", _("Give a name of 1 to 100 characters."))
    problems.check(name.isprintable(), "name", "bad_characters", _("The name must not contain control characters."))
    problems.check(role in set(Role), "role", "unknown", _("Choose a role."))
    if password is not None:
        _check_password(problems, password, Person(email=email, name=name))
    problems.raise_any()


def _check_password(problems: ProblemList, password: str, person: Person) -> None:
    try:
        validate_password(password, person)
    except ValidationError as weak:
        for error in weak.error_list:
            problems.add("password", error.code or "weak", " ".join(error.messages))


def owner(operator: Operator, tenant_id: int, membership_id: int) -> Membership:
    """Return one owner of the company. Raises `NotFound`."""
    try:
        return owners(operator, tenant_id).get(pk=membership_id)
    except (Membership.DoesNotExist, OverflowError):
        raise NotFound from None


def no_owner_reset(operator: Operator, owner: Membership) -> Problem | None:
    """Tell why the panel gives this owner no new first password; None: it does. It may open other companies too:
    they are the operator's customers as well."""
    if owner.person.is_operator:
        return Problem("operator", _("This person runs the exchange; only the command line gives them a password."))
    return None


def reset_owner_password(operator: Operator, tenant_id: int, membership_id: int, password: str) -> Person:
    """Give an owner who forgot their password a new first one; the old password ends at once."""
    with transaction.atomic():
        found = owner(operator, tenant_id, membership_id)
        if problem := no_owner_reset(operator, found):
            raise InvalidInput({"person": [problem]})
        return _with_first_password(found.person, password)


def no_owner_address(operator: Operator, owner: Membership) -> Problem | None:
    """Tell why the panel does not change this owner's address; None: it does."""
    if owner.person.is_operator:
        said = _("This person runs the exchange; only they, or the command line, change their address.")
        return Problem("operator", said)
    return None


def change_owner_address(operator: Operator, tenant_id: int, membership_id: int, email: str) -> Person:
    """Let an owner sign in with another address, from now on. Raises `InvalidInput`, `Taken`."""
    found = owner(operator, tenant_id, membership_id)
    if problem := no_owner_address(operator, found):
        raise InvalidInput({"email": [problem]})
    return set_address(found.person, email)


def change_address(email: str, new: str) -> Person:
    """Let a person sign in with another address (command line only: it opens all their companies)."""
    return set_address(_with_address(email), new)


def _with_address(email: str) -> Person:
    person = Person.objects.filter(email=email.strip().lower()).first()
    if person is None:
        raise InvalidInput({"email": [Problem("unknown", _("There is nobody with this address."))]})
    return person


def add_operator(email: str, name: str, password: str) -> Person:
    """Add a person who runs the installation (command line only)."""
    email = email.strip().lower()
    _check_person(email, name, Role.OWNER, password)
    if Person.objects.filter(email=email).exists():
        raise InvalidInput({"email": [Problem("taken", _("A person with this address exists already."))]})
    return Person.objects.add(email, password, name=name, is_operator=True)


def reset_password(email: str, password: str, *, second_factor: bool = False) -> Person:
    """Give a person who forgot their password a new first one (command line only: it opens all their companies).

    `second_factor`: whether that is forgotten, too.
    """
    person = _with_address(email)
    with transaction.atomic():
        if second_factor:
            remove_all(person)
            sign_in_changed(person, SignInChange.SECOND_FACTOR_REMOVED)
        return _with_first_password(person, password)


def _with_first_password(person: Person, password: str) -> Person:
    with transaction.atomic():
        person.set_password(password)
        person.must_change_password = True
        person.save(update_fields=["password", "must_change_password"])
        sign_in_changed(person, SignInChange.FIRST_PASSWORD)
    return person
