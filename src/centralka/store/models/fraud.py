"""Rules against fraud: what each company decided, what they stopped, and what is counted for them."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from centralka.calls.fraud import FraudRule, NightCalls

from .audited import Audited
from .sip_account import SipAccount
from .tenant import Tenant


class FraudStop(models.Model):
    """A rule that refused a call, until somebody lifts it. The owners were told when the row was made."""

    class Rule(models.TextChoices):
        PER_HOUR = FraudRule.PER_HOUR.value, _("too much money in an hour")
        PER_DAY = FraudRule.PER_DAY.value, _("too much money in 24 hours")
        CALLS_AT_ONCE = FraudRule.CALLS_AT_ONCE.value, _("too many calls outside at once")
        NEW_COUNTRY = FraudRule.NEW_COUNTRY.value, _("a country that was never called before")
        NIGHT = FraudRule.NIGHT.value, _("a call at night")

    tenant = models.ForeignKey(Tenant, models.CASCADE, related_name="fraud_stops")
    sip_account = models.ForeignKey(SipAccount, models.CASCADE, related_name="fraud_stops", null=True)
    """The account that has the limit; null: the company has it."""
    rule = models.CharField(max_length=13, choices=Rule.choices)
    area = models.CharField(max_length=16, blank=True, default="")
    """As `calls.fraud.area_of`; only of a new country."""
    limit = models.CharField(max_length=20, blank=True, default="")
    caller = models.ForeignKey(SipAccount, models.SET_NULL, related_name="+", null=True)
    """The account whose call was refused."""
    number = models.CharField(max_length=16, blank=True, default="")
    """The number (E.164) that was called."""
    at = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.CharField(max_length=254, blank=True, default="")
    """The person or token; "" for one that ended by itself."""

    class Meta:
        db_table = "fraud_stop"
        ordering = ("-at", "-id")
        indexes = [
            models.Index(fields=["tenant"], condition=models.Q(lifted_at=None), name="fraud_stops_of_tenant"),
            models.Index(fields=["-at", "-id"], name="fraud_stops_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.rule} of {self.sip_account_id or 'the company'}"

    @property
    def holds(self) -> bool:
        """Tell whether it refuses all further paid calls and text messages."""
        return FraudRule(self.rule).holds


class KnownCountry(Audited):
    """A country that a company called, or allowed: calls there need no further question."""

    tenant = models.ForeignKey(Tenant, models.CASCADE, related_name="known_countries")
    area = models.CharField(max_length=16)
    """As `calls.fraud.area_of`."""
    since = models.DateTimeField()
    by = models.CharField(max_length=254, blank=True, default="")
    """The person who allowed it; "": it was called while nobody had to be asked."""

    unaudited = frozenset({"since", "by"})

    class Meta:
        db_table = "known_country"
        ordering = ("area",)
        constraints = [models.UniqueConstraint(fields=["tenant", "area"], name="country_known_once")]

    def __str__(self) -> str:
        return self.area


class Spent(models.Model):
    """The cost of calls in ten minutes: of one account, or of a company (`account` 0). `store.fraud` adds it up."""

    tenant = models.ForeignKey(Tenant, models.CASCADE, related_name="+", db_index=False)
    account = models.BigIntegerField()
    slot = models.DateTimeField()
    """The beginning of the ten minutes."""
    net = models.DecimalField(max_digits=14, decimal_places=4)
    """PLN."""

    class Meta:
        db_table = "spent"
        constraints = [models.UniqueConstraint(fields=["tenant", "account", "slot"], name="spent_once_a_slot")]
        indexes = [models.Index(fields=["slot"], name="spent_by_slot")]

    def __str__(self) -> str:
        return f"{self.account}: {self.net}"


NIGHT_CALLS = {
    NightCalls.NONE: _("All calls go out"),
    NightCalls.ABROAD: _("Calls abroad are refused"),
    NightCalls.ALL: _("All calls outside are refused"),
}
"""For people."""
