"""Messages over SMPP, part by part: which the gateway took, what became of each, and pieces of those that come in."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum, auto

from django.db import transaction
from django.db.models import QuerySet

from centralka.sms.gateway_words import Taken
from centralka.sms.smpp import REFERENCES, LongTexts, Receipt, SmppSettings, spellings
from centralka.sms.states import State, after_report

from . import sms as whole
from .models import Sms, SmsGateway, SmsPart, SmsPiece
from .statements import moment, rows_of

INCOMPLETE_FOR = timedelta(hours=1)
"""A message of which a piece is missing for so long is kept as it is."""
_ANY_OLD = "SELECT 1 FROM sms_piece WHERE came_at < %s LIMIT 1"


class Placed(Enum):
    """The result of a receipt."""

    NOTED = auto()
    LATER = auto()
    """It may be of a message that is being handed over: it is to come again."""
    NOWHERE = auto()


# -- Out ---------------------------------------------------------------------------------------------------------


def part_taken(sms_id: int, place: int, total: int, answer: Taken, now: datetime) -> None:
    """Note that the gateway has a part. With the last one it has the message."""
    with transaction.atomic():
        found = Sms.objects.select_for_update().filter(pk=sms_id).first()
        if found is None:
            return
        usual = {"total": total, "their_id": answer.id, "state": State.ACCEPTED}
        part, is_new = SmsPart.objects.get_or_create(sms=found, place=place, defaults=usual)
        if not is_new and not part.their_id:
            SmsPart.objects.filter(pk=part.pk).update(their_id=answer.id)
        _move(found, now)


def part_refused(gateway_id: int, sms_id: int, reason: str, now: datetime) -> None:
    """Note that the gateway never takes a message, which it may have said late."""
    found = Sms.objects.filter(pk=sms_id, gateway_id=gateway_id).first()
    if found is not None:
        whole.refused(found, reason, now)


def part_reported(gateway_id: int, told: Receipt, now: datetime) -> Placed:
    """Note what became of a part. Repetitions and receipts that come late change nothing."""
    with transaction.atomic():
        sms_id = _meant(gateway_id, told)
        if sms_id is None and _is_being_handed_over(gateway_id, told):
            return Placed.LATER
        # Its answer may have been noted between the looks: it is named since, and not open any more.
        sms_id = sms_id or _meant(gateway_id, told)
        if sms_id is None:
            return Placed.NOWHERE
        found = Sms.objects.select_for_update().get(pk=sms_id)
        part = _named(gateway_id, told) or _next(found, told)
        if part is None:
            return Placed.NOWHERE
        if (after := after_report(State(part.state), told.state)) is not None:
            SmsPart.objects.filter(pk=part.pk).update(state=after, reason=told.reason)
        _move(found, now)
    return Placed.NOTED


def _meant(gateway_id: int, told: Receipt) -> int | None:
    """Return the message that a receipt is of."""
    part = _named(gateway_id, told)
    return part.sms_id if part else _open(gateway_id, told)


def _named(gateway_id: int, told: Receipt) -> SmsPart | None:
    """Return the part that the gateway calls so; written in another way it has to have gone to the same number."""
    if not told.id:
        return None
    own = SmsPart.objects.filter(sms__gateway_id=gateway_id).order_by("-pk")
    others = own.filter(their_id__in=spellings(told.id), sms__number=told.number)
    return own.filter(their_id=told.id).first() or others.first()


def _open(gateway_id: int, told: Receipt) -> int | None:
    """Return the message that a receipt with an id that we were never told is of: the only one that can be meant.

    Its gateway took it, and we did not hear the answer. One that is being handed over is meant only if our number of it
    came back.
    """
    states = [State.UNKNOWN] if told.reference is None else [State.UNKNOWN, State.SENDING]
    waiting = Sms.objects.filter(gateway_id=gateway_id, number=told.number, direction=Sms.Direction.OUT)
    found = list(waiting.filter(state__in=states).order_by("pk").values_list("pk", flat=True))
    if told.reference is not None:
        found = [pk for pk in found if pk % REFERENCES == told.reference]
    return found[0] if len(found) == 1 else None


def _is_being_handed_over(gateway_id: int, told: Receipt) -> bool:
    return Sms.objects.filter(gateway_id=gateway_id, number=told.number, state=State.SENDING).exists()


def _next(sms: Sms, told: Receipt) -> SmsPart | None:
    """Return the part that no id is known of, made now; None: all are known."""
    known = {part.place: part for part in sms.taken_parts.all()}
    total = next((part.total for part in known.values()), None) or _total(sms)
    free = (place for place in range(1, total + 1) if place not in known)
    place = next(free, None)
    if place is None:
        return None
    return SmsPart.objects.create(sms=sms, place=place, total=total, their_id=told.id, state=State.ACCEPTED)


def _total(sms: Sms) -> int:
    settings = SmppSettings(**sms.gateway.templates) if sms.gateway else SmppSettings()
    return 1 if settings.long_texts == LongTexts.PAYLOAD else sms.parts


def _move(sms: Sms, now: datetime) -> None:
    """Move a locked message to what its parts say together, once the gateway is known to have them all."""
    parts = list(sms.taken_parts.order_by("place"))
    if not parts or len(parts) < parts[0].total:
        return
    sms.their_id = sms.their_id or parts[0].their_id
    failed = next((part for part in parts if part.state == State.FAILED), None)
    states = {State(part.state) for part in parts}
    together = State.FAILED if failed else _slowest(states)
    whole.moved(sms, together, failed.reason if failed else "", now)


def _slowest(states: set[State]) -> State:
    return next(state for state in (State.ACCEPTED, State.SENT, State.DELIVERED) if state in states)


# -- In ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A piece of a message that came in; `place` of `total`."""

    sender: str
    to: str
    reference: int
    place: int
    total: int
    coding: int
    content: bytes = field(repr=False)


