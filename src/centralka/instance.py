"""One installation on this machine: its folders, ports and processes, from first start to Ctrl-C."""

import asyncio
import errno
import fcntl
import secrets
import signal
import socket
import sys
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError

from centralka.calls.spelling import grouped
from centralka.carrier.credentials import BrokenCredentials, carrier_credentials
from centralka.engine.bundle import Engine, find_engine
from centralka.engine.configuration import EngineSettings, command, write_config
from centralka.switch.journal.lines import Journal

from .demo import write_demo
from .environment import reached_at
from .messages import compile_messages
from .static_files import collect_static_files
from .supervisor import Process, Supervisor, heartbeat_file

_READY_WITHIN = 60.0


class CannotStart(Exception):
    """One sentence that tells the person at the terminal what is in the way."""


@dataclass(frozen=True, slots=True)
class Instance:
    """What was decided at this start; the loopback ports and the manager's secret are new each time."""

    engine: EngineSettings

    @property
    def home(self) -> Path:
        return self.engine.home

    def processes(self) -> list[Process]:
        """In the order in which they are started."""
        return [self._engine(), self._switchboard(), self._web(), self._worker()]

    def _engine(self) -> Process:
        journal = Journal(self.engine.journal)

        def note_start(died_at: float | None) -> None:
            stopped = datetime.fromtimestamp(died_at, UTC) if died_at else None
            journal.engine_starts(datetime.now(UTC), stopped)

        return Process("engine", command(self.engine), before_start=note_start)

    def _switchboard(self) -> Process:
        environment = {
            "CENTRALKA_AGI_PORT": str(self.engine.agi_port),
            "CENTRALKA_AMI_PORT": str(self.engine.ami_port),
            "CENTRALKA_AMI_SECRET": self.engine.ami_secret,
            "CENTRALKA_SWITCHBOARD_SECRET": self.engine.switchboard_secret,
            "CENTRALKA_JOURNAL": str(self.engine.journal),
            "CENTRALKA_CONTACTS": str(self.engine.contacts),
            "CENTRALKA_PINGS": str(self.engine.pings),
            "CENTRALKA_HOLD_MUSIC": str(self.engine.own_hold_music),
            "CENTRALKA_SPOOL": str(self.engine.engine_dir / "spool/voicemail"),
            "CENTRALKA_HEARTBEAT": str(heartbeat_file(self.home / "run", "switchboard")),
        }
        return Process(
            "switchboard",
            [sys.executable, "-m", "centralka", "switchboard"],
            environment,
            heartbeat=heartbeat_file(self.home / "run", "switchboard"),
        )

    def _web(self) -> Process:
        uvicorn = [
            "uvicorn",
            "centralka.asgi:application",
            "--host",
            settings.BIND,
            "--port",
            str(settings.HTTP_PORT),
        ]
        quiet = [
            "--no-access-log",
            "--no-server-header",
            "--timeout-graceful-shutdown",
            "2",
            "--lifespan",
            "on",
        ]
        # From where a request comes is believed of named proxies only: lock-outs count by address.
        trusted = ["--proxy-headers", "--forwarded-allow-ips", settings.PROXIES]
        proxies = trusted if settings.PROXIES else ["--no-proxy-headers"]
        return Process("web", [sys.executable, "-m", *uvicorn, *quiet, *proxies])

    def _worker(self) -> Process:
        return Process("worker", [sys.executable, "-m", "centralka", "worker"])


def run() -> None:
    """Set up what is missing, start everything, and stay until Ctrl-C. Raises CannotStart, EngineUnavailable."""
    make_home(settings.HOME, ("run", "log"))
    # A second start on the same home folder would write the first one's configuration anew, and end its records.
    with only_one(settings.HOME, "Centralka"):
        check_ports()
        _check_carrier_credentials()
        prepare_database()
        engine = find_engine(settings.ENGINE_DIR, say)
        asyncio.run(_serve(_instance(engine)))


