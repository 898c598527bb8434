"""Run programs of the machine to their end."""

import re
import subprocess
from pathlib import Path

from .errors import ProgramUnavailable


def run_to_end(
    command: list[str], environment: dict[str, str] | None = None, folder: Path | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a program to its end, in `folder`, and keep its output. Raises OSError when it cannot be started."""
    # S603: the commands are ours, and there is no shell.
    return subprocess.run(  # noqa: S603
        command, env=environment, cwd=folder, capture_output=True, text=True, check=False
    )


def output(command: list[str]) -> str:
    """Return the output of a program. Raises ProgramUnavailable when it fails."""
    return checked(command, f"run {command[0]}").stdout


def checked(command: list[str], purpose: str) -> subprocess.CompletedProcess[str]:
    """Run a program that has to succeed. Raises ProgramUnavailable with the program's own words otherwise."""
    done = run_to_end(command)
    if done.returncode != 0:
        raise ProgramUnavailable(f"Cannot {purpose}: {first_error(done.stderr)}.")
    return done


def first_error(complaints: str) -> str:
    """Pick the most telling line of a program's complaints, without its marker and full stop."""
    lines = [line.strip() for line in complaints.splitlines() if line.strip()]
    marked = [line for line in lines if line.startswith(("E:", "W: Failed"))]
    line = (marked or lines or ["no reason given"])[0]
    return re.sub(r"^(E|W): |^[\w-]+: error: ", "", line).rstrip(".")
