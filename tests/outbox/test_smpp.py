"""Text messages through a network over SMPP: each is handed over once and paid once, whatever dies when."""

import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from struct import pack, unpack_from
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from centralka.actions.sms.gateways import change_gateway, try_gateway
from centralka.actions.sms.sending import SmsInput, send
from centralka.gateways.smpp.telling import keep_delivered, keep_incomplete
from centralka.gateways.smpp.wire import DELIVER, LATER, OK, Pdu
from centralka.outbox.text_messages import Sender
from centralka.sms.gateway_words import NotTaken, Taken
from centralka.sms.states import State
from centralka.store import money, sms_parts
from centralka.store import sms as store
from centralka.store.models import Reservation, SipAccount, Sms, SmsGateway, SmsPart, SmsPiece, SmsStop
from tests import cast

from .mail_server import free_port
from .smpp_network import (
    PASSWORD,
    QUICK,
    BadLine,
    SmppPlayed,
    bad_line,
    comes_true,
    smpp_gateway,
    smpp_network,
    smpp_sender,
)
from .text_messages import NOON, Clock, booked, network, queued, sandbox, soon, state

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def played(tmp_path: Path) -> Iterator[SmppPlayed]:
    with smpp_network(tmp_path) as there:
        yield there


def becomes(sms: Sms, wanted: State) -> None:
    comes_true(lambda: state(sms) == wanted, lambda: (state(sms), sms.reason))


def test_messages_are_taken_booked_delivered_and_told_what_became_of_them(
    kwiaty: cast.Company, account: SipAccount, played: SmppPlayed
) -> None:
    gateway = smpp_gateway(played.port)
    delivered, refused, failed, muddled = (queued(kwiaty, account, f"60010020{digit}") for digit in "0138")
    with smpp_sender(Clock()) as sender:
        sender.send_due()
        assert (state(refused), refused.reason, booked(refused)) == (State.FAILED, "ESME_RINVDSTADR", [])
        assert booked(delivered) == [Decimal("-0.09")]
        becomes(delivered, State.DELIVERED)
        becomes(failed, State.FAILED)
        assert (failed.reason, booked(failed)) == ("UNDELIV 001", [Decimal("-0.09")])
        comes_true(lambda: len(played.events("failed")) == 2)  # told last, of one that was delivered before
        becomes(muddled, State.DELIVERED)
    assert sorted(line["to"][-1] for line in played.events()) == ["0", "3", "8"]
    assert not Reservation.objects.exists()
    gateway.refresh_from_db()
    assert (gateway.problem, delivered.their_id) == ("", SmsPart.objects.get(sms=delivered).their_id)


def test_receipts_that_come_twice_and_late_change_nothing(
    kwiaty: cast.Company, account: SipAccount, played: SmppPlayed
) -> None:
    gateway, sms = smpp_gateway(played.port), queued(kwiaty, account, "600 100 200")
    with smpp_sender(Clock()) as sender:
        sender.send_due()
        becomes(sms, State.DELIVERED)
    for word in (b"ENROUTE", b"UNDELIV", b"DELIVRD", b"REJECTD"):
        assert keep_delivered(gateway.pk, receipt(sms.their_id.encode(), word), NOON) == OK
    assert (state(sms), sms.reason, booked(sms)) == (State.DELIVERED, "", [Decimal("-0.09")])


def receipt(told: bytes, word: bytes, source: bytes = b"48600100200", options: bytes = b"") -> Pdu:
    text = b"id:" + told + b" sub:001 dlvrd:001 stat:" + word + b" err:000 text:"
    return brought(source, b"", text, kind=4, options=options)


def brought(source: bytes, to: bytes, content: bytes, *, kind: int = 0, coding: int = 0, options: bytes = b"") -> Pdu:
    body = b"\0\1\1" + source + b"\0\1\1" + to + b"\0" + bytes((kind, 0, 0, 0, 0, 0, 0, coding, 0, len(content)))
    return Pdu(DELIVER, 0, 1, body + content + options)


