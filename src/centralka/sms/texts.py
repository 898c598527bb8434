"""Check what a message says: no characters that no phone shows, and no text that could not be kept."""

import unicodedata

_MEANT = frozenset("\n\t\u200c\u200d")
"""Line ends, tabs, and the two signs that join letters of some scripts and emoji."""
_BAD = frozenset({"Cc", "Cf", "Cs"})


def tidy(text: str) -> str:
    """Write line ends in one way, and leave out white space around the text."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def has_bad_characters(text: str) -> bool:
    """Tell whether a text has control characters, lone surrogates, or signs that turn the direction of what follows.

    The last can hide what a message says; right-to-left scripts themselves need none.
    """
    return any(sign not in _MEANT and unicodedata.category(sign) in _BAD for sign in text)
