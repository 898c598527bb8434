"""SIP messages that the edge shows us (`edge/to_engine.cfg`), as far as calls that the engine turned away matter."""

import re
from dataclasses import dataclass
from typing import Self
from urllib.parse import unquote

_FOLDED = re.compile(r"\r?\n[ \t]+")
_COMPACT = {
    "f": "from",
    "t": "to",
    "i": "call-id",
    "v": "via",
    "c": "content-type",
    "e": "content-encoding",
    "l": "content-length",
}
_USER = re.compile(r"(?:sips?:|tel:)([^@;>\s]*)")


@dataclass(frozen=True, slots=True)
class SipMessage:
    """One message: start line, headers by lower-case name, body."""

    start: str
    headers: dict[str, list[str]]
    body: str

    @classmethod
    def parse(cls, message: bytes) -> Self:
        """Read any bytes as a SIP message (RFC 3261, 7)."""
        head, _, body = message.decode("utf-8", "replace").replace("\r\n", "\n").partition("\n\n")
        start, *lines = _FOLDED.sub(" ", head).split("\n")
        headers: dict[str, list[str]] = {}
        for line in lines:
            name, _, value = line.partition(":")
            name = name.strip().lower()
            headers.setdefault(_COMPACT.get(name, name), []).append(value.strip())
        return cls(start, headers, body)

    def one(self, name: str) -> str:
        """Return the first header of that name, "" without one."""
        return next(iter(self.headers.get(name, [])), "")

    @property
    def called(self) -> str:
        """Return the user part of the request's address."""
        found = _USER.search(self.start)
        return unquote(found[1]) if found else ""
