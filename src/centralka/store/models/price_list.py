"""What calls outside and services cost. All prices are PLN net."""

from decimal import Decimal

from django.db import models

from .named import Named


class PriceList(Named):
    """A list of prices that the operator gives to companies."""

    name = models.CharField(max_length=60, unique=True)
    account_activation = models.DecimalField(max_digits=10, decimal_places=4, default=Decimal(0))
    """Once for each SIP account, when it is made."""
    account_monthly = models.DecimalField(max_digits=10, decimal_places=4, default=Decimal(0))
    """For each SIP account on the first of each month; pro rata in the month in which it is made."""
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        db_table = "price_list"
        ordering = ("sort_key", "id")

    def __str__(self) -> str:
        return self.name


class Price(models.Model):
    """What calls to numbers that begin with `prefix` cost; the longest prefix counts."""

    price_list = models.ForeignKey(PriceList, models.CASCADE, related_name="prices")
    prefix = models.CharField(max_length=15)
    """Digits of E.164 without the plus."""
    description = models.CharField(max_length=100, blank=True, default="")
    per_minute = models.DecimalField(max_digits=10, decimal_places=4)
    connection_fee = models.DecimalField(max_digits=10, decimal_places=4, default=Decimal(0))
    first_increment = models.PositiveSmallIntegerField(default=1)
    next_increment = models.PositiveSmallIntegerField(default=1)
    """Seconds; a call is charged by whole increments."""

    class Meta:
        db_table = "price"
        ordering = ("prefix",)
        constraints = [models.UniqueConstraint(fields=["price_list", "prefix"], name="prefix_once_per_price_list")]

    def __str__(self) -> str:
        return f"{self.prefix}: {self.per_minute}"


class Installation(models.Model):
    """What holds for the whole installation: one row, with id 1."""

    vat_percent = models.DecimalField(max_digits=4, decimal_places=2, default=Decimal(23))
    """Prices are kept net; this is only for showing them gross."""

    class Meta:
        db_table = "installation"

    def __str__(self) -> str:
        return "installation"
