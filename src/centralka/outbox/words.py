"""The words of a mail, before it is a letter."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class File:
    name: str
    content: bytes
    kind: str
    """As in Content-Type."""


@dataclass(frozen=True, slots=True)
class Words:
    """`facts`: what they are about, and what they are; `link`: an address, or ""; `number`: E.164 to call, or ""."""

    subject: str
    opening: str
    facts: Sequence[tuple[str, str]] = ()
    closing: str = ""
    link: str = ""
    number: str = ""
    file: File | None = None
