"""One baresip process and the line to it: its files, its ports, its commands, its events and the SIP that it spoke.

baresip 1.0.0 (Debian 12) is driven over TCP by its module `ctrl_tcp`: JSON objects in netstrings, answers and
events mixed. `phones.py` makes a person's phone of this. What was learnt about baresip 1.0.0 the hard way:

* `aufile` does not loop: at the end of the microphone's file the call is hung up. The file must outlast the call.
* It listens for TLS on the SIP port + 1 whether or not TLS is used, and a port in use there is fatal.
* Without `net_interface 127.0.0.1` its media goes over the machine's outside address even for calls on the loopback.
* A command and its parameters are cut off after 255 bytes, silently.
* Its jitter buffer drops everything from then on when a sender's sequence numbers step back, as they do when the
  exchange connects somebody else. On one machine nothing arrives out of order: it is off.
* A wrong password is tried 16 times in a row before baresip reports the refusal: 16 failed logins at the exchange.
* Accounts come by the command `uanew`, not by the module `account`: so a phone can register later, and again.
"""

import json
import os
import re
import select
import signal
import socket
import subprocess
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.live.ports import PHONES, give_back, lease
from tests.live.processes import ending_with_us

COMMAND_BYTES = 255
START_SECONDS = 10.0
ANSWER_SECONDS = 10.0
# It waits for the exchange's answers; after a transfer or an engine that died some never come.
GOODBYE_SECONDS = 1.5
START_ATTEMPTS = 5
# Media stays clear of the engine's default range (10000-20000).
RTP_PORTS = "40000-49998"
MODULE_DIRS = ("/usr/lib/baresip/modules", "/usr/lib64/baresip/modules", "/usr/local/lib/baresip/modules")

TRACED = re.compile(r"^(UDP|TCP|TLS) (\S+) -> (\S+)\n(.*?)\x1b\[;m", re.MULTILINE | re.DOTALL)


class BaresipFailed(AssertionError):
    """baresip did not start, stopped, refused a command or did not answer; the message ends with its log's tail."""


@dataclass(frozen=True)
class Event:
    """Something baresip reports; `param` is free text, for a closed call the SIP cause or a reason in words."""

    type: str
    call_id: str
    direction: str
    peer: str
    name: str
    param: str


@dataclass(frozen=True)
class SipMessage:
    """A SIP message as it went over the wire. `sent` is the phone's own; header names are looked up without case."""

    sent: bool
    start: str
    headers: tuple[tuple[str, str], ...]
    body: str

    def header(self, name: str) -> str | None:
        """The first header of that name, or None."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)


def once(requests: Iterable[SipMessage]) -> list[SipMessage]:
    """The requests without those that were sent again (RFC 3261 §17.1: the branch is the same), oldest first."""
    return list({(one.header("Call-ID"), one.header("CSeq"), one.header("Via")): one for one in requests}.values())


@dataclass(frozen=True)
class Ports:
    """The ports that one phone listens on; `sip` + 1 is baresip's TLS port."""

    sip: int
    control: int


