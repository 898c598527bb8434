"""A carrier that SIPp plays, for what the sandbox carrier does not do; and trunks for the time of a story."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.live.baresip import SipMessage, once
from tests.live.instance import Installation
from tests.live.sipp import ADDRESS, Sipp, free_port

from .tenant import operator

HERE = Path(__file__).parent
FIRST = 1
"""Before the sandbox carrier, whose priority is 10."""


class SippTrunk:
    """A trunk to a SIPp that answers as its scenario says. A context manager: afterwards both are gone.

    `scenario`: a file of this folder or of all stories, or None: nobody listens there. `fields` are the trunk's, as in
    the API; `keys` are the scenario's.
    """

    def __init__(
        self, house: Installation, scenario: str | None, keys: dict[str, str] | None = None, **fields: Any
    ) -> None:
        self.port = free_port()
        self.name = f"SIPp {self.port}"
        self._house = house
        # A SIPp scenario knows one call, and takes any other request for a mistake.
        self._fields = {"kind": "address", "priority": FIRST, "pings": False} | fields
        self._sipp: Sipp | None = None
        if scenario:
            own = HERE / f"{scenario}.xml"
            file = own if own.exists() else scenario
            self._sipp = Sipp(file, "carrier", "", "", ADDRESS, 9, "udp", self.port, None, 0, dict(keys or {}))

    def __enter__(self) -> "SippTrunk":
        if self._sipp:
            self._sipp.__enter__()
        self._trunk = trunk(self._house, name=self.name, host=ADDRESS, port=self.port, **self._fields)
        self.id = self._trunk.__enter__()
        return self

    def __exit__(self, *problem: Any) -> None:
        self._trunk.__exit__(*problem)
        if self._sipp:
            self._sipp.close()

    @property
    def got(self) -> list[SipMessage]:
        """Return what the exchange sent so far, oldest first."""
        return [message for message in (self._sipp.messages() if self._sipp else []) if not message.sent]

    def requests(self, method: str) -> list[SipMessage]:
        """The requests of that method which arrived so far, each once: who waits for an answer repeats them."""
        return once([message for message in self.got if message.start.startswith(f"{method} ")])


@contextmanager
def trunk(house: Installation, **fields: Any) -> Iterator[int]:
    """Keep another trunk during the block. Returns its id."""
    made: int = operator(house, "POST", "/trunks", fields)["id"]
    try:
        yield made
    finally:
        operator(house, "DELETE", f"/trunks/{made}")


@contextmanager
def foreign_caller_ids(house: Installation) -> Iterator[None]:
    """The sandbox carrier takes caller IDs that are not the company's during the block."""
    (sandbox,) = [one for one in operator(house, "GET", "/trunks")["items"] if one["name"] == "Operator demo"]
    operator(house, "PATCH", f"/trunks/{sandbox['id']}", {"foreign_caller_ids": True})
    try:
        yield
    finally:
        operator(house, "PATCH", f"/trunks/{sandbox['id']}", {"foreign_caller_ids": False})


@contextmanager
def without_the_carrier(house: Installation) -> Iterator[None]:
    """The trunk to the sandbox carrier is switched off during the block."""
    (sandbox,) = [one for one in operator(house, "GET", "/trunks")["items"] if one["name"] == "Operator demo"]
    operator(house, "PATCH", f"/trunks/{sandbox['id']}", {"enabled": False})
    try:
        yield
    finally:
        operator(house, "PATCH", f"/trunks/{sandbox['id']}", {"enabled": True})
