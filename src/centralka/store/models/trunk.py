"""Trunks: SIP connections to carriers, for calls to and from public numbers."""

import secrets
from functools import partial

from django.db import models
from django.utils.translation import gettext_lazy as _

from centralka.calls.endpoints import trunk_endpoint

from .audited import Audited

_NEW_MARK = partial(secrets.token_hex, 8)
"""A mark that nobody guesses: a caller with it is believed to be the trunk's carrier."""


class Trunk(Audited):
    """A row here is an endpoint, its credentials and address for the engine (see `store.realtime`)."""

    class Kind(models.TextChoices):
        REGISTRATION = "registration", _("We register at the carrier")
        ADDRESS = "address", _("The carrier knows us by our address")

    class Transport(models.TextChoices):
        UDP = "udp", "UDP"
        TCP = "tcp", "TCP"

    class NumberStyle(models.TextChoices):
        """The ways in which numbers are written for the carrier; the values are those of
        `calls.destinations.NumberStyle`."""

        E164 = "e164", _("International with plus: +48221234567")
        DIGITS = "digits", _("International without plus: 48221234567")
        NATIONAL = "national", _("National: 221234567, abroad 0049…")

    class CalledNumberIn(models.TextChoices):
        """The places where the carrier can write the called number; the values are those of `calls.called_number`."""

        AUTOMATIC = "automatic", _("Automatic: request line, else P-Called-Party-ID, else To")
        REQUEST_LINE = "request_line", _("In the request line")
        TO = "to", _("In To")
        P_CALLED_PARTY_ID = "p_called_party_id", _("In P-Called-Party-ID")

    name = models.CharField(max_length=60, unique=True)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    host = models.CharField(max_length=253)
    """The carrier's host name or IP address."""
    port = models.PositiveIntegerField(default=5060)
    transport = models.CharField(max_length=3, choices=Transport.choices, default=Transport.UDP)
    username = models.CharField(max_length=80, blank=True, default="")
    password = models.CharField(max_length=128, blank=True, default="")
    """As the carrier gave it: its realm is not known before it asks, so a digest would be of no use."""
    mark = models.CharField(max_length=16, default=_NEW_MARK, unique=True, editable=False)
    """In the address that we register: the carrier sends its calls to us with it."""
    addresses = models.CharField(max_length=255, blank=True, default="")
    """The IP addresses that `host` resolves to, with commas: calls from there are this carrier's."""
    priority = models.PositiveSmallIntegerField(default=10)
    """The lowest is tried first."""
    enabled = models.BooleanField(default=True)
    number_style = models.CharField(max_length=8, choices=NumberStyle.choices, default=NumberStyle.E164)
    called_number = models.CharField(max_length=17, choices=CalledNumberIn.choices, default=CalledNumberIn.AUTOMATIC)
    sends_pai = models.BooleanField(default=True)
    """The carrier gets `P-Asserted-Identity` (RFC 3325): then it learns the number of a restricted call."""
    foreign_caller_ids = models.BooleanField(default=False)
    """The carrier accepts caller IDs that are not ours (a caller transferred outside is shown then)."""
    pings = models.BooleanField(default=True)
    """The carrier is asked again and again whether it is there (OPTIONS); a few carriers never answer that."""
    status = models.CharField(max_length=20, blank=True, default="")
    """The last state of the registration: `Registered`, `Rejected`, `Unregistered`; "" when not known."""
    answer = models.CharField(max_length=80, blank=True, default="")
    """The carrier's last answer, where it did not register us: `403 Forbidden`."""
    reachable = models.BooleanField(null=True)
    """The carrier answered when it was asked last; null: not asked, or not known."""
    status_at = models.DateTimeField(null=True)
    """The time of the last change of these two."""
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)

    unaudited = frozenset({"addresses", "status", "answer", "reachable", "status_at"})
    secrets = frozenset({"password", "mark"})

    class Meta:
        db_table = "trunk"
        ordering = ("priority", "name", "id")

    def __str__(self) -> str:
        return self.name

    @property
    def endpoint(self) -> str:
        """Return the engine's name for the trunk; an account's login has an underscore, so none can be the same."""
        return trunk_endpoint(self.pk)
