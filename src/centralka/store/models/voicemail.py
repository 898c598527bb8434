"""Voicemail: messages as the engine recorded them, and the company's own greetings."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from .audited import Audited
from .sip_account import SipAccount


class Greeting(Audited):
    """An account's own greeting, uploaded or recorded by phone; without a row the system's is played."""

    class Source(models.TextChoices):
        UPLOAD = "upload", _("uploaded")
        PHONE = "phone", _("recorded by phone")

    sip_account = models.OneToOneField(SipAccount, models.CASCADE, related_name="greeting")
    wav = models.BinaryField()
    """16 kHz mono 16-bit WAV."""
    seconds = models.FloatField()
    source = models.CharField(max_length=6, choices=Source.choices)
    version = models.CharField(max_length=16)
    """Random, another one with each new greeting: the engine's copy is named after it."""
    changed_at = models.DateTimeField()

    unaudited = frozenset({"sip_account", "version"})

    class Meta:
        db_table = "greeting"

    def __str__(self) -> str:
        return f"{self.sip_account_id}: {self.seconds:.0f} s"

    def audit_tenants(self) -> list[int | None]:
        return [self.sip_account.tenant_id]

    @property
    def audit_title(self) -> str:
        return str(self.sip_account)


class VoicemailMessage(models.Model):
    """A message in a mailbox. The engine's folder of recordings is followed by `switch.mailboxes.protocol`."""

    class Order(models.TextChoices):
        """Things that somebody wants of a message and that the engine has not done yet."""

        NOTHING = "", _("nothing")
        HEARD = "heard", _("heard")
        UNHEARD = "unheard", _("unheard")
        DELETE = "delete", _("delete")

    sip_account = models.ForeignKey(SipAccount, models.CASCADE, related_name="voicemail_messages")
    node = models.CharField(max_length=40)
    """The engine that has the recording."""
    msg_id = models.CharField(max_length=80, unique=True)
    """`<node>/<the engine's message id>`, unique for ever."""
    caller_number = models.CharField(max_length=40, blank=True, default="")
    """An extension, or E.164; "" for a caller who hides it."""
    caller_name = models.CharField(max_length=60, blank=True, default="")
    received_at = models.DateTimeField()
    seconds = models.PositiveIntegerField()
    heard = models.BooleanField(default=False)
    order = models.CharField(max_length=8, choices=Order.choices, blank=True, default=Order.NOTHING)
    deleted_at = models.DateTimeField(null=True)
    """Not shown any more; the row goes when the engine has removed the recording and no mail waits for it."""

    class Meta:
        db_table = "voicemail_message"
        ordering = ("heard", "-received_at", "-id")
        indexes = [
            models.Index(fields=["sip_account", "heard", "-received_at", "-id"], name="messages_of_account"),
            models.Index(fields=["node"], condition=~models.Q(order=""), name="orders_of_node"),
        ]

    def __str__(self) -> str:
        return f"{self.caller_number} {self.received_at:%F %T}"


class VoicemailAudio(models.Model):
    """The recording of a message, in a table of its own so that lists do not read it."""

    message = models.OneToOneField(VoicemailMessage, models.CASCADE, related_name="audio", primary_key=True)
    wav = models.BinaryField()
    """8 kHz mono 16-bit WAV."""

    class Meta:
        db_table = "voicemail_audio"

    def __str__(self) -> str:
        return str(self.message_id)


class StaleLamp(models.Model):
    """A note for the switchboard beside the edge: the lamps of an account's phones may have to show something else."""

    account = models.BigIntegerField()
    """Its id. The account may be gone: then there is nobody to be told."""

    class Meta:
        db_table = "stale_lamp"

    def __str__(self) -> str:
        return str(self.account)
