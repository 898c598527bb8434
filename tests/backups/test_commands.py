"""`centralka backup` and `centralka restore`, as typed: what comes back, and what is refused with nothing half done."""

import gzip
import io
import json
import os
import sqlite3
import stat
import subprocess
import sys
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.migrated import copy_sqlite

SLUG = "kwiaty"


def centralka(home: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Type a command for the installation in this folder."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("CENTRALKA_")}
    own = {"CENTRALKA_HOME": str(home), "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    command = [sys.executable, "-m", "centralka", *arguments]
    return subprocess.run(command, env=inherited | own | environment, capture_output=True, text=True, check=False)


def files_in(home: Path) -> dict[str, bytes]:
    """What is in the folder, but for what every command may make."""
    made = ("run", "static", "locale", "secret-key")
    return {
        path.relative_to(home).as_posix(): path.read_bytes()
        for path in home.rglob("*")
        if path.is_file() and path.relative_to(home).parts[0] not in made
    }


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installation with a company, and files of every kind that is kept."""
    made = tmp_path_factory.mktemp("home")
    copy_sqlite(made / "centralka.sqlite3")
    done = centralka(made, "add-tenant", SLUG, "Kwiaciarnia", "alicja@kwiaty.example", "Alicja")
    assert done.returncode == 0, done.stderr
    for name in ("tls/authority.pem", "engine/log/cel-custom/calls.csv", "engine/spool/voicemail/default/x/msg.wav"):
        (made / name).parent.mkdir(parents=True, exist_ok=True)
        (made / name).write_text(f"content of {name}")
    (made / "edge").mkdir()
    with sqlite3.connect(made / "edge/contacts.sqlite3") as contacts:
        contacts.execute("CREATE TABLE location (contact TEXT)")
        contacts.execute("INSERT INTO location VALUES ('sip:kwiaty_100@192.0.2.1')")
    return made


@pytest.fixture(scope="module")
def backup(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("backups") / "night.backup"
    done = centralka(home, "backup", str(file))
    assert done.returncode == 0, done.stderr
    return file


def refused(backup: Path, home: Path, **environment: str) -> str:
    """Try to restore. Returns what is said; nothing is left in the folder."""
    done = centralka(home, "restore", str(backup), **environment)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert files_in(home) == {}
    return done.stderr


def test_a_backup_comes_back_whole_and_is_for_its_owner_alone(home: Path, backup: Path, tmp_path: Path) -> None:
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    assert list(backup.parent.iterdir()) == [backup], "nothing is left beside it"
    done = centralka(tmp_path, "restore", str(backup))
    assert done.returncode == 0, done.stderr
    with sqlite3.connect(tmp_path / "centralka.sqlite3") as database:
        assert database.execute("SELECT slug FROM tenant").fetchall() == [(SLUG,)]
    with sqlite3.connect(tmp_path / "edge/contacts.sqlite3") as contacts:
        assert contacts.execute("SELECT contact FROM location").fetchall() == [("sip:kwiaty_100@192.0.2.1",)]
    for name in ("secret-key", "tls/authority.pem", "engine/log/cel-custom/calls.csv"):
        assert (tmp_path / name).read_bytes() == (home / name).read_bytes()
        assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600
    assert (tmp_path / "engine/spool/voicemail/default/x/msg.wav").exists()
    again = centralka(tmp_path, "restore", str(backup))
    assert again.returncode == 1
    assert "not empty" in again.stderr


def test_a_file_is_not_overwritten(home: Path, backup: Path) -> None:
    before = backup.read_bytes()
    done = centralka(home, "backup", str(backup))
    assert (done.returncode, backup.read_bytes()) == (1, before)
    assert "exists already" in done.stderr


def test_nothing_is_backed_up_where_nothing_is(tmp_path: Path) -> None:
    done = centralka(tmp_path / "home", "backup", str(tmp_path / "none"))
    assert done.returncode == 1
    assert "nothing in" in done.stderr
    assert not (tmp_path / "none").exists()


def changed(backup: Path, to: Path, change: Callable[[str, bytes], bytes | None]) -> Path:
    """The same backup, with other contents; None: without the file."""
    with tarfile.open(backup) as old, tarfile.open(to, "w:gz") as new:
        for entry in old:
            read = old.extractfile(entry)
            assert read
            content = change(entry.name, read.read())
            if content is not None:
                entry.size = len(content)
                new.addfile(entry, io.BytesIO(content))
    return to


def manifest(**changes: object) -> Callable[[str, bytes], bytes]:
    def change(name: str, content: bytes) -> bytes:
        return json.dumps(json.loads(content) | changes).encode() if name == "manifest.json" else content

    return change


def leads_out(name: str, content: bytes) -> bytes:
    return content.replace(b'"tls/authority.pem"', b'"../authority.pem"') if name == "manifest.json" else content


@pytest.mark.parametrize(
    "change, said",
    [
        (manifest(format=2, centralka="9.0"), "Centralka 9.0 made this backup"),
        (manifest(migration="9999_later", centralka="9.0"), "newer than this Centralka knows"),
        (manifest(database="postgresql"), "of a postgresql database"),
        (manifest(files="none"), "damaged"),
        (lambda name, content: None if name == "secret-key" else content, "secret-key is missing"),
        (lambda name, content: content + b"." if name == "database.sqlite3" else content, "is not what it was"),
        (lambda name, content: None if name == "manifest.json" else content, "does not begin with a list"),
        (leads_out, "'../authority.pem'"),
    ],
)
def test_what_is_newer_damaged_or_foreign_is_refused(
    change: Callable[[str, bytes], bytes | None], said: str, backup: Path, tmp_path: Path
) -> None:
    (tmp_path / "home").mkdir()
    assert said in refused(changed(backup, tmp_path / "other", change), tmp_path / "home")


@pytest.mark.parametrize("cut", [0, 10, 2000])
def test_a_torn_file_is_refused(cut: int, backup: Path, tmp_path: Path) -> None:
    (tmp_path / "torn").write_bytes(backup.read_bytes()[:cut])
    assert "damaged" in refused(tmp_path / "torn", tmp_path / "home")


def test_a_bit_that_fell_over_is_noticed(backup: Path, tmp_path: Path) -> None:
    content = bytearray(backup.read_bytes())
    content[len(content) // 2] ^= 0x10
    (tmp_path / "bit").write_bytes(content)
    refused(tmp_path / "bit", tmp_path / "home")


def test_any_other_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "letter").write_bytes(gzip.compress(b"Dear all"))
    assert "damaged" in refused(tmp_path / "letter", tmp_path / "home")
    assert "There is no file" in refused(tmp_path / "nothing", tmp_path / "home")


def test_another_secret_key_would_lose_the_pins_and_is_refused(backup: Path, tmp_path: Path) -> None:
    assert "CENTRALKA_SECRET_KEY" in refused(backup, tmp_path / "home", CENTRALKA_SECRET_KEY="another")


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Path]:
    """A disk of half a megabyte. Mounting it needs root."""
    folder = tmp_path / "small"
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=512k", "none", folder], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


def test_a_full_disk_is_told_and_nothing_half_done_is_left(home: Path, backup: Path, small: Path) -> None:
    done = centralka(home, "backup", str(small / "night.backup"))
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "full" in done.stderr or "No space left" in done.stderr
    assert list(small.iterdir()) == []
    assert "The disk is too full" in refused(backup, small / "home")