def gateway(gateway_id: int) -> SmsGateway | None:
    """Return the gateway; None: it was deleted meanwhile."""
    return SmsGateway.objects.filter(pk=gateway_id).first()


def joined(gateway_id: int, piece: Piece, keep: Callable[[list[Piece]], None], now: datetime) -> None:
    """Keep a piece; with the last one all of them are handed to `keep`, and forgotten, in one transaction."""
    with transaction.atomic():
        if SmsGateway.objects.select_for_update().filter(pk=gateway_id).first() is None:
            return
        same = _same(gateway_id, piece)
        if same.filter(came_at__lt=now - INCOMPLETE_FOR).exists():  # of an earlier message with the same reference
            keep(_taken_out(gateway_id, piece))
        defaults = {"coding": piece.coding, "content": piece.content, "came_at": now}
        same.get_or_create(
            gateway_id=gateway_id,
            sender=piece.sender[:24],
            to=piece.to[:24],
            reference=piece.reference,
            total=piece.total,
            place=piece.place,
            defaults=defaults,
        )
        if same.count() == piece.total:
            keep(_taken_out(gateway_id, piece))


def incomplete(now: datetime, keep: Callable[[int, list[Piece]], None]) -> None:
    """Hand to `keep` what is there of messages whose other pieces never came."""
    before = now - INCOMPLETE_FOR
    if not rows_of(_ANY_OLD, [moment(before)]):
        return
    for old in SmsPiece.objects.filter(came_at__lt=before).order_by("pk")[:100]:
        with transaction.atomic():
            pieces = _taken_out(old.gateway_id, _piece(old))
            if pieces:
                keep(old.gateway_id, pieces)


def _same(gateway_id: int, piece: Piece) -> QuerySet[SmsPiece]:
    return SmsPiece.objects.filter(
        gateway_id=gateway_id,
        sender=piece.sender[:24],
        to=piece.to[:24],
        reference=piece.reference,
        total=piece.total,
    )


def _taken_out(gateway_id: int, piece: Piece) -> list[Piece]:
    same = _same(gateway_id, piece)
    found = [_piece(row) for row in same.select_for_update().order_by("place")]
    same.delete()
    return found


def _piece(row: SmsPiece) -> Piece:
    return Piece(
        sender=row.sender,
        to=row.to,
        reference=row.reference,
        place=row.place,
        total=row.total,
        coding=row.coding,
        content=bytes(row.content),
    )
