"""Other people's numbers that a company saved, to forward calls there."""

from django.db import models

from .audited import Audited
from .named import Named
from .tenant import Tenant


class ExternalNumber(Named, Audited):
    """A public number with a name, of no account and no trunk of ours."""

    tenant = models.ForeignKey(Tenant, models.CASCADE, related_name="external_numbers")
    e164 = models.CharField(max_length=16)
    name = models.CharField(max_length=60)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "external_number"
        ordering = ("sort_key", "e164")
        constraints = [models.UniqueConstraint(fields=["tenant", "e164"], name="external_number_once_per_tenant")]

    def __str__(self) -> str:
        return f"{self.name} {self.e164}"
