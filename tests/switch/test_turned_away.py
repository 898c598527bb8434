"""Calls that the engine refuses by itself, told from its copies of SIP messages."""

import struct
from datetime import UTC, datetime
from pathlib import Path

import pytest

from centralka.calls.callbook import CallBook
from centralka.calls.endpoints import Carrier, Endpoint, Phone
from centralka.calls.journal_events import TurnedAway
from centralka.calls.reasons import Reason, Why
from centralka.calls.record.record import Record, record_of
from centralka.switch.journal.lines import Journal, events_in
from centralka.switch.turned_away import SipCopies

NOW = datetime(2026, 1, 31, 12, tzinfo=UTC)
PORT = 5060
SECRET = "s3cret"
HERE, PHONE = "127.0.0.1", "192.0.2.7"
G729 = "v=0\r\nm=audio 4000 RTP/AVP 18\r\n"
LOGGED_IN = 'Authorization: Digest username="kwiaty_100", realm="centralka"'


def invite(*headers: str, call_id: str = "one", body: str = G729, to: str = "<sip:101@x>", dialled: str = "101") -> str:
    lines = [
        f"INVITE sip:{dialled}@x SIP/2.0",
        "From: <sip:100@x>;tag=1",
        f"t: {to}",
        f"i: {call_id}",
        "CSeq: 2 INVITE",
    ]
    return "\r\n".join([*lines, *headers, "", body])


def refusal(
    status: str = "488 Not Acceptable Here", *headers: str, call_id: str = "one", cseq: str = "2 INVITE"
) -> str:
    return "\r\n".join([f"SIP/2.0 {status}", f"Call-ID: {call_id}", f"CSeq: {cseq}", *headers, "", ""])


def copied(message: str, source: str, destination: str, port: int = PORT, secret: str = SECRET) -> bytes:
    """As `res_hep_pjsip` sends it."""
    chunks = [(3, bytes(map(int, source.split(".")))), (4, bytes(map(int, destination.split("."))))]
    chunks += [(7, struct.pack(">H", port)), (14, secret.encode()), (15, message.encode())]
    body = b"".join(struct.pack(">HHH", 0, kind, 6 + len(content)) + content for kind, content in chunks)
    return b"HEP3" + struct.pack(">H", 6 + len(body)) + body


def noted(*datagrams: bytes) -> list[TurnedAway]:
    found: list[TurnedAway] = []
    copies = SipCopies(found.append, "node1", PORT, SECRET, lambda: NOW)
    for datagram in datagrams:
        copies.datagram_received(datagram, None)
    return found


def came(message: str) -> bytes:
    return copied(message, PHONE, HERE, 5066)


def went(message: str) -> bytes:
    return copied(message, HERE, PHONE)


def test_a_call_of_an_account_that_is_refused_by_the_engine_is_noted_once() -> None:
    (call,) = noted(came(invite()), came(invite(LOGGED_IN)), went(refusal()), went(refusal()))
    assert (call.time, call.endpoint, call.exten) == (NOW, Phone("kwiaty_100"), "101")
    assert call.channel.startswith("node1-sip-")
    assert call.reason == Reason(Why.OFFERED_CODECS, {"codecs": "G729"})


def test_a_carriers_call_has_its_callers_number_or_none_where_that_is_hidden() -> None:
    shown = invite("P-Asserted-Identity: <sip:+48600100200@carrier>", dialled="+48221234567")
    (call,) = noted(came(shown), went(refusal()))
    assert (call.endpoint, call.number, call.exten) == (Carrier(0), "+48600100200", "+48221234567")
    (call,) = noted(came(invite("P-Asserted-Identity: <sip:+48600100200@c>", "Privacy: id")), went(refusal()))
    assert call.number == ""


def test_copies_that_another_process_made_up_are_not_believed() -> None:
    made_up = [copied(text, HERE, PHONE, secret=secret) for text in (invite(), refusal()) for secret in ("", "guess")]
    assert noted(*made_up) == []
    assert noted(came(invite()), copied(refusal(), HERE, PHONE, secret="guess")) == []


@pytest.mark.parametrize(
    "answer",
    [
        went(refusal("401 Unauthorized")),
        went(refusal("403 Forbidden")),
        went(refusal("200 OK")),
        went(refusal("404 Not Found", "Reason: Q.850;cause=1")),
        went(refusal(cseq="3 UPDATE")),
        went(refusal(call_id="another")),
        copied(refusal(), PHONE, HERE, 5066),
        copied(refusal(), HERE, HERE, 5080),
    ],
    ids=["password", "forbidden", "answer", "ours", "update", "another call", "a phone's", "a neighbour's"],
)
def test_every_other_answer_is_no_call_that_was_turned_away(answer: bytes) -> None:
    assert noted(came(invite(LOGGED_IN)), answer) == []


def test_a_call_that_changes_is_none_that_begins() -> None:
    assert noted(came(invite(LOGGED_IN, to="<sip:101@x>;tag=2")), went(refusal())) == []


@pytest.mark.parametrize(
    "datagram",
    [b"", b"GET / HTTP/1.1", b"HEP3", b"HEP3\x00\x06\x00\x00\x00\x0f\x00\x01", b"INVITE x", b"HEP3 INVITE x"],
)
def test_what_is_no_copy_hurts_nobody(datagram: bytes) -> None:
    assert noted(datagram, came(invite(LOGGED_IN)), went(refusal())) != []


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
