"""The commands that start the edge and check its configuration."""

import re
from pathlib import Path

from centralka.debian.programs import run_to_end
from centralka.machine import machine_memory_mb

from .program import EdgeMisconfigured, EdgeProgram

# Private memory of each process. One process reads all contacts at the start, some 2 KB each, before it can begin: with
# 16 MB an edge with 10,000 phones never started again. What is not used takes none of the machine's.
PRIVATE_MB = 256
# Memory that all its processes share: contacts, transactions, tables of addresses; and for each connection, 120 KB of a
# secure WebSocket, 37 KB of TLS, 16 KB without (`python -m bench encryption`). What is not used takes none either.
_SHARED_MB = 256
_CONNECTION_KB = 128
_FEWEST, _MOST = 2048, 12_288
# How it keeps both kinds of memory: its usual way searches long for a piece of the right size (docs/decisions/0013).
_MEMORY_MANAGER = ("-x", "tlsf", "-X", "tlsf")


def most_connections(memory_mb: int | None = None) -> int:
    """Return how many connections it takes: all of them together have a quarter of the machine's memory."""
    return max(_FEWEST, min(_MOST, (memory_mb or machine_memory_mb()) * 1024 // 4 // _CONNECTION_KB))


def shared_memory_mb() -> int:
    """Return the memory that its processes share: with too little for all connections nobody could call any more."""
    return _SHARED_MB + most_connections() * _CONNECTION_KB // 1024


def command(
    program: EdgeProgram, config: Path, run_dir: Path, shared_mb: int | None = None, private_mb: int = PRIVATE_MB
) -> list[str]:
    """Return the command that starts the edge in the foreground, as the present user of the system.

    It logs to its standard error and keeps its sockets in `run_dir`, which must exist. Paths are absolute, since it
    changes to that folder. SIGTERM ends it with all its processes; SIGKILL ends only the first of them.
    """
    folders = ["-L", str(program.module_dir), "-Y", str(run_dir), "-w", str(run_dir)]
    memory = ["-m", str(shared_mb or shared_memory_mb()), "-M", str(private_mb), *_MEMORY_MANAGER]
    return [*program.command, "-f", str(config), *folders, *memory, "-DD", "-E"]


def check_syntax(program: EdgeProgram, config: Path, run_dir: Path) -> None:
    """Let the edge read its configuration and load its modules, without starting. Raises EdgeMisconfigured."""
    done = run_to_end([*command(program, config, run_dir), "-c"])
    if done.returncode != 0:
        raise EdgeMisconfigured(f"The edge cannot read {config}: {first_complaint(done.stderr)}")


def first_complaint(said: str) -> str:
    """Return the first error in what Kamailio wrote, without process number, level and place in its source."""
    marked = re.search(r"^.*?(?:CRITICAL|ERROR): (?:\S+ \[[^\]]*\]: )?(?:\w+\(\): )?(.*)$", said, re.MULTILINE)
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    return marked[1].strip() if marked else (lines or ["no reason given"])[0]
