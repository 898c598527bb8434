"""A backup of a PostgreSQL database comes back into an empty one, and into no other."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from .test_commands import centralka

WITH_POSTGRESQL = Path(__file__).resolve().parents[2] / "scripts/with-postgresql"


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """The address of a database on a server that exists for it alone."""
    command = [str(WITH_POSTGRESQL), "sh", "-c", 'echo "$CENTRALKA_DATABASE_URL"; read -r _']
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        try:
            yield process.stdout.readline().strip()
        finally:
            process.communicate("end\n", timeout=60)


def asked(url: str, sql: str) -> str:
    done = subprocess.run(["psql", "-At", "-c", sql, url], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_it_comes_back_into_an_empty_database_only(server: str, tmp_path: Path) -> None:
    first, second, file = tmp_path / "first", tmp_path / "second", tmp_path / "night.backup"
    made = centralka(
        first, "add-tenant", "kwiaty", "Kwiaciarnia", "alicja@kwiaty.example", "Alicja", CENTRALKA_DATABASE_URL=server
    )
    assert made.returncode == 0, made.stderr
    done = centralka(first, "backup", str(file), CENTRALKA_DATABASE_URL=server)
    assert done.returncode == 0, done.stderr

    again = centralka(second, "restore", str(file), CENTRALKA_DATABASE_URL=server)
    assert again.returncode == 1
    assert "not empty" in again.stderr
    sqlite = centralka(second, "restore", str(file))
    assert sqlite.returncode == 1
    assert "of a postgresql database" in sqlite.stderr

    asked(server, "CREATE DATABASE restored")
    other = server.rpartition("/")[0] + "/restored"
    done = centralka(second, "restore", str(file), CENTRALKA_DATABASE_URL=other)
    assert done.returncode == 0, done.stderr
    assert asked(other, "SELECT slug FROM tenant") == "kwiaty"
    assert (second / "secret-key").read_text() == (first / "secret-key").read_text()
    # Views, triggers and sequences are there, too: the next company is made as the first one was.
    made = centralka(
        second, "add-tenant", "ksiegi", "Biuro", "celina@ksiegi.example", "Celina", CENTRALKA_DATABASE_URL=other
    )
    assert made.returncode == 0, made.stderr
    assert asked(other, "SELECT COUNT(*) FROM ps_endpoints") == "0"
