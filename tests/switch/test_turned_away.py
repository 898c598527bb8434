"""Calls that the engine refuses by itself, as the edge tells of them."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from centralka.calls.callbook import CallBook
from centralka.calls.endpoints import Carrier, Endpoint, Phone
from centralka.calls.journal_events import TurnedAway
from centralka.calls.reasons import Reason, Why
from centralka.calls.record.record import Record, record_of
from centralka.switch.arriving.turned_away import TurnedAwayCalls
from centralka.switch.journal.lines import Journal, events_in
from centralka.switch.wire.edge_news import EdgeNews

NOW = datetime(2026, 1, 31, 12, tzinfo=UTC)
SECRET = "s3cret"
G729 = "v=0\r\nm=audio 4000 RTP/AVP 18\r\n"


def invite(*headers: str, dialled: str = "101", body: str = G729) -> str:
    lines = [f"INVITE sip:{dialled}@x SIP/2.0", "From: <sip:100@x>;tag=1", "i: one", "CSeq: 2 INVITE"]
    return "\r\n".join([*lines, *headers, "", body])


def told(message: str, caller: str = "kwiaty_100", status: str = "488", secret: str = SECRET) -> bytes:
    """As the edge tells it."""
    return f"{secret} {status} {caller}\r\n{message}".encode()


def noted(*datagrams: bytes) -> list[TurnedAway]:
    found: list[TurnedAway] = []
    calls = TurnedAwayCalls(found.append, "node1", lambda: NOW)
    news = EdgeNews(SECRET, turned_away=calls.hear, answers=lambda _tag: None)
    for datagram in datagrams:
        news.datagram_received(datagram, ("127.0.0.1", 9))
    return found


def test_a_call_of_an_account_is_noted_with_what_its_phone_offered() -> None:
    (call,) = noted(told(invite()))
    assert (call.time, call.endpoint, call.number, call.exten) == (NOW, Phone("kwiaty_100"), "", "101")
    assert call.channel.startswith("node1-sip-")
    assert call.reason == Reason(Why.OFFERED_CODECS, {"codecs": "G729"})


@pytest.mark.parametrize("caller, endpoint", [("trunk-7", Carrier(7)), ("", Carrier(0))])
def test_a_carriers_call_has_its_callers_number_or_none_where_that_is_hidden(caller: str, endpoint: Endpoint) -> None:
    shown = invite("P-Asserted-Identity: <sip:+48600100200@carrier>", dialled="+48221234567")
    (call,) = noted(told(shown, caller))
    assert (call.endpoint, call.number, call.exten) == (endpoint, "+48600100200", "+48221234567")
    (call,) = noted(told(invite("P-Asserted-Identity: <sip:+48600100200@c>", "Privacy: id"), caller))
    assert call.number == ""


@pytest.mark.parametrize(
    "datagram",
    [
        b"",
        b"GET / HTTP/1.1",
        invite().encode(),
        told(invite(), secret=""),
        told(invite(), secret="guess"),
        told(invite(), secret=SECRET + "x"),
        told(invite(), status="4x8"),
        SECRET.encode(),
    ],
)
def test_what_the_edge_did_not_say_is_not_believed_and_hurts_nobody(datagram: bytes) -> None:
    assert len(noted(datagram, told(invite()))) == 1


def written_and_read(tmp_path: Path, call: TurnedAway) -> Record:
    journal = Journal(tmp_path / "calls.csv")
    journal.turned_away(call)
    book = CallBook()
    for event in events_in(journal.path.read_text().splitlines()):
        book.apply(event, 100)
    (found,) = book.take_changed()
    assert (book.checkpoint, book.channels) == (100, frozenset())
    return record_of(found)


@pytest.mark.parametrize(
    "who, dialled, direction",
    [
        (Phone("kwiaty_100"), "101", "internal"),
        (Phone("kwiaty_100"), "600100200", "out"),
        (Carrier(0), "+48221234567", "in"),
    ],
)
def test_it_becomes_a_record_with_the_reason(tmp_path: Path, who: Endpoint, dialled: str, direction: str) -> None:
    reason = Reason(Why.OFFERED_CODECS, {"codecs": "G729"})
    record = written_and_read(tmp_path, TurnedAway(NOW, "node1-sip-1", who, "+48600100200", dialled, reason))
    assert (record.outcome, record.direction, record.to_number) == ("failed", direction, dialled)
    assert (record.started_at, record.answered_at, record.ended_at, record.legs) == (NOW, None, NOW, [])
    assert record.why == [reason]
    assert record.from_number == ("+48600100200" if direction == "in" else "100")
