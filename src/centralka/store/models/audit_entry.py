"""The audit log: who changed what, from what to what."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from ..acting import Kind


class AuditEntry(models.Model):
    """One thing that was added, changed or removed. Written in the transaction that does it, and never changed."""

    class Did(models.TextChoices):
        ADDED = "added", _("added")
        CHANGED = "changed", _("changed")
        REMOVED = "removed", _("removed")

    class By(models.TextChoices):
        """The values are those of `store.acting.Kind`."""

        PERSON = Kind.PERSON.value, _("person")
        TOKEN = Kind.TOKEN.value, _("API token")
        COMMAND = Kind.COMMAND.value, _("command line")
        VISITOR = Kind.VISITOR.value, _("not signed in")
        SYSTEM = Kind.SYSTEM.value, _("system")

    tenant = models.ForeignKey("store.Tenant", models.CASCADE, related_name="audit_entries", null=True)
    """The company whose it was; null: it was the operator's."""
    at = models.DateTimeField()
    by = models.CharField(max_length=7, choices=By.choices)
    who = models.CharField(max_length=254, blank=True, default="")
    by_operator = models.BooleanField(default=False)
    """The operator did it: the company is not told which person that was."""
    address = models.CharField(max_length=45, blank=True, default="")
    """From which IP address; "": from none."""
    did = models.CharField(max_length=7, choices=Did.choices)
    what = models.CharField(max_length=40)
    """The kind of thing, as its table is called."""
    object_id = models.BigIntegerField(null=True)
    title = models.CharField(max_length=200)
    """The name that people gave it then."""
    changes = models.JSONField(default=list)
    """`[field, before, after]` each, as text; `[field]` alone for a secret, whose values are kept nowhere."""

    class Meta:
        db_table = "audit_entry"
        ordering = ("-at", "-id")
        indexes = [
            models.Index(fields=["tenant", "-at", "-id"], name="audit_of_tenant"),
            models.Index(fields=["-at", "-id"], name="audit_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.what} {self.did}: {self.title}"
