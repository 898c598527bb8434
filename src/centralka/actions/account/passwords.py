"""Passwords of SIP accounts: made, judged and turned into the digest that SIP needs. Never stored, never logged."""

import hashlib
import secrets
import string

from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from ..errors import Problem

REALM = "centralka"
"""The digest realm of every account; part of each stored digest, so it can never change."""
MIN_LENGTH = 10
MAX_LENGTH = 128
GENERATED_LENGTH = 16
_MIN_DISTINCT = 6
# No character that is mistaken for another when a password is typed into a desk phone.
_ALPHABET = "".join(sorted(set(string.ascii_letters + string.digits) - set("0O1lI")))


def generate_password() -> str:
    """Make a random password of 16 letters and digits (about 93 bits), at least one of each kind."""
    while True:
        password = "".join(secrets.choice(_ALPHABET) for _ in range(GENERATED_LENGTH))
        if all(set(password) & set(kind) for kind in (string.ascii_lowercase, string.ascii_uppercase, string.digits)):
            return password


def digest_of(login: str, password: str) -> str:
    """Compute HA1 of RFC 2617 §3.2.2.2 (MD5, as every SIP phone speaks it): 32 hex digits."""
    return hashlib.md5(f"{login}:{REALM}:{password}".encode(), usedforsecurity=False).hexdigest()


def password_problems(password: str, *, related: tuple[str, ...] = ()) -> list[Problem]:
    """List everything that makes `password` too weak or unusable; empty for a good password.

    `related`: login, name and the like, which must not be (in) the password. A SIP digest is guessed
    off-line by an eavesdropper on one registration, hence stricter rules than for a web login.
    """
    return [*_shape_problems(password), *_guess_problems(password, related)]


def _shape_problems(password: str) -> list[Problem]:
    problems = []
    if len(password) < MIN_LENGTH:
        problems.append(
            Problem(
                "too_short",
                ngettext_lazy(
                    "The password has to have at least %(count)d character.",
                    "The password has to have at least %(count)d characters.",
                    MIN_LENGTH,
                )
                % {"count": MIN_LENGTH},
            )
        )
    if len(password) > MAX_LENGTH:
        problems.append(Problem("too_long", _("The password has to have at most 128 characters.")))
    if not all("!" <= character <= "~" for character in password):
        problems.append(
            Problem(
                "bad_characters",
                _("Use plain letters, digits and signs without spaces: many phones accept no other."),
            )
        )
    return problems


def _guess_problems(password: str, related: tuple[str, ...]) -> list[Problem]:
    problems = []
    if len(set(password)) < _MIN_DISTINCT:
        problems.append(Problem("too_few_distinct", _("The password has to have at least 6 different characters.")))
    if password.isdigit():
        problems.append(Problem("only_digits", _("The password must not be of digits only.")))
    lowered = password.lower()
    if any(len(word) >= 3 and word.lower() in lowered for word in related) or "centralka" in lowered:
        problems.append(
            Problem("too_similar", _("The password must not contain the login, the name or the extension."))
        )
    try:
        _COMMON.validate(password)
    except ValidationError:
        problems.append(Problem("too_common", _("This password is one of the most used ones; anybody would guess it.")))
    return problems


_COMMON = CommonPasswordValidator()
