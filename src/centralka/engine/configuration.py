"""Configures the Asterisk engine and says how to start it.

The configuration is static: small templates (the folder `asterisk/`) with a few values filled in. Accounts are not in
it, the engine reads them from the database (centralka.store.realtime), so nothing is ever reloaded.
"""

import os
import re
import resource
import sqlite3
import string
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit

from centralka.engine.bundle import Engine
from centralka.files import write_whole
from centralka.store.realtime import OWN_MUSIC_FOLDER

TEMPLATES = Path(__file__).resolve().parents[3] / "asterisk"

# Some of the files hold secrets or what accounts did; all get the same mode.
PRIVATE_FILE, PRIVATE_DIR = 0o600, 0o700
ENGINE_DIRS = ("cache", "lib", "log/cel-custom", "run", "spool")
MOST_FILES = 65536
# A Unix socket's path has to fit into 108 bytes with its end mark.
SOCKET_PATH_BYTES = 107


class EngineMisconfigured(Exception):
    """The settings cannot work; the message is one sentence for the person at the terminal."""


@dataclass(frozen=True)
class EngineSettings:
    """What one engine needs to know. Addresses and ports are where it listens, except `agi_port`: the switchboard's."""

    home: Path
    bind: str
    sip_port: int
    agi_port: int
    ami_port: int
    ami_secret: str = field(repr=False)
    switchboard_secret: str = field(repr=False)
    """By which the switchboard knows its engine; ports of this machine are open to all its users."""
    database_url: str = field(repr=False)
    engine: Engine
    node: str = "node1"

    @property
    def config_dir(self) -> Path:
        """Where write_config puts the configuration."""
        return self.home.absolute() / "engine-config"

    @property
    def engine_dir(self) -> Path:
        """Where the engine keeps what it writes: contacts, log, spool."""
        return self.home.absolute() / "engine"

    @property
    def contacts(self) -> Path:
        """The engine's own small database, where phones are registered (sorcery.conf)."""
        return self.engine_dir / "lib/astdb.sqlite3"

    @property
    def pings(self) -> Path:
        """The carriers that the engine asks whether they are there (`switch.pings` writes it)."""
        return self.engine_dir / "lib/pings.conf"

    @property
    def own_hold_music(self) -> Path:
        """Where the switchboard puts the companies' own files (`switch.hold_music`)."""
        return self.engine_dir / "spool/hold-music"

    @property
    def log(self) -> Path:
        """The engine's log."""
        return self.engine_dir / "log/engine.log"

    @property
    def journal(self) -> Path:
        """The engine's journal of channel events (CSV, see asterisk/cel_custom.conf)."""
        return self.engine_dir / "log/cel-custom/calls.csv"


@dataclass(frozen=True)
class Database:
    """How the engine reaches the database: its module, its name in extconfig.conf, the values of its own file."""

    module: str
    driver: str
    template: str
    values: dict[str, str] = field(repr=False)


class ConfigTemplate(string.Template):
    """A template with @{name}, since ${name} is the dialplan's."""

    delimiter = "@"


def write_config(settings: EngineSettings) -> Path:
    """Writes the engine's configuration and makes its folders; returns the configuration's folder.

    Safe while the engine runs: each file is replaced at once. Raises EngineMisconfigured.
    """
    check(settings)
    files = render(settings)
    settings.config_dir.mkdir(parents=True, exist_ok=True, mode=PRIVATE_DIR)
    for name in ENGINE_DIRS:
        (settings.engine_dir / name).mkdir(parents=True, exist_ok=True, mode=PRIVATE_DIR)
    link_data(settings)
    prepare_contacts(settings.contacts)
    settings.pings.touch(mode=PRIVATE_FILE)
    for name, text in files.items():
        write_whole(settings.config_dir / name, text)
    # The file of another database, or of an older version: it could hold a secret that nobody uses any more.
    for path in settings.config_dir.glob("*.conf"):
        if path.name not in files:
            path.unlink()
    return settings.config_dir


def link_data(settings: EngineSettings) -> None:
    """The engine's own data, with our sounds in the place of its sounds, and music: it looks for all in one folder.

    A running engine may read there: a link that is right stays, and another one is replaced at once.
    """
    shown = {path.name: path for path in settings.engine.data_dir.iterdir()} | {
        "sounds": TEMPLATES / "sounds",
        "hold-music": TEMPLATES / "hold-music",
        OWN_MUSIC_FOLDER: settings.own_hold_music,
    }
    folder = settings.engine_dir / "data"
    folder.mkdir(exist_ok=True, mode=PRIVATE_DIR)
    for name, path in shown.items():
        link(folder / name, path)
    for old in folder.iterdir():
        if old.name not in shown:
            old.unlink()


def prepare_contacts(path: Path) -> None:
    """Make the engine's own database, or change it, so that who reads it (presence) never holds up a write of it.

    In SQLite's other mode a reader at the wrong moment makes the engine's commit fail, and the engine then throws the
    registrations of the last second away. The file keeps the mode; the table is the engine's own (`main/db.c`).
    """
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("CREATE TABLE IF NOT EXISTS astdb (key VARCHAR(256), value VARCHAR(256), PRIMARY KEY (key))")
    path.chmod(PRIVATE_FILE)


