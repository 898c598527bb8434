"""Write what a gateway over SMPP 3.4 is told, and read its answers and receipts ("SMPP v3.4, Issue 1.2").

How it is written on the line stands in `centralka.gateways.smpp`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from urllib.parse import urlsplit

from .gateway_words import ID_MAX, REASON_MAX, Answer, NotTaken, Outgoing, Refused, Taken, Unclear
from .parts import cut
from .states import State

PORT, TLS_PORT = 2775, 3550
PASSWORD_MAX, SYSTEM_ID_MAX, SYSTEM_TYPE_MAX, ADDRESS_MAX = 8, 15, 12, 20
"""Characters that the protocol has room for (§5.2.1 to §5.2.3, §5.2.8)."""
WINDOW_MAX, PER_SECOND_MAX = 100, 1000


class LongTexts(StrEnum):
    """The ways in which a text goes that is longer than one message."""

    PARTS = "parts"
    """Each part as a message of its own, which the phone joins (3GPP TS 23.040 §9.2.3.24.1)."""
    PAYLOAD = "payload"
    """The whole in the field message_payload; the gateway cuts it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SmppSettings:
    """The settings of a connection to the gateway; kept as texts, as the templates of other gateways are."""

    system_id: str = ""
    """The login."""
    system_type: str = ""
    """A word that some gateways want besides."""
    random_sender: str = ""
    """The sender of messages from a random number; "": the gateway chooses."""
    long_texts: str = LongTexts.PARTS
    window: str = "10"
    """Messages that may be unanswered at the same time."""
    per_second: str = "10"
    """Messages a second, at most: each part of a long one counts."""


SMPP_FIELDS = tuple(field.name for field in fields(SmppSettings))


@dataclass(frozen=True, slots=True)
class Place:
    """The host and port on which a gateway listens."""

    host: str
    port: int
    tls: bool


def read_place(address: str) -> Place | None:
    """Read `smpp://host:port`, or `smpps://…` for TLS; None for anything else."""
    if not address.isascii() or not address.isprintable() or " " in address:
        return None
    try:
        url = urlsplit(address)
        port = url.port
    except ValueError:
        return None
    plain = url.scheme in ("smpp", "smpps") and not (url.username or url.password or url.query or url.fragment)
    if not plain or not url.hostname or url.path not in ("", "/") or port == 0:
        return None
    tls = url.scheme == "smpps"
    return Place(url.hostname, port or (TLS_PORT if tls else PORT), tls)


class Ton(StrEnum):
    """The type of an address (§5.2.5)."""

    NONE = "none"
    NUMBER = "number"
    NAME = "name"


def sender_of(message: Outgoing, random_sender: str) -> tuple[Ton, str]:
    """Return what the sender is, and how it is written."""
    sender = message.sender or random_sender
    if not sender:
        return Ton.NONE, ""
    digits = sender.removeprefix("+")
    return (Ton.NUMBER, digits) if digits.isdigit() else (Ton.NAME, sender)


def pieces_of(message: Outgoing, long_texts: str) -> list[str]:
    """Return the texts in which a message is handed over."""
    return [message.text] if long_texts == LongTexts.PAYLOAD else cut(message.text)


# -- Answers -----------------------------------------------------------------------------------------------------

THROTTLED = frozenset({0x14, 0x58})
"""Its queue is full; too much at once: the same message is taken later."""
_NOT_NOW = THROTTLED | {0x02, 0x03, 0x04, 0x08, 0x0D, 0x0E, 0x0F, 0x64}
"""It failed, or does not know us (any more); it says that it did not take the message, and would take no other now."""


def judge(status: int, name: str) -> NotTaken | Refused:
    """Judge a refusal. `name`: what the protocol calls it; numbers of the gateway's own refuse this message alone."""
    return NotTaken(name) if status in _NOT_NOW else Refused(name)