class Baresip:
    """A running baresip whose files live in `folder`. Call `close` in the end; the folder stays for whoever made it."""

    def __init__(
        self,
        folder: Path,
        microphone: Path,
        modules: tuple[str, ...] = (),
        address: str = "127.0.0.1",
        authority: Path | None = None,
        contact: str = "",
    ) -> None:
        self.folder = folder
        self.log_path = folder / "baresip.log"
        self._unread = b""
        self._events: list[Event] = []
        self._answers: dict[str, dict[str, Any]] = {}
        self._tokens = 0
        self._socket: socket.socket | None = None
        for attempt in range(1, START_ATTEMPTS + 1):
            sip = lease(PHONES, address)
            self.ports = Ports(sip, sip + 2)
            write_files(folder, self.ports, microphone, modules, address, authority, contact)
            self._process = start(folder, self.log_path)
            if self._came_up(address):
                return
            self.close()
            if "Address already in use" not in self.log() or attempt == START_ATTEMPTS:
                raise BaresipFailed(f"baresip did not start:\n{self.log_tail()}")

    def command(self, name: str, params: str = "") -> str:
        """Run a command. Returns what baresip prints for it. Raises BaresipFailed if it refuses or is gone."""
        if len(f"{name} {params}".encode()) > COMMAND_BYTES:
            raise ValueError(f"baresip would cut this command off after {COMMAND_BYTES} bytes: {name} {params}")
        self._tokens += 1
        token = str(self._tokens)
        message = json.dumps({"command": name, "params": params, "token": token}).encode()
        self._line().sendall(b"%d:%s," % (len(message), message))
        answer = self._wait_for_answer(token, name)
        if not answer["ok"]:
            raise BaresipFailed(f"baresip refused '{name} {params}': {answer['data']}\n{self.log_tail()}")
        return str(answer["data"])

    def events(self) -> list[Event]:
        """All events since the start, oldest first."""
        if self._socket is not None:
            self._read(0)
        return self._events

    def messages(self) -> list[SipMessage]:
        """All SIP messages since the start, oldest first (from the trace in the log)."""
        return [self._message(*match.groups()) for match in TRACED.finditer(self.log())]

    def log(self) -> str:
        """baresip's whole output, as far as it is text."""
        return self.log_path.read_text(errors="replace") if self.log_path.exists() else ""

    def log_tail(self, lines: int = 60) -> str:
        """The last lines of the log, without the status line that baresip repaints all the time."""
        useful = (line for line in re.split(r"[\r\n]+", self.log()) if "audio=" not in line)
        return "\n".join(list(useful)[-lines:])

    def freeze(self) -> None:
        """Stop the process where it stands: it answers nothing, and its sockets stay open."""
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let a frozen process go on."""
        self._process.send_signal(signal.SIGCONT)

    def kill(self) -> None:
        """End the process at once: it says goodbye to nobody."""
        self._process.kill()
        self._process.wait()

    def close(self) -> None:
        """End the process: it hangs up and unregisters when asked to quit, and is killed if it does not."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(GOODBYE_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        give_back(self.ports.sip)

    def _came_up(self, address: str) -> bool:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self._process.poll() is None:
            if "baresip is ready." in self.log():
                return "Address already in use" not in self.log() and self._connect(address)
            time.sleep(0.02)
        return False

    def _connect(self, address: str) -> bool:
        try:
            self._socket = socket.create_connection((address, self.ports.control), START_SECONDS)
        except ConnectionRefusedError:
            return False
        return True

    def _line(self) -> socket.socket:
        if self._socket is None:
            raise BaresipFailed(f"baresip is gone:\n{self.log_tail()}")
        return self._socket

    def _wait_for_answer(self, token: str, name: str) -> dict[str, Any]:
        deadline = time.monotonic() + ANSWER_SECONDS
        while token not in self._answers:
            left = deadline - time.monotonic()
            if left < 0:
                raise BaresipFailed(f"baresip did not answer '{name}':\n{self.log_tail()}")
            self._read(left)
        return self._answers.pop(token)

    def _read(self, seconds: float) -> None:
        """Take in what has arrived; wait up to `seconds` for the first of it."""
        line = self._line()
        while select.select([line], [], [], seconds)[0]:
            data = line.recv(65536)
            if not data:
                raise BaresipFailed(f"baresip closed the line:\n{self.log_tail()}")
            self._unread += data
            seconds = 0
        messages, self._unread = split_netstrings(self._unread)
        for message in messages:
            self._take(json.loads(message))

    def _take(self, message: dict[str, Any]) -> None:
        if message.get("response"):
            self._answers[message.get("token", "")] = message
        elif message.get("event"):
            self._events.append(parse_event(message))

    def _message(self, _transport: str, source: str, target: str, text: str) -> SipMessage:
        # A phone's own TCP connection leaves from a port that is not its SIP port, hence the second look.
        own = f":{self.ports.sip}"
        sent = source.endswith(own) or (not target.endswith(own) and text.split("\n")[0].find("SIP/2.0") > 0)
        return parse_message(text, sent)