def test_a_long_message_is_delivered_once_all_its_parts_are(
    kwiaty: cast.Company, account: SipAccount, played: SmppPlayed
) -> None:
    smpp_gateway(played.port)
    sms = queued(kwiaty, account, "600 100 200", "Zażółć gęślą jaźń. " * 9)
    with smpp_sender(Clock()) as sender:
        sender.send_due()
        becomes(sms, State.DELIVERED)
    assert [line["text"] for line in played.events()] == [sms.text[:67], sms.text[67:134], sms.text[134:]]
    parts = SmsPart.objects.filter(sms=sms).order_by("place")
    assert [(part.place, part.total, part.state) for part in parts] == [(n, 3, "delivered") for n in (1, 2, 3)]
    assert (sms.parts, booked(sms)) == (3, [Decimal("-0.27")])


def test_one_part_that_fails_fails_the_message(kwiaty: cast.Company, account: SipAccount, played: SmppPlayed) -> None:
    gateway, sms = smpp_gateway(played.port), queued(kwiaty, account, "600 100 202", "a" * 200)
    with smpp_sender(Clock()) as sender:
        sender.send_due()
    first, second = SmsPart.objects.filter(sms=sms).order_by("place")
    keep_delivered(gateway.pk, receipt(second.their_id.encode(), b"DELIVRD", b"48600100202"), NOON)
    assert state(sms) in (State.ACCEPTED, State.SENT)
    keep_delivered(gateway.pk, receipt(first.their_id.encode(), b"UNDELIV", b"48600100202"), NOON)
    assert (state(sms), sms.reason) == (State.FAILED, "UNDELIV")


def test_a_message_of_which_some_parts_were_taken_is_not_known_until_all_are(
    kwiaty: cast.Company, account: SipAccount
) -> None:
    """Its worker died between them: the rest is never sent, and nothing is paid unless a receipt names it."""
    gateway, sms = smpp_gateway(free_port()), queued(kwiaty, account, text="a" * 200)
    assert store.going_to(sms, gateway, NOON)
    sms_parts.part_taken(sms.pk, 1, 2, Taken("A1"), NOON)
    assert keep_delivered(gateway.pk, receipt(b"A1", b"DELIVRD"), NOON) == OK
    store.forget_deaths(NOON + store.LEASE)
    assert (state(sms), booked(sms)) == (State.UNKNOWN, [])
    assert keep_delivered(gateway.pk, receipt(b"never told", b"DELIVRD"), NOON) == OK
    assert (state(sms), booked(sms)) == (State.DELIVERED, [Decimal("-0.18")])


def test_a_long_message_can_go_whole(kwiaty: cast.Company, account: SipAccount, played: SmppPlayed) -> None:
    smpp_gateway(played.port, templates={"long_texts": "payload"})
    sms = queued(kwiaty, account, "600 100 200", "Zażółć gęślą jaźń. " * 9)
    with smpp_sender(Clock()) as sender:
        sender.send_due()
        becomes(sms, State.DELIVERED)
    assert [line["text"] for line in played.events()] == [sms.text]


@pytest.mark.parametrize("mode", ["parts", "payload"])
def test_an_answer_comes_in_whole_and_stop_blocks(
    kwiaty: cast.Company, account: SipAccount, played: SmppPlayed, mode: str
) -> None:
    smpp_gateway(played.port, templates={"long_texts": mode})
    echoed = queued(kwiaty, account, "600 100 204", "Zażółć gęślą jaźń 😀. " * 9)
    queued(kwiaty, account, "600 100 205")
    with smpp_sender(Clock()) as sender:
        sender.send_due()
        comes_true(lambda: Sms.objects.filter(direction=Sms.Direction.IN).count() == 2)
    came = Sms.objects.get(direction=Sms.Direction.IN, number="+48600100204")
    assert (came.text, came.sip_account, came.seen) == (echoed.text, account, False)
    assert SmsStop.objects.get().number == "+48600100205"
    assert not SmsPiece.objects.exists()


def test_a_message_to_an_own_number_goes_to_its_account_once(kwiaty: cast.Company, account: SipAccount) -> None:
    gateway = smpp_gateway(free_port())
    number = cast.line_outside(kwiaty.tenant, "+48601222333")
    number.sip_account = account
    number.save()
    text = "Czy są\0 róże?".encode("utf-16-be")
    for _twice in range(2):
        assert keep_delivered(gateway.pk, brought(b"48500600700", b"48601222333", text, coding=8), NOON) == OK
    came = Sms.objects.get()
    assert (came.number, came.sender, came.text) == ("+48500600700", "+48601222333", "Czy są róże?")
    assert (came.sip_account, came.gateway) == (account, gateway)


