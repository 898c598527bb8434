"""The e-mail address with which a person signs in, and another one in its place.

A person who changes their own gives the password. A link goes to the new address, which counts only once the link is
opened, within an hour: else a typing mistake would lock them out. Nothing of the link is kept: it is made when the mail
goes out, and over with another password or address. An owner, the operator and the command line change it at once, as
they add people.
The address of before is told in any case.
"""

from datetime import timedelta

from django.conf import settings
from django.core.signing import BadSignature, TimestampSigner
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext_lazy as _

from centralka.store.mail import queue_address
from centralka.store.models import Mail, Person
from centralka.store.models.mail import SignInChange
from centralka.store.turns import in_turn

from .checks.emails import is_login
from .errors import InvalidInput, NotFound, Problem, Taken
from .sign_in_changes import sign_in_changed

MOST_LINKS, _LINKS_WITHIN = 3, timedelta(hours=1)
_SALT = "centralka.login-address"


def ask_for_address(person: Person, email: str, language: str) -> str:
    """Mail a link to the new address, of a person whose password the form has judged. Returns the address.

    Raises `InvalidInput`, also for more than a few links in an hour: strangers' mailboxes are not to be flooded.
    """
    email = checked_address(person, email)
    if email == person.email:
        raise InvalidInput({"email": [Problem("same", _("This is the present address."))]})
    now = timezone.now()
    with transaction.atomic():
        Person.objects.select_for_update().get(pk=person.pk)
        mailed = Mail.objects.filter(kind=Mail.Kind.ADDRESS, about__person=person.pk)
        if mailed.filter(created_at__gt=now - _LINKS_WITHIN).count() >= MOST_LINKS:
            said = _("Three links were mailed within an hour. Look into the folder for spam, or wait.")
            raise InvalidInput({"email": [Problem("too_many", said)]})
        queue_address(person, email, language, now)
    return email


def token_of(person: Person, email: str) -> str:
    """Return what stands in a link that is made now."""
    about = {"person": person.pk, "email": email, "mark": _mark(person)}
    return TimestampSigner(salt=_SALT).sign_object(about)


def wanted_by(token: str) -> tuple[Person, str]:
    """Return whose link this stands in, and the new address. Raises `NotFound` where it is used, or over."""
    try:
        about = TimestampSigner(salt=_SALT).unsign_object(token, max_age=settings.PASSWORD_RESET_TIMEOUT)
    except BadSignature:
        raise NotFound from None
    person = Person.objects.filter(pk=about["person"], is_active=True).first()
    if person is None or not constant_time_compare(about["mark"], _mark(person)):
        raise NotFound
    return person, about["email"]


@in_turn
def confirm_address(token: str, here: str = "") -> Person:
    """Let the new address count. All sessions end, but for the one with the key `here`. Raises `NotFound`, `Taken`."""
    with transaction.atomic():
        Person.objects.select_for_update().get(pk=wanted_by(token)[0].pk)
        person, email = wanted_by(token)  # of two at once the second finds the link used
        _set(person, email, here=here)
    return person


@in_turn
def set_address(person: Person, email: str) -> Person:
    """Let another address count at once, which somebody else has typed; both addresses are told.

    All sessions of the person end. The present address changes nothing. Whoever calls it has judged who may. Raises
    `InvalidInput`, `Taken`.
    """
    email = checked_address(person, email)
    with transaction.atomic():
        person = Person.objects.select_for_update().get(pk=person.pk)
        if email != person.email:
            _set(person, email, told=(email,))
    return person


def checked_address(person: Person, email: str) -> str:
    """Return the address as it is kept. Raises `InvalidInput`, `Taken`."""
    email = email.replace("\0", "").strip().lower()
    if not is_login(email):
        raise InvalidInput({"email": [Problem("malformed", _("This is not an e-mail address."))]})
    if Person.objects.filter(email=email).exclude(pk=person.pk).exists():
        raise address_taken()
    return email


def _set(person: Person, email: str, *, here: str = "", told: tuple[str, ...] = ()) -> None:
    try:
        with transaction.atomic():
            sign_in_changed(person, SignInChange.ADDRESS, here, email, told)  # while it has the address of before
            person.email = email
            person.save(update_fields=["email"])
    except IntegrityError:
        raise address_taken() from None


def address_taken() -> Taken:
    """Return the refusal of an address with which somebody signs in already."""
    return Taken({"email": [Problem("taken", _("This address has a login already; use another one."))]})


def _mark(person: Person) -> str:
    """Return what is another one after another password or address."""
    return salted_hmac(_SALT, f"{person.pk} {person.email} {person.password}", algorithm="sha256").hexdigest()
