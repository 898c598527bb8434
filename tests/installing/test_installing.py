"""`centralka install`: what it writes, what it refuses before anything is changed, and that systemd understands it."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from pytest_django import Settings

from centralka.installing.errors import CannotInstall
from centralka.installing.files import (
    COMMAND,
    SETTINGS,
    UNIT,
    USER,
    USERS,
    Places,
    command,
    settings_file,
    unit,
    users,
)
from centralka.installing.installing import install, remove, unit_here

PLACES = Places(
    home=Path("/var/lib/centralka"),
    engine_dir=Path("/var/lib/centralka/engine-bundle"),
    source=Path("/opt/centralka/src"),
    python=Path("/opt/centralka/environment/venv/bin/python"),
)
HARDENED = {
    "NoNewPrivileges": "yes", "CapabilityBoundingSet": "", "ProtectSystem": "strict", "ProtectHome": "yes",
    "PrivateTmp": "yes", "PrivateDevices": "yes", "RestrictNamespaces": "yes", "RestrictSUIDSGID": "yes",
    "ReadWritePaths": "/var/lib/centralka", "RestrictAddressFamilies": "AF_INET AF_INET6 AF_UNIX AF_NETLINK",
}  # fmt: skip
of_systemd = pytest.mark.skipif(
    os.geteuid() != 0 or not all(map(shutil.which, ("systemctl", "systemd-sysusers", "systemd-analyze", "runuser"))),
    reason="needs root, and the programs of systemd",
)


@pytest.fixture
def image(tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine's folders without a machine, for a copy of Centralka that lies where one should."""
    (tmp_path / "etc").mkdir()
    settings.HOME, settings.ENGINE_DIR = PLACES.home, PLACES.engine_dir
    settings.SOURCE = PLACES.source / "centralka"
    monkeypatch.setattr("sys.executable", str(PLACES.python))
    monkeypatch.setenv("CENTRALKA_BIND", "192.0.2.10")
    return tmp_path


def install_quietly(root: Path) -> list[str]:
    said: list[str] = []
    install(said.append, root)
    return said


def test_the_service_may_write_into_its_home_alone_and_gains_no_rights() -> None:
    written = dict(re.findall(r"^(\w+)=(.*)$", unit(PLACES), re.MULTILINE))
    assert {name: written.get(name) for name in HARDENED} == HARDENED
    assert written["ExecStart"] == "/opt/centralka/environment/venv/bin/python -m centralka run"
    assert written["User"] == "centralka"
    assert "@{" not in unit(PLACES)


@of_systemd
def test_systemd_understands_the_unit_and_calls_it_safe(tmp_path: Path) -> None:
    file = tmp_path / "centralka.service"
    file.write_text(unit(PLACES).replace(f"ExecStart={PLACES.python}", "ExecStart=/bin/true"))
    verified = subprocess.run(["systemd-analyze", "verify", str(file)], capture_output=True, text=True, check=False)
    assert (verified.returncode, verified.stderr) == (0, "")
    asked = ["systemd-analyze", "security", "--offline=true", "--threshold=20", str(file)]
    safe = subprocess.run(asked, capture_output=True, text=True, check=False)
    assert safe.returncode == 0, safe.stdout[-500:]


def test_settings_of_now_are_kept_for_systemd_and_a_shell() -> None:
    text = settings_file({"CENTRALKA_SMTP_URL": 'smtp://a:x"$y z@mail', "CENTRALKA_HOME": "/x", "PATH": "/bin"})
    read = subprocess.run(
        ["sh", "-c", 'eval "$0"; printf %s "$CENTRALKA_SMTP_URL"', text], capture_output=True, text=True, check=True
    )
    assert read.stdout == 'smtp://a:x"$y z@mail'
    assert "CENTRALKA_HOME=" not in text
    with pytest.raises(CannotInstall, match="CENTRALKA_SMTP_URL"):
        settings_file({"CENTRALKA_SMTP_URL": "it's"})


def test_the_command_is_a_shell_s() -> None:
    subprocess.run(["sh", "-n", "-c", command(PLACES)], check=True)


