"""SMPP on the line, against another implementation of it (smpp34): what we write it reads, what it writes we read."""

import asyncio
from contextlib import suppress
from struct import pack

import pytest
import smpp34
from hypothesis import given
from hypothesis import strategies as st

from centralka.gateways.smpp.wire import (
    PAYLOAD,
    Garbage,
    Part,
    Pdu,
    decoded,
    encoded,
    read_pdu,
    read_short,
    status_name,
    submit,
)
from centralka.sms import parts
from centralka.sms.parts import Coding, coding_of, cut
from centralka.sms.smpp import USER_MESSAGE_REFERENCE, LongTexts, Ton

ALPHABET = sorted(parts._BASIC | parts._EXTENDED)


def written(text: str, **fields: object) -> smpp34.SubmitSm:
    usual = {"sender": (Ton.NAME, "KWIATY"), "to": "+48600100200", "sms": 70_000, **fields}
    found = smpp34.decode(submit(Part(text, coding_of(text), **usual), 7))  # type: ignore[arg-type]
    assert isinstance(found, smpp34.SubmitSm)
    return found


def test_a_message_as_another_implementation_reads_it() -> None:
    found = written("Dzien dobry {€}")
    assert (found.source_addr, found.source_addr_ton, found.source_addr_npi) == ("KWIATY", 5, 0)
    assert (found.destination_addr, found.dest_addr_ton, found.dest_addr_npi) == ("48600100200", 1, 1)
    assert (found.data_coding, found.esm_class, found.registered_delivery) == (0, 0, 1)
    assert found.short_message == b"Dzien dobry \x1b(\x1be\x1b)"
    assert [(tlv.tag, tlv.as_int()) for tlv in found.tlvs] == [(USER_MESSAGE_REFERENCE, 70_000 % 65536)]


def test_senders_as_another_implementation_reads_them() -> None:
    number = written("x", sender=(Ton.NUMBER, "48601222333"))
    assert (number.source_addr, number.source_addr_ton, number.source_addr_npi) == ("48601222333", 1, 1)
    nobody = written("x", sender=(Ton.NONE, ""), sms=0)
    assert (nobody.source_addr, nobody.source_addr_ton, nobody.registered_delivery) == ("", 0, 0)


def test_polish_letters_and_emoji_go_as_ucs2() -> None:
    found = written("Zażółć 😀")
    assert (found.data_coding, found.short_message) == (8, "Zażółć 😀".encode("utf-16-be"))


@pytest.mark.parametrize("text", ["a" * 200, "ż" * 150])
def test_parts_are_joined_by_their_header_and_fit(text: str) -> None:
    texts = cut(text)
    sent = [written(each, place=place, total=len(texts)) for place, each in enumerate(texts, 1)]
    for place, found in enumerate(sent, 1):
        assert found.esm_class == 0x40
        assert found.short_message[:6] == bytes((5, 0, 3, 70_000 % 256, len(texts), place))
        septets = len(found.short_message[6:])
        assert septets <= (153 if found.data_coding == 0 else 134)


@pytest.mark.parametrize(("text", "as_field"), [("a" * 200, True), ("a" * 160, False), ("ż" * 70, False)])
def test_a_long_text_can_go_whole(text: str, as_field: bool) -> None:
    found = written(text, long_texts=LongTexts.PAYLOAD)
    fields = {tlv.tag: tlv.value for tlv in found.tlvs}
    assert (found.short_message == b"") == as_field
    assert (fields.get(PAYLOAD) == text.encode()) == as_field


def test_each_letter_of_the_gsm_alphabet_goes_as_one_or_two_bytes_and_comes_back() -> None:
    for sign in ALPHABET:
        content = encoded(sign, Coding.GSM7)
        assert len(content) == (2 if sign in parts._EXTENDED else 1), sign
        assert decoded(content, 0) == sign


def brought(content: bytes, **fields: object) -> bytes:
    pdu = smpp34.DeliverSm("48600100200", "48601222333", content, source_addr_ton=1, dest_addr_ton=1, **fields)  # type: ignore[arg-type]
    return pdu.encode()[16:]


def tlv(tag: int, value: bytes) -> smpp34.Tlv:
    return smpp34.Tlv(tag, value)


