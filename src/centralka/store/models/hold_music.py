"""Own files of companies, heard by the other side while a phone of the company holds a call."""

from django.db import models

from .audited import Audited
from .tenant import Tenant


class HoldMusic(Audited):
    """A company's own file; it is played only while the company has chosen it."""

    tenant = models.OneToOneField(Tenant, models.CASCADE, related_name="own_hold_music", primary_key=True)
    wav = models.BinaryField()
    """16 kHz mono 16-bit WAV."""
    seconds = models.FloatField()
    version = models.CharField(max_length=16)
    """Random, another one with each new file: the engines' copies are named after it."""
    changed_at = models.DateTimeField()

    unaudited = frozenset({"version"})

    class Meta:
        db_table = "hold_music"

    def __str__(self) -> str:
        return f"{self.tenant_id}: {self.seconds:.0f} s"

    @property
    def audit_title(self) -> str:
        return str(self.tenant)
