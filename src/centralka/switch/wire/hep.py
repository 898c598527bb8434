"""HEP 3, in which the engine copies its SIP messages to us: one datagram a message.

Source: "The HEP3 protocol specification" (sipcapture); Asterisk `res/res_hep.c`. `HEP3`, the whole length (2 bytes),
then chunks: vendor, type and length (2 bytes each, big-endian, the length with these 6 bytes), content.
"""

import socket
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

_MARK = b"HEP3"
_HEAD = struct.Struct(">HHH")
_PAYLOAD = (0, 0x000F)
_ADDRESSES = {
    (0, 3): ("source", socket.AF_INET),
    (0, 4): ("destination", socket.AF_INET),
    (0, 5): ("source", socket.AF_INET6),
    (0, 6): ("destination", socket.AF_INET6),
}
_SOURCE_PORT = (0, 7)
_PASSWORD = (0, 0x000E)
_BYTES = {socket.AF_INET: 4, socket.AF_INET6: 16}


@dataclass(frozen=True, slots=True)
class Copy:
    """A copied message, and between which addresses it went."""

    message: bytes
    source: str = ""
    destination: str = ""
    source_port: int = 0
    password: str = ""
    """The password by which the engine is known (`capture_password`)."""

    @classmethod
    def parse(cls, datagram: bytes) -> Self:
        """Read a datagram. Raises ValueError when it is not HEP 3 or has no message."""
        addresses = {"source": "", "destination": ""}
        port, message, password = 0, None, ""
        for key, content in _chunks(datagram):
            if key == _PAYLOAD:
                message = content
            elif key == _SOURCE_PORT and len(content) == 2:
                port = int.from_bytes(content, "big")
            elif key == _PASSWORD:
                password = content.decode("utf-8", "replace")
            elif key in _ADDRESSES:
                which, family = _ADDRESSES[key]
                if len(content) == _BYTES[family]:
                    addresses[which] = socket.inet_ntop(family, content)
        if message is None:
            raise ValueError("a HEP 3 datagram without a message")
        return cls(message, source_port=port, password=password, **addresses)


def payload(datagram: bytes) -> bytes:
    """Return the copied message. Raises ValueError when the datagram is not HEP 3 or has no message."""
    return Copy.parse(datagram).message


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
