"""Devices of an account: each with a password of its own, which is taken back without touching the others."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from .audited import Audited
from .sip_account import SipAccount


class Device(Audited):
    """A phone or an app of an account; the edge reads it by the view `edge_device` (docs/decisions/0040)."""

    class Maker(models.TextChoices):
        """Of a device that fetches its settings itself: desk phones by their MAC, an app once."""

        YEALINK = "yealink", "Yealink"
        GRANDSTREAM = "grandstream", "Grandstream"
        SNOM = "snom", "Snom"
        FANVIL = "fanvil", "Fanvil"
        LINPHONE = "linphone", "Linphone"

    sip_account = models.ForeignKey(SipAccount, models.CASCADE, related_name="devices")
    name = models.CharField(max_length=60)
    username = models.CharField(max_length=40, unique=True)
    """For SIP's digest alone: the account's login, a dot and something random. In From and To stands the login."""
    digest = models.CharField(max_length=32)
    """MD5 of `username:realm:password`; the password is told once, and kept nowhere."""
    maker = models.CharField(max_length=11, choices=Maker.choices, blank=True, default="")
    """"": it is set up by hand."""
    mac = models.CharField(max_length=12, blank=True, default="")
    """Of a phone that fetches its settings: 12 hexadecimal digits in small letters."""
    token_digest = models.CharField(max_length=64, unique=True, null=True)  # noqa: DJ001 (unique: several have none)
    """SHA-256 of what stands in the address from which it fetches them; null: it fetches none."""
    token_before = models.CharField(max_length=64, blank=True, default="", db_index=True)
    """The same of the address before this one, which is refused."""
    password_due = models.BooleanField(default=False)
    """The next settings that it fetches have a password, made at that moment."""
    settings_until = models.DateTimeField(null=True)
    """Until when an app may fetch them; null: a desk phone, which always may."""
    created_at = models.DateTimeField(auto_now_add=True)
    last_seen_at = models.DateTimeField(null=True)
    """The time at which it was last known to be registered; null: never. Of one that is registered now: before that."""
    revoked_at = models.DateTimeField(null=True)
    """Since when its password is good no more; the switchboard ends what it registered."""

    unaudited = frozenset({"username", "token_before", "password_due", "settings_until", "last_seen_at"})
    secrets = frozenset({"digest", "token_digest"})

    class Meta:
        db_table = "device"
        ordering = ("created_at", "id")
        indexes = [models.Index(fields=["id"], condition=models.Q(revoked_at__isnull=False), name="devices_signed_out")]

    def __str__(self) -> str:
        return self.name

    def audit_tenants(self) -> list[int | None]:
        return [self.sip_account.tenant_id]

    @property
    def audit_title(self) -> str:
        return f"{self.name} ({self.sip_account})"


class SettingsFetch(models.Model):
    """That somebody asked for a device's settings: a row for all that asked alike, so that a flood stays a few rows."""

    class Answer(models.TextChoices):
        WITH_PASSWORD = "password", _("given, with the password")
        WITHOUT_PASSWORD = "known", _("given, without the password: it was taken before")
        OTHER_FILE = "file", _("refused: no file of ours, or another phone's")
        OTHER_MAC = "mac", _("refused: the phone says that it has another MAC")
        OTHER_MAKER = "maker", _("refused: no phone of this maker, perhaps a browser")
        OLD_ADDRESS = "old", _("refused: an old address")
        TAKEN = "taken", _("refused: it was used before")
        EXPIRED = "expired", _("refused: it was too late")

    device = models.ForeignKey(Device, models.CASCADE, related_name="fetches")
    answer = models.CharField(max_length=8, choices=Answer.choices)
    address = models.CharField(max_length=45)
    user_agent = models.CharField(max_length=200, blank=True, default="")
    file = models.CharField(max_length=100)
    times = models.PositiveIntegerField(default=1)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()

    class Meta:
        db_table = "settings_fetch"
        ordering = ("-last_at", "-id")

    def __str__(self) -> str:
        return f"{self.file}: {self.answer}"

    @property
    def was_refused(self) -> bool:
        return self.answer not in (self.Answer.WITH_PASSWORD, self.Answer.WITHOUT_PASSWORD)
