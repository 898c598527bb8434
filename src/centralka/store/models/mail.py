"""Mail on its way out: a row is written in the transaction that gives the reason, and the worker sends it."""

from enum import StrEnum

from django.db import models
from django.utils.translation import gettext_lazy as _

from .fax import Fax
from .sip_account import SipAccount
from .sms import Sms
from .tenant import Tenant
from .voicemail import VoicemailMessage


class SignInChange(StrEnum):
    """Changes of how a person signs in; a mail tells each."""

    PASSWORD = "password"  # noqa: S105 (a kind, no secret)
    FIRST_PASSWORD = "first_password"  # noqa: S105 (the same)
    APP_ADDED = "app_added"
    APP_REMOVED = "app_removed"
    PASSKEY_ADDED = "passkey_added"
    PASSKEY_REMOVED = "passkey_removed"
    RECOVERY_CODES = "recovery_codes"
    SECOND_FACTOR_REMOVED = "second_factor_removed"
    ADDRESS = "address"


class Mail(models.Model):
    """One mail; it stays as the delivery log."""

    class Kind(models.TextChoices):
        VOICEMAIL = "voicemail", _("Voice message")
        FAX = "fax", _("Fax")
        MAILBOX_FULL = "mailbox_full", _("The mailbox is full")
        TEST = "test", _("Test message")
        DISK = "disk", _("The disk fills up")
        FRAUD = "fraud", _("Fraud is suspected")
        MONITORING = "monitoring", _("Accounts that cannot be reached")
        SMS = "sms", _("Text message")
        LOW_BALANCE = "low_balance", _("Little money is left")
        CERTIFICATE = "certificate", _("The certificate for TLS")
        SETUP = "setup", _("How to set up a phone")
        PASSWORD = "password", _("New password")
        ADDRESS = "address", _("New e-mail address")
        SIGN_IN = "sign_in", _("How you sign in was changed")
        NO_MONEY = "no_money", _("Calls are refused: no money is left")

    class State(models.TextChoices):
        QUEUED = "queued", _("Waiting")
        SENT = "sent", _("Sent")
        FILED = "filed", _("Written to a file: no mail server is set")
        FAILED = "failed", _("Failed")

    tenant = models.ForeignKey(Tenant, models.CASCADE, related_name="mails", null=True)
    """Null: it is for the operator."""
    sip_account = models.ForeignKey(SipAccount, models.SET_NULL, related_name="mails", null=True)
    message = models.ForeignKey(VoicemailMessage, models.SET_NULL, related_name="mails", null=True)
    fraud_stop = models.ForeignKey("store.FraudStop", models.SET_NULL, related_name="mails", null=True)
    fax = models.ForeignKey(Fax, models.SET_NULL, related_name="mails", null=True)
    sms = models.ForeignKey(Sms, models.SET_NULL, related_name="mails", null=True)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    key = models.CharField(max_length=120, unique=True)
    """The thing that it is about, e.g. `voicemail:<msg_id>`: nothing is mailed twice."""
    about = models.JSONField(default=dict)
    """The values that it tells, where they are not read from the database when it goes out."""
    to = models.CharField(max_length=254)
    language = models.CharField(max_length=2)
    state = models.CharField(max_length=6, choices=State.choices, default=State.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField()
    """The time of its (next) try."""
    error = models.CharField(max_length=300, blank=True, default="")
    """The answer of the mail server, or the network's error, at the last try."""
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    """The time at which the mail server took it; null also for one that became a file."""

    class Meta:
        db_table = "mail"
        ordering = ("-created_at", "-id")
        indexes = [
            models.Index(fields=["next_at"], condition=models.Q(state="queued"), name="mails_waiting"),
            models.Index(fields=["tenant", "-created_at", "-id"], name="mails_of_tenant"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} → {self.to}"
