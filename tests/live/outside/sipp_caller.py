"""Calls that a carrier brings in with headers of its own, played by SIPp: odd ones, false ones, and real carriers'.

with CallingCarrier(house) as carrier:
    carrier.rings(firm.numbers[0], caller='"Jan" <sip:+48600100200@carrier.example>', headers="Privacy: id")
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.live.instance import Installation
from tests.live.office import SOON
from tests.live.phones import until
from tests.live.sipp import ADDRESS, Burst, Sipp, free_port

from .sipp_trunk import trunk
from .tenant import operator

HERE = Path(__file__).parent
A_LAW_TONE = (b"\x34" * 8 + b"\xb4" * 8) * 4000
"""500 Hz for 8 s."""


class CallingCarrier:
    """A trunk by address whose carrier only calls. A context manager. `fields` are the trunk's, as in the API."""

    def __init__(self, house: Installation, **fields: Any) -> None:
        self.port = free_port()
        self._house = house
        # A SIPp scenario knows one call, and takes any other request for a mistake.
        self._fields = {"kind": "address", "priority": 90, "pings": False} | fields

    def __enter__(self) -> "CallingCarrier":
        self._trunk = trunk(self._house, name=f"SIPp {self.port}", host=ADDRESS, port=self.port, **self._fields)
        made = self._trunk.__enter__()
        until(lambda: operator(self._house, "GET", f"/trunks/{made}")["addresses"], SOON, "the address is known")
        return self

    def __exit__(self, *problem: Any) -> None:
        self._trunk.__exit__(*problem)

    @contextmanager
    def ringing(self, called: str, ring_ms: int = 1500, **headers: str) -> Iterator[None]:
        """A call that rings during the block, and is given up."""
        with self._sipp("carrier_rings", called, ring_ms=ring_ms, **headers) as sipp:
            yield
            finish(sipp)

    def speaks(self, called: str, sound: Path, talk_ms: int, later: str = "", **headers: str) -> Sipp:
        """A call that is answered, or will be; a context manager, for `finish`."""
        sound.write_bytes(A_LAW_TONE)
        more = f"\n{later}" if later else ""
        return self._sipp("carrier_speaks", called, talk_ms=talk_ms, sound=sound, later=more, **headers)

    def refused(self, called: str, status: int, **headers: str) -> None:
        """A call that is refused with this status."""
        with self._sipp("carrier_gets", called, status=status, **headers) as sipp:
            finish(sipp)

    def asks(self, user: str, status: int) -> None:
        """OPTIONS to an address of ours with this user part, which is answered with this status."""
        with self._sipp("options", user, caller="", status=status) as sipp:
            finish(sipp)

    def _sipp(self, scenario: str, called: str, *, caller: str, headers: str = "", to: str = "", **keys: Any) -> Sipp:
        """`called`: the user part of the request's address, "" for none."""
        return Sipp(
            HERE / f"uac_{scenario}.xml", "carrier", "", called, ADDRESS, self._house.sip_port, "udp",
            self.port,
            Burst(), 60, {
                "uri_user": f"{called}@" if called else "",
                "from": caller,
                "to": to or f"<sip:{called}@[remote_ip]>",
                "headers": f"\n{headers}" if headers else "",
                **keys,
            },
        )  # fmt: skip


def finish(sipp: Sipp) -> None:
    """Wait until the call went as it is written."""
    assert sipp.wait(3 * SOON) == 0, sipp.complaints()
