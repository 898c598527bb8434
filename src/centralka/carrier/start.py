"""`centralka carrier`: the sandbox carrier from its start to Ctrl-C."""

import asyncio
import fcntl
import secrets
import signal
import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from django.conf import settings

from centralka.instance import CannotStart, free_ports, say
from centralka.supervisor import Process, Supervisor
from centralka.switch.bundle import Engine, find_engine
from centralka.switch.engine import EngineSettings, command

from .config import CarrierSettings, write_config
from .credentials import CarrierCredentials, announce_address
from .outside import Outside
from .received import Received
from .running import Running, carrier_home, told
from .wire import Wire

_NODE = "carrier"


def run() -> None:
    """Set up what is missing, start the carrier's engine, and stay until Ctrl-C.

    Raises CannotStart, BrokenCredentials, EngineUnavailable, EngineMisconfigured.
    """
    home = carrier_home()
    _make_home(home)
    with _only_one(home):
        _check_port()
        customer = announce_address()
        engine = find_engine(settings.ENGINE_DIR, say)
        asyncio.run(_serve(home, engine, customer))


def _make_home(home: Path) -> None:
    try:
        for name in ("run", "log", "fax"):
            (home / name).mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise CannotStart(
            f"The folder {home} cannot be written to ({error.strerror}); set CENTRALKA_HOME to another."
        ) from None


@contextmanager
def _only_one(home: Path) -> Iterator[None]:
    with (home / "run/lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CannotStart(
                f"The sandbox carrier is running in {home} already; stop it, or set CENTRALKA_HOME to another."
            ) from None
        yield


def _check_port() -> None:
    family = socket.AF_INET6 if ":" in settings.BIND else socket.AF_INET
    for kind in (socket.SOCK_DGRAM, socket.SOCK_STREAM):
        with closing(socket.socket(family, kind)) as trial:
            if kind is socket.SOCK_STREAM:
                trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                trial.bind((settings.BIND, settings.CARRIER_PORT))
            except (OSError, OverflowError) as error:
                raise CannotStart(
                    f"Port {settings.CARRIER_PORT} on {settings.BIND} cannot be used "
                    f"({getattr(error, 'strerror', error)}); stop what uses it, or set CENTRALKA_CARRIER_PORT "
                    "(or CENTRALKA_BIND) to another."
                ) from None


async def _serve(home: Path, engine: Engine, customer: CarrierCredentials) -> None:
    wire, received = Wire(), Received(home / "received.jsonl")
    server, agi_port = await Outside(wire, received, home / "fax").listen()
    carrier = _settings(home, engine, customer, agi_port, await wire.listen())
    write_config(carrier)
    supervisor = Supervisor(home / "log", say, other_logs=[carrier.engine.log, received.path])
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, supervisor.stop)
    with told(Running(carrier.engine.ami_port, carrier.engine.ami_secret)):
        ready = asyncio.create_task(_say_when_ready(customer, received.path))
        await supervisor.run([Process("carrier-engine", command(carrier.engine))])
        ready.cancel()
    server.close()
    wire.close()
    say("The sandbox carrier has stopped.")


def _settings(
    home: Path, engine: Engine, customer: CarrierCredentials, agi_port: int, hep_port: int
) -> CarrierSettings:
    return CarrierSettings(
        EngineSettings(
            home=home,
            bind=settings.BIND,
            sip_port=settings.CARRIER_PORT,
            agi_port=agi_port,
            ami_port=free_ports(1)[0],
            ami_secret=secrets.token_urlsafe(24),
            database_url="",
            engine=engine,
            node=_NODE,
        ),
        customer,
        hep_port,
    )


async def _say_when_ready(customer: CarrierCredentials, received: Path) -> None:
    while not await _listens(customer):
        await asyncio.sleep(0.1)
    say(welcome(customer, received))


async def _listens(customer: CarrierCredentials) -> bool:
    try:
        _reader, writer = await asyncio.open_connection(customer.host, customer.port)
    except OSError:
        return False
    writer.close()
    return True


def welcome(customer: CarrierCredentials, received: Path) -> str:
    """What it does and how to use it."""
    return f"""
The sandbox carrier is running: it plays the outside world.

  SIP            {customer.host}:{customer.port} (UDP, TCP)
  customer       {customer.user}, password in {settings.HOME / "carrier.json"}
  last digits    00 answers   01 is busy   02 rings for ever   03 does not exist   04 echoes   05 fax   06 congestion
                 any others: rings for 2 seconds, then answers
  received       {received}
  a call to you  ./centralka carrier-call 600 100 200 → ./centralka carrier-call 600100200 +48221234567

Ctrl-C stops it.
"""
