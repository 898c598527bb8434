"""Accounts that are watched: what is known of each, what there was to tell, and when each was not reachable."""

from django.db import models

from .sip_account import SipAccount
from .tenant import Tenant


class PresenceBeat(models.Model):
    """The sign of a switchboard that it keeps the registrations of its edge true."""

    node = models.CharField(max_length=40, unique=True)
    count = models.BigIntegerField()
    """Another one at each sign. Not a time: clocks of two machines differ."""
    edge_started_at = models.DateTimeField(null=True)
    """Phones may be missing for a while after it; null: the edge is away, and nobody knows which are there."""

    class Meta:
        db_table = "presence_beat"

    def __str__(self) -> str:
        return self.node


class AccountWatch(models.Model):
    """An account that was reachable while it was monitored: `calls.monitoring.Watched` as a row."""

    class Told(models.TextChoices):
        WELL = "well", "well"
        GONE = "gone", "gone"
        FLAPS = "flaps", "flaps"

    sip_account = models.OneToOneField(SipAccount, models.CASCADE, primary_key=True, related_name="watch")
    reachable = models.BooleanField()
    since = models.DateTimeField()
    waits_from = models.DateTimeField(db_index=True)
    told = models.CharField(max_length=5, choices=Told.choices, default=Told.WELL)
    told_at = models.DateTimeField(null=True)
    changes = models.JSONField(default=list)
    """Times, in seconds since 1970."""
    counted = models.BooleanField(default=True)
    before = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True, db_index=True)
    """The time to look again though nothing has changed."""
    created_at = models.DateTimeField()

    class Meta:
        db_table = "account_watch"
        indexes = [models.Index(fields=["reachable"], name="watched_by_state")]

    def __str__(self) -> str:
        return f"{self.sip_account_id} {self.told}"


class Outage(models.Model):
    """A time in which an account was not reachable, for longer than a blink."""

    sip_account = models.ForeignKey(SipAccount, models.CASCADE, related_name="outages")
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    """Null: it goes on."""

    class Meta:
        db_table = "outage"
        ordering = ("-began_at", "-id")
        indexes = [models.Index(fields=["sip_account", "-began_at"], name="outages_of_account")]
        constraints = [
            models.UniqueConstraint(
                fields=["sip_account"], condition=models.Q(ended_at__isnull=True), name="one_open_outage"
            )
        ]

    def __str__(self) -> str:
        return f"{self.sip_account_id} {self.began_at}"


class MonitoringNews(models.Model):
    """Something to tell of an account; a row stays until it has been put into a mail."""

    class Kind(models.TextChoices):
        GONE = "gone", "gone"
        BACK = "back", "back"
        FLAPS = "flaps", "flaps"
        STEADY = "steady", "steady"

    tenant = models.ForeignKey(Tenant, models.CASCADE, related_name="monitoring_news")
    sip_account = models.ForeignKey(SipAccount, models.CASCADE, related_name="monitoring_news")
    kind = models.CharField(max_length=6, choices=Kind.choices)
    since = models.DateTimeField()
    """Since when the account has been as it is; of one that is back: since when it was not reachable."""
    at = models.DateTimeField()

    class Meta:
        db_table = "monitoring_news"
        ordering = ("at", "id")

    def __str__(self) -> str:
        return f"{self.sip_account_id} {self.kind}"
