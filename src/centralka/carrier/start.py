"""`centralka carrier`: the sandbox carrier from its start to Ctrl-C."""

import asyncio
import secrets
import signal
import socket
from pathlib import Path

from django.conf import settings

from centralka.engine.configuration import command
from centralka.engine.engine import Engine
from centralka.engine.engine_settings import EngineSettings
from centralka.engine.fetching import find_engine
from centralka.process_states import ProcessStates, states_file
from centralka.start.home import make_home, only_one
from centralka.start.ports import check_port, free_ports, until_somebody_listens
from centralka.start.terminal import say
from centralka.supervisor import Process, Supervisor

from .config import CarrierSettings, write_config
from .credentials import USER, CarrierCredentials, announce_address, customers_with_a_file
from .numbers import Numbers, carrier_numbers
from .outside import Outside
from .received import Received
from .running import Running, carrier_home, told
from .smpp_network import SmppNetwork, passwords_of
from .sms_network import SmsNetwork, serve
from .wire import Wire

_NODE = "carrier"


def run_carrier() -> None:
    """Set up what is missing, start the carrier's engine, and stay until Ctrl-C.

    Raises CannotStart, BrokenCredentials, BrokenNumbers, ProgramUnavailable, EngineMisconfigured.
    """
    home = carrier_home()
    make_home(home, ("run", "log", "fax"))
    with only_one(home, "The sandbox carrier"):
        check_port("CENTRALKA_CARRIER_PORT", settings.CARRIER_PORT, socket.SOCK_DGRAM, socket.SOCK_STREAM)
        check_port("CENTRALKA_SMS_NETWORK_PORT", settings.SMS_NETWORK_PORT, socket.SOCK_STREAM)
        check_port("CENTRALKA_SMPP_NETWORK_PORT", settings.SMPP_NETWORK_PORT, socket.SOCK_STREAM)
        numbers = carrier_numbers()
        others = sorted({*numbers.others, *customers_with_a_file()})
        customers = tuple(announce_address(name) for name in (USER, *others))
        engine = find_engine(settings.ENGINE_DIR, say)
        asyncio.run(_serve(home, engine, customers, numbers))


async def _serve(home: Path, engine: Engine, customers: tuple[CarrierCredentials, ...], numbers: Numbers) -> None:
    wire, received = Wire(), Received(home / "received.jsonl")
    network = SmsNetwork([customer.password for customer in customers], home / "sms.jsonl")
    texts = serve(network, settings.BIND, settings.SMS_NETWORK_PORT)
    smpp = SmppNetwork(passwords_of({customer.user: customer.password for customer in customers}), network.note)
    await smpp.listen(settings.BIND, settings.SMPP_NETWORK_PORT)
    server, agi_port = await Outside(wire, received, home / "fax", numbers).listen()
    carrier = _settings(home, engine, customers, agi_port, await wire.listen())
    write_config(carrier)
    supervisor = Supervisor(
        home / "log", say, ProcessStates(states_file(home), say), other_logs=[carrier.engine.log, received.path]
    )
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, supervisor.stop)
    with told(Running(carrier.engine.question_port, carrier.engine.question_secret)):
        ready = asyncio.create_task(_say_when_ready(customers, received.path))
        await supervisor.supervise([Process("carrier-engine", command(carrier.engine))])
        ready.cancel()
    await smpp.end()
    network.end()
    texts.shutdown()
    texts.server_close()
    server.close()
    wire.close()
    say("The sandbox carrier has stopped.")


def _settings(
    home: Path, engine: Engine, customers: tuple[CarrierCredentials, ...], agi_port: int, hep_port: int
) -> CarrierSettings:
    return CarrierSettings(
        EngineSettings(
            home=home,
            bind=settings.BIND,
            sip_port=settings.CARRIER_PORT,
            agi_port=agi_port,
            question_port=free_ports(1)[0],
            question_secret=secrets.token_urlsafe(24),
            switchboard_secret=secrets.token_urlsafe(24),
            database_url="",
            engine=engine,
            node=_NODE,
        ),
        customers,
        hep_port,
    )


async def _say_when_ready(customers: tuple[CarrierCredentials, ...], received: Path) -> None:
    await until_somebody_listens(customers[0].host, customers[0].port)
    say(welcome(customers, received))


def welcome(customers: tuple[CarrierCredentials, ...], received: Path) -> str:
    """Tell what the carrier does and how to use it."""
    customer, *others = customers
    more = "".join(
        f"\n                 {other.user}, password in {carrier_home() / f'customers/{other.user}.json'}"
        for other in others
    )
    return f"""
The sandbox carrier is running: it plays the outside world.

  SIP            {customer.host}:{customer.port} (UDP, TCP)
  customer       {customer.user}, password in {settings.HOME / "carrier.json"}{more}
  last digits    00 answers   01 is busy   02 rings for ever   03 does not exist   04 echoes   05 fax   06 congestion
                 any others: rings for 2 seconds, then answers
  received       {received}
  text messages  http://{customer.host}:{settings.SMS_NETWORK_PORT}/messages (docs/carrier.md; 04 answers)
                 smpp://{customer.host}:{settings.SMPP_NETWORK_PORT}, password: the first 8 characters of it
  a call to you  ./centralka carrier-call 600 100 200 → ./centralka carrier-call 600100200 +48221234567

Ctrl-C stops it.
"""
