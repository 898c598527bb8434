"""Text messages on their way out: each is handed to a gateway once, and booked once.

A row is written with the money put aside for it. The worker notes in it to which gateway it is going to hand the
message before it does: a worker that dies then leaves an *unknown* message, and the gateway is asked for it before
anything is sent again (decision 0037).
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q

from centralka.sms.gateway_words import REASON_MAX, Report, Taken
from centralka.sms.states import OPEN, State, after_report, is_final

from . import money, settling
from .models import LedgerEntry, Sms, SmsGateway
from .sms_events import tell_of
from .statements import moment, rows_of
from .tries import is_due, pause_after

LEASE = timedelta(minutes=3)
"""The time for which the worker may be about to hand a message over: longer than it waits for all gateways together."""
PAUSES = tuple(timedelta(seconds=seconds) for seconds in (10, 30, 60, 120, 300, 600))
"""The pauses between one try, or one question, and the next; the last pause is repeated."""
GIVEN_UP = timedelta(days=1)
"""A message that no gateway takes for so long has failed."""
FORGOTTEN = timedelta(days=3)
"""The same for a message of which the gateway still does not say whether it has it: reports come within that."""
_NEVER_SO_LATE = timedelta(hours=2)
# The states are written out, as in the index of the messages that wait: so it is used, however many were sent in years.
_DUE = """
SELECT id FROM sms WHERE state IN ('queued', 'sending', 'unknown') AND (next_at <= %s OR next_at > %s)
ORDER BY next_at, id LIMIT %s
"""
_ANY_SENDING = """
SELECT 1 FROM sms WHERE state IN ('queued', 'sending', 'unknown') AND state = 'sending'
AND (next_at <= %s OR next_at > %s) LIMIT 1
"""
_ANY_GATEWAY = "SELECT 1 FROM sms_gateway WHERE kind = %s LIMIT 1"


def due(now: datetime, limit: int) -> list[int]:
    """Return the ids of messages that have to be looked after now, the longest waiting first."""
    return [found for (found,) in rows_of(_DUE, [moment(now), moment(now + _NEVER_SO_LATE), limit])]


def forget_deaths(now: datetime) -> None:
    """Make messages unknown that a worker was handing over when it died."""
    if rows_of(_ANY_SENDING, [moment(now), moment(now + _NEVER_SO_LATE)]):
        gone = Sms.objects.filter(is_due(now, _NEVER_SO_LATE), state=State.SENDING)
        gone.update(state=State.UNKNOWN, next_at=now)


def message(sms_id: int) -> Sms | None:
    """Read a message with its gateway; None: it is gone."""
    return Sms.objects.select_related("gateway", "tenant").filter(pk=sms_id).first()


def going_to(sms: Sms, gateway: SmsGateway, now: datetime) -> bool:
    """Note that a message is about to be handed to a gateway. False: it is not for this worker, or not any more."""
    mine = Sms.objects.filter(pk=sms.pk, state=State.QUEUED)
    named = {"gateway": gateway, "gateway_name": gateway.name}
    return bool(mine.update(state=State.SENDING, next_at=now + LEASE, attempts=F("attempts") + 1, **named))


def not_taken(sms: Sms, reason: str) -> None:
    """Note that the gateway certainly did not take the message: the next one may."""
    Sms.objects.filter(pk=sms.pk, state__in=(State.SENDING, State.UNKNOWN)).update(
        state=State.QUEUED, reason=reason[:REASON_MAX]
    )


def postponed(sms: Sms, until: datetime) -> None:
    """Let a message wait for its turn at a gateway, to which it was not handed; that was no try of it."""
    Sms.objects.filter(pk=sms.pk, state=State.SENDING).update(
        state=State.QUEUED, next_at=until, attempts=F("attempts") - 1, gateway=None, gateway_name=""
    )


def wait(sms: Sms, reason: str, now: datetime) -> None:
    """Let a message that no gateway took wait for its next try, or fail if it has waited for long enough."""
    if now - sms.created_at > GIVEN_UP:
        refused(sms, reason, now)
        return
    Sms.objects.filter(pk=sms.pk, state=State.QUEUED).update(
        next_at=now + pause_after(sms.attempts, PAUSES), attempts=F("attempts") + 1, reason=reason[:REASON_MAX]
    )


def hold(sms: Sms, until: datetime) -> None:
    """Let a message wait for the end of its company's night. It is looked at again before if that is long."""
    Sms.objects.filter(pk=sms.pk, state=State.QUEUED).update(next_at=until, reason=Sms.NIGHT)


