"""SMPP on the line: what is written, and a reader that takes what gateways really send."""

from asyncio import StreamReader
from collections.abc import Mapping
from dataclasses import dataclass, field
from struct import Struct, error, unpack_from

from aiosmpplib.codec import find_codec_info
from aiosmpplib.protocol import SubmitSm
from aiosmpplib.state import NPI, TON, OptionalParam, PhoneNumber, SmppCommandStatus

from centralka.sms.parts import Coding, count
from centralka.sms.smpp import (
    MESSAGE_STATE,
    RECEIPTED_MESSAGE_ID,
    REFERENCES,
    USER_MESSAGE_REFERENCE,
    LongTexts,
    Ton,
)

_HEADER = Struct("!IIII")
MOST_BYTES = 70_000
"""No message is longer: its text has at most 65,535 bytes."""
RESPONSE = 0x80000000
GENERIC_NACK, SUBMIT, SUBMIT_RESP = 0x80000000, 0x04, 0x80000004
DELIVER, UNBIND, ENQUIRE = 0x05, 0x06, 0x15
BIND_TRANSMITTER, BIND_TRANSCEIVER = 0x02, 0x09
ALERT, OUTBIND = 0x102, 0x0B
"""These two want no answer."""
OK, UNKNOWN_COMMAND, LATER = 0x00, 0x03, 0x64
WITH_HEADER = 0x40
_RECEIPT = 0x04
_KIND = 0x3C
PAYLOAD = 0x0424
_SAR_REFERENCE, _SAR_TOTAL, _SAR_PLACE = 0x020C, 0x020E, 0x020F
_UCS2 = 8
_LATIN1, _ASCII = 3, 1
_TONS = {
    Ton.NONE: (TON.UNKNOWN, NPI.UNKNOWN),
    Ton.NUMBER: (TON.INTERNATIONAL, NPI.ISDN),
    Ton.NAME: (TON.ALPHANUMERIC, NPI.UNKNOWN),
}


class Garbage(Exception):
    """Bytes came that are no SMPP; the message says what is wrong with them, and repeats none of them."""


@dataclass(frozen=True, slots=True)
class Pdu:
    """One message of the protocol. Its body can hold a password or somebody's text, so it stays out of `repr`."""

    command: int
    status: int
    sequence: int
    body: bytes = field(default=b"", repr=False)

    def written(self) -> bytes:
        return _HEADER.pack(_HEADER.size + len(self.body), self.command, self.status, self.sequence) + self.body

    @property
    def is_answer(self) -> bool:
        return self.command >= RESPONSE

    @property
    def told_id(self) -> str:
        """Return the id in an answer to a message; "" if it has none."""
        return self.body.partition(b"\0")[0].decode("latin-1")


async def read_pdu(reader: StreamReader) -> Pdu:
    """Read the next one. Raises Garbage, EOFError, OSError."""
    length, command, status, sequence = _HEADER.unpack(await reader.readexactly(_HEADER.size))
    if not _HEADER.size <= length <= MOST_BYTES:
        raise Garbage("no SMPP: a length that no message has")
    return Pdu(command, status, sequence, await reader.readexactly(length - _HEADER.size))


def answer_to(pdu: Pdu, status: int = OK, body: bytes | None = None) -> Pdu:
    """Return the answer to a request; an empty id stands in those to messages (§4.6.2)."""
    usual = b"\0" if pdu.command in (SUBMIT, DELIVER) else b""
    return Pdu(pdu.command | RESPONSE, status, pdu.sequence, usual if body is None else body)


def status_name(status: int) -> str:
    """Return what the protocol calls a status; the number of one that is a gateway's own."""
    try:
        return str(SmppCommandStatus(status).name)
    except ValueError:
        return f"status 0x{status:08X}"


# -- Messages out ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Part:
    """A part as it is handed over: `place` of `total`. `sms`: our number of the message; 0: no receipt is wanted."""

    text: str = field(repr=False)
    coding: Coding
    sender: tuple[Ton, str]
    to: str
    place: int = 1
    total: int = 1
    sms: int = 0
    long_texts: str = LongTexts.PARTS


def submit(part: Part, sequence: int) -> bytes:
    """Write the request that hands a part over."""
    ton, npi = _TONS[part.sender[0]]
    ucs2 = part.coding is Coding.UCS2
    as_payload = part.long_texts == LongTexts.PAYLOAD and count(part.text).parts > 1
    message = SubmitSm(
        sequence_num=sequence,
        **{"message_payload" if as_payload else "short_message": part.text},
        source=PhoneNumber(part.sender[1], ton, npi),
        destination=PhoneNumber(part.to.removeprefix("+"), TON.INTERNATIONAL, NPI.ISDN),
        esm_class=WITH_HEADER if part.total > 1 else 0,
        registered_delivery=1 if part.sms else 0,
        encoding="ucs2" if ucs2 else None,
        optional_params=[OptionalParam(USER_MESSAGE_REFERENCE, part.sms % REFERENCES)],
    )
    if not as_payload:
        header = bytes((5, 0, 3, part.sms % 256, part.total, part.place)) if part.total > 1 else b""
        message.set_encoded_message(header + encoded(part.text, part.coding))
    written: bytes = message.pdu()
    return written


