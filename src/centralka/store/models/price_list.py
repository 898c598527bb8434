"""Prices of calls outside and of services. All are PLN net."""

from decimal import Decimal

from django.db import models
from django.utils.translation import gettext_lazy as _

from .audited import Audited
from .named import Named


class PriceList(Named, Audited):
    """A list of prices that the operator gives to companies."""

    name = models.CharField(max_length=60, unique=True)
    account_activation = models.DecimalField(max_digits=10, decimal_places=4, default=Decimal(0))
    """Once for each SIP account, when it is made."""
    account_monthly = models.DecimalField(max_digits=10, decimal_places=4, default=Decimal(0))
    """For each SIP account on the first of each month; pro rata in the month in which it is made."""
    reading = models.JSONField(null=True)
    """The reading of its files (`calls.price_list.reading.Reading`), once said; None: by their columns' names."""
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        db_table = "price_list"
        ordering = ("sort_key", "id")

    def __str__(self) -> str:
        return self.name


class PriceListRevision(Audited):
    """All prices of calls that a list has from one moment on. The latest revision that has begun to hold counts.

    It is written in short steps while another one holds, and comes into force by one statement: `holds_from` is set.
    """

    class State(models.TextChoices):
        """The stages of an upload on its way."""

        READING = "reading", _("Waiting for what its columns are")
        LOADING = "loading", _("Being loaded")
        READY = "ready", _("Ready")
        DROPPED = "dropped", _("Being removed")

    price_list = models.ForeignKey(PriceList, models.SET_NULL, null=True, related_name="revisions")
    """None: the list was deleted, and the prices will be."""
    state = models.CharField(max_length=8, choices=State.choices)
    holds_from = models.DateTimeField(null=True)
    """None: never yet, or never again."""
    wanted_from = models.DateTimeField(null=True)
    """From when the operator wants it to hold; None: as soon as it is loaded."""
    rows = models.PositiveIntegerField(default=0)
    loaded = models.PositiveIntegerField(default=0)
    """The number of rows that are written."""
    content = models.BinaryField(null=True)
    """The file that is still to be read (READING) or the rates that are still to be written (LOADING), compressed."""
    file_name = models.CharField(max_length=100, blank=True, default="")
    changes = models.JSONField(default=list)
    """Rows that were changed by hand: `{"at", "by", "before", "after"}`, the last two as `rate_as_json`."""
    made_by = models.CharField(max_length=254, blank=True, default="")
    made_at = models.DateTimeField()
    touched_at = models.DateTimeField()
    """The time at which a process last worked on it: an upload that its process left behind is known by that."""

    unaudited = frozenset(
        {"price_list", "wanted_from", "rows", "loaded", "content", "changes", "made_by", "made_at", "touched_at"}
    )
    """Of which list it is stands in its title."""

    class Meta:
        db_table = "price_list_revision"
        ordering = ("-made_at", "-id")
        indexes = [models.Index(fields=["price_list", "holds_from"], name="price_list_revision_holds")]

    def __str__(self) -> str:
        return f"{self.file_name or 'prices'} of {self.made_at:%Y-%m-%d}"

    @property
    def audit_title(self) -> str:
        return ": ".join(str(part) for part in (self.price_list, self.file_name) if part) or "–"


class Price(models.Model):
    """The price of calls to numbers that begin with `prefix`; the longest prefix counts."""

    # The constraint below is an index that begins with it: a second one would only cost.
    revision = models.ForeignKey(PriceListRevision, models.CASCADE, related_name="prices", db_index=False)
    prefix = models.CharField(max_length=15)
    """Digits of E.164 without the plus."""
    description = models.CharField(max_length=100, blank=True, default="")
    per_minute = models.DecimalField(max_digits=10, decimal_places=4)
    connection_fee = models.DecimalField(max_digits=10, decimal_places=4, default=Decimal(0))
    first_increment = models.PositiveSmallIntegerField(default=1)
    next_increment = models.PositiveSmallIntegerField(default=1)
    """Seconds; a call is charged by whole increments."""
    barred = models.BooleanField(default=False)
    """Nobody may call there, whatever the prices say."""

    class Meta:
        db_table = "price"
        ordering = ("prefix",)
        constraints = [models.UniqueConstraint(fields=["revision", "prefix"], name="prefix_once_per_revision")]

    def __str__(self) -> str:
        return f"{self.prefix}: {self.per_minute}"


class Installation(Audited):
    """Settings of the whole installation: one row, with id 1."""

    vat_percent = models.DecimalField(max_digits=4, decimal_places=2, default=Decimal(23))
    """Prices are kept net; this is only for showing them gross."""
    fraud_rules = models.JSONField(null=True)
    """The rules of a new company (`store.fraud.rules_as_json`); null: `calls.fraud.RECOMMENDED`."""

    class Meta:
        db_table = "installation"

    def __str__(self) -> str:
        return "installation"
