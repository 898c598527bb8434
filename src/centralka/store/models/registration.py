"""Phones that are registered now, as the engine tells it."""

from django.db import models

from .device import Device
from .sip_account import SipAccount


class Registration(models.Model):
    """One contact of one account on one engine."""

    sip_account = models.ForeignKey(SipAccount, models.CASCADE, related_name="registrations")
    device = models.ForeignKey(Device, models.SET_NULL, related_name="registrations", null=True)
    """The device whose password was given; null: it was the account's own, or a browser's."""
    node = models.CharField(max_length=40)
    uri = models.CharField(max_length=255)
    user_agent = models.CharField(max_length=255, blank=True, default="")
    since = models.DateTimeField()
    answers = models.BooleanField(null=True)
    """The phone answers when the edge asks it; null: it came so lately that nobody knows."""
    answers_since = models.DateTimeField(null=True)
    """Since when `answers` says what it says."""

    class Meta:
        db_table = "registration"
        ordering = ("since", "id")
        constraints = [models.UniqueConstraint(fields=["node", "sip_account", "uri"], name="one_row_per_contact")]

    def __str__(self) -> str:
        return self.uri
