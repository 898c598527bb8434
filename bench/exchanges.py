"""The exchanges to measure: Centralka as shipped, and its engine alone with the same accounts, configured otherwise."""

import secrets
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Protocol

from django.conf import settings

from centralka.engine.configuration import command, write_config
from centralka.engine.engine_settings import EngineSettings
from centralka.engine.fetching import find_engine
from tests.live.instance import Installation, ProcessName, free_port

from .cpu import cpu_seconds, with_children

PARTS: tuple[ProcessName, ...] = ("engine", "edge", "switchboard", "web", "worker")
ADDRESS = "127.0.0.1"
_START_SECONDS = 600
"""The floor reads its accounts from a file: 10,000 of them take two minutes on a busy machine."""
_AT_REST = 0.05
"""Seconds of a processor in one second; an engine without calls takes a tenth of that."""
_OPTIONS = (
    "OPTIONS sip:{address}:{port} SIP/2.0\r\nVia: SIP/2.0/UDP {address}:{own};branch=z9hG4bK{own};rport\r\n"
    "From: <sip:bench@{address}>;tag={own}\r\nTo: <sip:{address}:{port}>\r\nCall-ID: bench-{own}\r\n"
    "CSeq: 1 OPTIONS\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n\r\n"
)

Tuning = Callable[[EngineSettings], None]
"""Changes a configuration after it was written."""


class Exchange(Protocol):
    """An exchange that is called, and the processes that work for it."""

    @property
    def sip_port(self) -> int: ...

    def processes(self) -> dict[str, list[int]]:
        """Return the process ids by name."""
        ...


class Shipped:
    """Centralka, as `make run` starts it, with `count` accounts more for its demo company."""

    def __init__(self, count: int, *, mailboxes: bool = False) -> None:
        self.installation = Installation()
        self._count = count
        self._mailboxes = mailboxes

    def __enter__(self) -> "Shipped":
        self.installation.__enter__()
        add_accounts(self.installation.environment(), self._count, mailboxes=self._mailboxes)
        return self

    def __exit__(self, *problem: object) -> None:
        self.installation.__exit__(*problem)

    @property
    def sip_port(self) -> int:
        return self.installation.sip_port

    @property
    def database(self) -> Path:
        return database_in(self.installation.home)

    def open_the_world(self, carrier_port: int) -> None:
        """Let the demo company call everywhere over the carrier at this port of this machine."""
        subprocess.run(
            [sys.executable, "-m", "bench.world", str(carrier_port)],
            env=self.installation.environment(),
            check=True,
        )

    def processes(self) -> dict[str, list[int]]:
        """Return all processes, also the one that keeps the others running."""
        found = {name: self.installation.pid(name) for name in PARTS}
        running = {name: with_children(pid) for name, pid in found.items() if pid}
        return {"supervisor": [self.installation.supervisor]} | running


class EngineAlone:
    """The engine with Centralka's configuration and accounts, as changed by `tunings`. Nothing else works for it."""

    def __init__(self, database: Path, *tunings: Tuning) -> None:
        self.home = Path(tempfile.mkdtemp(prefix="centralka-bench-"))
        self.sip_port, agi_port, question_port = (free_port() for _ in range(3))
        copy_database(database, database_in(self.home))
        self.settings = EngineSettings(
            home=self.home,
            bind=ADDRESS,
            sip_port=self.sip_port,
            agi_port=agi_port,
            question_port=question_port,
            question_secret=secrets.token_urlsafe(24),
            switchboard_secret=secrets.token_urlsafe(24),
            database_url=f"sqlite:///{database_in(self.home)}",
            engine=find_engine(settings.ENGINE_DIR, print),
        )
        write_config(self.settings)
        for tune in tunings:
            tune(self.settings)
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "EngineAlone":
        try:
            self.start()
            # It answers while it still reads thousands of accounts, which would be taken for the first round's work.
            while self._used_in_a_second() > _AT_REST:
                pass
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Leave nothing behind."""
        self.stop()
        shutil.rmtree(self.home, ignore_errors=True)

    def start(self) -> None:
        """Start it and wait until it answers."""
        begun = time.monotonic()
        with (self.home / "engine.out").open("ab") as out:
            self._process = subprocess.Popen(
                command(self.settings), stdin=subprocess.DEVNULL, stdout=out, stderr=out, start_new_session=True
            )
        while not answers_sip(self.sip_port):
            if self._process.poll() is not None or time.monotonic() - begun > _START_SECONDS:
                raise RuntimeError(f"the engine does not answer:\n{self.settings.log.read_text()[-2000:]}")

    def _used_in_a_second(self) -> float:
        before = cpu_seconds(self.processes()["engine"])
        time.sleep(1)
        return cpu_seconds(self.processes()["engine"]) - before

    def stop(self) -> None:
        """Kill it, as a crash would: everything that it has to keep is kept already."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def processes(self) -> dict[str, list[int]]:
        assert self._process is not None
        return {"engine": [self._process.pid]}


