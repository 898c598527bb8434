"""One installation on this machine: its processes, from first start to Ctrl-C."""

import asyncio
import secrets
import signal
import socket
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.db import connections

from centralka.carrier.credentials import BrokenCredentials, carrier_credentials
from centralka.certificates.source import certificate_source
from centralka.edge.configuration import edge_command
from centralka.edge.configuration import write_config as write_edge_config
from centralka.edge.edge_settings import EdgeSettings
from centralka.edge.fetching import find_edge
from centralka.edge.program import EdgeProgram
from centralka.engine.configuration import ENVIRONMENT, MAY_OVERSLEEP, command, write_config
from centralka.engine.configuration import check as check_engine
from centralka.engine.engine import Engine
from centralka.engine.engine_settings import EngineSettings
from centralka.engine.fetching import find_engine
from centralka.machine import in_uri, media_address
from centralka.store.edge import place_edge, place_engine
from centralka.switch.alive import ask_core, ask_switchboard
from centralka.switch.handover import Handover
from centralka.switch.journal.lines import Journal
from centralka.switch.wire.engine_control import EngineControl

from . import mains
from .alive.heartbeat import Heartbeat
from .alive.patience import Question, Watch
from .alive.sip import ask_sip
from .alive.web import ask_web
from .demo import write_demo
from .draining import end_draining
from .environment import reached_at
from .process_states import ProcessStates, states_file
from .start.certificate import take_certificate
from .start.database import find_database, prepare_database
from .start.errors import CannotStart
from .start.home import make_home, only_one
from .start.ports import check_port, free_ports, until_answered, until_somebody_listens
from .start.terminal import say
from .supervisor import Process, Supervisor
from .welcome import welcome

_CENTRALKA = [sys.executable, "-m", "centralka"]


@dataclass(frozen=True, slots=True)
class Instance:
    """The decisions of this start; the loopback ports and the secrets are new each time."""

    engine: EngineSettings
    edge: EdgeSettings
    edge_program: EdgeProgram | None
    """None: the edge runs on another machine, with everything that is there once."""

    @property
    def home(self) -> Path:
        return self.engine.home

    @property
    def engine_address(self) -> str:
        """Return where the edge reaches the engine."""
        return f"{in_uri(self.engine.bind)}:{self.engine.sip_port}"

    def processes(self) -> list[Process]:
        """Return the processes in the order in which they are started."""
        if self.edge_program is None:
            return [self._engine(), self._switchboard()]
        return [self._engine(), self._edge(self.edge_program), self._switchboard(), self._web(), self._worker()]

    def _engine(self) -> Process:
        journal = Journal(self.engine.journal)

        def note_start(died_at: float | None) -> None:
            stopped = datetime.fromtimestamp(died_at, UTC) if died_at else None
            journal.engine_starts(datetime.now(UTC), stopped)

        control = EngineControl(self.engine.question_port, self.engine.question_secret, self.engine.console)

        async def ask() -> None:
            # SIP first: it is answered when the start is over, before which the core knows nothing of channels.
            engine = self.engine
            await ask_sip(reached_at(engine.bind), engine.sip_port, engine.alive_user, as_edge=True)
            await ask_core(control)

        watch = Watch([Question("a SIP request and a question to its core", ask)], settings.STUCK_SECONDS)
        start = command(self.engine)
        return Process("engine", start, ENVIRONMENT, before_start=note_start, watch=watch, may_oversleep=MAY_OVERSLEEP)

    def _edge(self, program: EdgeProgram) -> Process:
        async def ask() -> None:
            await ask_sip(reached_at(self.edge.bind), self.edge.sip_port, self.engine.alive_user)

        watch = Watch([Question("a SIP request", ask)], settings.STUCK_SECONDS)
        return Process("edge", edge_command(self.edge, program), watch=watch, writes_in_pieces=True)

    def _switchboard(self) -> Process:
        handover = Handover(
            serves_edge=self.edge_program is not None,
            edge_port=self.edge.inner_port,
            engines=self.edge.engines,
            edge_control=self.edge.control,
            certificate=self.edge.certificate,
            certificate_names=certificate_source().names,
            edge_public=f"{in_uri(media_address(self.edge.bind))}:{self.edge.sip_port}",
            edge_socket=self.edge.socket,
            agi_port=self.engine.agi_port,
            question_port=self.engine.question_port,
            question_secret=self.engine.question_secret,
            switchboard_secret=self.engine.switchboard_secret,
            journal=self.engine.journal,
            contacts=self.edge.contacts,
            lamps=self.edge.lamps,
            pings=self.engine.pings,
            trunk_order=self.engine.trunk_order,
            ice=self.engine.ice,
            hold_music=self.engine.own_hold_music,
            spool=self.engine.engine_dir / "spool/voicemail",
            faxes=self.engine.engine_dir / "spool/faxes",
            engine_console=self.engine.console,
        )
        port, secret = self.engine.agi_port, self.engine.switchboard_secret
        question = Question("a question as of a call", lambda: ask_switchboard(port, secret))
        watch = Watch([question], settings.STUCK_SECONDS / 2)
        command = [*_CENTRALKA, "switchboard"]
        return Process("switchboard", command, handover.environment(), watch=watch, main=mains.decide_calls)

    def _web(self) -> Process:
        question = Question("a web request", lambda: ask_web(reached_at(settings.BIND), settings.HTTP_PORT))
        watch = Watch([question], settings.STUCK_SECONDS)
        return Process("web", [*_CENTRALKA, "web"], watch=watch, main=mains.serve_web)

    def _worker(self) -> Process:
        heartbeat = self.home / "run/worker.alive"
        watch = Watch([Question("the look at its heartbeat", Heartbeat(heartbeat).ask)], settings.STUCK_SECONDS * 10)
        command = [*_CENTRALKA, "worker", "--heartbeat", str(heartbeat)]
        return Process("worker", command, watch=watch, main=lambda: mains.do_what_is_due(heartbeat))


