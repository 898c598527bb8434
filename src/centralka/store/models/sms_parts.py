"""Text messages over SMPP: the parts that a gateway took, each under an id of its own, and pieces of what came in."""

from django.db import models

from .sms import Sms, SmsGateway


class SmsPart(models.Model):
    """A part of a message, once its gateway has it."""

    sms = models.ForeignKey(Sms, models.CASCADE, related_name="taken_parts", db_index=False)
    place = models.PositiveSmallIntegerField()
    total = models.PositiveSmallIntegerField()
    """The number of parts of the message."""
    their_id = models.CharField(max_length=100, blank=True, default="")
    """The gateway's id of it."""
    state = models.CharField(max_length=9)
    reason = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        db_table = "sms_part"
        constraints = [models.UniqueConstraint(fields=["sms", "place"], name="sms_part_once")]
        indexes = [models.Index(fields=["their_id"], name="sms_part_by_id")]

    def __str__(self) -> str:
        return f"{self.sms_id}: {self.place} of {self.total}"


class SmsPiece(models.Model):
    """A piece of a long message that came in, until all are there."""

    gateway = models.ForeignKey(SmsGateway, models.CASCADE, related_name="pieces", db_index=False)
    sender = models.CharField(max_length=24)
    to = models.CharField(max_length=24)
    reference = models.PositiveIntegerField()
    total = models.PositiveSmallIntegerField()
    place = models.PositiveSmallIntegerField()
    coding = models.PositiveSmallIntegerField()
    content = models.BinaryField()
    came_at = models.DateTimeField()

    class Meta:
        db_table = "sms_piece"
        constraints = [
            models.UniqueConstraint(
                fields=["gateway", "sender", "to", "reference", "total", "place"], name="sms_piece_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.gateway_id}: {self.place} of {self.total}"
