"""Received faxes. Their pages lie with the engine only until they are here."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from .sip_account import SipAccount


class Fax(models.Model):
    """A fax that a fax account received, with at least one page."""

    class State(models.TextChoices):
        COMPLETE = "complete", _("Complete")
        UNCONFIRMED = "unconfirmed", _("End not confirmed")
        """All that came is here, but nobody saw, or the sender did not say, that this is all."""
        BROKEN_OFF = "broken_off", _("Broken off")
        """Later pages did not come, or not whole."""

    sip_account = models.ForeignKey(SipAccount, models.CASCADE, related_name="faxes")
    key = models.CharField(max_length=120, unique=True)
    """`<node>/<the engine's id of the channel>…`, unique for ever: no fax is kept twice."""
    call_id = models.CharField(max_length=80)
    """Of the call's record."""
    caller_number = models.CharField(max_length=40, blank=True, default="")
    """An extension, or E.164; "" for a caller who hides it."""
    caller_name = models.CharField(max_length=60, blank=True, default="")
    station = models.CharField(max_length=20, blank=True, default="")
    """The sending machine's name for itself (TSI, T.30 §5.3.6.2.11): whatever somebody typed into it."""
    received_at = models.DateTimeField()
    """The time of the call's answer."""
    pages = models.PositiveIntegerField()
    """Pages that can be seen."""
    unreadable = models.PositiveIntegerField(default=0)
    """Pages that came, but cannot be drawn."""
    state = models.CharField(max_length=11, choices=State.choices)

    class Meta:
        db_table = "fax"
        ordering = ("-received_at", "-id")
        indexes = [models.Index(fields=["sip_account", "-received_at", "-id"], name="faxes_of_account")]

    def __str__(self) -> str:
        return f"{self.caller_number} {self.received_at:%F %T}"


class FaxFile(models.Model):
    """A fax as a PDF, in a table of its own so that lists do not read it."""

    fax = models.OneToOneField(Fax, models.CASCADE, related_name="file", primary_key=True)
    pdf = models.BinaryField()

    class Meta:
        db_table = "fax_file"

    def __str__(self) -> str:
        return str(self.fax_id)


class FaxPage(models.Model):
    """A page as a picture for the screen."""

    fax = models.ForeignKey(Fax, models.CASCADE, related_name="pictures")
    number = models.PositiveIntegerField()
    """From 1."""
    png = models.BinaryField()

    class Meta:
        db_table = "fax_page"
        ordering = ("number",)
        constraints = [models.UniqueConstraint(fields=["fax", "number"], name="fax_page_once")]

    def __str__(self) -> str:
        return f"{self.fax_id}: {self.number}"
