"""A received INVITE as the carrier notes it: text in, frozen values out. RFC 3261 §7, RFC 4566."""

import re
from dataclasses import dataclass
from typing import Self
from urllib.parse import unquote

_COMPACT = {"f": "from", "t": "to", "i": "call-id", "v": "via", "m": "contact", "c": "content-type"}
_FOLDED = re.compile(r"\r?\n[ \t]+")
_URI = re.compile(r"(?:sips?|tel):(?:(?P<user>[^@;>]*)@)?(?P<host>[^;>\s]*)")
_NAME = re.compile(r'\s*(?:"(?P<quoted>(?:[^"\\]|\\.)*)"|(?P<plain>[^<"]*?))\s*<')
# A comma between two values stands outside quotes and angle brackets.
_VALUE = re.compile(r'(?:"(?:[^"\\]|\\.)*"|<[^>]*>|[^,"<])+')
_AUDIO = re.compile(r"^m=audio \d+(?:/\d+)? (\S+)([ \d]*)", re.MULTILINE)
_RTPMAP = re.compile(r"^a=rtpmap:(\d+) (\S+)", re.MULTILINE)
# RFC 3551, table 4: payload types that need no rtpmap.
_STATIC = {"0": "PCMU/8000", "3": "GSM/8000", "8": "PCMA/8000", "9": "G722/8000", "13": "CN/8000", "18": "G729/8000"}


@dataclass(frozen=True, slots=True)
class Invite:
    """The fields of a line in `received.jsonl`; header values as they came, None for a header that did not."""

    call_id: str
    called: str
    """The user part of the request URI."""
    from_user: str
    from_name: str
    from_host: str
    pai: str | None
    ppi: str | None
    privacy: str | None
    diversion: tuple[str, ...]
    history_info: tuple[str, ...]
    user_agent: str | None
    sdp_profile: str | None
    """Of the first audio stream: RTP/AVP, RTP/SAVP, UDP/TLS/RTP/SAVPF …; None without one."""
    codecs: tuple[str, ...]

    @classmethod
    def parse(cls, message: bytes) -> Self | None:
        """Read an INVITE that begins a call; None for anything else."""
        head, _, body = message.decode("utf-8", "replace").replace("\r\n", "\n").partition("\n\n")
        start, *lines = _FOLDED.sub(" ", head).split("\n")
        headers = _Headers(lines)
        if not start.startswith("INVITE ") or ";tag=" in (headers.one("to") or ""):
            return None
        sender = headers.one("from") or ""
        user, host = _address(sender)
        profile, codecs = _audio(body)
        return cls(
            call_id=headers.one("call-id") or "",
            called=_address(start.split(" ")[1])[0],
            from_user=user,
            from_name=_name(sender),
            from_host=host,
            pai=headers.one("p-asserted-identity"),
            ppi=headers.one("p-preferred-identity"),
            privacy=headers.one("privacy"),
            diversion=headers.all("diversion"),
            history_info=headers.all("history-info"),
            user_agent=headers.one("user-agent"),
            sdp_profile=profile,
            codecs=codecs,
        )


class _Headers:
    """Header lines, looked up by lower-case name; compact forms count as the long ones."""

    def __init__(self, lines: list[str]) -> None:
        pairs = (line.partition(":") for line in lines)
        self._pairs = [(_long(name.strip().lower()), value.strip()) for name, _, value in pairs]

    def one(self, name: str) -> str | None:
        return next((value for key, value in self._pairs if key == name), None)

    def all(self, name: str) -> tuple[str, ...]:
        """Return the values of every header of that name, also values that share a line."""
        return tuple(
            part.strip() for key, value in self._pairs if key == name for part in _VALUE.findall(value) if part.strip()
        )


def _long(name: str) -> str:
    return _COMPACT.get(name, name)


def _address(text: str) -> tuple[str, str]:
    """Read user and host (with its port) of the first SIP address in the text."""
    found = _URI.search(text)
    return (unquote(found["user"] or ""), found["host"]) if found else ("", "")


def _name(header: str) -> str:
    """Read the displayed name in From."""
    found = _NAME.match(header)
    if found is None:
        return ""
    return found["plain"] or re.sub(r"\\(.)", r"\1", found["quoted"] or "")


def _audio(sdp: str) -> tuple[str | None, tuple[str, ...]]:
    """Read profile and codecs, in their order, of the first audio stream."""
    found = _AUDIO.search(sdp)
    if found is None:
        return None, ()
    names = _STATIC | dict(_RTPMAP.findall(sdp))
    return found[1], tuple(names.get(number, number) for number in found[2].split())
