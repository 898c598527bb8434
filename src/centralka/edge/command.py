"""How the edge is started, and how its configuration is checked."""

import re
from pathlib import Path

from centralka.debian.programs import run_to_end

from .program import EdgeMisconfigured, EdgeProgram

# Private memory of each process. One of them reads all contacts at the start, some 2 KB each, before it can begin: with
# 16 MB an edge with 10,000 phones never started again. What is not used takes none of the machine's.
PRIVATE_MB = 256
# Memory that all its processes share: contacts, transactions, tables of addresses, and 16 KB for each TCP connection
# (8,192 at most). What is not used takes none of the machine's.
SHARED_MB = 256


def command(
    program: EdgeProgram, config: Path, run_dir: Path, shared_mb: int = SHARED_MB, private_mb: int = PRIVATE_MB
) -> list[str]:
    """Return the command that starts the edge in the foreground, as the present user of the system.

    It logs to its standard error and keeps its sockets in `run_dir`, which must exist. Paths are absolute, since it
    changes to that folder. SIGTERM ends it with all its processes; SIGKILL ends only the first of them.
    """
    folders = ["-L", str(program.module_dir), "-Y", str(run_dir), "-w", str(run_dir)]
    memory = ["-m", str(shared_mb), "-M", str(private_mb)]
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