@contextmanager
def only_one(home: Path, what: str) -> Iterator[None]:
    """Raises CannotStart while another `what` is running in this folder."""
    with (home / "run" / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CannotStart(
                f"{what} is running in {home} already; stop it, or set CENTRALKA_HOME to another."
            ) from None
        yield


def prepare_database() -> None:
    """Translations compiled, files for browsers named, tables up to date. Raises CannotStart."""
    compile_messages(settings.HOME / "locale")
    collect_static_files()
    try:
        call_command("migrate", verbosity=0, interactive=False)
    except DatabaseError as error:
        raise CannotStart(f"The database cannot be used: {' '.join(str(error).split())[:200]}") from None


def say(line: str) -> None:
    """Tell the person at the terminal, or the file on a full disk that stands for it: what runs goes on."""
    with suppress(OSError):
        print(line, flush=True)


def make_home(home: Path, folders: Iterable[str]) -> None:
    """The folder and those in it, `run` among them, for this user alone. Raises CannotStart."""
    try:
        for folder in (home, *(home / name for name in folders)):
            folder.mkdir(parents=True, exist_ok=True)
            folder.chmod(0o700)
        probe = home / "run" / "writable"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise CannotStart(
            f"The folder {home} cannot be written to ({error.strerror}); set CENTRALKA_HOME to another."
        ) from None


def _check_carrier_credentials() -> None:
    try:
        carrier_credentials()
    except (BrokenCredentials, OSError) as problem:
        raise CannotStart(str(problem)) from None


def check_ports() -> None:
    """Raises CannotStart when somebody else listens where we want to."""
    check_port("CENTRALKA_HTTP_PORT", settings.HTTP_PORT, socket.SOCK_STREAM)
    check_port("CENTRALKA_SIP_PORT", settings.SIP_PORT, socket.SOCK_DGRAM, socket.SOCK_STREAM)


def check_port(name: str, port: int, *kinds: socket.SocketKind) -> None:
    """Raises CannotStart when somebody else listens on the port that the setting `name` gives."""
    family = socket.AF_INET6 if ":" in settings.BIND else socket.AF_INET
    for kind in kinds:
        with closing(socket.socket(family, kind)) as trial:
            if kind is socket.SOCK_STREAM:
                trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                trial.bind((settings.BIND, port))
            except (OSError, OverflowError) as error:
                raise CannotStart(_why_not(error, name, port)) from None


def _why_not(error: Exception, name: str, port: int) -> str:
    if isinstance(error, OSError) and error.errno in (errno.EADDRNOTAVAIL, errno.EINVAL, socket.EAI_NONAME):
        return f"This machine does not have the address {settings.BIND}; set CENTRALKA_BIND to one that it has."
    return (
        f"Port {port} on {settings.BIND} cannot be used ({getattr(error, 'strerror', error)}); "
        f"stop what uses it, or set {name} to another."
    )


def _instance(engine: Engine) -> Instance:
    agi_port, ami_port = free_ports(2)
    return Instance(
        EngineSettings(
            home=settings.HOME,
            bind=settings.BIND,
            sip_port=settings.SIP_PORT,
            agi_port=agi_port,
            ami_port=ami_port,
            ami_secret=secrets.token_urlsafe(24),
            switchboard_secret=secrets.token_urlsafe(24),
            database_url=settings.DATABASE_URL,
            engine=engine,
            node=settings.NODE,
        )
    )


def free_ports(count: int) -> list[int]:
    """Loopback TCP ports that nobody uses now."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


async def _serve(instance: Instance) -> None:
    write_config(instance.engine)
    supervisor = Supervisor(instance.home / "log", say, other_logs=[instance.engine.log])
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, supervisor.stop)
    running = asyncio.create_task(supervisor.run(instance.processes()))
    ready = asyncio.create_task(_until_ready())
    await asyncio.wait({running, ready}, return_when=asyncio.FIRST_COMPLETED)
    if ready.done() and not running.done():
        demo = await asyncio.to_thread(write_demo)
        say(welcome(demo))
    ready.cancel()
    await running
    say("Stopped. Everything is kept; start again with `make run`.")


async def _until_ready() -> None:
    """Until panel and SIP listen."""
    for port in (settings.HTTP_PORT, settings.SIP_PORT):
        await until_somebody_listens(reached_at(settings.BIND), port)


async def until_somebody_listens(host: str, port: int) -> None:
    """Wait for whoever is starting there (TCP)."""
    while not await _listens(host, port):
        await asyncio.sleep(0.1)


async def _listens(host: str, port: int) -> bool:
    try:
        _reader, writer = await asyncio.open_connection(host, port)
    except OSError:
        return False
    writer.close()
    return True


def welcome(demo: dict[str, Any]) -> str:
    """Where to click and what to type into a softphone."""
    lines = [f"  {title:<14} {value}" for title, value in _table(demo)]
    return "\n".join(
        [
            "",
            "Centralka is running.",
            "",
            *lines,
            "",
            "Try: register both phones, dial 101 from 100, or *43 to hear yourself.",
            "Outside: `make carrier` in another terminal plays the network; dial 22 123 45 00 (docs/carrier.md).",
            "Ctrl-C stops it; all data stay.",
            "",
        ]
    )


def _table(demo: dict[str, Any]) -> Iterator[tuple[str, str]]:
    known = "login" in demo  # else demo.json, the only place where these secrets are, was removed
    yield "Panel", demo["panel_url"]
    if known:
        yield "  company", f"{demo['login']} / {demo['password']}"
        yield "  operator", f"{demo['operator_login']} / {demo['operator_password']}"
    yield "API", demo["api_url"]
    if known:
        yield "  tokens", f"in {settings.HOME / 'demo.json'}"
    yield "SIP server", f"{demo['sip']['host']}:{demo['sip']['port']} (UDP, TCP)"
    for account in demo.get("accounts", []):
        yield f"  phone {account['extension']}", f"{account['login']} / {account['password']}"
    if "numbers" in demo:
        yield "Public numbers", ", ".join(grouped(number) for number in demo["numbers"])
