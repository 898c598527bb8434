"""The sandbox carrier for live stories, started as a person starts it: the outside world of an installation.

house = Installation()
with behind_a_carrier(house) as carrier:
    ...somebody dials 22 123 45 00...
    (invite,) = carrier.received()
    with carrier.call("600 100 200", "22 123 45 67", seconds=5) as call:
        ...a phone rings, and is answered...
        assert call.wait().answered

A second exchange, so that the two can call each other through the carrier:

    carrier.give(USER, "+48226")  # the first one's numbers, by their beginning
    second = Installation()
    carrier.attach(second, "druga", "+48228")
    with second:
        until(lambda: carrier.has("druga"), 40, "the second exchange is registered")
"""

import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from django.conf import settings

from centralka.carrier.credentials import USER, CarrierCredentials
from tests.live.instance import Installation, command_line, engine
from tests.live.phones import until
from tests.live.ports import CARRIERS, lease
from tests.live.processes import ending_with_us

START_SECONDS = 240
STOP_SECONDS = 30
CALL_SECONDS = 60


@contextmanager
def behind_a_carrier(house: Installation, numbers: Mapping[str, str] | None = None) -> Iterator["Carrier"]:
    """Start a carrier for the installation, then the installation, and wait until that is registered.

    In this order: an exchange that finds no carrier asks again after a quarter of a minute.
    """
    with ExitStack() as left:
        left.callback(house.close)  # after the carrier, as it removes the folder of both
        carrier = left.enter_context(Carrier(house.home, house.carrier_port, numbers))
        house.__enter__()
        until(lambda: carrier.registered, 60, "the exchange is registered at the carrier")
        yield carrier


