"""Write an installation's files: the unit, the user, the settings and the command, each a text made from a few
values."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from centralka.config_template import ConfigTemplate

from .errors import CannotInstall

USER = "centralka"
UNIT = Path("etc/systemd/system/centralka.service")
USERS = Path("etc/sysusers.d/centralka.conf")
SETTINGS = Path("etc/centralka.env")
COMMAND = Path("usr/local/sbin/centralka")
_TEMPLATE = Path(__file__).with_name("centralka.service")
_GIVEN_BY_UNIT = {"CENTRALKA_HOME", "CENTRALKA_ENGINE_DIR"}


@dataclass(frozen=True, slots=True)
class Places:
    """The places of this copy of Centralka. `source`: the folder that holds the package."""

    home: Path
    engine_dir: Path
    source: Path
    python: Path


def unit(places: Places) -> str:
    """Return the unit of the service."""
    values = {
        "user": USER,
        "home": str(places.home),
        "engine_dir": str(places.engine_dir),
        "source": str(places.source),
        "python": str(places.python),
        "settings": f"/{SETTINGS}",
    }
    return ConfigTemplate(_TEMPLATE.read_text()).substitute(values)


def users(places: Places) -> str:
    """Return the service's user, as sysusers.d(5) has it: without a password or a shell."""
    return f'u {USER} - "Centralka" {places.home} /usr/sbin/nologin\n'


def settings_file(environment: Mapping[str, str]) -> str:
    """Return the settings of the present environment, for systemd and a shell alike. Raises CannotInstall."""
    found = {name: value for name, value in environment.items() if name.startswith("CENTRALKA_")}
    lines = [_setting(name, value) for name, value in sorted(found.items()) if name not in _GIVEN_BY_UNIT]
    return (
        "# Settings of Centralka: CENTRALKA_NAME='value', a line each; docs/settings.md lists them. Systemd and a\n"
        "# shell both read it, so values stand between single quotes. They count at the next\n"
        "# `systemctl restart centralka`.\n" + "".join(lines)
    )


def _setting(name: str, value: str) -> str:
    if re.search(r"['\r\n\0\\]", value):
        raise CannotInstall(
            f"{name} has a quotation mark, a backslash or a line break in it; /{SETTINGS} could not hold it."
        )
    return f"{name}='{value}'\n"


def command(places: Places) -> str:
    """Return the program that lets root type `centralka check`: with the service's settings, as its user."""
    return f"""#!/bin/sh
# Made by `centralka install`: the command of the service, with its settings and as its user.
set -eu
set -a
[ ! -r /{SETTINGS} ] || . /{SETTINGS}
CENTRALKA_HOME='{places.home}' CENTRALKA_ENGINE_DIR='{places.engine_dir}' PYTHONPATH='{places.source}'
# No module is taken from the folder in which it is typed.
PYTHONSAFEPATH=1
set +a
umask 077
[ "$(id -u)" -ne 0 ] || exec runuser -u {USER} -- '{places.python}' -m centralka "$@"
exec '{places.python}' -m centralka "$@"
"""
