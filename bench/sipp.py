"""Run SIPp as many telephones at once. The scenarios are in `scenarios/`; their first comment tells their needs."""

import csv
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.live.sipp import free_port

from .accounts import PASSWORD

SCENARIOS = Path(__file__).parent / "scenarios"
ADDRESS = "127.0.0.1"
_ASKED = ("-oocsf", str(SCENARIOS / "asked.xml"))
"""A phone that registers is told meanwhile what waits in its mailbox, and asked whether it is there: it answers, or it
would be told again and again."""
_START_SECONDS = 0.3
_GRACE_SECONDS = 60
_REQUESTS_AT_MOST = 10
"""As many has a registration, with those that are sent again after a challenge."""

Row = tuple[str, str]
"""A login and the scenario's last field."""


class SippFailed(RuntimeError):
    """Not every call went as its scenario is written, so the measurement means nothing."""


class Sipp:
    """One running SIPp. A context manager: nothing is left of it."""

    def __init__(self, scenario: str, port: int, *options: str, rows: Sequence[Row] = (), local_port: int = 0) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="bench-sipp-"))
        own = ["-p", str(local_port or free_port()), "-i", ADDRESS, "-nostdin", "-trace_err", "-error_file", "errors"]
        own += ["-trace_stat", "-stf", "statistics"]
        given = self._write(rows) if rows else []
        with (self._folder / "screen").open("wb") as screen:
            self._process = subprocess.Popen(
                ["sipp", f"{ADDRESS}:{port}", "-sf", str(SCENARIOS / f"{scenario}.xml"), *own, *given, *options],
                cwd=self._folder,
                stdin=subprocess.DEVNULL,
                stdout=screen,
                stderr=screen,
                env={**os.environ, "TERM": "dumb"},
                start_new_session=True,
            )

    def _write(self, rows: Sequence[Row]) -> list[str]:
        with (self._folder / "rows.csv").open("w") as file:
            file.write("SEQUENTIAL\n")
            csv.writer(file, delimiter=";", lineterminator="\n").writerows(
                (login, f"[authentication username={login} password={PASSWORD}]", last) for login, last in rows
            )
        return ["-inf", "rows.csv"]

    def __enter__(self) -> "Sipp":
        return self

    def __exit__(self, *_: object) -> None:
        if self._process.poll() is None:
            self._process.kill()  # on a softer signal SIPp waits for its calls to end
        self._process.wait()
        shutil.rmtree(self._folder)

    def finish(self, seconds: float) -> None:
        """Wait for its last call. Raises SippFailed unless all went as written."""
        try:
            code = self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            raise SippFailed(f"SIPp is not done after {seconds:.0f} s: {self.complaints()}") from None
        if code:
            raise SippFailed(f"SIPp's exit code is {code} (is the machine too busy?): {self.complaints()}")

    def mean_seconds(self) -> float:
        """Return the average seconds from `start_rtd` to `rtd` in its scenario, of all its calls; 0 if it has none."""
        with (self._folder / "statistics").open() as file:
            *_, last = csv.DictReader(file, delimiter=";")
        hours, minutes, seconds, micros = (int(part) for part in last.get("ResponseTime1(C)", "0:0:0:0").split(":"))
        return hours * 3600 + minutes * 60 + seconds + micros / 1e6

    @property
    def has_ended(self) -> bool:
        """Tell whether its last call is over."""
        return self._process.poll() is not None

    def made_and_succeeded(self) -> tuple[int, int]:
        """Return how many calls it made, and how many went as its scenario is written."""
        with (self._folder / "statistics").open() as file:
            *_, last = csv.DictReader(file, delimiter=";")
        return int(last["OutgoingCall(C)"]), int(last["SuccessfulCall(C)"])

    def complaints(self) -> str:
        """Return the end of its words about its calls."""
        errors = self._folder / "errors"
        return errors.read_text(errors="replace")[-2000:] if errors.exists() else "it says nothing"


def place(
    scenario: str, port: int, rows: Sequence[Row], rate: int, *options: str, count: int = 0, local_port: int = 0
) -> float:
    """Make `count` calls (or registrations), one per row and round again, `rate` a second, until the last has ended.

    `options` are SIPp's. Gives the mean of what the scenario times, in seconds; 0 if it times nothing.
    """
    count = count or len(rows)
    limits = ["-m", str(count), "-r", str(rate), "-l", str(count)]
    with Sipp(scenario, port, *limits, *options, rows=rows, local_port=local_port) as sipp:
        sipp.finish(count / rate + _GRACE_SECONDS)
        return sipp.mean_seconds()


class Phones:
    """The phones of some accounts of the exchange at `port`: all on one port of this machine, as behind one router."""

    def __init__(self, port: int, logins: Sequence[str]) -> None:
        self._port = port
        self._logins = logins
        self._local_port = free_port()
        self._next_cseq = 1

    def register(self, rate: int, logins: Sequence[str] = ()) -> None:
        """Register these phones (or all), or refresh the registrations of the same: `rate` a second."""
        rows = self._rows(logins)
        # RFC 3261, 10.2.4: the same Call-ID and a higher CSeq. With another Call-ID the phone would have started anew.
        same = ["-cid_str", f"%u-{rows[0][0]}@%s", "-base_cseq", str(self._next_cseq)]
        self._next_cseq += _REQUESTS_AT_MOST
        place("register", self._port, rows, rate, *_ASKED, *same, local_port=self._local_port)

    def renewing(self, rate: int, logins: Sequence[str], after: float) -> Sipp:
        """Register these phones, and renew each once after so many seconds with the challenge that it keeps."""
        limits = ["-m", str(len(logins)), "-r", str(rate), "-l", str(len(logins)), "-d", str(round(after * 1000))]
        return Sipp("renew", self._port, *limits, *_ASKED, rows=self._rows(logins), local_port=self._local_port)

    def _rows(self, logins: Sequence[str]) -> list[Row]:
        # Calls come to where the registration came from; from another port it would be one phone more on the account.
        return [(one, str(self._local_port)) for one in logins or self._logins]

    def there(self) -> Sipp:
        """Answer whether any of them is there; a context manager."""
        return Sipp("asked", self._port, local_port=self._local_port)

    @contextmanager
    def answering(self) -> Iterator[None]:
        """Answer every call to any of them while the block runs."""
        with Sipp("answer", self._port, local_port=self._local_port):
            time.sleep(_START_SECONDS)
            yield
