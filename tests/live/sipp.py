"""SIPp for what a well-behaved telephone does not do: exact refusals, silence, wrong passwords, broken messages.

    run_scenario("uac_refused", called="999", login="demo_100", password="secret", port=5060, final=404)
    with Answering("uas_refuse", "demo_101", "secret", port=5060, status="603 Decline") as celina:
        ...a phone calls 101...
        assert celina.requests("INVITE")

The scenarios are XML files in `scenarios/`, or a path to one elsewhere; `%name%` in them is filled in here, because
SIPp's own keys do not reach into its `recv` elements. The first comment of a scenario says what it does and needs. What
many share is in `scenarios/parts/`: `%invite%` stands for `invite.xml` (an INVITE, and another with the password).
"""

import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from tests.live.baresip import SipMessage, parse_message
from tests.live.ports import ADDRESS as ADDRESS
from tests.live.ports import SIPP, SIPP_MEDIA, give_back, is_free, lease
from tests.live.processes import ending_with_us

SCENARIOS = Path(__file__).parent / "scenarios"
TRANSPORTS = {"udp": "u1", "tcp": "t1"}
START_SECONDS = 10.0
REGISTRATION_SECONDS = 3600
LOGGED = re.compile(r"^-{20,} .*\n\w+ message (sent|received).*\n\n", re.MULTILINE)
MISSING = re.compile(r"%[a-z]\w*%")
# What a scenario takes where a story says nothing else. More headers and a displayed name go in front of what is there:
# `headers="\nX-Mine: 1"`, `display='"Prezes" '`.
DEFAULTS = {
    "headers": "",
    "display": "",
    "sound": "m=audio [media_port] RTP/AVP 8 101\na=rtpmap:8 PCMA/8000\na=rtpmap:101 telephone-event/8000\n"
    "a=fmtp:101 0-16",
    "from_host": "[remote_ip]",
    "contact": "<sip:%login%@[local_ip]:[local_port];transport=[transport]>%keeps%",
    "keeps": "",
}

# For `uac_garbage_sdp` and `uac_hostile`.
GARBAGE_BODY = "v=\nm=audio 99999999 RTP/AVP -1 x\na=rtpmap:\nc=IN IP9 not.an.address\n\x01\x02\x7f"
HUGE_HEADERS = "\n".join(f"X-Padding-{number}: {'x' * 500}" for number in range(40))
MANY_HEADERS = "\n".join(f"X-Many-{number}: {number}" for number in range(600))


class SippFailed(AssertionError):
    """A scenario did not go as it is written; the message ends with SIPp's complaint and the last messages."""


@dataclass(frozen=True)
class Burst:
    """Counts of a scenario: how many times it runs, how many begin a second, and how many at most go on at once."""

    calls: int = 1
    rate: int = 100
    at_once: int = 1000


@dataclass(frozen=True)
class Outcome:
    """The messages that a finished scenario has sent and got, oldest first."""

    messages: tuple[SipMessage, ...]

    @property
    def answers(self) -> list[str]:
        """The answers received, repeated ones too: "401 Unauthorized", "404 Not Found" …"""
        return [m.start.removeprefix("SIP/2.0 ") for m in self.messages if not m.sent and m.start.startswith("SIP/2.0")]


def run_scenario(
    scenario: str | Path,
    *,
    login: str,
    password: str = "",
    called: str = "",
    host: str = ADDRESS,
    port: int = 5060,
    transport: str = "udp",
    local_port: int | None = None,
    seconds: float = 30,
    burst: Burst = Burst(),
    **keys: object,
) -> Outcome:
    """Run a calling scenario to its end. `keys` fill its `%name%`. Raises SippFailed, also after `seconds`.

    `auth` among them is another name to log in with than `login`, which is the address that it calls from.
    """
    with Sipp(scenario, login, password, called, host, port, transport, local_port, burst, seconds, keys) as sipp:
        code = sipp.wait(seconds + 5)
        if code != 0:
            raise SippFailed(f"{scenario} failed (SIPp's exit code {code})\n{sipp.complaints()}")
        return Outcome(tuple(sipp.messages()))


class Answering:
    """A registered SIPp that plays a called phone, any number of times, until the end of the `with` block.

    Scenarios: uas_answer (`ring_ms`; its media is an echo), uas_refuse (`status`), uas_silent.
    """

    def __init__(
        self, scenario: str | Path, login: str, password: str, *, host: str = ADDRESS, port: int = 5060, **keys: object
    ) -> None:
        self._scenario, self._login, self._password = scenario, login, password
        self._host, self._port, self._keys = host, port, keys
        self._local_port = lease(SIPP)

    def __enter__(self) -> "Answering":
        self._register(REGISTRATION_SECONDS)
        self._sipp = Sipp(
            self._scenario, self._login, "", "", self._host, self._port, "udp", self._local_port, None, 0, self._keys
        )
        self._sipp.__enter__()
        return self

    def __exit__(self, *problem: object) -> None:
        self._sipp.close()
        self._register(0)
        give_back(self._local_port)

    def requests(self, method: str) -> list[SipMessage]:
        """The requests of that method which arrived so far (retransmissions too)."""
        return [m for m in self._sipp.messages() if not m.sent and m.start.startswith(f"{method} ")]

    def _register(self, expires: int) -> None:
        run_scenario(
            "register",
            login=self._login,
            password=self._password,
            host=self._host,
            port=self._port,
            local_port=self._local_port,
            expires=expires,
            final=200,
            keeps=self._keys.get("keeps", ""),
        )


