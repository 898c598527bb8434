"""Configure the edge (Kamailio): small static templates (the folder `edge/`) with a few values filled in.

Accounts and trunks are not in it. The edge reads them from the database at each request, by views (store.realtime),
with the questions of `accounts.lua`.
"""

import os
import re
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

from centralka.call_marks import OF_EDGE
from centralka.config_template import ConfigTemplate
from centralka.files import write_whole
from centralka.machine import EVERYWHERE, in_uri, media_address, open_files

from .command import command, most_connections
from .contacts import prepare_contacts
from .edge_settings import PRIVATE_DIR, EdgeSettings
from .engines import write_engines
from .lamps import prepare_lamps
from .program import EdgeMisconfigured, EdgeProgram
from .registrations import prepare_registrations

TEMPLATES = Path(__file__).resolve().parents[3] / "edge"
MOST_FILES = 16_384
# An object a line, whatever `CENTRALKA_LOG_FORMAT` says: its other lines have no time. (M: one line break is enough.)
_LOG = ["--log-engine=json:M"]
_MOST_WORKERS = 8


def write_config(settings: EdgeSettings, program: EdgeProgram) -> Path:
    """Write the configuration and make the folders; return the file to start with. Raises EdgeMisconfigured."""
    files = render(settings, program.module_dir)
    for folder in (settings.config_dir, settings.edge_dir, settings.run_dir):
        folder.mkdir(parents=True, exist_ok=True, mode=PRIVATE_DIR)
    prepare_contacts(settings.contacts)
    prepare_lamps(settings.lamps)
    prepare_registrations(settings.registrations)
    # The switchboard tells of others (switch/edge_care/engines.py); without one there is this machine's.
    write_engines(settings.engines, [f"{settings.inner}:{settings.engine_port}"])
    for name, text in files.items():
        write_whole(settings.config_dir / name, text)
    for path in _written_in(settings.config_dir):
        if path.name not in files:
            path.unlink()
    return settings.config_dir / "kamailio.cfg"


def render(settings: EdgeSettings, modules: Path) -> dict[str, str]:
    """Return the configuration as file name -> text, without writing it. Raises EdgeMisconfigured."""
    values = {name: _written(value) for name, value in _placeholders(settings, modules).items()}
    return {
        template.name: ConfigTemplate(template.read_text()).substitute(values) for template in _written_in(TEMPLATES)
    }


def _written_in(folder: Path) -> list[Path]:
    """List the files of the configuration in `folder`: those of Kamailio, and its questions in Lua."""
    return sorted([*folder.glob("*.c*"), *folder.glob("*.lua")])


def _placeholders(settings: EdgeSettings, modules: Path) -> dict[str, str]:
    public = in_uri(media_address(settings.bind))

    def advertised(port: int) -> str:
        # The address that phones and carriers are told: they could send nothing to 0.0.0.0.
        return f" advertise {public}:{port}" if settings.bind in EVERYWHERE else ""

    accounts = database_address(settings.database_url)
    return {
        "modules": str(modules),
        "bind": in_uri(settings.bind),
        "public": public,
        "advertised": advertised(settings.sip_port),
        "tls_advertised": advertised(settings.tls_port),
        "wss_advertised": advertised(settings.wss_port),
        "sip_port": str(settings.sip_port),
        "tls_port": str(settings.tls_port),
        "wss_port": str(settings.wss_port),
        "ws_port": str(settings.ws_port),
        "tls_config": str(settings.config_dir / "tls.conf"),
        "certificate": str(settings.certificate),
        "inner": settings.inner,
        "inner_port": str(settings.inner_port),
        "engines": str(settings.engines),
        "engine_port": str(settings.engine_port),
        "switchboard_port": str(settings.switchboard_port),
        "switchboard_secret": settings.switchboard_secret,
        "workers": str(workers(len(os.sched_getaffinity(0)), waiting=not accounts.startswith("sqlite:"))),
        "call_mark": OF_EDGE,
        "database_url": accounts,
        "accounts": str(settings.config_dir / "accounts.lua"),
        "accounts_in": "SQLITE" if accounts.startswith("sqlite:") else "POSTGRESQL",
        "accounts_file": accounts.removeprefix("sqlite:///") if accounts.startswith("sqlite:") else "none",
        "contacts": str(settings.contacts),
        "lamps": str(settings.lamps),
        "registrations": str(settings.registrations),
        "connections": str(most_connections()),
        "open_files": str(open_files(MOST_FILES)),
        "control": str(settings.control),
        "ask_seconds": str(settings.ask_seconds),
        "asked_by": settings.asked_by,
    }


def workers(cores: int, *, waiting: bool) -> int:
    """Return how many processes take what phones and carriers send by UDP: half of the cores are the engine's.

    No more than needed, since they take turns, and each finds cold what another has just had (docs/decisions/0013).
    `waiting`: for a database server, so another goes on meanwhile.
    """
    return min(max(cores // 2, 2 if waiting else 1), _MOST_WORKERS)


def database_address(url: str) -> str:
    """Return a database's address as the edge's modules write it. Raises EdgeMisconfigured."""
    parts = urlsplit(url)
    match parts.scheme:
        case "sqlite":
            path = unquote(parts.path).removeprefix("/")
            if not path.startswith("/"):
                raise EdgeMisconfigured("The edge needs the database's absolute path: sqlite:////path/to/file.sqlite3.")
            return f"sqlite:///{path}"
        case "postgresql" | "postgres":
            who = quote(unquote(parts.username or ""), safe="")
            word = quote(unquote(parts.password or ""), safe="")
            return f"postgres://{who}:{word}@{parts.hostname}:{parts.port or 5432}{parts.path}"
        case _:
            raise EdgeMisconfigured("The edge reads its accounts from a sqlite: or postgresql: database only.")


def _written(value: str) -> str:
    """Return a value as it stands between double quotes in the configuration."""
    if re.search(r'["\\\r\n\0]', value):
        raise EdgeMisconfigured("A setting of the edge has a quotation mark or a line break in it.")
    return value


def edge_command(settings: EdgeSettings, program: EdgeProgram) -> list[str]:
    """Return the command that starts the edge in the foreground, as the user who calls."""
    return [*command(program, settings.config_dir / "kamailio.cfg", settings.run_dir), *_LOG]
