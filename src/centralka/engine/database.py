"""The way in which the engine reaches the database of accounts and trunks."""

import re
from dataclasses import dataclass, field
from urllib.parse import SplitResult, unquote, urlsplit

from .engine_settings import EngineMisconfigured


@dataclass(frozen=True)
class Database:
    """The engine's way to the database: its module, its name in extconfig.conf, the values of its own file."""

    module: str
    driver: str
    template: str
    values: dict[str, str] = field(repr=False)


def database_of(url: str) -> Database:
    """Read a `sqlite:////path` or `postgresql://user:password@host:port/name` address; raises EngineMisconfigured."""
    parts = urlsplit(url)
    match parts.scheme:
        case "sqlite":
            return sqlite(parts)
        case "postgresql" | "postgres":
            return postgresql(parts)
        case _:
            raise EngineMisconfigured("The engine reads its accounts from a sqlite: or postgresql: database only.")


def sqlite(parts: SplitResult) -> Database:
    """Read the address of a SQLite database: the path of its file. Raises EngineMisconfigured."""
    path = unquote(parts.path).removeprefix("/")
    if not path.startswith("/"):
        raise EngineMisconfigured("The engine needs the database's absolute path: sqlite:////path/to/file.sqlite3.")
    return Database("res_config_sqlite3", "sqlite3,centralka", "res_config_sqlite3.conf", {"sqlite_file": path})


def postgresql(parts: SplitResult) -> Database:
    """Read the address of a PostgreSQL database, reached over TCP. Raises EngineMisconfigured."""
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
    """Quote a value for libpq: the driver pastes it into a connection string, where a space would end it."""
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
