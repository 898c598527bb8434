"""A media port that sends back what it gets, and knows what kinds of packets those were.

with MediaEcho() as media:
    office.sipp_phone("uas_media", bartek, media=media.port, payloads="8")
    ...Alicja calls, and hears herself...
    assert media.payload_types == {8}
"""

import socket
import threading
from typing import Self

from tests.live.sipp import ADDRESS

_LOOKS_FOR_THE_END_EVERY = 0.2
_LARGEST = 2048


class MediaEcho:
    """RTP over UDP (RFC 3550). A context manager."""

    def __enter__(self) -> Self:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind((ADDRESS, 0))
        self._socket.settimeout(_LOOKS_FOR_THE_END_EVERY)
        self.port: int = self._socket.getsockname()[1]
        self.payload_types: set[int] = set()
        """Of all packets so far."""
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._echo, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join(30)
        self._socket.close()

    def _echo(self) -> None:
        while not self._over.is_set():
            try:
                packet, sender = self._socket.recvfrom(_LARGEST)
            except TimeoutError:
                continue
            self.payload_types.add(packet[1] & 0x7F)
            self._socket.sendto(packet, sender)