def of_all(answers: list[Answer]) -> Answer:
    """Judge a message by the answers to its parts.

    Some of which were taken and some not is never handed over again: what was taken would come twice.
    """
    refused = [(place, one) for place, one in enumerate(answers, 1) if isinstance(one, Refused | NotTaken)]
    unclear = next((one for one in answers if isinstance(one, Unclear)), None)
    if unclear is not None:
        return unclear
    if not refused:
        return answers[0]
    place, first = refused[0]
    if len(refused) < len(answers):
        return Refused(f"part {place} of {len(answers)}: {first.reason}"[:REASON_MAX])
    return next((one for _place, one in refused if isinstance(one, Refused)), first)


# -- Receipts ----------------------------------------------------------------------------------------------------

RECEIPTED_MESSAGE_ID, MESSAGE_STATE, USER_MESSAGE_REFERENCE = 0x001E, 0x0427, 0x0204
REFERENCES = 0x10000
"""A message's reference is its number, modulo this."""
_WORDS = re.compile(r"\b(id|stat|err):\s*(\S+)", re.IGNORECASE)
_TEXT = re.compile(r"\btext:", re.IGNORECASE)
_STATES = {
    "ENROUTE": State.SENT,
    "DELIVRD": State.DELIVERED,
    "EXPIRED": State.FAILED,
    "DELETED": State.FAILED,
    "UNDELIV": State.FAILED,
    "ACCEPTD": State.SENT,
    "REJECTD": State.FAILED,
    "SKIPPED": State.FAILED,
}
"""Appendix B; any other word says only that the gateway has the message."""
_NUMBERED = dict(enumerate(("ENROUTE", "DELIVRD", "EXPIRED", "DELETED", "UNDELIV", "ACCEPTD", "UNKNOWN", "REJECTD"), 1))
"""§5.2.28."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """The state of a part. `number`: its recipient, E.164; `reference`: our number of it, None: not told."""

    id: str
    number: str
    reference: int | None
    state: State
    reason: str = ""


def read_receipt(text: str, options: Mapping[int, bytes], number: str) -> Receipt | None:
    """Read a receipt: the fields that say it, else the text that most gateways write. None: it names no state."""
    said = _TEXT.split(text.replace("\0", ""), maxsplit=1)[0]  # the message's own words can look like any of them
    words = {name.lower(): value for name, value in reversed(_WORDS.findall(said))}
    word = _NUMBERED.get(_number(options.get(MESSAGE_STATE)) or 0, "") or words.get("stat", "").upper()
    told = options.get(RECEIPTED_MESSAGE_ID, b"").partition(b"\0")[0].decode("latin-1").strip() or words.get("id", "")
    if not word:
        return None
    state = _STATES.get(word, State.ACCEPTED)
    error = words.get("err", "").strip("0")
    reason = f"{word} {words['err']}" if error else word
    reference = _number(options.get(USER_MESSAGE_REFERENCE))
    return Receipt(told[:ID_MAX], number, reference, state, reason[:REASON_MAX] if state is State.FAILED else "")


def spellings(told: str) -> list[str]:
    """Return other ways to write an id: some gateways give it as hexadecimal and report it as decimal."""
    found = {told.lstrip("0"), told.upper(), told.lower()}
    if told.isascii() and told.isdigit():
        number = int(told)
        found |= {f"{number:x}", f"{number:X}", f"{number:08x}", f"{number:08X}"}
    if re.fullmatch(r"[0-9A-Fa-f]{1,16}", told):
        found.add(str(int(told, 16)))
    return sorted(found - {"", told})


def as_number(address: str, ton: int) -> str:
    """Return an address as a number is written here; a name stays as it came."""
    digits = address.strip().removeprefix("+")
    international = ton == 1 or (ton == 0 and len(digits) > 10)
    return f"+{digits}" if digits.isascii() and digits.isdigit() and international else address.strip()


def _number(value: bytes | None) -> int | None:
    return int.from_bytes(value, "big") if value and len(value) <= 4 else None


def taken(told: str) -> Taken:
    """Return the answer of a gateway that took a part and called it this."""
    return Taken(told.strip()[:ID_MAX])
