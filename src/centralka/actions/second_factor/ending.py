"""The end of a second factor."""

from django.db import transaction

from centralka.store.models import Person, RecoveryCode, SecondFactor


def end_if_nothing_is_left(person: Person) -> None:
    """End the second factor where there is neither app nor passkey."""
    app = SecondFactor.objects.filter(person=person).exclude(totp_secret="").exists()
    if not app and not person.passkeys.exists():
        remove_all(person)


def remove_all(person: Person) -> None:
    """Remove everything of the second factor: the password alone signs in."""
    with transaction.atomic():
        SecondFactor.objects.filter(person=person).delete()
        person.passkeys.all().delete()
        RecoveryCode.objects.filter(person=person).delete()
        if person.has_second_factor:
            person.has_second_factor = False
            person.save(update_fields=["has_second_factor"])
