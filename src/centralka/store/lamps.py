"""What the message lamps of phones are to show, and notes that it has changed, for the switchboard beside the edge."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Count, OuterRef, QuerySet, Subquery

from .models import SipAccount, StaleLamp, VoicemailMessage
from .statements import rows_of

_STALE = "SELECT id, account FROM stale_lamp ORDER BY id LIMIT 1000"


@dataclass(frozen=True, slots=True)
class Lamp:
    """The lamp that the phones of an account are to show."""

    account_id: int
    login: str
    new: int
    old: int
    """Messages; none while voicemail is switched off."""


def lamps(accounts: Iterable[int]) -> list[Lamp]:
    """Return the lamps of the phones of these accounts."""
    return _lamps(SipAccount.objects.filter(pk__in=accounts))


def lamps_of(logins: Iterable[str]) -> list[Lamp]:
    """Return the lamps of the phones of these logins."""
    return _lamps(SipAccount.objects.filter(login__in=logins))


def _lamps(accounts: "QuerySet[SipAccount]") -> list[Lamp]:
    shown = VoicemailMessage.objects.filter(sip_account=OuterRef("pk"), deleted_at=None).order_by()
    counted = accounts.annotate(new=_counted(shown.filter(heard=False)), old=_counted(shown.filter(heard=True)))
    rows = counted.values_list("pk", "login", "voicemail_enabled", "new", "old")
    return [Lamp(pk, login, new or 0, old or 0) if on else Lamp(pk, login, 0, 0) for pk, login, on, new, old in rows]


def _counted(rows: "QuerySet[VoicemailMessage]") -> Subquery:
    return Subquery(rows.values("sip_account").annotate(count=Count("pk")).values("count"))


# -- Notes of the switchboards that have no edge beside them ----------------------------------------------------------


def note_stale(accounts: Iterable[int]) -> None:
    """Note that the lamps of these accounts may have to show something else."""
    StaleLamp.objects.bulk_create(StaleLamp(account=account) for account in accounts)


def stale() -> list[tuple[int, int]]:
    """Return such notes, and the account of each, the oldest first."""
    return rows_of(_STALE)


def forget_notes(notes: Sequence[int]) -> None:
    """Remove notes that were read."""
    StaleLamp.objects.filter(pk__in=notes).delete()
