"""Keys that clients give their requests, so that a repetition makes nothing new and costs nothing again."""

from django.db import models

from .tenant import Tenant


class RequestKey(models.Model):
    """A request that made a SIP account. Stays when the account is deleted: a late repetition brings it not back."""

    tenant = models.ForeignKey(Tenant, models.CASCADE, related_name="request_keys")
    key = models.CharField(max_length=200)
    """As the client chose it: `Idempotency-Key` in the API, a hidden field of the panel's form."""
    made = models.BigIntegerField()
    """The id of the account."""
    content = models.CharField(max_length=64)
    """SHA-256 of what was asked for, without its secrets: the same key with other wishes is a mistake."""
    at = models.DateTimeField()

    class Meta:
        db_table = "request_key"
        constraints = [models.UniqueConstraint(fields=["tenant", "key"], name="request_key_once_per_tenant")]

    def __str__(self) -> str:
        return self.key
