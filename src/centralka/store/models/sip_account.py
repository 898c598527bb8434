"""The internal SIP account: what a phone registers with, and everything that decides about its calls."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from centralka.calls.doing import Doing
from centralka.calls.facts import AccountKind

from .audited import Audited
from .named import Named
from .number import Number
from .sms_name import SmsName
from .tenant import Level, Tenant

if TYPE_CHECKING:
    from .monitoring import AccountWatch


class SmsMode(models.TextChoices):
    """Senders of an account's text messages; the values are those of `sms.senders.Mode`."""

    RANDOM = "random", _("Random number")
    NUMBER = "number", _("Own number")
    NAME = "name", _("Own name")


class SipAccount(Named, Audited):
    """A row here is an endpoint, its credentials and its address of record for the engine (see `store.realtime`)."""

    class MediaEncryption(models.TextChoices):
        """The values are those of `calls.media_encryption`."""

        OFF = "off", _("off")
        DTLS = "dtls", _("on")
        SRTP = "srtp", _("on, SDES too (only over TLS)")

    class Kind(models.TextChoices):
        VOICE = AccountKind.VOICE.value, _("Voice calls")
        FAX = AccountKind.FAX.value, _("Receiving faxes")

    tenant = models.ForeignKey(Tenant, models.CASCADE, related_name="sip_accounts")
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.VOICE)
    extension = models.CharField(max_length=6)
    extension_number = models.GeneratedField(
        expression=Cast("extension", models.IntegerField()), output_field=models.IntegerField(), db_persist=True
    )
    """The extension as people put it in order: 11 before 100."""
    login = models.CharField(max_length=27, unique=True)
    """`<tenant>_<extension>`, kept as a column because the engine looks accounts up by it."""
    name = models.CharField(max_length=60)
    password_digest = models.CharField(max_length=32)
    """MD5 of `login:realm:password` (RFC 8760 §2.6 names what SIP digest needs); never the password. "": of a fax
    account, which has no phone: neither engine nor edge is told of it."""
    internal_caller_id = models.CharField(max_length=15, null=True, blank=True)  # noqa: DJ001 (null: the real extension)
    ring_timeout = models.PositiveSmallIntegerField(default=30)
    call_waiting = models.BooleanField(default=True)
    caller_id = models.ForeignKey(Number, models.PROTECT, related_name="shown_by", null=True, blank=True)
    """The number that people outside see; null: no choice yet, so no call outside is possible unless restricted."""
    caller_id_restricted = models.BooleanField(default=False)
    """The number is hidden from people outside; the carrier still learns one of the company's."""
    sms_mode = models.CharField(max_length=6, choices=SmsMode.choices, default=SmsMode.RANDOM)
    sms_number = models.ForeignKey(Number, models.SET_NULL, related_name="sms_sender_of", null=True, blank=True)
    """With the mode `number`. One that the company does not have any more sends nothing; none is put in its place."""
    sms_name = models.ForeignKey(SmsName, models.SET_NULL, related_name="sms_sender_of", null=True, blank=True)
    """With the mode `name`; the same of one that is not approved any more."""
    sms_mail = models.BooleanField(default=True)
    """Messages that come in for it are mailed. The panel shows them in any case."""
    sms_emails = models.CharField(max_length=500, blank=True, default="")
    """Addresses that they are mailed to, with commas; "": the company's."""
    sms_phones = models.BooleanField(default=True)
    """They are handed to its phones (SIP MESSAGE)."""
    sms_webhook = models.BooleanField(default=True)
    """The company's program is told of them, if it hears of text messages at all."""
    international = models.CharField(max_length=8, choices=Level.choices, null=True, blank=True)  # noqa: DJ001 (null: the company's)
    max_rate = models.DecimalField(max_digits=10, decimal_places=4, null=True, blank=True)
    """PLN net per minute; null: the company's."""
    calls_at_once = models.PositiveIntegerField(null=True)
    """Of calls outside; null, as in the next two: as the company says."""
    spend_per_hour = models.DecimalField(max_digits=10, decimal_places=4, null=True)
    spend_per_day = models.DecimalField(max_digits=10, decimal_places=4, null=True)
    media_encryption = models.CharField(max_length=4, choices=MediaEncryption.choices, default=MediaEncryption.OFF)
    outbound_pin_digest = models.CharField(max_length=128, blank=True, default="")
    """Keyed digest (`store.pins`) of the PIN that is asked before calls outside; "": none is asked."""
    outbound_pin_wrong = models.PositiveSmallIntegerField(default=0)
    """The number of wrong PINs since `outbound_pin_wrong_since`; too many close the way out for a while."""
    outbound_pin_wrong_since = models.DateTimeField(null=True)
    return_after = models.PositiveSmallIntegerField(default=30)
    """Seconds that the target of a forward rings before the call comes back."""
    voicemail_enabled = models.BooleanField(default=False)
    voicemail_pin_digest = models.CharField(max_length=128, blank=True, default="")
    """Keyed digest (`store.pins`) of the PIN of the mailbox; "" only while there was never a mailbox."""
    voicemail_pin_wrong = models.PositiveSmallIntegerField(default=0)
    voicemail_pin_wrong_since = models.DateTimeField(null=True)
    voicemail_email = models.CharField(max_length=254, blank=True, default="")
    """The address to which new messages are mailed; "": none."""
    greeting_on_no_answer = models.BooleanField(default=True)
    """The own greeting is played after no answer and where no phone can be reached; else the system's."""
    greeting_on_busy = models.BooleanField(default=False)
    fax_sending = models.BooleanField(default=False)
    """A fax machine behind this account's phone adapter may go over to T.38 in a call; else it is refused."""
    switch_to_fax = models.ForeignKey("self", models.SET_NULL, related_name="switched_from", null=True, blank=True)
    """The fax account that takes a call over whose caller sends the fax tone; null: no tone is listened for."""
    fax_emails = models.TextField(blank=True, default="")
    """The addresses to which the faxes of a fax account are mailed, one a line."""
    fax_station = models.CharField(max_length=20, blank=True, default="")
    """The name that a fax account tells the sending machine (CSI, T.30 §5.3.6.2.4); "": none."""
    monitoring = models.BooleanField(default=True)
    """Somebody is told when it cannot be reached."""
    monitoring_emails = models.CharField(max_length=500, blank=True, default="")
    """Addresses that are told then, with commas; "": the company's."""
    monitoring_paused_until = models.DateTimeField(null=True)
    """Nobody is told before then; null, or over: it is not paused."""
    charged_month = models.CharField(max_length=7, blank=True, default="")
    """The last month (`2026-11`) whose fee is paid, or for which none was due; "": made before there were fees."""
    version = models.PositiveIntegerField(default=1)
    """Counts saves, its limits against fraud among them, so that of two who save at once the second is told."""
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)
    last_seen_at = models.DateTimeField(null=True)
    """The time at which a phone was last known to be registered; null: never."""

    unaudited = frozenset(
        {
            "extension_number",
            "login",
            "outbound_pin_wrong",
            "outbound_pin_wrong_since",
            "voicemail_pin_wrong",
            "voicemail_pin_wrong_since",
            "charged_month",
            "last_seen_at",
        }
    )
    secrets = frozenset({"password_digest", "outbound_pin_digest", "voicemail_pin_digest"})

    class Meta:
        db_table = "sip_account"
        ordering = ("extension_number", "id")
        constraints = [models.UniqueConstraint(fields=["tenant", "extension"], name="extension_unique_in_tenant")]

    def __str__(self) -> str:
        return f"{self.extension} {self.name}"

    @property
    def doing(self) -> Doing | None:
        """Tell what its phones do now; None: it is in no call. Lists read it together with the accounts, as
        `doing_now`."""
        number = vars(self).get("doing_now")
        if "doing_now" not in vars(self):
            parts = self.parts.filter(doing__isnull=False).order_by("-doing")
            number = parts.values_list("doing", flat=True).first()
        return Doing(number) if number is not None else None

    @property
    def reachable(self) -> bool:
        """Tell whether a phone is registered that answers when it is asked, or has come so lately that nobody knows
        yet."""
        return any(phone.answers is not False for phone in self.registrations.all())

    @property
    def silent_until(self) -> datetime | None:
        """The end of the last pause, its own or the company's, over or not: nobody is told before that it cannot be
        reached."""
        pauses = (self.monitoring_paused_until, self.tenant.monitoring_paused_until)
        return max((one for one in pauses if one), default=None)

    @property
    def paused_until(self) -> datetime | None:
        """The end of the pause that lasts now; None: there is none."""
        until = self.silent_until
        return until if until and until > timezone.now() else None

    @property
    def missed(self) -> "AccountWatch | None":
        """Return the monitoring of the account; None: it is not watched."""
        found: AccountWatch | None = getattr(self, "watch", None)
        return found

    @property
    def rings(self) -> bool:
        return self.doing is Doing.RINGING