class Sipp:
    """One SIPp process with its folder; both are gone after the `with` block. `burst` is a caller's."""

    def __init__(
        self,
        scenario: str | Path,
        login: str,
        password: str,
        called: str,
        host: str,
        port: int,
        transport: str,
        local_port: int | None,
        burst: Burst | None,
        seconds: float,
        keys: dict[str, object],
    ) -> None:
        path = scenario if isinstance(scenario, Path) else SCENARIOS / f"{scenario}.xml"
        self._text = fill_in(path.read_text(), {"login": login, **keys})
        self._leased = [lease(SIPP_MEDIA), *([] if local_port else [lease(SIPP)])]
        self._local_port = local_port or self._leased[-1]
        self._answers = burst is None
        self._arguments = [
            f"{host}:{port}", "-s", called or login, "-au", str(keys.get("auth", login)), "-ap", password,
            "-t", TRANSPORTS[transport], "-i", ADDRESS, "-p", str(self._local_port),
            "-mi", ADDRESS, "-mp", str(self._leased[0]), "-aa", "-nostdin",
            "-trace_msg", "-message_file", "messages", "-trace_err", "-error_file", "errors",
            *limits(path.stem, burst, seconds),
        ]  # fmt: skip

    def __enter__(self) -> "Sipp":
        self._folder = Path(tempfile.mkdtemp(prefix="sipp-"))
        (self._folder / "scenario.xml").write_text(self._text)
        with (self._folder / "screen").open("wb") as screen:
            self._process = subprocess.Popen(
                ending_with_us(["sipp", *self._arguments, "-sf", "scenario.xml"]),
                cwd=self._folder,
                stdin=subprocess.DEVNULL,
                stdout=screen,
                stderr=subprocess.STDOUT,
                env={**os.environ, "TERM": "dumb"},
                start_new_session=True,
            )
        if self._answers:
            self._wait_until_it_listens()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self.close()

    def wait(self, seconds: float) -> int:
        """SIPp's exit code: 0 when the call went as written. Raises SippFailed if it is still running then."""
        try:
            return self._process.wait(seconds)
        except subprocess.TimeoutExpired as error:
            raise SippFailed(f"SIPp is still running after {seconds:g} s\n{self.complaints()}") from error

    def messages(self) -> list[SipMessage]:
        """All SIP messages so far, oldest first."""
        log = self._read("messages")
        marks = list(LOGGED.finditer(log))
        ends = [*(mark.start() for mark in marks[1:]), len(log)][: len(marks)]
        return [
            parse_message(log[mark.end() : end].strip(), mark[1] == "sent")
            for mark, end in zip(marks, ends, strict=True)
        ]

    def complaints(self) -> str:
        """Return SIPp's own words, and the last messages."""
        return f"{self._read('errors')[-3000:]}\n{self._read('messages')[-4000:] or self._read('screen')[-2000:]}"

    def close(self) -> None:
        """End the process if it is still there, and remove its folder."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGKILL)  # on a softer signal SIPp waits for its calls to end
        self._process.wait()
        shutil.rmtree(self._folder)
        for port in self._leased:
            give_back(port)

    def _read(self, name: str) -> str:
        path = self._folder / name
        return path.read_text(errors="replace") if path.exists() else ""

    def _wait_until_it_listens(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while is_free(ADDRESS, self._local_port, socket.SOCK_DGRAM):
            if time.monotonic() > deadline or self._process.poll() is not None:
                complaint = self.complaints()
                self.close()
                raise SippFailed(f"SIPp did not start\n{complaint}")
            time.sleep(0.02)


def limits(scenario: str, burst: Burst | None, seconds: float) -> list[str]:
    """Return how often, how fast and how long it runs. A hostile or silent one takes whatever comes and has no time
    limit."""
    patient = scenario in ("uac_garbage_sdp", "uac_hostile", "uas_silent")
    if burst is None:
        return ["-nd"] if patient else ["-rtp_echo"]
    often = ["-m", str(burst.calls), "-r", str(burst.rate), "-l", str(burst.at_once)]
    return [*often, *(["-nd"] if patient else ["-timeout", f"{seconds:.0f}", "-timeout_error"])]


def fill_in(text: str, keys: dict[str, object]) -> str:
    """Put the parts and the values into a scenario. Raises ValueError if one is missing."""
    for part in (SCENARIOS / "parts").iterdir():
        text = text.replace(f"%{part.stem}%", part.read_text().strip())
    # "login" last: a default can hold it.
    for name, value in sorted((DEFAULTS | keys).items(), key=lambda pair: pair[0] == "login"):
        text = text.replace(f"%{name}%", str(value))
    if missing := MISSING.search(text.partition("-->")[2]):
        raise ValueError(f"the scenario needs a value for {missing[0]}")
    return text


def free_port() -> int:
    """A port for a SIPp that keeps it from one scenario to the next; leased until this process ends."""
    return lease(SIPP)
