"""Faxes: how many pages a second of a processor receives and sends, and how many at once lose none.

The other side, the sandbox carrier's engine, runs on the same machine and does the same work again: its processor time
is not counted, but it is missing.
"""

import os
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path

from tests.documents import a_pdf
from tests.faxes import a_page
from tests.live.faxes.office import FaxOffice, fax_office
from tests.live.faxes.test_sending import send, told, upload
from tests.live.phones import until

from .figure import Figure

PAGES = [a_page("Strona 1"), a_page("Strona 2")]
DOCUMENT = a_pdf([["0 g 60 700 400 9 re f", "60 650 300 9 re f", "0.6 g 60 500 200 60 re f"]] * 2)
AT_ONCE = (8, 16)
ROUNDS = 2
PATIENCE = 600.0
_TICK = 1 / os.sysconf("SC_CLK_TCK")
_PROCESSES = ("edge", "engine", "switchboard", "worker")
_OVER = ("done", "failed", "unknown", "cancelled")


def measure() -> list[Figure]:
    """Receive and send over T.38, several at once."""
    with tempfile.TemporaryDirectory() as folder, fax_office(Path(folder)) as office:
        received = [_round(office, _received, count) for count in AT_ONCE for _ in range(ROUNDS)]
        sent = [_round(office, _sent, AT_ONCE[0]) for _ in range(ROUNDS)]
    return [_figure("received", received), _figure("sent, four at once", sent)]


Round = tuple[int, int, float]
"""Pages that were to arrive, pages that did, and seconds of the processor."""


def _round(office: FaxOffice, work: Callable[[FaxOffice, int], int], count: int) -> Round:
    begun, before = time.monotonic(), _cpu_seconds(office)
    pages = work(office, count)
    used = _cpu_seconds(office) - before
    print(
        f"bench: {work.__name__} {pages} pages, {count} faxes, {used:.2f} s, {time.monotonic() - begun:.0f} s",
        flush=True,
    )
    return count * len(PAGES), pages, used


def _figure(what: str, rounds: Sequence[Round]) -> Figure:
    rates = [pages / used for _wanted, pages, used in rounds]
    wanted, came = sum(one[0] for one in rounds), sum(one[1] for one in rounds)
    got = f"**{statistics.median(rates):.1f}** ({min(rates):.1f}–{max(rates):.1f}); {came} of {wanted} pages"
    measured = f"{len(rounds)} rounds, at most {max(one[0] for one in rounds) // len(PAGES)} faxes at once, T.38"
    return Figure(f"pages per processor second, {what}", got, "", measured)


def _received(office: FaxOffice, count: int) -> int:
    before = office.known
    with ExitStack() as calls:
        senders = [calls.enter_context(office.send(f"6002{number:05}", PAGES)) for number in range(count)]
        for one in senders:
            one.wait(PATIENCE)
    until(lambda: office.received_now == [], PATIENCE, "all are kept")
    return sum(fax["pages"] for fax in office.since(before, 0) if fax["state"] == "complete" and office.has(fax, PAGES))


def _sent(office: FaxOffice, count: int) -> int:
    asked = send(office, upload(office, DOCUMENT), *(f"22{number:05}05" for number in range(11111, 11111 + count)))
    until(lambda: all(told(office, one)["state"] in _OVER for one in asked), PATIENCE, "all are over")
    return sum(told(office, one)["pages_sent"] for one in asked)


def _cpu_seconds(office: FaxOffice) -> float:
    """Return what all processes of the exchange have used, with the children that they waited for."""
    pids = [pid for name in _PROCESSES if (pid := office.house.pid(name))]  # type: ignore[arg-type]
    workers = [int(child) for pid in pids for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return sum(_ticks(pid) for pid in [*pids, *workers]) * _TICK


def _ticks(pid: int) -> int:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except FileNotFoundError:
        return 0
    return sum(int(field) for field in fields[11:15])
