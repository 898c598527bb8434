"""Find the companies of a signed-in person, and whether they run the installation."""

from django.db import transaction

from centralka.store.models import Person
from centralka.store.models.mail import SignInChange

from .actor import Actor, Operator, actor_of_membership
from .sign_in_changes import sign_in_changed


def places_of(person: Person) -> list[Actor]:
    """Return one actor for each company in which the person works, by the company's name."""
    memberships = person.memberships.select_related("tenant", "person", "sip_account")
    return [actor_of_membership(each) for each in memberships.order_by("tenant__sort_key", "tenant_id")]


def operator_of(person: Person) -> Operator | None:
    """Return the operator that the person is, if they are one."""
    return Operator(person.email, person) if person.is_operator else None


def choose_password(person: Person, password: str, here: str = "") -> None:
    """Set the person's own new password, which the form has judged; a first password from somebody else ends here.

    Sessions end, but for the one with the key `here`.
    """
    with transaction.atomic():
        person.set_password(password)
        person.must_change_password = False
        person.save(update_fields=["password", "must_change_password"])
        sign_in_changed(person, SignInChange.PASSWORD, here)
