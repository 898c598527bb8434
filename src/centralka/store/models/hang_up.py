"""Orders to end running calls."""

from django.db import models

from .call_record import CallRecord


class HangUp(models.Model):
    """An order to the switchboard of the call's node. The row goes when the call has ended."""

    call_record = models.OneToOneField(CallRecord, models.CASCADE, related_name="hang_up", primary_key=True)
    by = models.CharField(max_length=254)
    """The name of the person or token that ordered it."""
    ordered_at = models.DateTimeField()

    class Meta:
        db_table = "hang_up"

    def __str__(self) -> str:
        return f"{self.call_record_id} by {self.by}"
