"""The text of an uploaded file: its encoding, its size, and that it is text at all."""

import codecs
import re

from .errors import refuse

LARGEST_FILE = 20_000_000
"""Bytes."""
_BINARY = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def text_of(data: bytes) -> str:
    """Read the text of a file. Raises `PriceListErrors`."""
    if len(data) > LARGEST_FILE:
        refuse("too_large", megabytes=LARGEST_FILE // 1_000_000)
    try:
        text = data.decode(_encoding(data))
    except UnicodeDecodeError:
        refuse("not_text")
    if _BINARY.search(text):
        refuse("not_text")
    if not text.strip():
        refuse("empty")
    return text


def _encoding(data: bytes) -> str:
    """Find the encoding. UTF-16 has a mark, or a zero byte in its first letter, a plain one in every header."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if 0 in data[:2]:
        return "utf-16-be" if data[0] == 0 else "utf-16-le"
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return "cp1250"
    return "utf-8-sig"
