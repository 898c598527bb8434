"""The SIP messages that the engine copies to us (`asterisk/hep.conf`), as far as calls that it turned away matter."""

import re
from dataclasses import dataclass
from typing import Self
from urllib.parse import unquote

_FOLDED = re.compile(r"\r?\n[ \t]+")
_COMPACT = {"f": "from", "t": "to", "i": "call-id"}
_STATUS = re.compile(r"SIP/2\.0 (\d{3})")
_USER = re.compile(r"(?:sips?:|tel:)([^@;>\s]*)")
_USERNAME = re.compile(r'\busername="([^"]*)"')
_TAG = re.compile(r";\s*tag=", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class SipCopy:
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
    def status(self) -> int:
        """Return the status of an answer; 0 for a request."""
        found = _STATUS.match(self.start)
        return int(found[1]) if found else 0

    @property
    def begins_call(self) -> bool:
        """Tell whether it is an INVITE outside of any call."""
        return self.start.startswith("INVITE ") and not _TAG.search(self.one("to"))

    @property
    def called(self) -> str:
        """Return the user part of the request's address."""
        found = _USER.search(self.start)
        return unquote(found[1]) if found else ""

    @property
    def login(self) -> str:
        """Return the login whose password came with it; "" if none did."""
        given = self.one("authorization") or self.one("proxy-authorization")
        found = _USERNAME.search(given)
        return found[1] if found else ""
