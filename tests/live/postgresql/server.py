"""A PostgreSQL server for one story."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

WITH_POSTGRESQL = Path(__file__).resolve().parents[3] / "scripts/with-postgresql"


@contextmanager
def postgresql() -> Iterator[str]:
    """Yield the address of a server that exists for the block alone."""
    # The command tells the server's address, and lasts until it is told to end.
    server = [str(WITH_POSTGRESQL), "sh", "-c", 'echo "$CENTRALKA_DATABASE_URL"; read -r _']
    with subprocess.Popen(server, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        url = process.stdout.readline().strip()
        try:
            assert url.startswith("postgresql://")
            yield url
        finally:
            process.communicate("end\n", timeout=60)
