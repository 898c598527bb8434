"""A whole installation for the live stories, started as a newcomer starts it, in a folder and on ports of its own."""

import contextlib
import fcntl
import functools
import json
import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from urllib.parse import quote

from django.conf import settings

from centralka.engine.engine import Engine
from centralka.engine.fetching import find_engine
from tests.migrated import copy_sqlite

from .phones import until
from .ports import CARRIERS, INSTALLATIONS, give_back, lease
from .processes import ending_with_us
from .records import CallRow, rows_of, sqlite_rows

START_SECONDS = 150
STOP_SECONDS = 60

ProcessName = Literal["engine", "edge", "switchboard", "web", "worker"]
MARKS: dict[ProcessName, str] = {
    "engine": "asterisk",
    "edge": "kamailio",
    "switchboard": "centralka switchboard",
    "web": "centralka web",
    "worker": "centralka worker",
}


@dataclass(frozen=True)
class Answer:
    """An answer of the API; `body` is its JSON, or None."""

    status: int
    body: Any


class Installation:
    """`centralka run` in a process of its own. A context manager: nothing of it is left behind.

    `environment` goes on top of its settings, e.g. `CENTRALKA_DATABASE_URL`.
    """

    def __init__(self, **environment: str) -> None:
        self.home = Path(tempfile.mkdtemp(prefix="centralka-"))
        self.http_port, self.sip_port, self.carrier_port = free_port(), free_port(), lease(CARRIERS)
        self.tls_port, self.wss_port, self.ws_port = free_port(), free_port(), free_port()
        self._environment = environment
        self._process: subprocess.Popen[bytes] | None = None
        self.demo: dict[str, Any] = {}

    def __enter__(self) -> "Installation":
        """Started, on what a first start makes; `start` alone begins with nothing, as a newcomer does."""
        try:
            for made in filter(Path.exists, (Path(settings.STATIC_ROOT), settings.HOME / "locale")):
                shutil.copytree(made, self.home / made.name)
            if "CENTRALKA_DATABASE_URL" not in self._environment:
                copy_sqlite(self.home / "centralka.sqlite3")
            with one_after_the_other():
                self.start()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Stop it and remove its folder."""
        try:
            self.stop()
        finally:
            shutil.rmtree(self.home, ignore_errors=True)
            leased = (self.http_port, self.sip_port, self.carrier_port, self.tls_port, self.wss_port, self.ws_port)
            for port in leased:
                give_back(port)

    def start(self) -> None:
        """Start it (again) and wait until it is up; everything of an earlier start is kept."""
        engine()  # a fresh clone fetches it here, however long that takes
        before = len(self.said())
        with (self.home / "run.log").open("ab") as log:
            self._process = subprocess.Popen(
                ending_with_us(self.command()),
                env=self.environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        until(lambda: self._is_up(before), START_SECONDS, f"the installation in {self.home} is up")
        demo = self.home / "demo.json"  # none beside an engine that is one of several
        self.demo = json.loads(demo.read_text()) if demo.exists() else {}

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
            raise AssertionError(f"{by.name} did not stop it\n{self.log_tail()}") from None
        finally:
            self._process = None

    @staticmethod
    def command() -> list[str]:
        """The program, as `make run` starts it."""
        return [sys.executable, "-m", "centralka", "run"]

    def environment(self, **other: str) -> dict[str, str]:
        """For its processes and for `centralka` commands on it. Settings of the tests' own shell do not count."""
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("CENTRALKA_")}
        own = {
            "CENTRALKA_HOME": str(self.home),
            "CENTRALKA_ENGINE_DIR": str(settings.ENGINE_DIR),
            "CENTRALKA_HTTP_PORT": str(self.http_port),
            "CENTRALKA_SIP_PORT": str(self.sip_port),
            "CENTRALKA_TLS_PORT": str(self.tls_port),
            "CENTRALKA_WSS_PORT": str(self.wss_port),
            "CENTRALKA_WS_PORT": str(self.ws_port),
            "CENTRALKA_CARRIER_PORT": str(self.carrier_port),
            "CENTRALKA_BIND": "127.0.0.1",
            "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
        }
        return inherited | own | self._environment | other

    def _is_up(self, said_before: int) -> bool:
        assert self._process is not None
        if self._process.poll() is not None:
            raise AssertionError(f"it ended by itself\n{self.log_tail()}")
        return "Ctrl-C stops it" in self.said()[said_before:]

    # -- What it says -----------------------------------------------------------------------------------------------

    def said(self) -> str:
        """Return what it printed so far, in all its starts."""
        log = self.home / "run.log"
        return log.read_text() if log.exists() else ""

    def log_tail(self) -> str:
        """The ends of all logs, for a test that failed."""
        logs = [self.home / "run.log", *sorted(self.home.glob("log/*.log")), self.engine_log]
        return "".join(f"--- {log}\n{log.read_text()[-3000:]}\n" for log in logs if log.exists())

    @property
    def engine_log(self) -> Path:
        return self.home / "engine/log/engine.log"

    @property
    def authority(self) -> Path:
        """The certificate by which phones believe the exchange's."""
        return self.home / "tls/authority.pem"

    @property
    def journal(self) -> Path:
        return self.home / "engine/log/cel-custom/calls.csv"

    # -- API and database -------------------------------------------------------------------------------------------

    def api(self, method: str, path: str, body: Any = None, *, token: str | None = None) -> Answer:
        """Call the REST API, as the demo company unless another token is given. A body of bytes is a CSV file."""
        is_file = isinstance(body, bytes)
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.http_port}/api/v1{path}",
            method=method,
            data=body if body is None or is_file else json.dumps(body).encode(),
            headers={
                "Authorization": f"Bearer {token or self.demo['api_token']}",
                "Content-Type": "text/csv" if is_file else "application/json",
                "Accept-Language": "en",
            },
        )
        try:
            with urllib.request.urlopen(request, timeout=90) as answer:
                text = answer.read()
                return Answer(answer.status, json.loads(text) if text else None)
        except urllib.error.HTTPError as refused:
            with refused:
                return Answer(refused.code, json.loads(refused.read() or b"null"))

    def all_items(self, path: str) -> list[dict[str, Any]]:
        """A list of the API, page after page to its end."""
        found: list[dict[str, Any]] = []
        cursor: str | None = ""
        while cursor is not None:
            answer = self.api("GET", f"{path}?limit=200&cursor={quote(cursor)}" if cursor else f"{path}?limit=200")
            assert answer.status == 200, answer
            found += answer.body["items"]
            cursor = answer.body["next"]
        return found

    def items(self, path: str) -> list[dict[str, Any]]:
        """A list of the API; its first page, if it has more."""
        answer = self.api("GET", path)
        assert answer.status == 200, answer
        found: list[dict[str, Any]] = answer.body["items"]
        return found

    def add_company(self, slug: str) -> str:
        """Make another company. Returns a token for its API."""
        ((_id, token),) = self.add_companies(slug)
        return token

    def add_companies(self, *slugs: str) -> list[tuple[int, str]]:
        """Make other companies. Returns the id of each, and a token for its API."""
        maker = [sys.executable, "-m", "tests.live.company", *slugs]
        environment = self.environment(DJANGO_SETTINGS_MODULE="centralka.settings")
        made = subprocess.run(maker, env=environment, stdout=subprocess.PIPE, text=True, check=True).stdout.split()
        return [(int(number), token) for number, token in zip(made[::2], made[1::2], strict=True)]

    def rows(self, table: str) -> list[dict[str, Any]]:
        """All rows of a table, oldest first."""
        return rows_of(self.database_url(), table)

    def records(self) -> list[CallRow]:
        """The call records as they are now, by the time at which they began."""
        return sorted((CallRow.of(row) for row in self.rows("call_record")), key=lambda call: call.started_at)

    def database_url(self) -> str:
        """Return the address of its database."""
        return self._environment.get("CENTRALKA_DATABASE_URL", f"sqlite:///{self.home}/centralka.sqlite3")

    # -- Processes --------------------------------------------------------------------------------------------------

    @property
    def supervisor(self) -> int:
        """The process id of `centralka run` itself."""
        assert self._process is not None
        return self._process.pid

    def pid(self, name: ProcessName) -> int | None:
        """The process id of a part; None while it does not run."""
        return next((pid for pid in children(self.supervisor) if MARKS[name] in command_line(pid)), None)

    def signal(self, name: ProcessName, which: signal.Signals) -> int:
        """Send a signal to a part. Returns its process id."""
        pid = self.pid(name)
        assert pid, f"{name} does not run\n{self.log_tail()}"
        os.kill(pid, which)
        return pid

    def kill(self, name: ProcessName) -> int:
        """Kill a part and what it started (SIGKILL), as in a crash. Returns the process id of the dead."""
        pid = self.pid(name)
        assert pid, f"{name} does not run\n{self.log_tail()}"
        os.killpg(pid, signal.SIGKILL)
        return pid

    @contextmanager
    def without(self, name: ProcessName) -> Iterator[None]:
        """A part is killed and stays away during the block: who would start it again is suspended."""
        os.kill(self.supervisor, signal.SIGSTOP)
        try:
            dead = self.kill(name)
            until(lambda: not command_line(dead), STOP_SECONDS, f"{name} is dead")
            yield
        finally:
            os.kill(self.supervisor, signal.SIGCONT)
        self.wait_for_another(name, dead)

    def wait_for_another(self, name: ProcessName, dead: int) -> None:
        """Until a part runs again, in another process than the dead one, and does its work."""
        until(lambda: self.pid(name) not in (None, dead), STOP_SECONDS, f"{name} runs again")
        works = {
            "engine": self._engine_works,
            "edge": self._edge_works,
            "switchboard": self._switchboard_works,
            "web": self._web_works,
        }
        if name not in works:
            return  # the worker: nothing waits for it
        until(works[name], STOP_SECONDS, f"{name} works again")

    def _engine_works(self) -> bool:
        return "fully booted" in self.engine_says("core waitfullybooted")

    def _edge_works(self) -> bool:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.sip_port), 1):
            return True
        return False

    def _switchboard_works(self) -> bool:
        """Tell whether it listens where the engine hands calls over."""
        dialplan = (self.home / "engine-config/extensions.conf").read_text()
        port = re.search(r"agi://127\.0\.0\.1:(\d+)/", dialplan)
        assert port
        with socket.socket() as trial:
            return trial.connect_ex(("127.0.0.1", int(port[1]))) == 0

    def _web_works(self) -> bool:
        try:
            return self.api("GET", "/tenant").status == 200
        except OSError:
            return False

    def kill_supervisor(self) -> None:
        """SIGKILL to the one process that looks after the others."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()
        self._process = None

    def processes(self) -> list[str]:
        """The command lines of every process of this installation, whoever is its parent now."""
        mark = f"CENTRALKA_HOME={self.home}\0".encode()
        return [command_line(pid) for pid in all_pids() if mark in read_proc(pid, "environ")]

    def engine_says(self, command: str) -> str:
        """Return what the engine's own console answers; empty when there is no engine."""
        config = self.home / "engine-config/asterisk.conf"
        console = [*engine().command, "-C", str(config), "-rx", command]
        return subprocess.run(console, capture_output=True, text=True, check=False).stdout

    def keeps(self, login: str) -> bool:
        """Tell whether the edge has written to its disk that a phone of this account is registered (within a
        second)."""
        path = str(self.home / "edge/contacts.sqlite3")
        return bool(sqlite_rows(path, f"SELECT 1 FROM location WHERE username = '{login}'"))

    def keeps_lamps(self, extension: str) -> int:
        """Count the phones that asked for the lamp of this extension, as the edge has written to its disk."""
        asked = f"SELECT 1 FROM active_watchers WHERE presentity_uri LIKE 'sip:{extension}@%'"
        return len(sqlite_rows(str(self.home / "edge/lamps.sqlite3"), asked))

    @contextmanager
    def lamps_of(self, login: str, count: int) -> Iterator[None]:
        """So many subscriptions of an account stand in the edge's database during the block."""
        texts = ["watcher_domain", "to_user", "to_domain", "contact", "socket_info", "local_contact", "from_user"]
        row = dict.fromkeys([*texts, "from_domain"], "") | dict.fromkeys(["local_cseq", "remote_cseq"], 0)
        row |= {"presentity_uri": "sip:1@x", "watcher_username": login, "event": "dialog", "from_tag": "made"}
        row |= {"callid": "made", "expires": int(time.time()) + 600, "updated": -1, "updated_winfo": -1}
        names, marks = ", ".join([*row, "to_tag"]), ", ".join("?" * (len(row) + 1))
        with contextlib.closing(sqlite3.connect(self.home / "edge/lamps.sqlite3", timeout=10)) as lamps:
            with lamps:
                rows = [(*row.values(), str(number)) for number in range(count)]
                lamps.executemany(f"INSERT INTO active_watchers ({names}) VALUES ({marks})", rows)
            try:
                yield
            finally:
                with lamps:
                    lamps.execute("DELETE FROM active_watchers WHERE callid = 'made'")

    def lamp_ends_in(self, seconds: int, port: int) -> None:
        """Let the subscription of the phone at this port run out; the edge must be away."""
        with contextlib.closing(sqlite3.connect(self.home / "edge/lamps.sqlite3")) as lamps, lamps:
            ends = int(time.time()) + seconds
            found = lamps.execute("UPDATE active_watchers SET expires = ? WHERE contact LIKE ?", [ends, f"%:{port}%"])
            assert found.rowcount == 1

    def channels(self) -> list[str]:
        """The names of the engine's channels: one for each phone that is in a call, rings or calls."""
        lines = self.engine_says("core show channels concise").splitlines()
        return [line.partition("!")[0] for line in lines if "!" in line]