def run_instance() -> None:
    """Set up what is missing, start everything, and stay until Ctrl-C. Raises CannotStart, ProgramUnavailable."""
    make_home(settings.HOME, ("run", "log"))
    # A second start on the same home folder would write the first one's configuration anew, and end its records.
    with only_one(settings.HOME, "Centralka"):
        end_draining(settings.HOME)  # whoever starts it wants calls
        instance = _one_of_several() if settings.PARTS == "engine" else _whole()
        states = ProcessStates(states_file(instance.home), say)
        supervisor = Supervisor(instance.home / "log", say, states, other_logs=[instance.engine.log])
        processes = instance.processes()
        connections.close_all()  # a connection that a fork has, too, is broken by the first that closes it
        supervisor.fork(processes)
        asyncio.run(_serve(instance, supervisor, processes))


def _whole() -> Instance:
    """Set up everything. Raises CannotStart, EngineMisconfigured, ProgramUnavailable."""
    check_ports()
    _check_carrier_credentials()
    program = find_edge(settings.EDGE_DIR, say)
    instance = _instance(find_engine(settings.ENGINE_DIR, say), program)
    check_engine(instance.engine)
    prepare_database()  # when nothing else is in the way: a first start works several seconds for it
    write_config(instance.engine)
    write_edge_config(instance.edge, program)
    take_certificate(certificate_source(), instance.edge.certificate)
    place_edge(f"{in_uri(settings.INNER)}:{instance.edge.inner_port}", program.version)
    place_engine(settings.NODE, instance.engine_address, instance.engine.engine.version)
    return instance


def _one_of_several() -> Instance:
    """Set up an engine for the edge of another machine. Raises CannotStart, ProgramUnavailable."""
    find_database()
    instance = _instance(find_engine(settings.ENGINE_DIR, say), None)
    write_config(instance.engine)
    place_engine(settings.NODE, instance.engine_address, instance.engine.engine.version)
    return instance


def _check_carrier_credentials() -> None:
    try:
        carrier_credentials()
    except (BrokenCredentials, OSError) as problem:
        raise CannotStart(str(problem)) from None


def check_ports() -> None:
    """Check the ports. Raises CannotStart when another program listens where we want to."""
    check_port("CENTRALKA_HTTP_PORT", settings.HTTP_PORT, socket.SOCK_STREAM)
    check_port("CENTRALKA_SIP_PORT", settings.SIP_PORT, socket.SOCK_DGRAM, socket.SOCK_STREAM)
    check_port("CENTRALKA_TLS_PORT", settings.TLS_PORT, socket.SOCK_STREAM)
    check_port("CENTRALKA_WSS_PORT", settings.WSS_PORT, socket.SOCK_STREAM)
    check_port("CENTRALKA_WS_PORT", settings.WS_PORT, socket.SOCK_STREAM)


def _instance(engine: Engine, edge: EdgeProgram | None) -> Instance:
    switchboard_secret = secrets.token_urlsafe(24)
    agi_port, question_port, engine_port, edge_port = free_ports(4)
    return Instance(
        EngineSettings(
            home=settings.HOME,
            bind=settings.INNER,
            media_address=media_address(settings.BIND),
            sip_port=engine_port,
            agi_port=agi_port,
            question_port=question_port,
            question_secret=secrets.token_urlsafe(24),
            switchboard_secret=switchboard_secret,
            database_url=settings.DATABASE_URL,
            engine=engine,
            node=settings.NODE,
            json_log=settings.LOG_FORMAT == "json",
        ),
        EdgeSettings(
            home=settings.HOME,
            bind=settings.BIND,
            inner=settings.INNER,
            sip_port=settings.SIP_PORT,
            tls_port=settings.TLS_PORT,
            wss_port=settings.WSS_PORT,
            ws_port=settings.WS_PORT,
            inner_port=edge_port,
            engine_port=engine_port,
            switchboard_port=agi_port,
            switchboard_secret=switchboard_secret,
            database_url=settings.DATABASE_URL,
            ask_seconds=settings.ASK_PHONES_SECONDS,
        ),
        edge,
    )


async def _serve(instance: Instance, supervisor: Supervisor, processes: list[Process]) -> None:
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, supervisor.stop)
    running = asyncio.create_task(supervisor.supervise(processes))
    ready = asyncio.create_task(_until_ready(instance))
    await asyncio.wait({running, ready}, return_when=asyncio.FIRST_COMPLETED)
    if ready.done() and not running.done() and instance.edge_program is None:
        say(f"Centralka: the engine {settings.NODE} is there for the edge; Ctrl-C stops it.")
    elif ready.done() and not running.done():
        demo = await asyncio.to_thread(write_demo)
        say(welcome(demo))
    ready.cancel()
    await running
    say("Stopped. Everything is kept; start again with `make run`.")


async def _until_ready(instance: Instance) -> None:
    """Wait until engine, edge and panel listen, and the switchboard decides calls."""
    engine = instance.engine
    await until_somebody_listens(engine.bind, engine.sip_port)
    await until_answered(lambda: ask_switchboard(engine.agi_port, engine.switchboard_secret))
    if instance.edge_program is None:
        return
    for port in (settings.HTTP_PORT, settings.SIP_PORT, settings.TLS_PORT):
        await until_somebody_listens(reached_at(settings.BIND), port)