def unclear(sms: Sms, reason: str, now: datetime) -> None:
    """Note that the gateway may have the message. It is asked later; at the very end the message has failed."""
    if now - sms.created_at > FORGOTTEN:
        refused(sms, reason, now)
        return
    Sms.objects.filter(pk=sms.pk, state__in=(State.SENDING, State.UNKNOWN)).update(
        state=State.UNKNOWN,
        next_at=now + pause_after(sms.attempts, PAUSES),
        attempts=F("attempts") + 1,
        reason=reason[:REASON_MAX],
    )


def taken(sms: Sms, answer: Taken, now: datetime) -> None:
    """Note that the gateway has the message, and book it; a report that came before this counts on."""
    with transaction.atomic():
        found = Sms.objects.select_for_update().filter(pk=sms.pk).first()
        if found is None:
            return
        found.their_id = found.their_id or answer.id
        moved(found, answer.state, answer.reason, now)


def refused(sms: Sms, reason: str, now: datetime) -> None:
    """Note that the message comes to nothing, and give its money back; nothing if a report says otherwise by now."""
    with transaction.atomic():
        still = Sms.objects.filter(pk=sms.pk, state__in=OPEN)
        if still.update(state=State.FAILED, reason=reason[:REASON_MAX], ended_at=now):
            money.give_back(sms.key)
            sms.state, sms.reason = State.FAILED, reason[:REASON_MAX]
            tell_of(sms, now)


def reported(gateway: SmsGateway, key: str, report: Report, now: datetime) -> bool:
    """Note what a gateway tells of a message of its own. `key`: from the address, "" if it names none.

    False: it has no such message. Repetitions and reports that come late change nothing.
    """
    with transaction.atomic():
        own = Sms.objects.select_for_update().filter(gateway=gateway, direction=Sms.Direction.OUT)
        named = Q(key=key) if key else Q(key=report.message) | Q(their_id=report.message)
        found = own.filter(named).exclude(state=State.QUEUED).first()
        if found is None:
            return False
        moved(found, report.state, report.reason, now)
    return True


def moved(sms: Sms, state: State, reason: str, now: datetime) -> None:
    """Move a locked message on, never back, and book it as soon as its gateway has it."""
    before = State(sms.state)
    if (after := after_report(before, state)) is not None:
        sms.state, sms.reason = after, reason if after is State.FAILED else ""
        sms.ended_at = now if is_final(after) else None
    if before in OPEN and after is not None:
        sms.accepted_at = now
        _book(sms, now)
    sms.save(update_fields=["state", "reason", "their_id", "accepted_at", "ended_at"])
    if after is not None:
        tell_of(sms, now)


def _book(sms: Sms, now: datetime) -> None:
    channel = money.message_channel(sms.key)
    details = {"number": sms.number, "parts": sms.parts, "from": sms.sender, "sms": sms.pk}
    charge = settling.Charge(channel, channel, sms.price or money.NOTHING, details, LedgerEntry.Kind.SMS)
    settling.settle([settling.Finished(sms.tenant_id, [channel], [charge], now)])


def told(gateway_id: int, problem: str, now: datetime) -> None:
    """Note how a gateway answered last; an empty `problem`: as it should."""
    SmsGateway.objects.filter(pk=gateway_id).update(problem=problem[:REASON_MAX], told_at=now)


def solved(gateway_id: int, problem: str, now: datetime) -> None:
    """Note that a gateway has this problem no more; what it answered to a message since then stays."""
    SmsGateway.objects.filter(pk=gateway_id, problem=problem[:REASON_MAX]).update(problem="", told_at=now)


def gateways() -> list[SmsGateway]:
    """Return the gateways that are switched on, in the order in which they are tried."""
    return list(SmsGateway.objects.filter(enabled=True).order_by("priority", "pk"))


def gateways_of(kind: str) -> list[SmsGateway]:
    """Return the gateways of a kind, also those that are switched off."""
    return list(SmsGateway.objects.filter(kind=kind).order_by("pk")) if rows_of(_ANY_GATEWAY, [kind]) else []


def reports_wanted(gateway: SmsGateway, since: datetime) -> list[str]:
    """Return what a gateway calls the messages that it took since then and of which the end is not known."""
    # The states are written out, as in the index of the messages whose report is waited for.
    own = gateway.sms.filter(state__in=["accepted", "sent"], accepted_at__gte=since, direction=Sms.Direction.OUT)
    return list(own.exclude(their_id="").order_by("-accepted_at").values_list("their_id", flat=True))


def keep(messages: Iterable[Sms]) -> list[Sms]:
    """Write new messages, in one statement."""
    return Sms.objects.bulk_create(messages)
