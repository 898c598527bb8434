"""Passkeys (WebAuthn) as a second factor: added, used, removed. The checks of W3C WebAuthn 7.1 and 7.2 are fido2's."""

import json
import struct
from collections.abc import Callable, Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from fido2.server import Fido2Server
from fido2.utils import websafe_encode
from fido2.webauthn import (
    AttestedCredentialData,
    AuthenticationResponse,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialUserEntity,
    UserVerificationRequirement,
)

from centralka.store.models import Passkey, Person
from centralka.store.models.mail import SignInChange

from ..errors import InvalidInput, NotFound, Problem, ProblemList
from ..sign_in_changes import sign_in_changed
from .ending import end_if_nothing_is_left
from .own import begin

MOST = 10
NAME_MAX = 60
_LONGEST_ANSWER = 20_000
_UNUSABLE = (ValueError, LookupError, TypeError, AttributeError, struct.error, RuntimeError)
"""Errors that fido2 raises for an answer that no browser gives: for a wrong signature ValueError, the others for odd
bytes."""


class Site:
    """The panel as browsers know it: a passkey is good for one host, and asked for by pages of ours alone."""

    def __init__(self, host: str, is_ours: Callable[[str], bool]) -> None:
        self.server = Fido2Server(PublicKeyCredentialRpEntity(name="Centralka", id=host), verify_origin=is_ours)


def ask_for_new(site: Site, person: Person) -> tuple[dict[str, Any], Any]:
    """Return what the browser is asked, and what has to be known when it answers."""
    user = PublicKeyCredentialUserEntity(name=person.email, id=str(person.pk).encode(), display_name=person.name)
    options, state = site.server.register_begin(
        user, _credentials(person), user_verification=UserVerificationRequirement.PREFERRED
    )
    return dict(options), state


def add_passkey(site: Site, person: Person, name: str, state: Any, answer: str, here: str = "") -> list[str]:
    """Add a passkey. Returns recovery codes where the second factor begins by it. Raises `InvalidInput`.

    Sessions end, but for the one with the key `here`.
    """
    problems = ProblemList()
    name = _checked_name(problems, name)
    problems.check(person.passkeys.count() < MOST, "name", "too_many", _("At most ten passkeys; remove one first."))
    problems.raise_any()
    try:
        made = site.server.register_complete(state, _read(answer))
    except _UNUSABLE:
        raise _refused() from None
    credential = made.credential_data
    if credential is None:
        raise _refused()
    with transaction.atomic():
        key = websafe_encode(credential.credential_id)
        if Passkey.objects.filter(credential_id=key).exists():
            raise _refused()
        Passkey.objects.create(
            person=person, name=name, credential_id=key, credential=bytes(credential), sign_count=made.counter
        )
        sign_in_changed(person, SignInChange.PASSKEY_ADDED, here, name)
        return begin(person)


def ask_for_one(site: Site, person: Person) -> tuple[dict[str, Any], Any]:
    """Return what the browser is asked at the second step, and what has to be known when it answers."""
    options, state = site.server.authenticate_begin(
        _credentials(person), user_verification=UserVerificationRequirement.PREFERRED
    )
    return dict(options), state


def take_passkey(site: Site, person: Person, state: Any, answer: str) -> bool:
    """Take the answer of one of the person's passkeys. False: it is wrong, or its counter went back: a copy."""
    try:
        response = AuthenticationResponse.from_dict(_read(answer))
        used = site.server.authenticate_complete(state, _credentials(person), response)
    except _UNUSABLE:
        return False
    counter = response.response.authenticator_data.counter
    with transaction.atomic():
        key = websafe_encode(used.credential_id)
        found = Passkey.objects.select_for_update().filter(person=person, credential_id=key).first()
        if found is None or (found.sign_count and counter <= found.sign_count):
            return False
        Passkey.objects.filter(pk=found.pk).update(sign_count=counter, last_used_at=timezone.now())
    return True


def remove_passkey(person: Person, passkey_id: int, here: str = "") -> str:
    """Remove one of the person's passkeys; the last of everything ends the second factor. Returns its name.

    Sessions end, but for the one with the key `here`.
    """
    with transaction.atomic():
        found = _own(person, passkey_id)
        Passkey.objects.filter(pk=found.pk).delete()
        end_if_nothing_is_left(person)
        sign_in_changed(person, SignInChange.PASSKEY_REMOVED, here, found.name)
    return found.name


def rename_passkey(person: Person, passkey_id: int, name: str) -> Passkey:
    """Call one of the person's passkeys otherwise; it opens what it opened. Raises `InvalidInput`, `NotFound`."""
    problems = ProblemList()
    name = _checked_name(problems, name)
    problems.raise_any()
    with transaction.atomic():
        found = _own(person, passkey_id)
        found.name = name
        found.save(update_fields=["name"])
    return found


def _own(person: Person, passkey_id: int) -> Passkey:
    found = person.passkeys.select_for_update().filter(pk=passkey_id).first() if 0 < passkey_id < 2**63 else None
    if found is None:
        raise NotFound
    return found


def _checked_name(problems: ProblemList, typed: str) -> str:
    name = " ".join(typed.split())
    problems.check(0 < len(name) <= NAME_MAX, "name", "length", _("Give the passkey a name of 1 to 60 characters."))
    problems.check(name.isprintable(), "name", "bad_characters", _("The name must not contain control characters."))
    return name


def _credentials(person: Person) -> list[AttestedCredentialData]:
    return [AttestedCredentialData(bytes(one.credential)) for one in person.passkeys.all()]


def _read(answer: str) -> Mapping[str, Any]:
    found = json.loads(answer[:_LONGEST_ANSWER])
    if not isinstance(found, dict):
        raise ValueError("no object")
    return found


def _refused() -> InvalidInput:
    return InvalidInput({"credential": [Problem("refused", _("The passkey was not accepted. Try it once more."))]})
