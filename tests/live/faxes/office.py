"""An installation behind the sandbox carrier, with a fax account at the demo company's number."""

import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image

from tests.faxes import is_same, pages_of, write_tiff
from tests.live.carrier_instance import Carrier, OutsideCall, behind_a_carrier
from tests.live.instance import Installation

from .precedence import come_first

NUMBER, EXTENSION = "22 123 45 67", "15"
FAX_SECONDS = 240.0
_TOLD = 8
"""So many of its last calls and faxes are told of a story that failed."""
ADDRESSES = ["a@kwiaty.example", "b@kwiaty.example"]


@dataclass
class FaxOffice:
    """Faxes can be sent to `NUMBER`."""

    house: Installation
    carrier: Carrier
    account: int
    folder: Path

    def send(self, from_: str, pages: list[Image.Image], *, sound: bool = False) -> OutsideCall:
        """Somebody outside sends a fax."""
        file = write_tiff(self.folder / f"{from_}.tif", pages)
        return self.carrier.call(from_, NUMBER, fax=file, sound=sound)

    @property
    def faxes(self) -> list[dict[str, Any]]:
        """As the API tells of them, newest first."""
        return self.house.all_items("/faxes")

    @property
    def known(self) -> set[int]:
        """The ids of all faxes, for `since`."""
        return {fax["id"] for fax in self.faxes}

    def since(self, known: set[int], count: int) -> list[dict[str, Any]]:
        """The faxes that came since, once there are so many."""
        new = [fax for fax in self.faxes if fax["id"] not in known]
        return new if len(new) >= count else []

    def from_(self, number: str) -> list[dict[str, Any]]:
        return [fax for fax in self.faxes if fax["from"] == number]

    def has(self, fax: dict[str, Any], pages: list[Image.Image]) -> bool:
        """Tell whether its PDF has these pages, dot by dot."""
        got = pages_of(self._pdf(fax["id"]))
        return len(got) == len(pages) and all(is_same(one, other) for one, other in zip(got, pages, strict=True))

    def _pdf(self, fax: int) -> bytes:
        """As the API gives it."""
        address = f"{self.house.demo['api_url']}faxes/{fax}/pdf"
        asked = urllib.request.Request(address, headers={"Authorization": f"Bearer {self.house.demo['api_token']}"})
        with urllib.request.urlopen(asked) as answer:
            found: bytes = answer.read()
        return found

    def mails_of(self, fax: dict[str, Any]) -> list[tuple[str, str]]:
        """To whom, and what became of it."""
        return sorted((row["to"], row["state"]) for row in self.house.rows("mail") if row["fax_id"] == fax["id"])

    def told(self) -> str:
        """Return what it knows of its faxes, for a story that failed."""
        calls = [f"call {told}" for told in self.house.items("/calls")[:_TOLD]]
        faxes = [f"fax {told}" for told in self.faxes[:_TOLD]]
        ended = [f"carrier {told}" for told in self.carrier.ended()[-_TOLD:]]
        stats = self.house.engine_says("fax show stats"), self.carrier.engine_says("fax show stats")
        return "\n".join([*calls, *faxes, *ended, *stats, self.house.log_tail(), self.carrier.log_tail()])

    @contextmanager
    def number_at(self, account: int) -> Iterator[None]:
        """Let the number point at another account for a while."""
        self._point(account)
        try:
            yield
        finally:
            self._point(self.account)

    def _point(self, account: int) -> None:
        (number,) = [one for one in self.house.items("/numbers") if one["number"] == "+48221234567"]
        target = {"target": {"type": "sip_account", "id": account}}
        assert self.house.api("PATCH", f"/numbers/{number['id']}", target).status == 200

    def ended_call(self, call: str) -> dict[str, Any] | None:
        """As the API tells of it; None while it goes on."""
        found = self.house.api("GET", f"/calls/{call}").body
        return found if found["ended_at"] else None

    def all_calls_ended(self) -> bool:
        """Tell whether the last calls are on record, to their ends: that is a moment after who takes part sees it."""
        return all(call["ended_at"] for call in self.house.items("/calls"))

    @property
    def received_now(self) -> list[int]:
        """Count the whole pages that the engine has of each fax that it receives."""
        return [pages_so_far(file) for file in sorted((self.house.home / "engine/spool/faxes").glob("*.tif"))]


def pages_so_far(file: Path) -> int:
    """Count the whole pages that an engine has written into a file."""
    try:
        with Image.open(file) as fax:
            return int(getattr(fax, "n_frames", 0))
    except OSError:
        return 0  # not begun, or taken away at this moment


def pages_in(file: str) -> list[Image.Image]:
    """The pages of a file as engines write and send it."""
    with Image.open(file) as found:
        pages = []
        for number in range(getattr(found, "n_frames", 1)):
            found.seek(number)
            pages.append(found.convert("1"))
        return pages


@contextmanager
def fax_office(folder: Path, make: Callable[..., Installation] = Installation) -> Iterator[FaxOffice]:
    """`make`: makes the installation."""
    house = make()
    with behind_a_carrier(house) as carrier:
        sent = {"extension": EXTENSION, "name": "Faks", "emails": ADDRESSES, "station_id": "+48 22 123 45 67"}
        engine = house.pid("engine")
        assert engine
        come_first(engine)
        come_first(carrier.pid)
        made = house.api("POST", "/fax-accounts", {**sent, "accept_charges": True})
        assert made.status == 201, made
        office = FaxOffice(house, carrier, made.body["id"], folder)
        with office.number_at(office.account):
            yield office
