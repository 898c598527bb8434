"""Addresses and logins that get no answer at the edge for a while, and networks that always get one."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from .audited import Audited


class BlockedStranger(models.Model):
    """An address or an account that the edge of `node` blocks, as the switchboard there saw it a moment ago."""

    class Kind(models.TextChoices):
        ADDRESS = "address", _("address")
        ACCOUNT = "account", _("account")

    class Why(models.TextChoices):
        PASSWORDS = "passwords", _("wrong passwords")
        FLOOD = "flood", _("too many messages")
        SCAN = "scan", _("looking for a way in")

    node = models.CharField(max_length=60)
    kind = models.CharField(max_length=7, choices=Kind.choices)
    whom = models.CharField(max_length=64)
    """The address, or the login of the account."""
    why = models.CharField(max_length=9, choices=Why.choices)
    until = models.DateTimeField()
    lifted = models.BooleanField(default=False)
    """An order to the switchboard: the row goes when the edge has obeyed."""

    class Meta:
        db_table = "blocked_stranger"
        ordering = ("-until", "id")
        constraints = [models.UniqueConstraint(fields=("node", "kind", "whom"), name="blocked_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.whom}"


class NeverBlocked(Audited):
    """A network whose addresses are never blocked. The edge reads it when it is about to block one."""

    network = models.CharField(max_length=43, unique=True)
    """In CIDR notation: 203.0.113.0/24."""
    note = models.CharField(max_length=100, blank=True, default="")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "never_blocked"
        ordering = ("network", "id")

    def __str__(self) -> str:
        return self.network
