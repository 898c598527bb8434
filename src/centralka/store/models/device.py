"""Devices of an account: each with a password of its own, which is taken back without touching the others."""

from django.db import models

from .sip_account import SipAccount


class Device(models.Model):
    """A phone or an app of an account; the edge reads it by the view `edge_account` (docs/decisions/0040)."""

    sip_account = models.ForeignKey(SipAccount, models.CASCADE, related_name="devices")
    name = models.CharField(max_length=60)
    username = models.CharField(max_length=40, unique=True)
    """For SIP's digest alone: the account's login, a dot and something random. In From and To stands the login."""
    digest = models.CharField(max_length=32)
    """MD5 of `username:realm:password`; the password is told once, and kept nowhere."""
    created_at = models.DateTimeField(auto_now_add=True)
    last_seen_at = models.DateTimeField(null=True)
    """When it was last known to be registered; null: never. Of one that is registered now: before that."""
    revoked_at = models.DateTimeField(null=True)
    """Since when its password is good no more; the switchboard ends what it registered."""

    class Meta:
        db_table = "device"
        ordering = ("created_at", "id")
        indexes = [models.Index(fields=["id"], condition=models.Q(revoked_at__isnull=False), name="devices_signed_out")]

    def __str__(self) -> str:
        return self.name
