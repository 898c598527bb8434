"""Fax machines behind a phone adapter: a second engine, which is the phones of some accounts, sends and gets files."""

import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

from centralka.carrier.config import SHARED
from centralka.config_template import ConfigTemplate
from centralka.engine.configuration import ENGINE_DIRS, command, placeholders, written
from centralka.engine.data import TEMPLATES, link_own_data
from centralka.engine.database import Database
from centralka.engine.engine_settings import EngineSettings
from tests.live.instance import Installation, engine, free_port
from tests.live.phones import until
from tests.live.ports import give_back
from tests.live.processes import ending_with_us

from .lossy_way import LossyWay
from .office import FAX_SECONDS, pages_so_far
from .precedence import come_first

_MODULES = """
res_sorcery_config res_sorcery_memory res_sorcery_astdb res_pjproject res_pjsip res_pjsip_session res_pjsip_pubsub
res_pjsip_outbound_authenticator_digest res_pjsip_outbound_registration res_pjsip_endpoint_identifier_ip
res_pjsip_sdp_rtp res_rtp_asterisk res_timing_timerfd codec_alaw codec_ulaw codec_a_mu res_pjsip_t38
res_fax res_fax_spandsp chan_pjsip pbx_config res_clioriginate bridge_simple
"""
_PHONE = """
[{login}]
type = endpoint
context = nowhere
aors = {login}
outbound_auth = {login}
from_user = {login}
disallow = all
allow = alaw,ulaw
direct_media = no
t38_udptl = yes
t38_udptl_ec = redundancy
t38_udptl_maxdatagram = 400

[{login}]
type = auth
auth_type = userpass
username = {login}
password = {password}

[{login}]
type = aor
contact = sip:127.0.0.1:{port}
"""
_REGISTERED = """
[registered]
type = registration
outbound_auth = {login}
server_uri = sip:127.0.0.1:{port}
client_uri = sip:{login}@127.0.0.1
contact_user = {login}

[called]
type = identify
endpoint = {login}
match = 127.0.0.1
"""
_DIALPLAN = """
[nowhere]
exten => _[a-z]!,1,Answer()
 same => n,Wait({silent})
 same => n,ReceiveFAX({folder}/${{UNIQUEID}}.tif,f)
[send]
"""
_SENT = "exten => {number},1,SendFAX({file},{options})\n"
_TOLD = 6000
"""So much of the end of their log is told of a story that failed."""


