"""One row for every call attempt, with its legs and why it went where it went."""

from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from centralka.calls.plan import Plan
from centralka.calls.plan_json import UnknownPlan, plan_from_json
from centralka.calls.reasons import Reason, reason_from_json
from centralka.calls.record.leg import Leg
from centralka.calls.record.leg_json import leg_from_json
from centralka.calls.record.way import Taken, way_of
from centralka.calls.record_search import search_text

from .sip_account import SipAccount
from .tenant import Tenant

if TYPE_CHECKING:
    _Text = models.TextField[str, str]
else:
    _Text = models.TextField


class SearchTextField(_Text):
    """The text by which the call is found (`calls.record_search`); written whenever the row is."""

    def deconstruct(self) -> Any:
        """For migrations, which must not need this class: a column of text."""
        name, _path, given, named = super().deconstruct()
        return name, "django.db.models.TextField", given, named

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        """The recorder, which does not write through the ORM, asks `search_text` itself."""
        if not isinstance(model_instance, CallRecord):
            raise TypeError("only calls are found by this")
        text = search_text(
            direction=model_instance.direction,
            from_number=model_instance.from_number,
            from_name=model_instance.from_name,
            to_number=model_instance.to_number,
            legs=model_instance.targets,
            why=model_instance.reasons,
        )
        setattr(model_instance, self.attname, text)
        return text


class CallRecord(models.Model):
    """The record of one call. Written by `switch.journal.recorder` alone, at most once per `call_id`."""

    class Direction(models.TextChoices):
        INTERNAL = "internal", _("Internal")
        IN = "in", _("Incoming")
        OUT = "out", _("Outgoing")

    class Outcome(models.TextChoices):
        """`""` while the call is going on."""

        ANSWERED = "answered", _("Answered")
        NO_ANSWER = "no_answer", _("No answer")
        BUSY = "busy", _("Busy")
        UNAVAILABLE = "unavailable", _("Unavailable")
        REFUSED = "refused", _("Refused")
        VOICEMAIL = "voicemail", _("Voicemail")
        FAILED = "failed", _("Failed")
        CANCELLED = "cancelled", _("Cancelled")
        INTERRUPTED = "interrupted", _("Interrupted")

    call_id = models.CharField(max_length=80, unique=True)
    """The engine's identifier of the call, unique over all engines and restarts."""
    node = models.CharField(max_length=40)
    tenant = models.ForeignKey(Tenant, models.CASCADE, related_name="call_records")
    accounts = models.ManyToManyField(SipAccount, through="CallRecordAccount", related_name="call_records", blank=True)
    """Every account that called, was rung or was transferred to."""
    direction = models.CharField(max_length=10, choices=Direction.choices, default=Direction.INTERNAL)
    from_number = models.CharField(max_length=40)
    """The real extension, or E.164; "" for a caller from outside who hides it. What was shown is in the plan."""
    from_name = models.CharField(max_length=60, blank=True, default="")
    to_number = models.CharField(max_length=80)
    """As dialled."""
    started_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    """Null while the call is going on."""
    outcome = models.CharField(max_length=12, choices=Outcome.choices, blank=True, default="")
    legs = models.JSONField(default=list)
    """As `calls.record.leg_json` writes them, in the order in which they rang: read them as `targets`."""
    why = models.JSONField(default=list)
    """As `calls.reasons` writes them, in the order in which they applied: read them as `reasons`."""
    price = models.DecimalField(max_digits=14, decimal_places=4, null=True)
    """PLN net, as charged; null while it goes on, and for calls that nothing is paid for."""
    plan = models.JSONField(null=True)
    """The first plan, as `calls.plan_json` writes it: read it as `planned`. Null when the switchboard was down
    and the engine rang by itself."""
    search = SearchTextField(editable=False, default="", blank=True)

    change = models.BigIntegerField(default=0)
    """Numbers the changes of the company's records: each time this one is written it gets the next (`CallChanges`)."""

    class Meta:
        db_table = "call_record"
        ordering = ("-started_at", "-id")
        indexes = [
            models.Index(fields=["tenant", "-started_at", "-id"], name="calls_of_tenant_by_time"),
            models.Index(fields=["node", "ended_at"], name="open_calls_of_node"),
            models.Index(fields=["tenant", "change"], name="calls_of_tenant_by_change"),
        ]

    def __str__(self) -> str:
        return f"{self.from_number} → {self.to_number}"

    @property
    def targets(self) -> list[Leg]:
        """Return the call's legs, in the order in which they rang."""
        return [leg_from_json(leg) for leg in self.legs]

    @property
    def reasons(self) -> list[Reason]:
        """Return why the call went where it went, in order; nothing for a step whose decision a switchboard lost."""
        return [reason_from_json(reason) for reason in self.why if reason]

    @property
    def planned(self) -> Plan | None:
        """Return the first plan; None where the engine rang by itself, or a newer version wrote it."""
        try:
            return plan_from_json(self.plan) if self.plan else None
        except UnknownPlan:
            return None

    @property
    def has_unknown_plan(self) -> bool:
        """Tell whether there is a plan that this version cannot read: after a step back to an older version."""
        return bool(self.plan) and self.planned is None

    @property
    def way(self) -> list[Taken]:
        """Return the plan's steps that were carried out; none where nothing was planned."""
        plan = self.planned
        return way_of(plan, self.targets, self.reasons) if plan else []

    @property
    def ring_seconds(self) -> int:
        """Return the whole seconds that phones or numbers rang, until an answer or in vain; 0 where nothing rang."""
        targets = self.targets
        if not targets or (self.answered_at or self.ended_at) is None:
            return 0
        if any(leg.rang is None for leg in targets):
            return self._seconds_until_answer
        first = next((at for at, leg in enumerate(targets) if leg.answered), len(targets))
        return sum(leg.rang or 0 for leg in targets[: first + 1])

    @property
    def _seconds_until_answer(self) -> int:
        """Return the seconds until the answer, for a record older than the note how long each leg rang."""
        until = self.answered_at or self.ended_at
        return max(0, round((until - self.started_at).total_seconds())) if until else 0

    @property
    def answered_leg(self) -> Leg | None:
        """Return the leg that took the call; None if no leg did, or only the mailbox."""
        return next((leg for leg in self.targets if leg.answered), None)

    @property
    def talk_seconds(self) -> int:
        """Return the whole seconds from answer to end."""
        if self.answered_at is None or self.ended_at is None:
            return 0
        return max(0, round((self.ended_at - self.answered_at).total_seconds()))


class CallRecordAccount(models.Model):
    """An account's part in a call; kept as rows so that an account's history is found by index."""

    call_record = models.ForeignKey(CallRecord, models.CASCADE)
    sip_account = models.ForeignKey(SipAccount, models.CASCADE, related_name="parts")
    doing = models.PositiveSmallIntegerField(null=True)
    """A `calls.doing.Doing`; null: it has left the call, or the call is over."""

    class Meta:
        db_table = "call_record_account"
        indexes = [
            models.Index(
                fields=["sip_account", "doing"], condition=models.Q(doing__isnull=False), name="accounts_in_calls"
            )
        ]
        constraints = [models.UniqueConstraint(fields=["sip_account", "call_record"], name="account_once_per_call")]

    def __str__(self) -> str:
        return f"{self.call_record_id}: {self.sip_account_id}"
