"""Count the changes of a company's call records: the order in which a program can follow them."""

from django.db import models

from .tenant import Tenant


class CallChanges(models.Model):
    """The number of the company's latest change of a call record (`CallRecord.change`).

    A process that writes records takes their numbers here, in the same transaction. Its row stays locked until that
    ends, so a change is never seen before one with a smaller number, however many nodes write.
    """

    tenant = models.OneToOneField(Tenant, models.CASCADE, primary_key=True)
    last = models.BigIntegerField()

    class Meta:
        db_table = "call_changes"

    def __str__(self) -> str:
        return f"{self.tenant_id}: {self.last}"
