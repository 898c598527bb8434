"""Secrets that have to be read again, encrypted with the installation's key: a copy of the database opens nothing."""

import base64

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


class Unreadable(Exception):
    """It was sealed with another key, or by somebody else, or too long ago."""


def seal(secret: bytes, purpose: str) -> str:
    """Encrypt and sign a secret; what is sealed for one purpose cannot be opened for another."""
    return _key(purpose).encrypt(secret).decode()


def unseal(sealed: str, purpose: str, *, seconds: int | None = None) -> bytes:
    """Decrypt. Raises `Unreadable`, also for what was sealed longer ago than `seconds`."""
    try:
        return _key(purpose).decrypt(sealed.encode(), ttl=seconds)
    except InvalidToken:
        raise Unreadable(purpose) from None


def _key(purpose: str) -> Fernet:
    derived = HKDF(SHA256(), 32, salt=None, info=f"centralka.{purpose}".encode()).derive(settings.SECRET_KEY.encode())
    return Fernet(base64.urlsafe_b64encode(derived))
