"""Put the files in place, and tell each step; or refuse before anything is changed."""

import compileall
import os
import shutil
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from django.conf import settings

from centralka.debian.errors import ProgramUnavailable
from centralka.debian.programs import checked
from centralka.start.home import is_running

from .errors import CannotInstall
from .files import COMMAND, SETTINGS, UNIT, USER, USERS, Places, command, settings_file, unit, users

_HIDDEN = ("/home", "/root", "/run/user", "/tmp", "/var/tmp")  # noqa: S108 (compared, not written to)
"""The service sees nothing of these folders (ProtectHome, PrivateTmp)."""
_PRIVILEGED = 1024
_NEEDED = ("systemctl", "systemd-sysusers", "runuser")

Say = Callable[[str], None]


def install(say: Say, root: Path = Path("/")) -> None:
    """Install the service, anew after an upgrade, on this machine or in an image. Raises CannotInstall."""
    places = _places()
    _check(places, root)
    kept = settings_file(os.environ)
    try:
        _put(root / UNIT, unit(places), 0o644, say)
        _put(root / USERS, users(places), 0o644, say)
        _put(root / COMMAND, command(places), 0o755, say)
        if (root / SETTINGS).exists():
            say(f"kept   /{SETTINGS}, the settings of before")
        else:
            _put(root / SETTINGS, kept, 0o600, say)
        compileall.compile_dir(settings.SOURCE, quiet=2)
        checked(["systemd-sysusers", *_on(root), f"/{USERS}" if root == Path("/") else USERS.name], "make the user")
        say(f"user   {USER}, without a password or a shell")
        _give(root / places.home.relative_to("/"), _id(root), say)
        checked(["systemctl", *_on(root), "enable", UNIT.name], "enable the service")
        if root == Path("/"):
            checked(["systemctl", "daemon-reload"], "tell systemd")
    except (ProgramUnavailable, OSError) as problem:
        raise CannotInstall(f"{problem}. What was made stays; `centralka install --remove` takes it back.") from None
    say("It starts with the machine. Now: systemctl start centralka, and see journalctl -u centralka.")


def unit_here() -> str:
    """Return the unit that would be installed."""
    places = _places()
    if places.python.is_relative_to(places.home):
        # The Python that `./centralka install` makes first.
        places = replace(places, python=places.source.parent / "environment/venv/bin/python")
    return unit(places)


def remove(say: Say, root: Path = Path("/")) -> None:
    """Take the service away; data, settings and the user stay. Raises CannotInstall."""
    _check_root()
    if not (root / UNIT).exists():
        raise CannotInstall(f"There is no /{UNIT}: it is not installed as a service.")
    try:
        now = ["--now"] if root == Path("/") else []
        checked(["systemctl", *_on(root), "disable", *now, UNIT.name], "stop and disable the service")
        for name in (UNIT, USERS, COMMAND):
            (root / name).unlink(missing_ok=True)
            say(f"gone   /{name}")
        if root == Path("/"):
            checked(["systemctl", "daemon-reload"], "tell systemd")
    except (ProgramUnavailable, OSError) as problem:
        raise CannotInstall(f"{problem}.") from None
    say(f"kept   {settings.HOME}, with all data; /{SETTINGS}; the user {USER}. Remove them yourself (userdel {USER}).")


def _places() -> Places:
    return Places(settings.HOME, settings.ENGINE_DIR, settings.SOURCE.parent, Path(sys.executable))


def _check(places: Places, root: Path) -> None:
    _check_root()
    if root == Path("/") and not Path("/run/systemd/system").is_dir():
        raise CannotInstall(
            "This machine was not started by systemd (it may be a container); `--print` shows the unit."
        )
    missing = [name for name in _NEEDED if shutil.which(name) is None]
    if missing:
        raise CannotInstall(f"{missing[0]} is missing; this needs a machine with systemd. `--print` shows the unit.")
    _check_path("The home folder", places.home)
    _check_path("The folder of the programs (CENTRALKA_ENGINE_DIR)", places.engine_dir)
    _check_path("The source", places.source)
    _check_path("Python", places.python)
    if places.python.is_relative_to(places.home):
        raise CannotInstall(
            f"Python is at {places.python}, where the service could change it; install with `./centralka` in the "
            "source's folder: it makes one there."
        )
    low = [name for name, port in _ports().items() if port < _PRIVILEGED]
    if low:
        raise CannotInstall(
            f"{low[0]} is below {_PRIVILEGED}, which the service may not open; a proxy can (docs/operate.md)."
        )
    if root == Path("/") and is_running(places.home):
        raise CannotInstall(f"Centralka is running in {places.home}; stop it first (systemctl stop centralka).")


def _check_root() -> None:
    if os.geteuid() != 0:
        raise CannotInstall("This writes into /etc and makes a user: it needs root.")


def _check_path(what: str, path: Path) -> None:
    if any(path.is_relative_to(hidden) for hidden in _HIDDEN):
        raise CannotInstall(
            f"{what} is at {path}, and the service sees nothing of {', '.join(_HIDDEN)}: move it, for instance to "
            "/opt/centralka, and set CENTRALKA_HOME to /var/lib/centralka."
        )
    if not all(sign.isalnum() or sign in "/._-+" for sign in str(path)):
        raise CannotInstall(
            f"{what} is at {path}; a unit can only name a path of letters, digits and the signs / . _ - +."
        )


def _ports() -> dict[str, int]:
    names = ("HTTP_PORT", "SIP_PORT", "TLS_PORT", "WSS_PORT", "WS_PORT")
    return {f"CENTRALKA_{name}": getattr(settings, name) for name in names}


def _on(root: Path) -> list[str]:
    return [] if root == Path("/") else [f"--root={root}"]


def _put(path: Path, text: str, mode: int, say: Say) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.new")
    part.unlink(missing_ok=True)
    part.touch(mode=0o600)  # nobody reads the settings meanwhile: they have passwords
    part.write_text(text)
    part.chmod(mode)
    part.replace(path)
    say(f"wrote  {path}")


def _id(root: Path) -> tuple[int, int]:
    """Return the ids of the service's user and group, which an image has in files of its own."""
    for line in (root / "etc/passwd").read_text().splitlines():
        name, _password, user, group, *_rest = line.split(":")
        if name == USER:
            return int(user), int(group)
    raise CannotInstall(f"The user {USER} was not made.")


def _give(home: Path, owner: tuple[int, int], say: Say) -> None:
    """Give the home folder to the service's user. Python and its packages lie elsewhere: it cannot change its code."""
    home.mkdir(parents=True, exist_ok=True)
    venv = home / "venv"
    if venv.is_symlink():
        venv.unlink()
        say(f"gone   {venv}, a link to the Python of before")
    elif venv.is_dir():
        shutil.rmtree(venv)
        say(f"gone   {venv}, the Python of before, which the service could have changed")
    home.chmod(0o700)
    os.chown(home, *owner)
    # By open folders: nobody can put a link in the place of one meanwhile.
    for _folder, folders, names, opened in os.fwalk(home):
        for name in [*folders, *names]:
            os.chown(name, *owner, dir_fd=opened, follow_symlinks=False)
    say(f"gave   {home} to {USER}")