def test_pieces_come_in_any_order_and_again_and_what_is_missing_is_not_waited_for_for_ever(
    kwiaty: cast.Company, account: SipAccount
) -> None:
    gateway = smpp_gateway(free_port())
    number = cast.line_outside(kwiaty.tenant, "+48601222333")
    number.sip_account = account
    number.save()

    def piece(reference: int, place: int, text: str) -> None:
        content = bytes((5, 0, 3, reference, 3, place)) + text.encode()
        pdu = brought(b"48500600700", b"48601222333", content, kind=0x40)
        assert keep_delivered(gateway.pk, pdu, NOON) == OK

    for place, text in ((3, "c"), (1, "a"), (3, "c"), (2, "b")):
        piece(7, place, text)
    assert Sms.objects.get().text == "abc"
    piece(8, 2, "only this")
    keep_incomplete(NOON + timedelta(minutes=59))
    assert Sms.objects.count() == 1
    keep_incomplete(NOON + timedelta(minutes=61))
    assert sorted(Sms.objects.values_list("text", flat=True)) == ["abc", "only this"]
    assert not SmsPiece.objects.exists()


def test_what_cannot_be_placed_is_answered_and_of_a_stranger_nothing_is_kept(
    kwiaty: cast.Company, account: SipAccount
) -> None:
    gateway, other = smpp_gateway(free_port()), smpp_gateway(free_port(), name="Inna")
    sms = queued(kwiaty, account)
    assert store.going_to(sms, gateway, NOON)
    sms_parts.part_taken(sms.pk, 1, 1, Taken("A1"), NOON)
    for pdu in (Pdu(DELIVER, 0, 1, b"x"), receipt(b"nobody", b"DELIVRD"), brought(b"48500600700", b"48999", b"?")):
        assert keep_delivered(gateway.pk, pdu, NOON) == OK
    assert keep_delivered(other.pk, receipt(b"A1", b"UNDELIV"), NOON) == OK  # the ids of another gateway are its own
    assert (state(sms), Sms.objects.count()) == (State.ACCEPTED, 1)
    assert keep_delivered(gateway.pk, receipt(b"A1", b"DELIVRD"), NOON) == OK
    assert state(sms) == State.DELIVERED


def test_an_id_in_another_spelling_is_the_same_only_for_the_same_number(
    kwiaty: cast.Company, account: SipAccount
) -> None:
    gateway, sms = smpp_gateway(free_port()), queued(kwiaty, account)
    assert store.going_to(sms, gateway, NOON)
    sms_parts.part_taken(sms.pk, 1, 1, Taken("0000001F"), NOON)
    keep_delivered(gateway.pk, receipt(b"31", b"DELIVRD", b"48600999999"), NOON)
    assert state(sms) == State.ACCEPTED
    keep_delivered(gateway.pk, receipt(b"31", b"DELIVRD"), NOON)
    assert state(sms) == State.DELIVERED


# -- What dies ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("died", ["before the request", "before the answer", "after the answer"])
def test_a_worker_that_dies_while_it_hands_over_sends_nothing_twice(
    kwiaty: cast.Company, account: SipAccount, played: SmppPlayed, died: str
) -> None:
    gateway, clock = smpp_gateway(played.port), Clock()
    sms = queued(kwiaty, account)
    assert store.going_to(sms, gateway, clock())
    if died == "after the answer":
        sms_parts.part_taken(sms.pk, 1, 1, Taken("A1"), NOON)
        assert state(sms) == State.ACCEPTED
    soon(clock, store.LEASE.total_seconds())
    with smpp_sender(clock) as sender:
        sender.send_due()
        assert state(sms) == (State.ACCEPTED if died == "after the answer" else State.UNKNOWN)
        if died != "before the request":
            told = b"A1" if died == "after the answer" else b"never heard"
            assert keep_delivered(gateway.pk, receipt(told, b"DELIVRD"), NOON) == OK
            assert (state(sms), booked(sms)) == (State.DELIVERED, [Decimal("-0.09")])
        soon(clock, (store.FORGOTTEN + timedelta(hours=1)).total_seconds())
        sender.send_due()
    assert played.events() == []
    if died == "before the request":
        assert (state(sms), booked(sms)) == (State.FAILED, [])
        assert money.funds(kwiaty.tenant.pk).available == Decimal("10")