class Carrier:
    """`centralka carrier` in a process of its own. A context manager: nothing of it is left behind.

    `home` is the installation's folder, where both find `carrier.json`; without one it has its own, which it removes.
    `numbers`: the customer for each beginning of a number (E.164); calls to them are carried to that customer.
    """

    def __init__(
        self, home: Path | None = None, port: int | None = None, numbers: Mapping[str, str] | None = None
    ) -> None:
        self._own_home = home is None
        self.home = home or Path(tempfile.mkdtemp(prefix="centralka-carrier-"))
        self.port = port or lease(CARRIERS)
        self.numbers = dict(numbers or {})
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "Carrier":
        try:
            self.start()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Stop it, and remove its folder if that is its own."""
        try:
            self.stop()
        finally:
            if self._own_home:
                shutil.rmtree(self.home, ignore_errors=True)

    def start(self) -> None:
        """Start it (again) and wait until it takes calls; what it received earlier is kept."""
        engine()  # a fresh clone fetches it here, however long that takes
        self._write_numbers()
        before = len(self.said())
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                ending_with_us([sys.executable, "-m", "centralka", "carrier"]),
                env=self.environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        until(lambda: self._is_up(before), START_SECONDS, f"the carrier in {self.home} is up")

    def stop(self, by: signal.Signals = signal.SIGINT) -> int:
        """Stop it by Ctrl-C, or another signal. Returns the exit code."""
        if self._process is None:
            return 0
        self._process.send_signal(by)
        try:
            return self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
            raise AssertionError(f"{by.name} did not stop the carrier\n{self.log_tail()}") from None
        finally:
            self._process = None

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def environment(self, **other: str) -> dict[str, str]:
        """For its process and for `centralka` commands on it. Settings of the tests' own shell do not count."""
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("CENTRALKA_")}
        own = {
            "CENTRALKA_HOME": str(self.home),
            "CENTRALKA_ENGINE_DIR": str(settings.ENGINE_DIR),
            "CENTRALKA_CARRIER_PORT": str(self.port),
            "CENTRALKA_BIND": "127.0.0.1",
            "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
        }
        return inherited | own | other

    def _is_up(self, said_before: int) -> bool:
        assert self._process is not None
        if self._process.poll() is not None:
            raise AssertionError(f"the carrier ended by itself\n{self.log_tail()}")
        return "Ctrl-C stops it" in self.said()[said_before:]

    # -- Customers --------------------------------------------------------------------------------------------------

    @property
    def credentials(self) -> CarrierCredentials:
        """Return what the first exchange registers with."""
        return self.credentials_of(USER)

    def credentials_of(self, customer: str) -> CarrierCredentials:
        """Return what that customer's exchange registers with; see `give` and `attach`."""
        file = "carrier.json" if customer == USER else f"carrier/customers/{customer}.json"
        return CarrierCredentials(**json.loads((self.home / file).read_text()))

    @property
    def registered(self) -> bool:
        """Tell whether the first exchange is registered now."""
        return self.has(USER)

    def has(self, customer: str) -> bool:
        """Tell whether that customer's exchange is registered now."""
        return f"Contact:  {customer}/sip" in self.engine_says("pjsip show contacts")

    def give(self, customer: str, *numbers: str) -> None:
        """These numbers (E.164, or how they begin) are that customer's.

        A running carrier is started again for it: calls over it end, and who is registered stays so.
        """
        self.numbers |= dict.fromkeys(numbers, customer)
        if self._process is not None:
            self.stop()
            self.start()

    def attach(self, house: Installation, customer: str, *numbers: str) -> None:
        """Let an installation that was not started yet be another customer, with these numbers; see `give`.

        The trunk of the installation's first start then leads here.
        """
        access = CarrierCredentials("127.0.0.1", self.port, customer, secrets.token_urlsafe(18))
        for file in (self.home / f"carrier/customers/{customer}.json", house.home / "carrier.json"):
            file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            file.write_text(json.dumps(asdict(access)))
        self.give(customer, *numbers)

    def _write_numbers(self) -> None:
        file = self.home / "carrier/numbers.json"
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        file.write_text(json.dumps(self.numbers))

    # -- Calls ------------------------------------------------------------------------------------------------------

    def call(
        self,
        from_: str,
        to: str,
        *,
        restricted: bool = False,
        echo: bool = False,
        ring: int = CALL_SECONDS,
        seconds: int = CALL_SECONDS,
        diversions: Sequence[str] = (),
        fax: Path | None = None,
        sound: bool = False,
    ) -> "OutsideCall":
        """Somebody outside calls a number of an exchange, and plays 440 Hz (or echoes) once it is answered.

        `ring`: how long it may ring; `seconds`: how long the caller stays after the answer; `diversions`: the numbers
        that sent the call on, the latest one first, perhaps with parameters: "22 123 45 67;reason=user-busy"; `fax`:
        a TIFF file that is sent in place of sound, over T.38 or, with `sound`, as sound.
        """
        options = ["--ring", str(ring), "--seconds", str(seconds)]
        options += ["--restricted"] * restricted + ["--echo"] * echo
        options += ["--fax", str(fax)] * (fax is not None) + ["--sound"] * sound
        options += [word for number in diversions for word in ("--diversion", number)]
        return OutsideCall([sys.executable, "-m", "centralka", "carrier-call", from_, to, *options], self.environment())

    def received(self) -> list[dict[str, Any]]:
        """The INVITEs received so far, oldest first (docs/carrier.md has the fields)."""
        return self._lines("invite")

    def ended(self) -> list[dict[str, Any]]:
        """The received calls that have ended, in the order of their ends."""
        return self._lines("end")

    def _lines(self, event: str) -> list[dict[str, Any]]:
        file = self.home / "carrier/received.jsonl"
        lines: list[dict[str, Any]] = (
            [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []
        )
        return [line for line in lines if line["event"] == event]

    # -- What it says -----------------------------------------------------------------------------------------------

    def said(self) -> str:
        """Return what it printed so far, in all its starts."""
        return self._log.read_text() if self._log.exists() else ""

    def log_tail(self) -> str:
        """The ends of its logs, for a test that failed."""
        logs = [self._log, *sorted(self.home.glob("carrier/log/*.log")), self.home / "carrier/engine/log/engine.log"]
        return "".join(f"--- {log}\n{log.read_text()[-3000:]}\n" for log in logs if log.exists())

    def engine_says(self, command: str) -> str:
        """Return what its engine's console answers; empty when there is no engine."""
        config = self.home / "carrier/engine-config/asterisk.conf"
        console = [*engine().command, "-C", str(config), "-rx", command]
        return subprocess.run(console, capture_output=True, text=True, check=False).stdout

    @property
    def _log(self) -> Path:
        return self.home / "carrier.log"


@dataclass(frozen=True)
class Outcome:
    """The end of `carrier-call`: its exit code and the line that it printed."""

    code: int
    sentence: str

    @property
    def answered(self) -> bool:
        return self.code == 0


class OutsideCall:
    """A call from outside while it goes on. A context manager: at its end the caller hangs up."""

    def __init__(self, command: list[str], environment: dict[str, str]) -> None:
        self._process = subprocess.Popen(
            ending_with_us(command),
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def __enter__(self) -> "OutsideCall":
        return self

    def __exit__(self, *_: object) -> None:
        self.hang_up()

    def wait(self, seconds: float = 2 * CALL_SECONDS) -> Outcome:
        """Until the call is over."""
        said, _ = self._process.communicate(timeout=seconds)
        return Outcome(self._process.returncode, said.strip())

    def hang_up(self) -> None:
        """The caller hangs up, or gives up."""
        if command_line(self._process.pid):
            self._process.send_signal(signal.SIGINT)
        self._process.wait(STOP_SECONDS)
        if self._process.stdout is not None:
            self._process.stdout.close()
