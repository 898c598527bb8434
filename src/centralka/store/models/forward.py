"""Forwards of calls that an account did not take."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from .audited import Audited
from .external_number import ExternalNumber
from .sip_account import SipAccount


class Forward(Audited):
    """One condition of one account and its target. No row: nothing is done under that condition.

    A target that was deleted leaves null behind: the condition counts as empty, and the call's record says so.
    """

    class Condition(models.TextChoices):
        NO_ANSWER = "no_answer", _("No answer")
        BUSY = "busy", _("Busy")
        UNAVAILABLE = "unavailable", _("Unavailable")

    class Kind(models.TextChoices):
        EXTENSION = "extension", _("Extension")
        VOICEMAIL = "voicemail", _("Voicemail")
        EXTERNAL = "external", _("External number")

    sip_account = models.ForeignKey(SipAccount, models.CASCADE, related_name="forwards")
    condition = models.CharField(max_length=11, choices=Condition.choices)
    kind = models.CharField(max_length=9, choices=Kind.choices)
    target = models.ForeignKey(SipAccount, models.SET_NULL, related_name="forwarded_from", null=True, blank=True)
    external = models.ForeignKey(ExternalNumber, models.SET_NULL, related_name="forwarded_from", null=True, blank=True)

    class Meta:
        db_table = "forward"
        ordering = ("sip_account", "condition")
        constraints = [models.UniqueConstraint(fields=["sip_account", "condition"], name="forward_once_per_condition")]

    def __str__(self) -> str:
        return f"{self.sip_account_id} {self.condition}: {self.kind}"

    def audit_tenants(self) -> list[int | None]:
        return [self.sip_account.tenant_id]

    @property
    def audit_title(self) -> str:
        return str(self.sip_account)
