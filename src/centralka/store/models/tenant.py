"""A customer company. Nothing of one tenant is visible to another."""

from decimal import Decimal

from django.db import models
from django.utils.translation import gettext_lazy as _

from .audited import Audited
from .named import Named


class Level(models.TextChoices):
    """Levels of numbers that calls outside may go to; the values are those of `calls.destinations.Level`."""

    NATIONAL = "national", _("Poland only")
    EEA = "eea", _("European Economic Area")
    WORLD = "world", _("The whole world")


class HoldSound(models.TextChoices):
    """The sound that is heard on hold; the engine's classes are in asterisk/musiconhold.conf and the view
    `musiconhold`."""

    BUNDLED = "bundled", _("Centralka's music")
    OWN = "own", _("Our own file")
    SILENCE = "silence", _("Silence")


class Tenant(Named, Audited):
    """`slug` begins every SIP login of the company (`demo` in `demo_100`) and never changes."""

    slug = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=100)
    language = models.CharField(max_length=2, default="pl", choices=[("pl", "Polski"), ("en", "English")])
    last_extension = models.CharField(max_length=6, blank=True, default="")
    """The extension added last, as the form's hint; stays when that account is deleted."""
    international = models.CharField(max_length=8, choices=Level.choices, default=Level.NATIONAL)
    """The permission level of accounts that have none of their own."""
    max_rate = models.DecimalField(max_digits=10, decimal_places=4, default=Decimal("1.00"))
    """PLN net per minute: the dearest destination that accounts without a limit of their own can call."""
    longest_call = models.PositiveIntegerField(default=4 * 3600)
    """Seconds, whole minutes: a call that has gone on for so long is ended. Emergency calls are not."""
    hold_sound = models.CharField(max_length=8, choices=HoldSound.choices, default=HoldSound.BUNDLED)
    """The sound that the other side hears while a phone of the company holds the call."""
    sms_max_price = models.DecimalField(max_digits=10, decimal_places=4, default=Decimal("1.00"))
    """PLN net: the dearest text message, all its parts together, that the company's accounts can send."""
    sms_per_hour = models.PositiveIntegerField(default=200)
    """The number of text messages that the company can send within an hour: the operator's limit against thieves."""
    sms_email = models.CharField(max_length=254, blank=True, default="")
    """The address to which text messages that come in are mailed; "": none."""
    sms_night_from = models.CharField(max_length=5, blank=True, default="")
    """The time from which no messages go out, "HH:MM" by the installation's clock; "": they go at any time."""
    sms_night_until = models.CharField(max_length=5, blank=True, default="")
    """The time at which they go again; "" where the other is."""
    networks = models.CharField(max_length=500, blank=True, default="")
    """From where its accounts register and call: networks in CIDR notation, with commas. Empty: from everywhere."""
    alert_emails = models.CharField(max_length=500, blank=True, default="")
    """Addresses that are told when something is wrong, with commas; "": none."""
    webhook = models.CharField(max_length=500, blank=True, default="")
    """The address of the company's program that is told of what happens; "": none."""
    webhook_sms = models.BooleanField(default=False)
    """Text messages, too, and not only accounts that cannot be reached."""
    webhook_secret = models.CharField(max_length=64, blank=True, default="")
    """The key by which requests to that program are signed; "": no address was ever set."""
    monitoring_paused_until = models.DateTimeField(null=True)
    """Nobody is told of accounts that cannot be reached before then; null, or over: it is not paused."""
    low_balance = models.DecimalField(max_digits=14, decimal_places=4, null=True)
    """PLN net: below so much left to spend somebody is told; null: nobody is."""
    low_balance_told = models.BooleanField(default=False)
    """A low balance was told since there was more."""
    price_list = models.ForeignKey("store.PriceList", models.PROTECT, related_name="tenants", null=True)
    """Null: no price is known, so no call outside is possible (but emergency calls)."""
    premium_allowed = models.BooleanField(default=False)
    satellite_allowed = models.BooleanField(default=False)
    unknown_allowed = models.BooleanField(default=False)
    """Number ranges that nobody may call unless the operator allows it."""
    balance = models.DecimalField(max_digits=14, decimal_places=4, default=Decimal(0))
    """PLN net: always the sum of the company's ledger entries. Only `store.money` writes it."""
    credit_limit = models.DecimalField(max_digits=14, decimal_places=4, default=Decimal(0))
    """The amount by which the balance may go below zero; 0 is prepaid."""
    # Rules against fraud (`calls.fraud.Rules`); null: no limit. A company that was there before them has none.
    calls_at_once = models.PositiveIntegerField(null=True)
    spend_per_hour = models.DecimalField(max_digits=10, decimal_places=4, null=True)
    spend_per_day = models.DecimalField(max_digits=10, decimal_places=4, null=True)
    account_calls_at_once = models.PositiveIntegerField(null=True)
    account_spend_per_hour = models.DecimalField(max_digits=10, decimal_places=4, null=True)
    account_spend_per_day = models.DecimalField(max_digits=10, decimal_places=4, null=True)
    ask_new_countries = models.BooleanField(default=False)
    night_calls = models.CharField(max_length=6, default="none")
    night_from = models.CharField(max_length=5, default="22:00")
    night_until = models.CharField(max_length=5, default="06:00")
    second_factor_required = models.BooleanField(default=False)
    """The operator demands that each of its people sets a second factor up."""
    second_factor_wanted = models.BooleanField(default=False)
    """The company demands it itself."""
    version = models.PositiveIntegerField(default=1)
    """Counts the saves of its settings: the company's own, rules against fraud and the webhook's secret among them, and
    what the operator decides."""
    created_at = models.DateTimeField(auto_now_add=True)
    blocked_at = models.DateTimeField(null=True)
    """Since when no call comes in or goes out but to emergency numbers, and its people change nothing; null: it is not
    blocked."""
    block_reason = models.CharField(max_length=200, blank=True, default="")
    """The operator's word to the company."""
    closed_at = models.DateTimeField(null=True)
    """The time at which everything of it but its bookings was deleted: those are kept. Null: it is a customer."""

    unaudited = frozenset({"last_extension", "low_balance_told", "balance"})
    secrets = frozenset({"webhook_secret"})
    hosts_alone = frozenset({"webhook"})

    class Meta:
        db_table = "tenant"
        ordering = ("sort_key", "id")

    def __str__(self) -> str:
        return self.name

    def audit_tenants(self) -> list[int | None]:
        return [self.pk]
