"""An edge that can be started, and what it must have."""

from dataclasses import dataclass
from pathlib import Path

# A bundle without these cannot do its work; a `kamailio` on PATH is checked for them, too.
REQUIRED_MODULES = (
    "app_lua",
    "auth",
    "avp",
    "avpops",
    "cfg_rpc",
    "cfgutils",
    "corex",
    "counters",
    "ctl",
    "db_postgres",
    "db_sqlite",
    "dispatcher",
    "htable",
    "ipops",
    "jsonrpcs",
    "kex",
    "maxfwd",
    "mqueue",
    "nathelper",
    "outbound",
    "path",
    "permissions",
    "pike",
    "presence",
    "presence_dialoginfo",
    "presence_mwi",
    "pv",
    "registrar",
    "rr",
    "rtimer",
    "sanity",
    "siputils",
    "sl",
    "sqlops",
    "statistics",
    "stun",
    "tcpops",
    "textops",
    "textopsx",
    "timer",
    "tls",
    "tm",
    "tmx",
    "uac",
    "usrloc",
    "websocket",
    "xhttp",
    "xlog",
)


class EdgeMisconfigured(Exception):
    """The settings cannot work; the message is one sentence for the person at the terminal."""


@dataclass(frozen=True)
class EdgeProgram:
    """A Kamailio that can be started.

    `command` is the prefix that starts it; `module_dir` belongs into its option -L.
    """

    command: tuple[str, ...]
    version: str
    module_dir: Path
