"""Download the packages of which a bundle is made."""

import re
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from .apt import SUITE, PrivateApt, run_apt
from .errors import ProgramUnavailable, Progress
from .programs import first_error
from .recipe import Recipe

PROGRESS_SECONDS = 3.0


def download(apt: PrivateApt, recipe: Recipe, progress: Progress) -> list[Path]:
    """Fetch the packages that the program needs. Returns the files. Raises ProgramUnavailable."""
    plan = run_apt(apt, ["install", "-y", "--print-uris", *recipe.packages])
    if plan.returncode != 0:
        raise ProgramUnavailable(f"Debian's {SUITE} cannot supply {recipe.product} now: {first_error(plan.stderr)}.")
    names, size = needed_packages(plan.stdout, recipe.unneeded)
    progress(f"downloading {len(names)} packages, {size // 1_000_000} MB.")
    download_watched(apt, names, progress)
    return sorted((apt.root / "debs").glob("*.deb"))


def needed_packages(plan: str, unneeded: re.Pattern[str]) -> tuple[list[str], int]:
    """Read names and total bytes from `--print-uris` lines: 'address' name_version_arch.deb size hash."""
    wanted = re.findall(r"^'[^']*' ([^_ ]+)_\S+ (\d+) ", plan, re.MULTILINE)
    kept = [(name, int(size)) for name, size in wanted if not unneeded.match(name)]
    return [name for name, _ in kept], sum(size for _, size in kept)


def download_watched(apt: PrivateApt, names: list[str], progress: Progress) -> None:
    """Run `apt-get download`; tell `progress` the share that is done every few seconds. Raises ProgramUnavailable."""
    command = ["apt-get", "download", "-q", "-o", "APT::Status-Fd=1", *names]
    with tempfile.TemporaryFile("w+") as complaints:
        with subprocess.Popen(  # noqa: S603 - our own command, no shell
            command,
            cwd=apt.root / "debs",
            env=apt.environment(),
            text=True,
            stdout=subprocess.PIPE,
            stderr=complaints,
        ) as process:
            report_share(process.stdout or iter(()), progress)
        if process.returncode != 0:
            complaints.seek(0)
            raise ProgramUnavailable(f"Debian's packages cannot be fetched: {first_error(complaints.read())}.")


def report_share(lines: Iterator[str], progress: Progress, clock: Callable[[], float] = time.monotonic) -> None:
    """Turn apt's `dlstatus:number:percent:text` lines into a progress line every PROGRESS_SECONDS."""
    told = clock()
    for line in lines:
        found = re.match(r"dlstatus:\d+:(\d+)", line)
        if found and clock() - told >= PROGRESS_SECONDS:
            told = clock()
            progress(f"{found[1]} % downloaded.")
