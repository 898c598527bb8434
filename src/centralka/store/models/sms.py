"""Text messages: the operator's gateways and their prices, the companies' sender names, and every message."""

import secrets
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from .audited import Audited
from .named import Named
from .price_list import PriceList
from .sip_account import SipAccount
from .sms_reasons import NIGHT, NO_GATEWAY, in_words
from .tenant import Tenant


class SmsGateway(Named, Audited):
    """A way out (and in) for messages."""

    class Kind(models.TextChoices):
        HTTP = "http", _("Described by templates (HTTP)")
        SMSAPI = "smsapi", _("SMSAPI.pl")
        SERWERSMS = "serwersms", _("SerwerSMS.pl")
        SMPP = "smpp", _("SMPP 3.4")

    name = models.CharField(max_length=60, unique=True)
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.HTTP)
    enabled = models.BooleanField(default=True)
    priority = models.PositiveSmallIntegerField(default=10)
    """The lowest is tried first; the next one where a gateway certainly did not take a message."""
    address = models.CharField(max_length=500)
    """The address to which messages are sent; a template for a general one, `smpp://host:port` or `smpps://…` for one
    over SMPP."""
    secret = models.CharField(max_length=500, blank=True, default="")
    """The token, the header Authorization of a general one, or the password of one over SMPP."""
    templates = models.JSONField(default=dict)
    """Differences from the defaults of `sms.http_gateway.Templates`, or of `sms.smpp.SmppSettings`; the own numbers
    of one of SerwerSMS.pl."""
    callback = models.CharField(max_length=64, unique=True)
    """The secret in the addresses at which it tells what became of messages."""
    problem = models.CharField(max_length=200, blank=True, default="")
    """The problem of the last request; "": it was answered as it should."""
    told_at = models.DateTimeField(null=True)
    """The time of the last request; null: it was not used yet."""
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)

    unaudited = frozenset({"problem", "told_at"})
    secrets = frozenset({"address", "secret", "templates", "callback"})

    class Meta:
        db_table = "sms_gateway"
        ordering = ("priority", "id")

    def __str__(self) -> str:
        return self.name

    @property
    def problem_in_words(self) -> str:
        """Return what went wrong, in the reader's language where it is ours to say."""
        return in_words(self.problem)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save the gateway; a new one gets its secret."""
        self.callback = self.callback or secrets.token_urlsafe(32)
        super().save(*args, **kwargs)


class SmsPrice(models.Model):
    """The price of each part of a message to numbers that begin with `prefix`; the longest prefix counts. PLN net."""

    price_list = models.ForeignKey(PriceList, models.CASCADE, related_name="sms_prices", db_index=False)
    prefix = models.CharField(max_length=15)
    description = models.CharField(max_length=100, blank=True, default="")
    standard = models.DecimalField(max_digits=10, decimal_places=4)
    premium = models.DecimalField(max_digits=10, decimal_places=4, null=True)
    """Null: no message with an own sender goes there."""

    class Meta:
        db_table = "sms_price"
        ordering = ("prefix",)
        constraints = [models.UniqueConstraint(fields=["price_list", "prefix"], name="sms_prefix_once_per_list")]

    def __str__(self) -> str:
        return f"{self.prefix}: {self.standard}"


class Sms(models.Model):
    """A message out or in; it stays as the record of it."""

    class Direction(models.TextChoices):
        OUT = "out", _("Sent")
        IN = "in", _("Received")

    class State(models.TextChoices):
        """As `sms.states.State`, which says what each means."""

        QUEUED = "queued", _("Waiting")
        SENDING = "sending", _("Being sent")
        UNKNOWN = "unknown", _("Not known yet")
        ACCEPTED = "accepted", _("Accepted by the gateway")
        SENT = "sent", _("On its way")
        DELIVERED = "delivered", _("Delivered")
        FAILED = "failed", _("Failed")
        RECEIVED = "received", _("Received")

    NIGHT: ClassVar = NIGHT
    NO_GATEWAY: ClassVar = NO_GATEWAY

    tenant = models.ForeignKey(Tenant, models.CASCADE, related_name="sms")
    sip_account = models.ForeignKey(SipAccount, models.SET_NULL, related_name="sms", null=True)
    direction = models.CharField(max_length=3, choices=Direction.choices)
    number = models.CharField(max_length=20)
    """The other side: E.164, or the name that a message from outside came with."""
    sender = models.CharField(max_length=16, blank=True, default="")
    """Our side: a name, or an own number in E.164; "": a random number."""
    text = models.TextField()
    coding = models.CharField(max_length=4, blank=True, default="")
    parts = models.PositiveSmallIntegerField(default=1)
    tier = models.CharField(max_length=8, blank=True, default="")
    price = models.DecimalField(max_digits=10, decimal_places=4, null=True)
    """PLN net, of all parts; null for one that came in."""
    state = models.CharField(max_length=9, choices=State.choices)
    reason = models.CharField(max_length=200, blank=True, default="")
    """Why it failed, or what is known of it; a gateway's words as they came."""
    gateway = models.ForeignKey(SmsGateway, models.SET_NULL, related_name="sms", null=True)
    gateway_name = models.CharField(max_length=60, blank=True, default="")
    their_id = models.CharField(max_length=100, blank=True, default="")
    """The gateway's id of it."""
    key = models.CharField(max_length=64, unique=True)
    """Our id of it for gateways; for one that came in a digest of it, so that it is kept once."""
    batch = models.CharField(max_length=32, blank=True, default="")
    """Messages that were sent with one request."""
    by = models.CharField(max_length=254, blank=True, default="")
    """The person or token that sent it."""
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField()
    """The time at which the worker looks after it (again), while nothing is certain."""
    phones_at = models.DateTimeField(null=True)
    """The time at which one that came in is handed to its account's phones (again); null: they have it, or are not to
    have it."""
    created_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    """The time at which it was delivered, or failed."""
    seen = models.BooleanField(default=True)
    """False: it came in, and nobody looked at it yet."""

    class Meta:
        db_table = "sms"
        ordering = ("-created_at", "-id")
        indexes = [
            models.Index(fields=["tenant", "-created_at", "-id"], name="sms_of_tenant"),
            models.Index(fields=["tenant", "number", "-created_at"], name="sms_of_number"),
            models.Index(
                fields=["next_at"],
                condition=models.Q(state__in=["queued", "sending", "unknown"]),
                name="sms_waiting",
            ),
            models.Index(
                fields=["gateway", "accepted_at"],
                condition=models.Q(state__in=["accepted", "sent"]),
                name="sms_reports_wanted",
            ),
            models.Index(fields=["phones_at"], condition=models.Q(phones_at__isnull=False), name="sms_for_phones"),
            models.Index(fields=["gateway", "their_id"], name="sms_of_gateway"),
            models.Index(fields=["batch"], name="sms_of_batch"),
        ]

    def __str__(self) -> str:
        return f"{self.direction} {self.number}: {self.state}"

    @property
    def reason_in_words(self) -> str:
        """Return the reason, in the reader's language where it is ours and not a gateway's."""
        return in_words(self.reason)


class SmsStop(models.Model):
    """Somebody who wants no more messages of a company."""

    tenant = models.ForeignKey(Tenant, models.CASCADE, related_name="sms_stops")
    number = models.CharField(max_length=16)
    text = models.CharField(max_length=40)
    """The words that they answered."""
    at = models.DateTimeField()

    class Meta:
        db_table = "sms_stop"
        ordering = ("-at", "-id")
        constraints = [models.UniqueConstraint(fields=["tenant", "number"], name="sms_stop_once_per_tenant")]

    def __str__(self) -> str:
        return self.number