def test_a_gateway_that_answers_nothing_is_not_asked_again_and_its_receipt_decides(
    kwiaty: cast.Company, account: SipAccount, played: SmppPlayed
) -> None:
    smpp_gateway(played.port)
    other = queued(kwiaty, account, "600 100 200")
    sms, clock = queued(kwiaty, account, "600 100 206"), Clock()
    with smpp_sender(clock) as sender:
        sender.send_due()
        becomes(sms, State.DELIVERED)  # the receipt names our number of it
        becomes(other, State.DELIVERED)
        soon(clock, 600)
        sender.send_due()
    assert [line["to"] for line in played.events()].count(sms.number) == 1
    assert booked(sms) == [Decimal("-0.09")]


def bind_answer(content: bytes) -> bytes:
    (sequence,) = unpack_from("!I", content, 12)
    return pack("!IIII", 17, 0x80000009, 0, sequence) + b"\0"


def test_an_answer_that_comes_too_late_still_counts(kwiaty: cast.Company, account: SipAccount) -> None:
    late: list[tuple[socket.socket, bytes]] = []

    def say(line: socket.socket, content: bytes) -> bool:
        (_length, command, _status, sequence) = unpack_from("!IIII", content)
        if command == 9:
            line.sendall(bind_answer(content))
        elif command == 4:
            late.append((line, pack("!IIII", 19, 0x80000004, 0, sequence) + b"Z9\0"))
        return True

    with bad_line(say) as there, smpp_sender(Clock()) as sender:
        smpp_gateway(there.port)
        sms = queued(kwiaty, account)
        sender.send_due()
        assert (state(sms), sms.reason) == (State.UNKNOWN, "no answer")
        ((line, answer),) = late
        line.sendall(answer)
        becomes(sms, State.ACCEPTED)
        assert (sms.their_id, booked(sms)) == ("Z9", [Decimal("-0.09")])


def test_a_gateway_that_dies_after_acceptance_reports_when_it_is_back(
    kwiaty: cast.Company, account: SipAccount, tmp_path: Path
) -> None:
    clock = Clock()
    with smpp_network(tmp_path) as first:
        gateway = smpp_gateway(first.port)
        sms = queued(kwiaty, account, "600 100 209")  # takes it, and answers with a page of HTML
        with smpp_sender(clock) as sender:
            sender.send_due()
            assert state(sms) in (State.UNKNOWN, State.DELIVERED)
    assert len(first.events()) == 1
    with smpp_network(tmp_path, first.port) as back, smpp_sender(clock) as sender:
        soon(clock, 600)
        sender.send_due()
        assert len(back.events()) == 1
        keep_delivered(gateway.pk, receipt(b"from before", b"DELIVRD", b"48600100209"), NOON)
        assert (state(sms), booked(sms)) == (State.DELIVERED, [Decimal("-0.09")])


def test_a_receipt_of_one_of_two_that_are_not_known_waits_or_goes_nowhere(
    kwiaty: cast.Company, account: SipAccount
) -> None:
    """Nothing is guessed; our own number in it decides, if it came back."""
    gateway = smpp_gateway(free_port())
    one, two = queued(kwiaty, account), queued(kwiaty, account)
    for sms in (one, two):
        assert store.going_to(sms, gateway, NOON)
    assert keep_delivered(gateway.pk, receipt(b"X", b"DELIVRD"), NOON) == LATER
    store.forget_deaths(NOON + store.LEASE)
    assert keep_delivered(gateway.pk, receipt(b"X", b"DELIVRD"), NOON) == OK
    assert (state(one), state(two)) == (State.UNKNOWN, State.UNKNOWN)
    reference = pack("!HHH", 0x0204, 2, two.pk % 65536)
    assert keep_delivered(gateway.pk, receipt(b"X", b"DELIVRD", options=reference), NOON) == OK
    assert (state(one), state(two)) == (State.UNKNOWN, State.DELIVERED)


