"""HEP 3, in which the carrier's engine copies its SIP messages to us: one datagram a message.

Source: "The HEP3 protocol specification" (sipcapture); Asterisk `res/res_hep.c`. `HEP3`, the whole length (2 bytes),
then chunks: vendor, type and length (2 bytes each, big-endian, the length with these 6 bytes), content.
"""

import struct
from collections.abc import Iterator

_MARK = b"HEP3"
_HEAD = struct.Struct(">HHH")
_PAYLOAD = (0, 0x000F)


def payload(datagram: bytes) -> bytes:
    """Return the copied message. Raises ValueError when the datagram is not HEP 3 or has no message."""
    for kind, content in _chunks(datagram):
        if kind == _PAYLOAD:
            return content
    raise ValueError("a HEP 3 datagram without a message")


def _chunks(datagram: bytes) -> Iterator[tuple[tuple[int, int], bytes]]:
    if datagram[:4] != _MARK:
        raise ValueError("not a HEP 3 datagram")
    at = 6
    while at + _HEAD.size <= len(datagram):
        vendor, kind, size = _HEAD.unpack_from(datagram, at)
        if size < _HEAD.size:
            return
        yield (vendor, kind), datagram[at + _HEAD.size : at + size]
        at += size
