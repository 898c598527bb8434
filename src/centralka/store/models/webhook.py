"""Events that a company's own program is told: queued with what happened, delivered by the worker, kept as a log."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from .tenant import Tenant


class WebhookDelivery(models.Model):
    """One event on its way to the address that the company had when it happened."""

    class State(models.TextChoices):
        QUEUED = "queued", _("Waiting")
        DELIVERED = "delivered", _("Delivered")
        FAILED = "failed", _("Failed")

    tenant = models.ForeignKey(Tenant, models.CASCADE, related_name="webhook_deliveries")
    key = models.CharField(max_length=80, unique=True)
    """The thing that it tells, e.g. `monitoring:17`: nothing is told twice. The receiver gets it, too."""
    event = models.CharField(max_length=40)
    body = models.TextField()
    """JSON, as it is signed and sent."""
    address = models.CharField(max_length=500)
    state = models.CharField(max_length=9, choices=State.choices, default=State.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField()
    answer = models.CharField(max_length=100, blank=True, default="")
    """The result of the last try."""
    created_at = models.DateTimeField()
    delivered_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "webhook_delivery"
        ordering = ("-created_at", "-id")
        indexes = [
            models.Index(fields=["next_at"], condition=models.Q(state="queued"), name="webhooks_waiting"),
            models.Index(fields=["tenant", "-created_at", "-id"], name="webhooks_of_tenant"),
        ]

    def __str__(self) -> str:
        return f"{self.event} → {self.address}"
