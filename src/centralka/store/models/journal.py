"""The place up to which the recorder has read the engine's journal."""

from django.db import models


class JournalPosition(models.Model):
    """Everything before `position` of the node's journal is in `CallRecord`, and every call there has ended."""

    node = models.CharField(max_length=40, unique=True)
    position = models.BigIntegerField(default=0)
    """Segment and offset in one number, see `switch.journal.files`."""

    class Meta:
        db_table = "journal_position"

    def __str__(self) -> str:
        return f"{self.node}: {self.position}"
