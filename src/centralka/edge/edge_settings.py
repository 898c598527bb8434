"""The settings of one edge, and the places of the files that it writes."""

from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from centralka.machine import in_uri

# The configuration holds the password of the database.
PRIVATE_FILE, PRIVATE_DIR = 0o600, 0o700


@dataclass(frozen=True)
class EdgeSettings:
    """The settings of one edge: where phones and carriers reach it, and where it and the engine meet."""

    home: Path
    bind: str
    sip_port: int
    tls_port: int
    """SIP over TLS."""
    wss_port: int
    """SIP over secure WebSocket."""
    ws_port: int
    """Loopback: SIP over WebSocket, for a browser on this machine."""
    inner_port: int
    """UDP, at `inner`: where the engines send to."""
    engine_port: int
    """UDP, at `inner`: where this machine's engine listens and sends from."""
    switchboard_port: int
    """Loopback, UDP: where the switchboard hears of calls that the engine turned away."""
    switchboard_secret: str = field(repr=False)
    """The word by which the switchboard knows the edge."""
    database_url: str = field(repr=False)
    inner: str = "127.0.0.1"
    """The address at which it meets the engines."""
    ask_seconds: int = 25
    """Seconds between two questions to a phone whether it is there."""

    @property
    def asked_by(self) -> str:
        """The address in whose name phones are asked whether they are there; nobody else can guess it."""
        word = sha256(f"asks phones {self.switchboard_secret}".encode()).hexdigest()[:24]
        return f"sip:{word}@edge"

    @property
    def socket(self) -> str:
        """The address and port that it listens on."""
        return f"{in_uri(self.bind)}:{self.sip_port}"

    @property
    def config_dir(self) -> Path:
        """The folder into which `write_config` puts the configuration."""
        return self.home.absolute() / "edge-config"

    @property
    def edge_dir(self) -> Path:
        """The folder in which the edge keeps what it writes."""
        return self.home.absolute() / "edge"

    @property
    def run_dir(self) -> Path:
        """The folder of its sockets."""
        return self.edge_dir / "run"

    @property
    def contacts(self) -> Path:
        """The database of the phones that are registered."""
        return self.edge_dir / "contacts.sqlite3"

    @property
    def lamps(self) -> Path:
        """The database of lamps that phones asked for."""
        return self.edge_dir / "lamps.sqlite3"

    @property
    def certificate(self) -> Path:
        """The certificate for TLS, its chain and its key, in one file."""
        return self.edge_dir / "certificate.pem"

    @property
    def registrations(self) -> Path:
        """The database that the module for registrations at carriers wants; it stays empty."""
        return self.edge_dir / "registrations.sqlite3"

    @property
    def engines(self) -> Path:
        """The list of engines."""
        return self.edge_dir / "engines.list"

    @property
    def control(self) -> Path:
        """The socket by which the edge is told things while it runs."""
        return self.run_dir / "control.sock"