def encoded(text: str, coding: Coding) -> bytes:
    """Write a text as it travels: the GSM alphabet, a byte for each place, or UTF-16."""
    codec = "ucs2" if coding is Coding.UCS2 else "gsm0338"
    found: bytes = find_codec_info(codec).encode(text)[0]
    return found


# -- Messages in -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Short:
    """A message as it came. `content`: without the header that joins parts; `total` is 1 where it goes alone."""

    source: str
    source_ton: int
    destination: str
    destination_ton: int
    kind: int
    wants_receipt: bool
    coding: int
    content: bytes = field(repr=False)
    options: Mapping[int, bytes] = field(repr=False)
    reference: int = 0
    place: int = 1
    total: int = 1

    @property
    def is_receipt(self) -> bool:
        """Tell whether it says what became of another one; some gateways tell so by its fields alone."""
        return self.kind & _KIND == _RECEIPT or (RECEIPTED_MESSAGE_ID in self.options and MESSAGE_STATE in self.options)

    @property
    def text(self) -> str:
        return decoded(self.content, self.coding)


def read_short(body: bytes) -> Short:
    """Read the body of a message. Raises Garbage."""
    try:
        return _short(body)
    except (IndexError, ValueError, error):
        raise Garbage("a message that ends too early") from None


def decoded(content: bytes, coding: int) -> str:
    """Return the text that was sent in a data coding (§5.2.19, 3GPP TS 23.038 §4)."""
    if coding == _UCS2 or (0x10 <= coding < 0x40 and coding & 0x0C == _UCS2):
        return content.decode("utf-16-be", "replace")
    if coding == _ASCII:
        return content.decode("ascii", "replace")
    if coding == 0 or coding & 0xF4 == 0xF0:
        text: str = find_codec_info("gsm0338").decode(content, "replace")[0]
        return text
    return content.decode("latin-1")


def _short(body: bytes) -> Short:
    _service, at = _text(body, 0)
    source_ton = body[at]
    source, at = _text(body, at + 2)
    destination_ton = body[at]
    destination, at = _text(body, at + 2)
    kind = body[at]
    _scheduled, at = _text(body, at + 3)
    _validity, at = _text(body, at)
    registered, _replaces, coding, _default, length = body[at : at + 5]
    content, at = body[at + 5 : at + 5 + length], at + 5 + length
    if len(content) < length:
        raise ValueError
    options = _options(body, at)
    content = content or options.get(PAYLOAD, b"")
    reference, total, place, content = _joined(kind, content, options)
    return Short(
        source, source_ton, destination, destination_ton, kind, bool(registered & 1), coding, content, options,
        reference, place, total,
    )  # fmt: skip


def _text(body: bytes, at: int) -> tuple[str, int]:
    """Return the text that ends with a zero, and where the next field begins."""
    end = body.index(b"\0", at)
    return body[at:end].decode("latin-1"), end + 1


def _options(body: bytes, at: int) -> dict[int, bytes]:
    """Read the fields at the end; what is cut off there is left out."""
    found: dict[int, bytes] = {}
    while at + 4 <= len(body):
        tag, length = unpack_from("!HH", body, at)
        value = body[at + 4 : at + 4 + length]
        if len(value) == length:
            found.setdefault(tag, value)
        at += 4 + length
    return found


def _joined(kind: int, content: bytes, options: Mapping[int, bytes]) -> tuple[int, int, int, bytes]:
    """Return the reference, the number of parts, the place of this one, and what it holds."""
    found = (0, 1, 1)
    if kind & WITH_HEADER and content and len(content) > content[0]:
        length = content[0]
        found, content = _in_header(content[1 : 1 + length]), content[1 + length :]
    elif {_SAR_REFERENCE, _SAR_TOTAL, _SAR_PLACE} <= options.keys():
        reference, total, place = (
            int.from_bytes(options[tag], "big") for tag in (_SAR_REFERENCE, _SAR_TOTAL, _SAR_PLACE)
        )
        found = (reference, total, place)
    reference, total, place = found
    return (reference, total, place, content) if 1 <= place <= total <= 255 else (0, 1, 1, content)


def _in_header(header: bytes) -> tuple[int, int, int]:
    """Find how parts are joined (3GPP TS 23.040 §9.2.3.24.1 and .8) among what else the header says."""
    at = 0
    while at + 2 <= len(header):
        kind, length = header[at], header[at + 1]
        value = header[at + 2 : at + 2 + length]
        if (kind, len(value)) in ((0, 3), (8, 4)):
            return int.from_bytes(value[:-2], "big"), value[-2], value[-1]
        at += 2 + length
    return 0, 1, 1
