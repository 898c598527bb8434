"""Passwords of people: Argon2, a few at a time."""

from threading import BoundedSemaphore

from django.contrib.auth.hashers import Argon2PasswordHasher

_turns = BoundedSemaphore(2)


class QueuedArgon2PasswordHasher(Argon2PasswordHasher):
    """Argon2 takes about 100 MB for each password that it checks: a crowd of sign-ins waits its turn."""

    def encode(self, password: str, salt: str) -> str:
        with _turns:
            return super().encode(password, salt)

    def verify(self, password: str, encoded: str) -> bool:
        with _turns:
            return super().verify(password, encoded)
