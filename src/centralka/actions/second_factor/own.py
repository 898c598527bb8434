"""The person's own second factor: setting it up, the people who have to have one, and its end."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from centralka.store.models import Person, SecondFactor
from centralka.store.models.mail import SignInChange

from ..actor import Actor
from ..errors import InvalidInput, Problem
from ..people import member, no_reset
from ..sign_in_changes import sign_in_changed
from . import codes
from .ending import end_if_nothing_is_left, remove_all


def has_one(person: Person) -> bool:
    """Tell whether a second factor is asked for when the person signs in."""
    return person.has_second_factor


def must_have_one(person: Person, places: list[Actor]) -> bool:
    """Tell whether the person may do nothing before they have set one up."""
    if person.has_second_factor:
        return False
    demanded = person.is_operator and settings.OPERATORS_SECOND_FACTOR
    return demanded or any(place.tenant.second_factor_required or place.tenant.second_factor_wanted for place in places)


def add_app(person: Person, secret: bytes, code: str, now: datetime, here: str = "") -> list[str]:
    """Take a new app whose code is right. Returns new recovery codes if the person had no second factor, else none.

    An app of before counts no more. Sessions end, but for the one with the key `here`. Raises `InvalidInput` for a
    wrong code.
    """
    step = codes.step_of(secret, "".join(code.split()), now)
    if step is None:
        wrong = _("This code is wrong. Wait for the next one, and see that the phone's clock is right.")
        raise InvalidInput({"code": [Problem("wrong", wrong)]})
    with transaction.atomic():
        _factor(person)
        sealed = codes.sealed_secret(secret)
        SecondFactor.objects.filter(person=person).update(totp_secret=sealed, totp_step=step, wrong=0)
        sign_in_changed(person, SignInChange.APP_ADDED, here)
        return begin(person)


def begin(person: Person) -> list[str]:
    """Ask for the second factor from the next sign-in on. Returns recovery codes where it begins now."""
    _factor(person)
    if person.has_second_factor:
        return []
    person.has_second_factor = True
    person.save(update_fields=["has_second_factor"])
    return codes.new_recovery_codes(person)


def remove_app(person: Person, here: str = "") -> None:
    """Forget the app; without a passkey the second factor ends, recovery codes too. Sessions end, but for `here`."""
    with transaction.atomic():
        SecondFactor.objects.filter(person=person).update(totp_secret="")
        end_if_nothing_is_left(person)
        sign_in_changed(person, SignInChange.APP_REMOVED, here)


def renew_recovery_codes(person: Person, here: str = "") -> list[str]:
    """Make recovery codes in place of those of before. Sessions end, but for `here`."""
    with transaction.atomic():
        sign_in_changed(person, SignInChange.RECOVERY_CODES, here)
        return codes.new_recovery_codes(person)


def reset_of(actor: Actor, membership_id: int) -> Person:
    """Remove the second factor of a person of the company who lost it, and sign them out everywhere.

    For an owner, and only where the person's login opens nothing else (`no_reset`). Raises `InvalidInput`.
    """
    found = member(actor, membership_id)
    if problem := no_reset(actor, found):
        raise InvalidInput({"person": [problem]})
    with transaction.atomic():
        remove_all(found.person)
        sign_in_changed(found.person, SignInChange.SECOND_FACTOR_REMOVED)
    return found.person


def _factor(person: Person) -> SecondFactor:
    return SecondFactor.objects.get_or_create(person=person)[0]
