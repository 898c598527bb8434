"""Names that companies want to send messages under."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from .audited import Audited
from .tenant import Tenant


class SmsName(Audited):
    """A sender name that a company asked for; the operator approves it, refuses it, or takes it away again."""

    class State(models.TextChoices):
        ASKED = "asked", _("Waiting for the operator")
        APPROVED = "approved", _("Approved")
        REFUSED = "refused", _("Refused")

    tenant = models.ForeignKey(Tenant, models.CASCADE, related_name="sms_names")
    name = models.CharField(max_length=11)
    purpose = models.CharField(max_length=300)
    """The company's use for the name, and why the name is its own."""
    state = models.CharField(max_length=8, choices=State.choices, default=State.ASKED)
    reason = models.CharField(max_length=200, blank=True, default="")
    """The operator's word to the company on a refusal."""
    asked_by = models.CharField(max_length=254)
    asked_at = models.DateTimeField()
    decided_by = models.CharField(max_length=254, blank=True, default="")
    decided_at = models.DateTimeField(null=True)

    unaudited = frozenset({"asked_by", "asked_at", "decided_by", "decided_at"})

    class Meta:
        db_table = "sms_name"
        ordering = ("name", "id")
        constraints = [models.UniqueConstraint(fields=["tenant", "name"], name="sms_name_once_per_tenant")]

    def __str__(self) -> str:
        return self.name