def test_a_receipt_finds_its_message_though_the_answer_is_noted_while_it_looks(
    kwiaty: cast.Company, account: SipAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Receipt and late answer may come over the connections of two workers."""
    gateway, sms = smpp_gateway(free_port()), queued(kwiaty, account)
    assert store.going_to(sms, gateway, NOON)
    store.forget_deaths(NOON + store.LEASE)
    assert state(sms) == State.UNKNOWN
    looks = sms_parts._open

    def meanwhile(*given: Any) -> int | None:
        sms_parts.part_taken(sms.pk, 1, 1, Taken("A1"), NOON)
        return looks(*given)

    monkeypatch.setattr(sms_parts, "_open", meanwhile)
    assert keep_delivered(gateway.pk, receipt(b"A1", b"DELIVRD"), NOON) == OK
    assert state(sms) == State.DELIVERED


def test_two_workers_have_a_connection_each_and_send_each_message_once(
    kwiaty: cast.Company, account: SipAccount, played: SmppPlayed
) -> None:
    smpp_gateway(played.port)
    wanted = SmsInput(account_id=account.pk, to=[f"6001{number:03}00" for number in range(20)], text="Hurtem")
    many = send(kwiaty.manager, wanted, now=NOON)
    with smpp_sender(Clock()) as one, smpp_sender(Clock()) as two, ThreadPoolExecutor(2) as pool:
        list(pool.map(_work, (one, two)))
        comes_true(lambda: len(played.network._customers) == 2)
        for sms in many:
            becomes(sms, State.DELIVERED)
            assert booked(sms) == [Decimal("-0.09")]
    assert sorted(line["to"] for line in played.events()) == sorted(sms.number for sms in many)


def _work(sender: Sender) -> None:
    try:
        sender.send_due()
    finally:
        connection.close()


def test_the_next_gateway_gets_what_the_first_certainly_did_not_take(
    kwiaty: cast.Company, account: SipAccount, played: SmppPlayed, tmp_path: Path
) -> None:
    nowhere = smpp_gateway(free_port(), name="Martwa", priority=1)
    locked = smpp_gateway(played.port, name="Złe hasło", priority=2, secret="wrong")
    full = smpp_gateway(played.port, name="Pełna", priority=3)
    with network(tmp_path) as http, smpp_sender(Clock()) as sender:
        last = sandbox(http.port, priority=4)
        sms, busy = queued(kwiaty, account), queued(kwiaty, account, "600 100 207")
        sender.send_due()
        assert state(sms) in (State.ACCEPTED, State.DELIVERED)
        assert (sms.gateway, busy.gateway) == (full, None)
        assert (state(busy), busy.gateway) == (State.QUEUED, last)  # which takes no such message either
    for gateway, problem in ((nowhere, "no connection"), (locked, "ESME_RINVPASWD"), (full, "ESME_RTHROTTLED")):
        gateway.refresh_from_db()
        assert problem in gateway.problem
    assert len(played.events("busy")) == 3  # offered again, a little later each time


def test_what_our_own_limit_holds_waits_for_its_turn_and_goes_to_no_other_gateway(
    kwiaty: cast.Company, account: SipAccount, played: SmppPlayed, tmp_path: Path
) -> None:
    slow = smpp_gateway(played.port, priority=1, templates={"per_second": "4"})
    wanted = SmsInput(account_id=account.pk, to=[f"6001{number:03}00" for number in range(5)], text="Hurtem")
    many, clock = send(kwiaty.manager, wanted, now=NOON), Clock()
    with network(tmp_path) as http, smpp_sender(clock, replace(QUICK, turn=0.05)) as sender:
        sandbox(http.port, priority=2)
        sender.send_due()
        held = [sms for sms in many if state(sms) == State.QUEUED]
        assert [(sms.gateway, sms.attempts, sms.reason) for sms in held] == [(None, 0, "")] * len(held)
        assert len(held) > 0
        for _time in range(40):
            soon(clock, 3)
            sender.send_due()
        for sms in many:
            becomes(sms, State.DELIVERED)
            assert (sms.gateway, booked(sms)) == (slow, [Decimal("-0.09")])
        assert http.network.messages == {}
    slow.refresh_from_db()
    assert slow.problem == ""
    assert len(played.events()) == len(many)


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", "no SMPP"),
        (pack("!IIII", 0xFFFFFFFF, 0x80000009, 0, 1), "no SMPP"),
        (pack("!IIII", 16, 0x80000015, 0, 1), "no SMPP"),
        (pack("!IIII", 16, 0x80000009, 5, 1), "ESME_RALYBND"),
        (pack("!IIII", 16, 0x80000009, 0x4FF, 1), "0x000004FF"),
        (b"", "it ended the connection"),
        (b"hang", "no answer"),
    ],
)
def test_whatever_answers_our_login_the_message_waits_and_says_why(
    kwiaty: cast.Company, account: SipAccount, words: bytes, problem: str
) -> None:
    def say(line: socket.socket, content: bytes) -> bool:
        line.sendall(b"" if words == b"hang" else words)
        return words == b"hang"

    with bad_line(say) as there, smpp_sender(Clock(), replace(QUICK, connect=0.5)) as sender:
        gateway, sms = smpp_gateway(there.port), queued(kwiaty, account)
        sender.send_due()
        assert state(sms) == State.QUEUED
        assert problem in sms.reason
        if words != b"hang":
            assert isinstance(try_gateway(cast.OPERATOR, gateway.pk, "600 100 200"), NotTaken)


def test_a_gateway_that_falls_silent_is_hung_up_on_and_logged_in_to_again(
    kwiaty: cast.Company, account: SipAccount
) -> None:
    def say(line: socket.socket, content: bytes) -> bool:
        if unpack_from("!I", content, 4) == (9,):
            line.sendall(bind_answer(content))
        return True

    def logins(there: BadLine) -> int:
        return sum(unpack_from("!I", content, 4) == (9,) for content in there.heard)

    with bad_line(say) as there, smpp_sender(Clock(), replace(QUICK, quiet=0.2, alive=0.2)) as sender:
        gateway = smpp_gateway(there.port)
        sender.send_due()
        comes_true(lambda: logins(there) == 2, lambda: there.heard)
        asked = [content for content in there.heard if unpack_from("!I", content, 4) == (0x15,)]
        assert asked
        assert SmsGateway.objects.get(pk=gateway.pk).told_at is not None


# -- The operator ------------------------------------------------------------------------------------------------


def test_a_gateway_is_tried_on_a_line_of_its_own(kwiaty: cast.Company, played: SmppPlayed) -> None:
    gateway = smpp_gateway(played.port, enabled=False)
    assert isinstance(try_gateway(cast.OPERATOR, gateway.pk, "600 100 200"), Taken)
    assert [line["text"] for line in played.events()] == ["Centralka: test"]
    answer = try_gateway(cast.OPERATOR, gateway.pk, "600 100 201")
    assert not isinstance(answer, Taken)
    assert answer.reason == "ESME_RINVDSTADR"
    assert not SmsPart.objects.exists()


def test_a_corrected_password_counts_at_the_next_look_and_switching_off_logs_out(
    kwiaty: cast.Company, account: SipAccount, played: SmppPlayed
) -> None:
    gateway, clock = smpp_gateway(played.port, secret="wrong"), Clock()
    sms = queued(kwiaty, account)
    with smpp_sender(clock) as sender:
        sender.send_due()
        assert (state(sms), sms.reason) == (State.QUEUED, "it refuses our login: ESME_RINVPASWD")
        change_gateway(cast.OPERATOR, gateway.pk, {"secret": PASSWORD})
        soon(clock, 60)
        sender.send_due()
        becomes(sms, State.DELIVERED)
        change_gateway(cast.OPERATOR, gateway.pk, {"enabled": False})
        soon(clock, 60)
        sender.send_due()
        comes_true(lambda: not played.network._customers)


def test_it_has_no_address_for_reports_over_http(kwiaty: cast.Company) -> None:
    gateway = smpp_gateway(free_port())
    assert Client().post(f"/bramka-sms/{gateway.callback}", {"id": "1", "status": "delivered"}).status_code == 404
