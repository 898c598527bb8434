"""Proofs that a person needs beside the password: codes of an app, passkeys, and recovery codes."""

from django.db import models

from .audited import Audited
from .person import Person


class SecondFactor(Audited):
    """Of a person who has set one up: the secret of their app, and how many wrong codes came lately."""

    person = models.OneToOneField(Person, models.CASCADE, related_name="second_factor")
    totp_secret = models.CharField(max_length=300, blank=True, default="")
    """Encrypted with the installation's key (`store.sealed`), so that a database alone opens nothing; "": no app."""
    totp_step = models.BigIntegerField(default=0)
    """The interval (RFC 6238, T) of the last code that was taken: none of it or before is taken again."""
    wrong = models.PositiveSmallIntegerField(default=0)
    """The number of wrong codes since `wrong_since`; too many close the second step, and `wrong_since` is then when."""
    wrong_since = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    unaudited = frozenset({"person", "totp_step", "wrong", "wrong_since"})
    secrets = frozenset({"totp_secret"})

    class Meta:
        db_table = "second_factor"

    def __str__(self) -> str:
        return self.person.email

    def audit_tenants(self) -> list[int | None]:
        return self.person.audit_tenants()


class RecoveryCode(models.Model):
    """A code that is good once, where app and passkeys are lost. Only a digest is kept."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64)
    """Keyed with the installation's key."""

    class Meta:
        db_table = "recovery_code"
        constraints = [models.UniqueConstraint(fields=["person", "digest"], name="recovery_code_once")]

    def __str__(self) -> str:
        return f"recovery code of {self.person_id}"


class Passkey(Audited):
    """A key pair of which a device of the person keeps the private half (WebAuthn)."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="passkeys")
    name = models.CharField(max_length=60)
    credential_id = models.CharField(max_length=1400, unique=True)
    """Base64url. At most 1023 bytes (WebAuthn, 4)."""
    credential = models.BinaryField()
    """The attested credential data, with the public key (WebAuthn, 6.5.1)."""
    sign_count = models.BigIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    last_used_at = models.DateTimeField(null=True)

    unaudited = frozenset({"person", "credential_id", "sign_count", "last_used_at"})

    class Meta:
        db_table = "passkey"
        ordering = ("created_at", "id")

    def __str__(self) -> str:
        return self.name

    def audit_tenants(self) -> list[int | None]:
        return self.person.audit_tenants()

    @property
    def audit_title(self) -> str:
        return f"{self.name} ({self.person.email})"