def command(settings: EngineSettings) -> list[str]:
    """Starts the engine in the foreground, as the user who calls; SIGTERM ends it, and SIGKILL does no harm."""
    return [*settings.engine.command, "-f", "-C", str(settings.config_dir / "asterisk.conf")]


def render(settings: EngineSettings) -> dict[str, str]:
    """The configuration as file name -> text, without writing it."""
    database = database_of(settings.database_url)
    values = {key: written(value) for key, value in placeholders(settings, database).items()}
    unused = {"res_config_sqlite3.conf", "res_pgsql.conf"} - {database.template}
    return {
        template.name: ConfigTemplate(template.read_text()).substitute(values)
        for template in sorted(TEMPLATES.glob("*.conf"))
        if template.name not in unused
    }


def placeholders(settings: EngineSettings, database: Database) -> dict[str, str]:
    """The values of the templates' placeholders."""
    return {
        "config": str(settings.config_dir),
        "engine": str(settings.engine_dir),
        "modules": str(settings.engine.module_dir),
        "data": str(settings.engine_dir / "data"),
        "pings": str(settings.pings),
        "node": settings.node,
        "max_files": str(open_files()),
        "bind": f"[{settings.bind}]" if ":" in settings.bind else settings.bind,
        "sip_port": str(settings.sip_port),
        "agi_port": str(settings.agi_port),
        "ami_port": str(settings.ami_port),
        "ami_secret": settings.ami_secret,
        "switchboard_secret": settings.switchboard_secret,
        "realtime_module": database.module,
        "realtime_driver": database.driver,
        **database.values,
    }


def database_of(url: str) -> Database:
    """Reads a `sqlite:////path` or `postgresql://user:password@host:port/name` address; raises EngineMisconfigured."""
    parts = urlsplit(url)
    match parts.scheme:
        case "sqlite":
            return sqlite(parts)
        case "postgresql" | "postgres":
            return postgresql(parts)
        case _:
            raise EngineMisconfigured("The engine reads its accounts from a sqlite: or postgresql: database only.")


def sqlite(parts: SplitResult) -> Database:
    """SQLite by the path of its file."""
    path = unquote(parts.path).removeprefix("/")
    if not path.startswith("/"):
        raise EngineMisconfigured("The engine needs the database's absolute path: sqlite:////path/to/file.sqlite3.")
    return Database("res_config_sqlite3", "sqlite3,centralka", "res_config_sqlite3.conf", {"sqlite_file": path})


def postgresql(parts: SplitResult) -> Database:
    """PostgreSQL over TCP."""
    name = unquote(parts.path.removeprefix("/"))
    if not parts.hostname or not re.fullmatch(r"\w[\w-]*", name):
        raise EngineMisconfigured("The engine needs host and plain name: postgresql://user:password@host:port/name.")
    values = {
        # The driver takes the word localhost for a socket, whatever the port.
        "pg_host": "127.0.0.1" if parts.hostname == "localhost" else parts.hostname,
        "pg_port": str(parts.port or 5432),
        "pg_name": name,
        "pg_user": quoted(unquote(parts.username or "")),
        "pg_password": quoted(unquote(parts.password or "")),
    }
    return Database("res_config_pgsql", f"pgsql,{name}", "res_pgsql.conf", values)


def quoted(value: str) -> str:
    """A value for libpq: the driver pastes it into a connection string, where a space would end it."""
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def written(value: str) -> str:
    """A value as Asterisk's configuration files write it: a semicolon would start a comment."""
    if any(character in value for character in "\r\n\0"):
        raise EngineMisconfigured("A setting of the engine has a line break in it.")
    return value.replace(";", "\\;")


def check(settings: EngineSettings) -> None:
    """Refuses what the engine would only warn about, or cut off silently."""
    if len(os.fsencode(settings.engine_dir / "run/asterisk.ctl")) > SOCKET_PATH_BYTES:
        raise EngineMisconfigured(f"The folder {settings.home} has too long a path for the engine's control socket.")
    if not settings.node.isalnum():
        raise EngineMisconfigured("A node's name has letters and digits only, since channel ids begin with it.")
    if not settings.ami_secret or not settings.switchboard_secret:
        raise EngineMisconfigured("The engine's manager interface and its switchboard need a secret each.")


def open_files() -> int:
    """How many files the engine may have open: as many as this user can, within reason."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    return MOST_FILES if hard == resource.RLIM_INFINITY else min(hard, MOST_FILES)


def link(path: Path, target: Path) -> None:
    """Makes `path` a link to `target`, at once: a reader finds the old one or the new one."""
    if path.is_symlink() and path.readlink() == target:
        return
    new = path.with_name(f".{path.name}.new")
    new.unlink(missing_ok=True)
    new.symlink_to(target)
    os.replace(new, path)