# --- the wire ---------------------------------------------------------------------------------------------------------


def split_netstrings(data: bytes) -> tuple[list[bytes], bytes]:
    """The complete netstrings at the beginning of `data`, and what is left. Raises ValueError for anything else."""
    found = []
    while (colon := data.find(b":")) >= 0:
        size = int(data[:colon])
        end = colon + 1 + size
        if len(data) <= end:
            break
        found.append(data[colon + 1 : end])
        data = data[end + 1 :]
    return found, data


def parse_event(message: dict[str, Any]) -> Event:
    """ctrl_tcp's event as our own value; what an event does not have is empty."""
    words = ("type", "id", "direction", "peeruri", "peerdisplayname", "param")
    return Event(*(str(message.get(word, "")) for word in words))


def parse_message(text: str, sent: bool) -> SipMessage:
    """A traced SIP message as our own value."""
    head, _, body = text.replace("\r\n", "\n").partition("\n\n")
    start, *lines = head.split("\n")
    pairs = (line.partition(":") for line in lines)
    return SipMessage(sent, start, tuple((key.strip(), value.strip()) for key, _, value in pairs), body)


# --- the process ------------------------------------------------------------------------------------------------------


def write_files(
    folder: Path,
    ports: Ports,
    microphone: Path,
    modules: tuple[str, ...],
    address: str,
    authority: Path | None,
    contact: str,
) -> None:
    """Write baresip's configuration folder. `contact`: the address to which its command `message` writes."""
    (folder / "snd").mkdir(parents=True, exist_ok=True)
    (folder / "accounts").write_text("")
    (folder / "contacts").write_text(f"<{contact}>\n" if contact else "")
    (folder / "current_contact").write_text(contact)
    believes = f"sip_cafile {authority}\n" if authority else ""
    (folder / "config").write_text(configuration(folder, ports, microphone, modules, address) + believes)


def configuration(folder: Path, ports: Ports, microphone: Path, modules: tuple[str, ...], address: str) -> str:
    """The text of baresip's `config`. `modules` come before the applications, which want to find them loaded."""
    loaded = "".join(f"module {name}.so\n" for name in (*modules, "g711", "aufile", "aubridge", "sndfile"))
    return f"""poll_method epoll
sip_listen {address}:{ports.sip}
net_interface {address}
rtp_ports {RTP_PORTS}
module_path {module_dir()}
{loaded}module_app menu.so
module_app ctrl_tcp.so
ctrl_tcp_listen {address}:{ports.control}
audio_source aufile,{microphone}
audio_player aubridge,heard
audio_alert aubridge,bell
audio_path {folder}
ausrc_srate 8000
jitter_buffer_delay 0-0
snd_path {folder}/snd
call_max_calls 8
call_local_timeout 600
ringback_disabled yes
statmode_default off
"""


def module_dir() -> str:
    """Find the folder in which this machine's baresip keeps its modules. Raises BaresipFailed if it is not
    installed."""
    found = next((folder for folder in MODULE_DIRS if Path(folder, "ctrl_tcp.so").exists()), None)
    if found is None:
        raise BaresipFailed("baresip is not installed (Debian: baresip-core)")
    return found


def start(folder: Path, log_path: Path) -> subprocess.Popen[bytes]:
    """Start baresip with its SIP trace on. A terminal is not there, so nothing waits for a key."""
    with log_path.open("wb") as log:
        return subprocess.Popen(
            ending_with_us(["baresip", "-4", "-s", "-f", str(folder)]),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            env={**os.environ, "HOME": str(folder)},
            start_new_session=True,  # Ctrl-C in the terminal is for the tests, which then close their phones
        )
