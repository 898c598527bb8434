"""What is said to SerwerSMS.pl, and what its answers mean (https://dev.serwersms.pl/https-api-v2)."""

import json
from datetime import UTC, datetime

import pytest

from centralka.sms.gateway_words import Answer, Incoming, NotTaken, Outgoing, Refused, Report, Taken, Unclear
from centralka.sms.parts import Coding
from centralka.sms.serwersms import SerwerSms
from centralka.sms.states import State

GATEWAY = SerwerSms("tajny-token", numbers=("+48664078059",))


def outgoing(sender: str = "", coding: Coding = Coding.GSM7) -> Outgoing:
    return Outgoing("test-0af1", "+48500600700", sender, "Tekst", coding, "https://a.example/bramka-sms/x")


@pytest.mark.parametrize(
    ("sender", "theirs"), [("", "2waySMS"), ("+48664078059", "664078059"), ("+49170", "49170"), ("KWIATY", "KWIATY")]
)
def test_a_message_is_written(sender: str, theirs: str) -> None:
    request = GATEWAY.send(outgoing(sender, Coding.UCS2))
    assert (request.method, request.address) == ("POST", "https://api2.serwersms.pl/messages/send_sms")
    assert request.headers["Authorization"] == "Bearer tajny-token"
    assert "tajny-token" not in repr(request)
    assert json.loads(request.body) == {
        "phone": "+48500600700",
        "text": "Tekst",
        "sender": theirs,
        "utf": True,
        "details": True,
        "unique_id": "test0af1",
    }


def item(**fields: object) -> bytes:
    return json.dumps({"success": True, "queued": 1, "unsent": 0, "items": [fields]}).encode()


def error(code: object) -> bytes:
    return json.dumps({"error": {"code": code, "type": "SendError", "message": "Nie"}}).encode()


@pytest.mark.parametrize(
    ("body", "means"),
    [
        (item(id="aca3944055", phone="+48500600700", status="queued", parts=1), Taken("aca3944055")),
        (item(phone="1", status="unsent", error_code=2001, error_message="Zły"), Refused("2001: Zły")),
        (item(phone="1", status="unsent", error_code="3002", error_message="Limit"), NotTaken("3002: Limit")),
        (item(phone="1", status="unsent"), Refused("")),
        (error(1001), NotTaken("1001: Nie")),
        (error(1008), NotTaken("1008: Nie")),
        (error(3100), NotTaken("3100: Nie")),
        (error(3102), Refused("3102: Nie")),
        (error("²"), Refused("²: Nie")),
        (b'{"error": "?"}', Refused("?")),
        (b'{"success": true}', Unclear("an answer without an id")),
        (b'{"items": {"id": 1}}', Unclear("an answer without an id")),
        (b"<html>", Unclear("an answer that is no JSON")),
        (b"[]", Unclear("an answer that is no JSON")),
        (b"[" * 50_000, Unclear("an answer that is no JSON")),
    ],
)
def test_answers_are_read(body: bytes, means: Answer) -> None:
    assert GATEWAY.sent(200, body) == means


def test_a_server_that_fails_is_unclear_and_one_that_refuses_the_token_took_nothing() -> None:
    assert (GATEWAY.sent(502, b""), GATEWAY.sent(401, b"")) == (Unclear("HTTP 502"), NotTaken("HTTP 401"))


def test_it_is_asked_for_a_message_and_never_says_that_it_has_none() -> None:
    question = GATEWAY.ask(outgoing(), "")
    assert question is not None
    assert json.loads(question.body) == {"unique_id": "test0af1"}
    found = GATEWAY.asked(200, item(id="a1", status="undelivered", reason="wrong_number"))
    assert found == Taken("a1", State.FAILED, "wrong_number")
    for body in (b'{"items": []}', error(1001), b"", b"null"):
        assert isinstance(GATEWAY.asked(200, body), Unclear)
    assert isinstance(GATEWAY.asked(401, b""), Unclear)


def test_reports_are_asked_for_together() -> None:
    assert json.loads(GATEWAY.ask_reports(["a", "b"]).body) == {"id": ["a", "b"]}
    body = json.dumps({"items": [{"id": "a", "status": "delivered"}, {"id": 2, "status": "pending"}, {}, "x"]}).encode()
    assert GATEWAY.told_reports(200, body) == [Report("a", State.DELIVERED), Report("2", State.ACCEPTED)]
    for status, other in ((200, error(1001)), (500, body), (200, b'{"items": 1}')):
        assert GATEWAY.told_reports(status, other) is None


def test_messages_are_asked_for_by_our_clock_in_their_time_zone() -> None:
    asked = GATEWAY.ask_incoming(datetime(2026, 7, 1, 22, 30, tzinfo=UTC))
    assert [(number, json.loads(request.body)) for number, request in asked] == [
        ("", {"type": "eco", "date_from": "2026-07-02 00:30:00"}),
        ("+48664078059", {"type": "ndi", "date_from": "2026-07-02 00:30:00", "ndi": "+48664078059"}),
    ]
    items = [
        {"id": 7, "type": "eco", "phone": "+48500600700", "message_id": "eba39e4fe1", "text": "Przyjadę o 16"},
        {"id": 8, "type": "mms", "phone": "+48500600700", "title": "Temat"},
        {"id": 9, "phone": "+48500600700", "text": None},
    ]
    assert GATEWAY.told_incoming("", 200, json.dumps({"items": items}).encode()) == [
        Incoming("+48500600700", "", "Przyjadę o 16", "7", "eba39e4fe1"),
        Incoming("+48500600700", "", "", "9", ""),
    ]
    assert GATEWAY.told_incoming("", 200, b"{}") is None


def test_what_is_brought_by_strangers_says_nothing() -> None:
    assert GATEWAY.reports({"id": "a", "status": "delivered"}) == []
    assert GATEWAY.incoming({"from": "1", "text": "x"}) is None
