"""Text messages of phones (SIP MESSAGE, RFC 3428): the text in them, and how long a message can be."""

import re

MOST_BYTES = 900
"""Of a piece by UDP: with its headers it stays below 1,300 octets, and whole on its way (RFC 3428, 8)."""
_TYPE = re.compile(r"\s*text\s*/\s*plain\s*(?P<parameters>;.*)?", re.IGNORECASE | re.DOTALL)
_CHARSET = re.compile(r";\s*charset\s*=\s*\"?([^\s;\"]*)", re.IGNORECASE)
_CHARSETS = frozenset({"utf-8", "utf8", "us-ascii", "ascii"})


def text_of(content_type: str, encoding: str, body: bytes) -> str | None:
    """Return the text of a message; None: it is something else. Without a type it is text (RFC 3261, 7.4.1)."""
    found = _TYPE.fullmatch(content_type or "text/plain")
    charset = _CHARSET.search(found["parameters"] or "") if found else None
    if found is None or (charset and charset[1].lower() not in _CHARSETS) or encoding.lower() not in ("", "identity"):
        return None
    try:
        return body.decode()
    except UnicodeDecodeError:
        return None


def pieces(text: str, most: int = MOST_BYTES) -> list[str]:
    """Cut a text into pieces of at most so many octets, between two words where there are any."""
    found = []
    while len(text.encode()) > most:
        head = text.encode()[:most].decode(errors="ignore")
        at = max(head.rfind(" "), head.rfind("\n"))
        cut = at + 1 if at > 0 else len(head)
        found.append(text[:cut].rstrip())
        text = text[cut:]
    return [*found, text]