class FaxMachines:
    """A machine for each of the demo's accounts; each can do T.38. A context manager: nothing of it is left behind."""

    def __init__(
        self,
        house: Installation,
        through: Mapping[str, LossyWay] | None = None,
        called: str = "",
        started_after: int = 0,
    ) -> None:
        """`through`: by login, the ways over which some machines reach the exchange; `called`: whose can be called,
        and is started by hand that many seconds later."""
        self._house = house
        self._through = through or {}
        self._called = called
        self._started_after = started_after
        self._home = Path(tempfile.mkdtemp(prefix="centralka-fax-"))
        self._port = free_port()
        self._settings = EngineSettings(
            home=self._home,
            bind="127.0.0.1",
            sip_port=self._port,
            agi_port=0,
            question_port=0,
            question_secret=secrets.token_hex(8),
            switchboard_secret=secrets.token_hex(8),
            database_url="",
            engine=engine(),
            node="ata",
        )
        self._sent: list[str] = []
        """The lines of the dialplan, one for each fax."""
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "FaxMachines":
        self._write_config()
        with (self._home / "out.log").open("wb") as log:
            self._process = subprocess.Popen(
                ending_with_us(command(self._settings)), stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        try:
            until(lambda: "fully booted" in self._says("core waitfullybooted"), 60, "the fax machines are on")
            come_first(self._process.pid)
            # That the exchange keeps a registration of the account says nothing: machines that are gone left theirs.
            until(self._is_registered, 60, "the one that can be called is registered")
        except BaseException as problem:
            self.__exit__(type(problem), problem, None)
            raise
        return self

    def __exit__(self, _kind: object, problem: BaseException | None, _where: object) -> None:
        if problem is not None:
            problem.add_note(self.told())
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        shutil.rmtree(self._home, ignore_errors=True)
        give_back(self._port)

    def send(self, login: str, number: str, file: Path, *, offers: bool = False) -> None:
        """Let the machine of an account dial, and send the file when somebody answers.

        `offers`: it asks for T.38 by itself, at once. Else it takes T.38 when it is asked.
        """
        # Each has a line that stays: it is read when somebody answers, and the next one may have been dialled by then.
        self._sent.append(_SENT.format(number=len(self._sent), file=file, options="fz" if offers else "f"))
        self._write_dialplan()
        self._says("dialplan reload")
        self._says(f"channel originate PJSIP/{number}@{login} extension {len(self._sent) - 1}@send")

    @property
    def received(self) -> list[Path]:
        """The faxes that came, oldest first."""
        return sorted(self._home.glob("*.tif"))

    def _write_dialplan(self) -> None:
        lines = "".join([_DIALPLAN.format(folder=self._home, silent=self._started_after), *self._sent])
        (self._home / "engine-config/extensions.conf").write_text(lines)

    def _port_for(self, login: str) -> int:
        return self._through[login].port if login in self._through else self._house.sip_port

    def until_done(self, count: int) -> None:
        """Wait until so many faxes were sent or received. One that failed ends the waiting, with what they know."""
        until(lambda: sum(self.done.values()) == count or self._failed, FAX_SECONDS, f"{count} are sent or received")
        assert not self._failed, "a fax failed"

    @property
    def _failed(self) -> bool:
        (line,) = (line for line in self._says("fax show stats").splitlines() if line.startswith("Failed FAXes"))
        return int(line.split(":")[1]) > 0

    @property
    def done(self) -> dict[str, int]:
        """Count the faxes that were sent, or received, over T.38, and those as sound."""
        return faxes_by_way(self._says("fax show stats"))

    def _is_registered(self) -> bool:
        return not self._called or " Registered" in self._says("pjsip show registrations")

    def told(self) -> str:
        """Return what became of their faxes, for a story that failed: it is gone with them."""
        ways = [f"--- way of {login}:\n{way.told()}" for login, way in self._through.items()]
        asked = "".join(self._says(words) for words in ("fax show stats", "fax show sessions", "core show channels"))
        log = self._settings.log
        said = log.read_text(errors="replace")[-_TOLD:] if log.exists() else "it says nothing"
        came = [str(pages_so_far(file)) for file in self.received]
        return "\n".join([f"--- fax machines (pages that came: {' '.join(came)})", asked, said, *ways])

    def _says(self, words: str) -> str:
        console = [*engine().command, "-C", str(self._settings.config_dir / "asterisk.conf"), "-rx", words]
        return subprocess.run(console, capture_output=True, text=True, check=False).stdout

    def _write_config(self) -> None:
        for name in ENGINE_DIRS:
            (self._settings.engine_dir / name).mkdir(parents=True)
        config = self._settings.config_dir
        config.mkdir()
        link_own_data(self._settings, {})
        values = placeholders(self._settings, Database("", "", "", {}))
        filled = {key: written(value) for key, value in values.items()}
        for name in SHARED:
            (config / name).write_text(ConfigTemplate((TEMPLATES / name).read_text()).substitute(filled))
        loads = "".join(f"load = {name}\n" for name in _MODULES.split())
        (config / "modules.conf").write_text(f"[modules]\nautoload = no\n{loads}")
        (config / "cel.conf").write_text("[general]\nenable = no\n")
        (config / "res_fax.conf").write_text("[general]\n")
        (config / "manager.conf").write_text("[general]\nenabled = no\n")
        (config / "logger.conf").write_text("[logfiles]\nengine.log => notice,warning,error,verbose(3)\n")
        self._write_dialplan()
        phones = "".join(
            _PHONE.format(port=self._port_for(one["login"]), **one) for one in self._house.demo["accounts"]
        )
        if self._called:
            phones += _REGISTERED.format(login=self._called, port=self._port_for(self._called))
        transport = f"[udp]\ntype = transport\nprotocol = udp\nbind = 127.0.0.1:{self._port}\n"
        (config / "pjsip.conf").write_text(transport + phones)


def faxes_by_way(stats: str) -> dict[str, int]:
    """Read an engine's own count of successes."""
    counted = [int(line.split(":")[1]) for line in stats.splitlines() if line.startswith("Success")]
    ways = [line.split()[1] for line in stats.splitlines() if line.startswith("Spandsp")]
    return dict(zip(ways, counted, strict=True))
