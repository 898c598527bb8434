"""Money: what was booked (`LedgerEntry`), and what running calls have put aside (`Reservation`). PLN net."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from .person import Person
from .tenant import Tenant


class LedgerEntry(models.Model):
    """One booking. Never changed and never removed (triggers in the database refuse an UPDATE); `key` makes it once.

    The entries of a company always sum to its balance: `store.money` writes both in one transaction.
    """

    class Kind(models.TextChoices):
        TOP_UP = "top_up", _("Top-up")
        CORRECTION = "correction", _("Correction")
        CALL = "call", _("Call")
        ACTIVATION = "activation", _("Activation")
        MONTHLY = "monthly", _("Monthly fee")
        SMS = "sms", _("Text message")

    tenant = models.ForeignKey(Tenant, models.PROTECT, related_name="ledger_entries")
    key = models.CharField(max_length=160, unique=True)
    """The booked thing in one word: `call:<call>:<channel>`, `sms:<key>`, `monthly:<account>:2026-11`. A second
    booking is none."""
    kind = models.CharField(max_length=12, choices=Kind.choices)
    net = models.DecimalField(max_digits=14, decimal_places=4)
    """Negative for what the company pays."""
    balance_after = models.DecimalField(max_digits=14, decimal_places=4)
    at = models.DateTimeField()
    details = models.JSONField(default=dict)
    """Details for people: `{"number", "seconds", "extension", "month", "note", …}`."""
    by = models.CharField(max_length=254, blank=True, default="")
    """The person or token that booked it; "" for the exchange itself."""

    class Meta:
        db_table = "ledger_entry"
        ordering = ("-at", "-id")
        indexes = [models.Index(fields=["tenant", "-at", "-id"], name="ledger_of_tenant_by_time")]

    def __str__(self) -> str:
        return f"{self.key}: {self.net}"

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise TypeError("a booking is never removed; book a correction")


class Reservation(models.Model):
    """Money put aside for one running call or text message; gone when it has been charged."""

    tenant = models.ForeignKey(Tenant, models.CASCADE, related_name="reservations")
    sip_account = models.ForeignKey(
        "store.SipAccount", models.SET_NULL, related_name="+", null=True, db_index=False, db_constraint=False
    )
    """The account that calls; null: not known. Without a constraint, for which each call would pay."""
    node = models.CharField(max_length=40)
    channel = models.CharField(max_length=80)
    """The engine's unique id of the channel that calls."""
    channel_name = models.CharField(max_length=80, default="")
    """Its name there."""
    number = models.CharField(max_length=16)
    """E.164."""
    amount = models.DecimalField(max_digits=14, decimal_places=4)
    granted_seconds = models.PositiveIntegerField()
    """The time for which the call may last for `amount`, counted from its answer."""
    rate = models.JSONField()
    """`calls.tariffs.Rate` as `calls.tariffs.rate_as_json` writes it."""
    made_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    peer = models.CharField(max_length=80, blank=True, default="")
    """The engine's name of the channel to the carrier, once it answered."""
    peer_id = models.CharField(max_length=80, blank=True, default="")
    """Its unique id: the money is charged when that channel has hung up, in whichever call it is by then."""
    stopped = models.BooleanField(default=False)
    """It is a rule against fraud that allows no more money."""
    exhausted = models.BooleanField(default=False)
    """There is no money for more than what is granted: the call will be cut, and a tone is played before."""
    warned_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "reservation"
        indexes = [
            models.Index(fields=["tenant"], name="reservations_of_tenant"),
            models.Index(fields=["node", "answered_at"], name="running_calls_of_node"),
            models.Index(fields=["channel"], name="reservations_of_channel"),
            models.Index(fields=["peer_id"], name="reservations_of_peer"),
        ]

    def __str__(self) -> str:
        return f"{self.channel}: {self.amount}"


class Consent(models.Model):
    """A consent to be charged: by which person or token, when, from where, and for which prices."""

    tenant = models.ForeignKey(Tenant, models.PROTECT, related_name="consents")
    person = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    who = models.CharField(max_length=254)
    address = models.CharField(max_length=45, blank=True, default="")
    """The IP address that the consent came from; "" at the command line."""
    at = models.DateTimeField()
    subject = models.CharField(max_length=80)
    """The thing that was paid for, e.g. `sip-account:17`."""
    charges = models.JSONField()
    """`[{"kind", "net", "gross", "vat_percent"}]` as they were shown."""

    class Meta:
        db_table = "consent"
        ordering = ("-at", "-id")

    def __str__(self) -> str:
        return f"{self.who}: {self.subject}"
