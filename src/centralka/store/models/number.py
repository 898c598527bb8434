"""Public numbers: each belongs to the operator, who gives it to a company."""

from django.db import models

from .audited import Audited
from .tenant import Tenant


class Number(Audited):
    """A public number in E.164 on which calls come in, and which accounts can show as their caller ID."""

    e164 = models.CharField(max_length=16, unique=True)
    """`+48221234567`."""
    tenant = models.ForeignKey(Tenant, models.PROTECT, related_name="numbers", null=True, blank=True)
    """Null: in the operator's stock, given to nobody."""
    sip_account = models.ForeignKey(
        "store.SipAccount", models.SET_NULL, related_name="incoming_numbers", null=True, blank=True
    )
    """The account that incoming calls ring; null: none, the caller hears that there is no such number (404)."""
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "number"
        ordering = ("e164",)

    def __str__(self) -> str:
        return self.e164