@pytest.mark.parametrize(
    ("content", "coding", "text"),
    [
        (b"Dzie\x7f", 0, "Dzieà"),
        ("Zażółć 😀".encode("utf-16-be"), 8, "Zażółć 😀"),
        ("Zażółć".encode("utf-16-be"), 0x18, "Zażółć"),
        (b"abc", 1, "abc"),
        (b"\xf3", 3, "ó"),
        (b"abc", 0xF1, "abc"),
        (b"\xd8", 8, "�"),
        (b"\x1b", 0, "\xa0"),
        (b"\xff", 0, "?"),
    ],
)
def test_texts_in_each_coding(content: bytes, coding: int, text: str) -> None:
    assert read_short(brought(content, data_coding=coding)).text == text


@pytest.mark.parametrize(
    ("header", "joined"),
    [
        (bytes((5, 0, 3, 9, 3, 2)), (9, 2, 3)),
        (bytes((6, 8, 4, 1, 2, 3, 2)), (258, 2, 3)),
        (bytes((11, 5, 4, 1, 2, 3, 4, 0, 3, 9, 3, 2)), (9, 2, 3)),
        (bytes((5, 0, 3, 9, 3, 4)), (0, 1, 1)),
        (bytes((5, 0, 3, 9, 0, 0)), (0, 1, 1)),
        (bytes((2, 0, 3)), (0, 1, 1)),
        (b"\0", (0, 1, 1)),
    ],
)
def test_headers_that_join_parts(header: bytes, joined: tuple[int, int, int]) -> None:
    found = read_short(brought(header + b"abc", esm_class=0x40))
    assert (found.reference, found.place, found.total, found.text) == (*joined, "abc")


def test_parts_can_be_joined_by_fields_and_a_text_stand_in_one() -> None:
    fields = [tlv(0x020C, b"\1\2"), tlv(0x020E, b"\2"), tlv(0x020F, b"\1"), tlv(0x0424, b"abc")]
    found = read_short(brought(b"", tlvs=fields))
    assert (found.reference, found.place, found.total, found.text) == (258, 1, 2, "abc")


def test_a_receipt_is_known_by_its_kind_or_by_its_fields() -> None:
    assert read_short(brought(b"id:1 stat:DELIVRD", esm_class=4)).is_receipt
    assert read_short(brought(b"", tlvs=[tlv(0x001E, b"1\0"), tlv(0x0427, b"\2"), tlv(0x1400, b"\xff")])).is_receipt
    assert not read_short(brought(b"id:1 stat:DELIVRD")).is_receipt


@given(st.binary(max_size=80))
def test_whatever_comes_is_read_or_garbage(body: bytes) -> None:
    with suppress(Garbage):
        assert isinstance(read_short(body).text, str)


def test_a_message_that_is_cut_off_anywhere_is_garbage_or_shorter() -> None:
    body = brought(b"abc", tlvs=[tlv(0x1400, b"xyz")])
    for end in range(len(body) - 7):
        with pytest.raises(Garbage):
            read_short(body[:end])
    assert read_short(body[:-1]).text == "abc"


def read(content: bytes) -> Pdu:
    async def reading() -> Pdu:
        reader = asyncio.StreamReader()
        reader.feed_data(content)
        reader.feed_eof()
        return await read_pdu(reader)

    return asyncio.run(reading())


def test_lengths_that_no_message_has_are_garbage_and_nothing_is_waited_for() -> None:
    for length in (0, 15, 70_001, 0xFFFFFFFF):
        with pytest.raises(Garbage):
            read(pack("!IIII", length, 5, 0, 1))
    with pytest.raises(Garbage):
        read(b"HTTP/1.1 400 Bad Request\r\n\r\n")
    with pytest.raises(EOFError):
        read(pack("!IIII", 20, 5, 0, 1))


def test_nothing_of_a_message_is_in_what_may_be_logged() -> None:
    part = Part("tajne", Coding.GSM7, (Ton.NAME, "KWIATY"), "+48600100200")
    assert "tajne" not in repr(part) + repr(Pdu(9, 0, 1, b"tajne\0")) + repr(read_short(brought(b"tajne")))


def test_statuses_have_names_and_a_gateways_own_have_numbers() -> None:
    assert status_name(0x0E) == "ESME_RINVPASWD"
    assert status_name(0x0400) == "status 0x00000400"
