"""Keep in the database what a gateway over SMPP says: by one thread, in the order in which it was said."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime
from threading import Lock
from typing import TypeVar

import structlog
from django.db import connection

from centralka.sms.gateway_words import Answer, Incoming, Refused, Taken
from centralka.sms.smpp import as_number, read_receipt
from centralka.store import sms as store
from centralka.store import sms_parts as parts_store
from centralka.store.sms_in import keep_incoming
from centralka.store.sms_parts import Placed

from .wire import LATER, OK, Garbage, Part, Pdu, Short, decoded, read_short

log = structlog.get_logger()

T = TypeVar("T")


class Clerk:
    """Does one thing after the other. Its connection to the database is closed whenever there is nothing to do."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, "smpp-notes")
        self._waiting = 0
        self._lock = Lock()

    def give(self, work: Callable[[], T]) -> "Future[T]":
        """Have something done after all that was given before."""
        with self._lock:
            self._waiting += 1
        return self._thread.submit(self._do, work)

    def end(self) -> None:
        """Finish what was given."""
        self._thread.shutdown()

    def _do(self, work: Callable[[], T]) -> T:
        try:
            return work()
        finally:
            with self._lock:
                self._waiting -= 1
                idle = self._waiting == 0
            if idle:
                connection.close()


def note_answer(gateway_id: int, sms_id: int, part: Part, said: Answer, now: datetime) -> None:
    """Note what the gateway said of a part: its id, or that it never takes a message that is no more than this part."""
    match said:
        case Taken():
            parts_store.part_taken(sms_id, part.place, part.total, said, now)
        case Refused(reason) if part.total == 1:
            parts_store.part_refused(gateway_id, sms_id, reason, now)


def note_problem(gateway_id: int, problem: str, now: datetime) -> None:
    """Note that the connection stands, or why it does not."""
    store.told(gateway_id, problem, now)


def keep_delivered(gateway_id: int, pdu: Pdu, now: datetime) -> int:
    """Keep a receipt or a message that came in; return the status of our answer.

    Whatever can be placed nowhere is answered as taken: it would come again and again. What could not be kept is to
    come again later.
    """
    try:
        return _kept(gateway_id, read_short(pdu.body), now)
    except Garbage:
        log.warning("a gateway brings what cannot be read", gateway=gateway_id)
        return OK
    except Exception:
        log.exception("what a gateway brought could not be kept; it is to bring it again", gateway=gateway_id)
        connection.close()
        return LATER


def _kept(gateway_id: int, short: Short, now: datetime) -> int:
    number = as_number(short.source, short.source_ton)
    if short.is_receipt:
        return _receipt(gateway_id, short, number, now)
    told = parts_store.Piece(
        sender=number,
        to=as_number(short.destination, short.destination_ton),
        reference=short.reference,
        place=short.place,
        total=short.total,
        coding=short.coding,
        content=short.content,
    )
    if short.total > 1:
        parts_store.joined(gateway_id, told, lambda pieces: _keep_pieces(gateway_id, pieces, now), now)
    else:
        _keep_pieces(gateway_id, [told], now)
    return OK


def keep_incomplete(now: datetime) -> None:
    """Keep what came of messages whose other pieces never did."""
    parts_store.incomplete(now, lambda gateway_id, pieces: _keep_pieces(gateway_id, pieces, now))


def _keep_pieces(gateway_id: int, pieces: list[parts_store.Piece], now: datetime) -> None:
    """Keep a message whose pieces are there; a letter can begin in one and end in the next."""
    first = pieces[0]
    text = decoded(b"".join(piece.content for piece in pieces), first.coding)
    gateway = parts_store.gateway(gateway_id)
    if gateway and not keep_incoming(gateway, "", Incoming(first.sender, first.to, text), now):
        log.warning("a text message came in for nobody here", gateway=gateway_id)


def _receipt(gateway_id: int, short: Short, number: str, now: datetime) -> int:
    receipt = read_receipt(short.text, short.options, number)
    placed = parts_store.part_reported(gateway_id, receipt, now) if receipt else Placed.NOWHERE
    if placed is Placed.NOWHERE:
        log.warning("a gateway reports what cannot be placed", gateway=gateway_id)
    return LATER if placed is Placed.LATER else OK
