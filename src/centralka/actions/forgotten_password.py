"""A forgotten password: a link by mail, good once and for an hour, by which a person chooses a new one.

What stands in the link is made when the mail goes out, from the person's row and the installation's key (Django's
`PasswordResetTokenGenerator`): no table has it, and it is over with the next sign-in or another password. Whoever asks
is told the same for an address with a login and without.
"""

from axes.utils import reset
from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.db import transaction

from centralka.store.acting import acting
from centralka.store.models import Person
from centralka.store.models.mail import SignInChange
from centralka.store.notes import notes

from .errors import NotFound
from .sign_in_changes import sign_in_changed

_LONGEST_NUMBER = 18


def is_offered() -> bool:
    """Tell whether links can be mailed: the panel's address is known."""
    return bool(settings.PUBLIC_URL)


def ask_for_link(email: str, language: str) -> None:
    """Mail a link if the address has a login, at most `sign_ins.MOST_LINKS` in an hour.

    It is looked for some seconds later (`store.notes`): neither the answer nor its time tells whether there is one.
    """
    if is_offered():
        notes.link_asked(email.replace("\0", "").strip().lower(), language, acting().address)


def token_of(person: Person) -> str:
    """Return what stands in a link that is made now."""
    return f"{person.pk}-{default_token_generator.make_token(person)}"


def person_with(token: str) -> Person:
    """Return whose link this stands in. Raises `NotFound` for one that never was, is used, or over."""
    number, _dash, proof = token.partition("-")
    if not (number.isascii() and number.isdigit() and len(number) <= _LONGEST_NUMBER):
        raise NotFound
    person = Person.objects.filter(pk=int(number), is_active=True).first()
    if person is None or not default_token_generator.check_token(person, proof):
        raise NotFound
    return person


def choose_new_password(token: str, password: str) -> Person:
    """Set a new password, which the form has judged, and sign the person out everywhere. Raises `NotFound`."""
    with transaction.atomic():
        person = Person.objects.select_for_update().get(pk=person_with(token).pk)
        person_with(token)  # of two at once the second finds the link used
        person.set_password(password)
        person.must_change_password = False
        person.save(update_fields=["password", "must_change_password"])
        sign_in_changed(person, SignInChange.PASSWORD)
    reset(username=person.email)
    return person
