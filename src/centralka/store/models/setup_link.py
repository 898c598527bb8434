"""Links by which somebody without a login sets a phone of an account up, once."""

from django.db import models

from .audited import Audited
from .sip_account import SipAccount


class SetupLink(Audited):
    """A link that was mailed. What stands in it is computed from the row and the installation's key: it is not kept."""

    sip_account = models.ForeignKey(SipAccount, models.CASCADE, related_name="setup_links")
    nonce = models.CharField(max_length=32)
    email = models.CharField(max_length=254)
    password_digest = models.CharField(max_length=32)
    """The account's when the link was made: with another password the link is over."""
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    unaudited = frozenset({"expires_at"})
    secrets = frozenset({"nonce", "password_digest"})

    class Meta:
        db_table = "setup_link"

    def __str__(self) -> str:
        return self.email

    def audit_tenants(self) -> list[int | None]:
        return [self.sip_account.tenant_id]

    @property
    def audit_title(self) -> str:
        return str(self.sip_account)
