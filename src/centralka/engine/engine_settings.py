"""The settings of one engine, and the places of its files."""

import secrets
from dataclasses import dataclass, field
from pathlib import Path

from .engine import Engine

# Some of the files hold secrets or the doings of accounts; all get the same mode.
PRIVATE_FILE, PRIVATE_DIR = 0o600, 0o700


class EngineMisconfigured(Exception):
    """The settings cannot work; the message is one sentence for the person at the terminal."""


@dataclass(frozen=True)
class EngineSettings:
    """The settings of one engine. It listens at these addresses and ports, but for `agi_port`: the switchboard's."""

    home: Path
    bind: str
    sip_port: int
    agi_port: int
    question_port: int
    question_secret: str = field(repr=False)
    """For questions to the engine while it runs: over its REST interface (asterisk/ari.conf), or the sandbox carrier's
    over its manager interface."""
    switchboard_secret: str = field(repr=False)
    """The proof by which the switchboard knows its engine; ports of this machine are open to all its users."""
    database_url: str = field(repr=False)
    engine: Engine
    node: str = "node1"
    media_address: str = "127.0.0.1"
    """The address for sound that phones and carriers are told."""
    json_log: bool = False
    """The engine's log has a JSON object a line."""
    alive_user: str = field(default_factory=lambda: f"alive-{secrets.token_hex(12)}", repr=False)
    """The secret name by which `centralka run` asks whether SIP is alive (asterisk/endpoints.conf); new each start."""

    @property
    def config_dir(self) -> Path:
        """Return the folder into which `write_config` puts the configuration."""
        return self.home.absolute() / "engine-config"

    @property
    def engine_dir(self) -> Path:
        """Return the folder for everything that the engine writes: its own database, log, spool."""
        return self.home.absolute() / "engine"

    @property
    def data(self) -> Path:
        """Return the folder in which the engine finds sounds, music, and the names of what it documents."""
        return self.engine_dir / "data"

    @property
    def own_database(self) -> Path:
        """Return the path of the engine's own small database (astdb)."""
        return self.engine_dir / "lib/astdb.sqlite3"

    @property
    def pings(self) -> Path:
        """Return the path of the list of carriers that the engine asks for signs of life (`switch.trunks.pings`)."""
        return self.engine_dir / "lib/pings.conf"

    @property
    def trunk_order(self) -> Path:
        """Return the path of the order of trunks for emergencies without a switchboard (`switch.trunks`)."""
        return self.engine_dir / "lib/trunk-order"

    @property
    def console(self) -> Path:
        """Return the path of the socket of the engine's console; each engine makes it when it starts."""
        return self.engine_dir / "run/asterisk.ctl"

    @property
    def ice(self) -> Path:
        """Return the path of the file by which the engine has ICE for browsers or not (`switch.browser_sound`)."""
        return self.engine_dir / "lib/ice.conf"

    @property
    def own_hold_music(self) -> Path:
        """Return the folder into which the switchboard puts the companies' own files (`switch.hold_music`)."""
        return self.engine_dir / "spool/hold-music"

    @property
    def log(self) -> Path:
        """Return the path of the engine's log."""
        return self.engine_dir / "log/engine.log"

    @property
    def journal(self) -> Path:
        """Return the path of the engine's journal of channel events (CSV, see asterisk/cel_custom.conf)."""
        return self.engine_dir / "log/cel-custom/calls.csv"