@contextmanager
def one_after_the_other() -> Iterator[None]:
    """Let other starts of this machine wait meanwhile: each keeps two cores busy, and all workers begin with one."""
    with (Path(tempfile.gettempdir()) / f"centralka-starts-{os.getuid()}").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@functools.cache
def engine() -> Engine:
    """The engine that all installations of the tests share."""
    return find_engine(settings.ENGINE_DIR, lambda line: print(line, file=sys.stderr, flush=True))


def free_port() -> int:
    """A port for an installation; leased until this process ends, or until it is given back."""
    return lease(INSTALLATIONS)


def children(pid: int) -> list[int]:
    """The processes that `pid` started and that live."""
    return [int(child) for child in read_proc(pid, f"task/{pid}/children").split()]


def command_line(pid: int) -> str:
    """Return what `pid` was started with; empty for a process that is gone or only not yet buried."""
    return read_proc(pid, "cmdline").replace(b"\0", b" ").decode()


def all_pids() -> list[int]:
    """Every process of this machine."""
    return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]


def read_proc(pid: int, name: str) -> bytes:
    """A file of `/proc/<pid>`; empty when the process is gone or somebody else's."""
    try:
        return Path(f"/proc/{pid}/{name}").read_bytes()
    except (FileNotFoundError, ProcessLookupError, PermissionError):
        return b""