def database_in(home: Path) -> Path:
    """Return the path of an installation's database."""
    return home / "centralka.sqlite3"


def copy_database(source: Path, target: Path) -> None:
    """Copy a database that may be in use."""
    with closing(sqlite3.connect(source)) as there, closing(sqlite3.connect(target)) as here:
        there.backup(here)


def add_accounts(environment: Mapping[str, str], count: int, *, mailboxes: bool = False) -> None:
    """Add the accounts in a process of its own, since Django knows one database a process."""
    wish = ["--mailboxes"] if mailboxes else []
    subprocess.run([sys.executable, "-m", "bench.accounts", str(count), *wish], env=environment, check=True)


def answers_sip(port: int, patience: float = 0.01) -> bool:
    """Tell whether an OPTIONS to this port is answered within `patience` seconds, whatever the answer."""
    with closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as phone:
        phone.bind((ADDRESS, 0))
        phone.connect((ADDRESS, port))
        phone.settimeout(patience)
        try:
            phone.send(_OPTIONS.format(address=ADDRESS, port=port, own=phone.getsockname()[1]).encode())
            return phone.recv(4096).startswith(b"SIP/2.0 ")
        except ConnectionRefusedError:
            time.sleep(patience)
            return False
        except TimeoutError:
            return False


# -- Tunings ---------------------------------------------------------------------------------------------------------


def floor(settings: EngineSettings) -> None:
    """Make the honest floor: accounts in pjsip.conf, one Dial line, and nothing for which Centralka chose to pay."""
    for leave_out in (accounts_in_files, no_questions, no_journal, ice_as_it_comes):
        leave_out(settings)
    (settings.config_dir / "extensions.conf").write_text(
        "[internal]\n"
        "exten => _2XXXX,1,Dial(${PJSIP_DIAL_CONTACTS(demo_${EXTEN})},30)\n"
        "exten => _22XXXXXXX,1,Dial(PJSIP/+48${EXTEN}@trunk-1,120)\n"
    )


def no_questions(settings: EngineSettings) -> None:
    """Close the REST interface: no process watches the engine."""
    (settings.config_dir / "http.conf").write_text("[general]\nenabled = no\n")


def no_journal(settings: EngineSettings) -> None:
    """Keep the engine from writing down the events of channels."""
    (settings.config_dir / "cel.conf").write_text("[general]\nenable = no\n")


def ice_as_it_comes(settings: EngineSettings) -> None:
    """Have the engine make candidates for ICE, as it does unless it is told not to: all floors before had it."""
    (settings.config_dir / "rtp.conf").write_text("[general]\nrtpstart = 10000\nrtpend = 20000\n")


def without_ice(settings: EngineSettings) -> None:
    """Have the engine make none, as Centralka does where nobody calls in a browser."""
    with (settings.config_dir / "rtp.conf").open("a") as file:
        file.write("icesupport = no\n")


def accounts_in_files(settings: EngineSettings) -> None:
    """The same accounts in pjsip.conf, option for option: what the views tell is written out. Phones register here."""
    pjsip = settings.config_dir / "pjsip.conf"
    order = "endpoint_identifier_order = "
    pjsip.write_text(pjsip.read_text().replace(f"{order}auth_username", f"{order}username\ndefault_realm = centralka"))
    with closing(sqlite3.connect(database_in(settings.home))) as database, pjsip.open("a") as out:
        database.row_factory = sqlite3.Row
        digests = dict(database.execute("SELECT login, ha1 FROM edge_account").fetchall())
        for row in database.execute("SELECT * FROM ps_endpoints"):
            own = {"auth": row["id"], "identify_by": "username", "force_rport": "yes", "rewrite_contact": "yes"}
            own = own if row["id"] in digests else {}
            out.write(_section(row["id"], "endpoint", {**dict(row), "outbound_proxy": None, **own}))
        for login, digest in digests.items():
            known = {"auth_type": "digest", "username": login, "password_digest": f"MD5:{digest}", "realm": "centralka"}
            out.write(_section(login, "auth", known))
            out.write(_section(login, "aor", {"max_contacts": 10, "remove_existing": "yes", "maximum_expiration": 300}))
        for row in database.execute("SELECT * FROM ps_aors WHERE id LIKE 'trunk-%'"):
            out.write(_section(row["id"], "aor", {**dict(row), "outbound_proxy": None}))
    (settings.config_dir / "sorcery.conf").write_text("[res_pjsip]\ncontact = astdb,registrar\n")
    modules = settings.config_dir / "modules.conf"
    modules.write_text(modules.read_text() + "load = res_pjsip_registrar\n")


def _section(name: str, kind: str, options: Mapping[str, object]) -> str:
    listed = "".join(f"{key} = {value}\n" for key, value in options.items() if value is not None and key != "id")
    return f"\n[{name}]\ntype = {kind}\n{listed}"
