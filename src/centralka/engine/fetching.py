"""Get the Asterisk engine: the machine's own, an unpacked bundle, or a fresh bundle from Debian's next release.

Debian 12 and 13 have no package of Asterisk, the suite `forky` has. Its packages come through `apt-get` with a private
directory tree and an empty list of installed packages, so that nothing of the system changes, no root is needed and the
engine brings its own libc. The files that it needs are copied into one flat folder and started with that libc's loader.

Standard library only: `make prompts` uses it without Django's settings.
"""

import contextlib
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from centralka.debian.apt import KEYRING, SUITE, PrivateApt, choose_mirror, debian_mirrors
from centralka.debian.assembling import assemble
from centralka.debian.errors import ProgramUnavailable, Progress
from centralka.debian.packages import download
from centralka.debian.programs import checked

from .bundle import bundled_engine, write_manifest
from .engine import Engine
from .installed import installed_engine
from .versions import SAFE, patched_version

# Downloads (26 MB), their unpacked form and the finished bundle (60 MB) are on disk together for a moment.
NEEDED_BYTES = 250_000_000


def find_engine(engine_dir: Path, progress: Progress) -> Engine:
    """Find the engine to use: a safe `asterisk` on PATH, the bundle in `engine_dir`, or a bundle fetched there.

    `progress` receives a line per stage, and while downloading every few seconds. Raises ProgramUnavailable.
    """
    engine = installed_engine(os.environ.get("PATH", ""), progress, patched_version(os.environ))
    if engine:
        return engine
    engine_dir = engine_dir.absolute()
    try:
        return bundled_engine(engine_dir) or fetch_alone(engine_dir, progress)
    except OSError as error:
        reason = f"{error.strerror or error}{f' ({error.filename})' if error.filename else ''}"
        raise ProgramUnavailable(f"The Asterisk engine cannot be kept in {engine_dir}: {reason}.") from error


@contextlib.contextmanager
def lock(engine_dir: Path, progress: Progress) -> Iterator[None]:
    """Let one process at a time work in `engine_dir`; the kernel frees the lock however that process ends."""
    engine_dir.mkdir(parents=True, exist_ok=True)
    with (engine_dir / "lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            progress("Engine: waiting for another process that is fetching it.")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def fetch_alone(engine_dir: Path, progress: Progress) -> Engine:
    """Return the bundle, fetched by this process or by another one that had the lock before."""
    with lock(engine_dir, progress):
        return bundled_engine(engine_dir) or fetch(engine_dir, progress)


def fetch(engine_dir: Path, progress: Progress) -> Engine:
    """Download and unpack a bundle; it appears under its final name only when it is complete.

    Raises ProgramUnavailable, OSError.
    """
    check_means(engine_dir)
    finished = engine_dir / "bundle"
    for leftover in [*engine_dir.glob("part.*"), finished]:
        shutil.rmtree(leftover, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix="part.", dir=engine_dir, ignore_cleanup_errors=True) as part:
        build(Path(part), progress)
        (Path(part) / "bundle").rename(finished)
    engine = bundled_engine(engine_dir)
    if engine is None:
        raise ProgramUnavailable(f"Debian's {SUITE} offers an Asterisk older than {SAFE}; install a newer one by hand.")
    progress(f"Engine: Asterisk {engine.version} is ready in {finished}.")
    return engine


def check_means(engine_dir: Path) -> None:
    """Check everything that would stop the download later. Raises ProgramUnavailable."""
    for tool in ("apt-get", "apt-config", "dpkg-deb"):
        if shutil.which(tool) is None:
            raise ProgramUnavailable(
                f"No Asterisk {SAFE} or newer is installed, and {tool} to fetch one is missing here."
            )
    if not KEYRING.exists():
        raise ProgramUnavailable("The package debian-archive-keyring is missing; the engine's signatures need it.")
    if shutil.disk_usage(engine_dir).free < NEEDED_BYTES:
        raise ProgramUnavailable(f"The engine needs {NEEDED_BYTES // 1_000_000} MB free on the disk of {engine_dir}.")


def build(part: Path, progress: Progress) -> None:
    """Make `part/bundle`, its manifest last."""
    apt = PrivateApt.at(part / "apt")
    choose_mirror(apt, debian_mirrors(), progress)
    debs = download(apt, progress)
    progress("Engine: unpacking.")
    for deb in debs:
        checked(["dpkg-deb", "-x", str(deb), str(part / "tree")], "unpack the engine")
        deb.unlink()
    assemble(part / "tree", part / "bundle")
    write_manifest(part / "bundle")
