"""What is told to a gateway over SMPP and what its words mean, as tables."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from centralka.sms.gateway_words import Answer, NotTaken, Outgoing, Refused, Taken, Unclear
from centralka.sms.parts import count, cut
from centralka.sms.smpp import (
    MESSAGE_STATE,
    RECEIPTED_MESSAGE_ID,
    USER_MESSAGE_REFERENCE,
    Place,
    Receipt,
    Ton,
    as_number,
    judge,
    of_all,
    pieces_of,
    read_place,
    read_receipt,
    sender_of,
    spellings,
)
from centralka.sms.states import State

TO = "+48600100200"


@pytest.mark.parametrize(
    ("text", "lengths"),
    [
        ("a" * 160, [160]),
        ("a" * 161, [153, 8]),
        ("a" * 306, [153, 153]),
        ("€" * 80, [80]),
        ("a" * 152 + "€" + "a" * 10, [152, 11]),
        ("ż" * 70, [70]),
        ("ż" * 71, [67, 4]),
        ("ż" * 66 + "😀" + "ż" * 5, [66, 6]),
    ],
)
def test_texts_are_cut_as_they_are_counted(text: str, lengths: list[int]) -> None:
    assert [len(part) for part in cut(text)] == lengths
    assert "".join(cut(text)) == text


@given(st.text(alphabet="aż€😀\n{", max_size=700))
def test_any_text_goes_in_as_many_parts_as_are_paid(text: str) -> None:
    parts = cut(text)
    assert "".join(parts) == text
    assert len(parts) == max(1, count(text).parts)


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("smpp://sms.example", Place("sms.example", 2775, tls=False)),
        ("smpp://10.0.0.1:5000/", Place("10.0.0.1", 5000, tls=False)),
        ("smpps://sms.example", Place("sms.example", 3550, tls=True)),
        ("smpp://[::1]:2775", Place("::1", 2775, tls=False)),
        ("https://sms.example", None),
        ("smpp://", None),
        ("smpp://sms.example:0", None),
        ("smpp://sms.example:99999", None),
        ("smpp://sms.example:x", None),
        ("smpp://sms.example/way", None),
        ("smpp://me:secret@sms.example", None),
        ("smpp://sms.example\0", None),
        ("smpp://[::1", None),
        ("sms.example:2775", None),
    ],
)
def test_addresses(address: str, place: Place | None) -> None:
    assert read_place(address) == place


def outgoing(sender: str, text: str = "Dzień dobry") -> Outgoing:
    return Outgoing("key", TO, sender, text, count(text).coding, "")


def test_senders() -> None:
    assert sender_of(outgoing("+48601222333"), "") == (Ton.NUMBER, "48601222333")
    assert sender_of(outgoing("KWIATY"), "SMS") == (Ton.NAME, "KWIATY")
    assert sender_of(outgoing(""), "") == (Ton.NONE, "")
    assert sender_of(outgoing(""), "+48500500500") == (Ton.NUMBER, "48500500500")


def test_a_long_text_goes_in_parts_or_whole() -> None:
    message = outgoing("", "a" * 200)
    assert [len(part) for part in pieces_of(message, "parts")] == [153, 47]
    assert pieces_of(message, "payload") == ["a" * 200]


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        *((status, NotTaken) for status in (0x58, 0x14, 0x08, 0x04, 0x64)),
        *((status, Refused) for status in (0x0B, 0x0A, 0x45, 0x01, 0x0400, 0xFFFF)),
    ],
)
def test_refusals(status: int, kind: type[Answer]) -> None:
    assert isinstance(judge(status, "x"), kind)


@pytest.mark.parametrize(
    ("parts", "whole"),
    [
        ([Taken("1")], Taken("1")),
        ([Taken("1"), Taken("2")], Taken("1")),
        ([Taken("1"), Refused("x")], Refused("part 2 of 2: x")),
        ([NotTaken("busy"), Taken("2")], Refused("part 1 of 2: busy")),
        ([NotTaken("busy"), NotTaken("busy")], NotTaken("busy")),
        ([NotTaken("busy"), Refused("x")], Refused("x")),
        ([Taken("1"), Unclear("?"), Refused("x")], Unclear("?")),
    ],
)
def test_a_message_of_which_a_part_was_taken_is_never_tried_again(parts: list[Answer], whole: Answer) -> None:
    assert of_all(parts) == whole


USUAL = "id:0a1B sub:001 dlvrd:001 submit date:2611290800 done date:2611290801 stat:{} err:{} text:id:9 stat:UNDELIV"


@pytest.mark.parametrize(
    ("text", "options", "receipt"),
    [
        (USUAL.format("DELIVRD", "000"), {}, Receipt("0a1B", TO, None, State.DELIVERED)),
        (USUAL.format("UNDELIV", "0A1"), {}, Receipt("0a1B", TO, None, State.FAILED, "UNDELIV 0A1")),
        (USUAL.format("EXPIRED", "000"), {}, Receipt("0a1B", TO, None, State.FAILED, "EXPIRED")),
        (USUAL.format("ENROUTE", "000"), {}, Receipt("0a1B", TO, None, State.SENT)),
        (USUAL.format("UNKNOWN", "000"), {}, Receipt("0a1B", TO, None, State.ACCEPTED)),
        ("ID:7 STAT:delivrd Text:x", {}, Receipt("7", TO, None, State.DELIVERED)),
        ("", {RECEIPTED_MESSAGE_ID: b"77\0", MESSAGE_STATE: b"\2"}, Receipt("77", TO, None, State.DELIVERED)),
        ("", {MESSAGE_STATE: b"\5", USER_MESSAGE_REFERENCE: b"\1\2"}, Receipt("", TO, 258, State.FAILED, "UNDELIV")),
        ("id:7\0 stat:DELIVRD", {RECEIPTED_MESSAGE_ID: b"8\0x"}, Receipt("8", TO, None, State.DELIVERED)),
        ("id:7 stat:DELIVRD", {MESSAGE_STATE: b""}, Receipt("7", TO, None, State.DELIVERED)),
        ("Dzień dobry", {}, None),
        ("", {}, None),
    ],
)
def test_receipts(text: str, options: dict[int, bytes], receipt: Receipt | None) -> None:
    assert read_receipt(text, options, TO) == receipt


def test_ids_in_two_spellings() -> None:
    assert "a" in spellings("10")
    assert "10" in spellings("0A")
    assert "7" in spellings("0007")
    assert spellings("7d7a0ea2-0000") == ["7D7A0EA2-0000"]


@pytest.mark.parametrize(
    ("address", "ton", "number"),
    [
        ("48600100200", 1, "+48600100200"),
        ("+48600100200", 1, "+48600100200"),
        ("48600100200", 0, "+48600100200"),
        ("600100200", 2, "600100200"),
        ("7230", 3, "7230"),
        ("KWIATY", 5, "KWIATY"),
        ("", 0, ""),
    ],
)
def test_addresses_of_messages(address: str, ton: int, number: str) -> None:
    assert as_number(address, ton) == number
