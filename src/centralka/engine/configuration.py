"""Configure the Asterisk engine and tell how to start it.

The configuration is static: small templates (the folder `asterisk/`) with a few values filled in. Accounts are not in
it, the engine reads them from the database (centralka.store.realtime), so nothing is ever reloaded.
"""

import os
from pathlib import Path

from centralka.call_marks import OF_ENGINE
from centralka.config_template import ConfigTemplate
from centralka.draining import draining_file
from centralka.files import write_whole
from centralka.machine import in_uri, open_files

from .data import TEMPLATES, link_data
from .database import Database, database_of
from .engine_settings import PRIVATE_DIR, PRIVATE_FILE, EngineMisconfigured, EngineSettings

ENGINE_DIRS = ("cache", "lib", "log/cel-custom", "run", "spool")
MOST_FILES = 65536
# A Unix socket's path has to fit into 108 bytes with its end mark.
SOCKET_PATH_BYTES = 107


def write_config(settings: EngineSettings) -> Path:
    """Write the engine's configuration and make its folders. Returns the configuration's folder.

    Safe while the engine runs: each file is replaced at once. Raises EngineMisconfigured.
    """
    check(settings)
    files = render(settings)
    settings.config_dir.mkdir(parents=True, exist_ok=True, mode=PRIVATE_DIR)
    for name in ENGINE_DIRS:
        (settings.engine_dir / name).mkdir(parents=True, exist_ok=True, mode=PRIVATE_DIR)
    link_data(settings)
    settings.own_database.touch(mode=PRIVATE_FILE)
    settings.pings.touch(mode=PRIVATE_FILE)
    settings.trunk_order.touch(mode=PRIVATE_FILE)
    for name, text in files.items():
        write_whole(settings.config_dir / name, text)
    # The file of another database, or of an older version: it could hold a secret that is out of use.
    for path in settings.config_dir.glob("*.conf"):
        if path.name not in files:
            path.unlink()
    return settings.config_dir


ENVIRONMENT = {"MALLOC_ARENA_MAX": "128"}
"""Of the engine's process. Its hundred threads share the C library's arenas, eight for each core. After thousands of
calls at once what they gave back lies there in long lists, and each call costs the engine a fifth more from then on,
until its end. Not so with an arena for each thread (docs/decisions/0013)."""
MAY_OVERSLEEP = 20
"""Milliseconds. Two of its threads, those of SIP's and of ICE's timers, wake every 10 ms to look whether anything is to
be done: most of what an engine without calls has the processor do. Sound is timed otherwise (timerfd), and a message
wakes it at once."""


def command(settings: EngineSettings) -> list[str]:
    """Return the command that starts the engine in the foreground, as the present user of the system.

    SIGTERM ends it, and SIGKILL does no harm.
    """
    return [*settings.engine.command, "-f", "-C", str(settings.config_dir / "asterisk.conf")]


def render(settings: EngineSettings) -> dict[str, str]:
    """Return the configuration as file name -> text, without writing it."""
    database = database_of(settings.database_url)
    values = {key: written(value) for key, value in placeholders(settings, database).items()}
    unused = {"res_config_sqlite3.conf", "res_pgsql.conf"} - {database.template}
    return {
        template.name: ConfigTemplate(template.read_text()).substitute(values)
        for template in sorted(TEMPLATES.glob("*.conf"))
        if template.name not in unused
    }


def placeholders(settings: EngineSettings, database: Database) -> dict[str, str]:
    """Return the values of the templates' placeholders."""
    return {
        "config": str(settings.config_dir),
        "engine": str(settings.engine_dir),
        "modules": str(settings.engine.module_dir),
        "data": str(settings.data),
        "pings": str(settings.pings),
        "trunk_order": str(settings.trunk_order),
        "ice": str(settings.ice),
        "draining": str(draining_file(settings.home.absolute())),
        "node": settings.node,
        "max_files": str(open_files(MOST_FILES)),
        "bind": in_uri(settings.bind),
        "media_address": settings.media_address,
        "sip_port": str(settings.sip_port),
        "agi_port": str(settings.agi_port),
        "question_port": str(settings.question_port),
        "question_secret": settings.question_secret,
        "switchboard_secret": settings.switchboard_secret,
        "alive_user": settings.alive_user,
        "call_marks": OF_ENGINE,
        "log_format": "[json]" if settings.json_log else "",
        "realtime_module": database.module,
        "realtime_driver": database.driver,
        **database.values,
    }


def written(value: str) -> str:
    """Write a value as Asterisk's configuration files do: a semicolon would start a comment."""
    if any(character in value for character in "\r\n\0"):
        raise EngineMisconfigured("A setting of the engine has a line break in it.")
    return value.replace(";", "\\;")


def check(settings: EngineSettings) -> None:
    """Refuse settings that the engine would only warn about, or cut off silently. Raises EngineMisconfigured."""
    if len(os.fsencode(settings.engine_dir / "run/asterisk.ctl")) > SOCKET_PATH_BYTES:
        raise EngineMisconfigured(f"The folder {settings.home} has too long a path for the engine's control socket.")
    if not settings.node.isalnum():
        raise EngineMisconfigured("A node's name has letters and digits only, since channel ids begin with it.")
    if not settings.question_secret or not settings.switchboard_secret:
        raise EngineMisconfigured("The engine's door for questions and its switchboard need a secret each.")
