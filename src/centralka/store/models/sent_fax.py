"""Faxes that the exchange sends itself: the document, one row for each number that it goes to, and each try."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from .sip_account import SipAccount
from .tenant import Tenant


class FaxDocument(models.Model):
    """An uploaded file, made into pages. One that nobody sent within a day is removed."""

    tenant = models.ForeignKey(Tenant, models.CASCADE, related_name="fax_documents")
    name = models.CharField(max_length=100)
    """Of the file, as uploaded."""
    pages = models.PositiveSmallIntegerField()
    by = models.CharField(max_length=254)
    """The person or token that uploaded it."""
    created_at = models.DateTimeField()

    class Meta:
        db_table = "fax_document"
        ordering = ("-created_at", "-id")
        indexes = [models.Index(fields=["created_at"], name="fax_documents_by_time")]

    def __str__(self) -> str:
        return self.name


class FaxDocumentFile(models.Model):
    """The pages as the engine sends them (TIFF), in a table of their own so that lists do not read them."""

    document = models.OneToOneField(FaxDocument, models.CASCADE, related_name="file", primary_key=True)
    tiff = models.BinaryField()

    class Meta:
        db_table = "fax_document_file"

    def __str__(self) -> str:
        return str(self.document_id)


class FaxDocumentPage(models.Model):
    """A page as a picture for the screen."""

    document = models.ForeignKey(FaxDocument, models.CASCADE, related_name="pictures")
    number = models.PositiveSmallIntegerField()
    """From 1."""
    png = models.BinaryField()

    class Meta:
        db_table = "fax_document_page"
        ordering = ("number",)
        constraints = [models.UniqueConstraint(fields=["document", "number"], name="fax_document_page_once")]

    def __str__(self) -> str:
        return f"{self.document_id}: {self.number}"


class SentFax(models.Model):
    """A document on its way to one number; it stays as the record of it."""

    class State(models.TextChoices):
        QUEUED = "queued", _("Waiting for its turn")
        DIALLING = "dialling", _("Dialling")
        SENDING = "sending", _("Pages are being sent")
        """Somebody answered."""
        DONE = "done", _("Sent in full")
        """The other end confirmed every page."""
        FAILED = "failed", _("Not sent")
        UNKNOWN = "unknown", _("End not known")
        """Perhaps it arrived: it is not sent again by itself."""
        CANCELLED = "cancelled", _("Called off")

    tenant = models.ForeignKey(Tenant, models.CASCADE, related_name="sent_faxes")
    sip_account = models.ForeignKey(SipAccount, models.SET_NULL, related_name="sent_faxes", null=True)
    document = models.ForeignKey(FaxDocument, models.RESTRICT, related_name="sent")
    number = models.CharField(max_length=20)
    """E.164, or an extension."""
    state = models.CharField(max_length=9, choices=State.choices, default=State.QUEUED)
    reason = models.CharField(max_length=20, blank=True, default="")
    """The end of the last try (`calls.fax_sending.FaxEnd`); "": there was none, or it goes on."""
    pages_sent = models.PositiveSmallIntegerField(default=0)
    """Pages that the other end confirmed in the last try."""
    tries = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField()
    """The time of the next try, while it waits."""
    by = models.CharField(max_length=254)
    """The person or token that sent it."""
    send_at = models.DateTimeField(null=True)
    """Before this it is not tried, as its sender wished; null: at once."""
    batch = models.CharField(max_length=32)
    """Faxes that were sent with one request."""
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "sent_fax"
        ordering = ("-created_at", "-id")
        indexes = [
            models.Index(fields=["tenant", "-created_at", "-id"], name="sent_faxes_of_tenant"),
            models.Index(fields=["next_at"], condition=models.Q(state="queued"), name="sent_faxes_waiting"),
            models.Index(fields=["batch"], name="sent_faxes_of_batch"),
        ]

    def __str__(self) -> str:
        return f"{self.number}: {self.state}"


class FaxTry(models.Model):
    """One call that was to bring a fax. Its row is there before the engine is asked to call."""

    class State(models.TextChoices):
        CLAIMED = "claimed"
        """A switchboard has it; the engine may have been asked."""
        CALLING = "calling"
        """The engine calls."""
        SENDING = "sending"
        """Somebody answered; from here on pages may have arrived."""
        ENDED = "ended"

    fax = models.ForeignKey(SentFax, models.CASCADE, related_name="all_tries")
    number = models.PositiveSmallIntegerField()
    """From 1."""
    node = models.CharField(max_length=40)
    """The engine that calls."""
    state = models.CharField(max_length=7, choices=State.choices, default=State.CLAIMED)
    reason = models.CharField(max_length=20, blank=True, default="")
    pages_sent = models.PositiveSmallIntegerField(default=0)
    station = models.CharField(max_length=20, blank=True, default="")
    """The receiving machine's name for itself (T.30: 20 characters)."""
    call_id = models.CharField(max_length=80)
    """Of the call's record."""
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "fax_try"
        ordering = ("number",)
        constraints = [models.UniqueConstraint(fields=["fax", "number"], name="fax_try_once")]
        indexes = [models.Index(fields=["node"], condition=~models.Q(state="ended"), name="fax_tries_going_on")]

    def __str__(self) -> str:
        return f"{self.fax_id}, {self.number}: {self.state}"