def test_a_module_in_the_folder_where_it_is_typed_is_not_taken(tmp_path: Path) -> None:
    """The folder may be anybody's, and the service's own is one where it writes."""
    (tmp_path / "argparse.py").write_text("raise SystemExit('taken')")
    source, python = Path(__file__).parents[2] / "src", Path(sys.executable)
    typed = command(Places(tmp_path / "home", PLACES.engine_dir, source, python))
    typed = typed.replace(f"runuser -u {USER} -- ", "").replace(f"/{SETTINGS}", "/dev/null")
    done = subprocess.run(
        ["sh", "-c", typed, "centralka", "--help"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.stderr == ""
    assert "PYTHONSAFEPATH=1" in unit(PLACES)


@of_systemd
def test_it_is_installed_into_an_image_and_taken_back(image: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    modes, chmod = {}, Path.chmod

    def noted(path: Path, mode: int) -> None:
        modes[str(path.relative_to(image))] = path.stat().st_mode & 0o777
        chmod(path, mode)

    monkeypatch.setattr(Path, "chmod", noted)
    said = install_quietly(image)
    assert (image / UNIT).read_text() == unit(PLACES)
    assert (image / USERS).read_text() == users(PLACES)
    assert (image / "etc/systemd/system/multi-user.target.wants/centralka.service").is_symlink()
    assert "CENTRALKA_BIND='192.0.2.10'" in (image / SETTINGS).read_text()
    assert (image / SETTINGS).stat().st_mode & 0o777 == 0o600
    assert modes["etc/.centralka.env.new"] == 0o600, "nobody else reads passwords while they are written"
    assert "centralka:x:" in (image / "etc/passwd").read_text()
    home = image / "var/lib/centralka"
    assert home.stat().st_mode & 0o777 == 0o700
    assert home.stat().st_uid != 0
    assert any("systemctl start centralka" in line for line in said)

    (image / SETTINGS).write_text("CENTRALKA_BIND='192.0.2.20'\n")
    (home / "venv").mkdir()
    (home / "data").write_text("")
    install_quietly(image)
    assert (image / SETTINGS).read_text() == "CENTRALKA_BIND='192.0.2.20'\n", "an upgrade changes no settings"
    assert (home / "data").stat().st_uid == home.stat().st_uid
    assert not (home / "venv").exists(), "an earlier version kept Python where the service may write"
    (home / "venv").symlink_to(kept := image / "packages")
    kept.mkdir()
    install_quietly(image)
    assert not (home / "venv").is_symlink()
    assert kept.is_dir(), "what a link leads to may be somebody else's"

    remove(said.append, image)
    assert not any((image / name).exists() for name in (UNIT, USERS, COMMAND))
    assert (home / "data").exists()
    with pytest.raises(CannotInstall, match="not installed"):
        remove(said.append, image)


@of_systemd
@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        ("HOME", Path("/home/anna/var"), "sees nothing of /home"),
        ("HOME", Path("/root/var"), "sees nothing of"),
        ("SOURCE", Path("/tmp/centralka/src/centralka"), "The source is at"),
        ("HOME", Path("/srv/moja centrala"), "can only name"),
        ("ENGINE_DIR", Path("/srv/my programs"), "can only name"),
        ("ENGINE_DIR", Path("/root/programs"), "sees nothing of"),
        ("HTTP_PORT", 80, "CENTRALKA_HTTP_PORT is below 1024"),
    ],
)
def test_what_cannot_work_is_refused_and_nothing_is_written(
    name: str, value: object, why: str, image: Path, settings: Settings
) -> None:
    setattr(settings, name, value)
    with pytest.raises(CannotInstall, match=why):
        install_quietly(image)
    assert list(image.rglob("*")) == [image / "etc"]


@of_systemd
def test_a_python_that_the_service_could_change_is_refused(image: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.executable", str(PLACES.home / "venv/bin/python"))
    with pytest.raises(CannotInstall, match="could change it"):
        install_quietly(image)
    assert list(image.rglob("*")) == [image / "etc"]


def test_the_unit_that_is_shown_has_the_python_that_install_makes_first(
    image: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.executable", str(PLACES.home / "venv/bin/python"))
    assert unit_here() == unit(PLACES)


def test_without_root_nothing_is_tried(image: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(CannotInstall, match="needs root"):
        install_quietly(image)
    with pytest.raises(CannotInstall, match="needs root"):
        remove(print, image)
