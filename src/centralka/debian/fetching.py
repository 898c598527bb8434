"""Fetch a bundle from Debian's next release, once.

Debian 12 and 13 have no package of Asterisk and an old one of Kamailio, the suite `forky` has both. Its packages come
through `apt-get` with a private directory tree and an empty list of installed packages, so that nothing of the system
changes, no root is needed and each program brings its own libc. The files that it needs are copied into one flat folder
and started with that libc's loader.

Standard library only: `make prompts` uses it without Django's settings.
"""

import contextlib
import fcntl
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from .apt import KEYRING, SUITE, PrivateApt, choose_mirror, debian_mirrors
from .assembling import assemble
from .bundle import Bundle, finished_bundle, write_manifest
from .errors import ProgramUnavailable, Progress, named
from .packages import download
from .programs import checked
from .recipe import Recipe


def bundle_in(recipe: Recipe, folder: Path, progress: Progress) -> Bundle:
    """Return the bundle in `folder`; it is fetched there when there is none. Raises ProgramUnavailable."""
    folder = folder.absolute()
    try:
        return finished_bundle(recipe, folder) or fetch_alone(recipe, folder, named(recipe.name, progress))
    except OSError as error:
        reason = f"{error.strerror or error}{f' ({error.filename})' if error.filename else ''}"
        raise ProgramUnavailable(f"{recipe.product} cannot be kept in {folder}: {reason}.") from error


@contextlib.contextmanager
def lock(folder: Path, progress: Progress) -> Iterator[None]:
    """Let one process at a time work in `folder`; the kernel frees the lock however that process ends."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            progress("waiting for another process that is fetching it.")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def fetch_alone(recipe: Recipe, folder: Path, progress: Progress) -> Bundle:
    """Return the bundle, fetched by this process or by another one that had the lock before."""
    with lock(folder, progress):
        return finished_bundle(recipe, folder) or fetch(recipe, folder, progress)


def fetch(recipe: Recipe, folder: Path, progress: Progress) -> Bundle:
    """Download and unpack a bundle; it appears under its final name only when it is complete.

    Raises ProgramUnavailable, OSError.
    """
    check_means(recipe, folder)
    finished = folder / "bundle"
    for leftover in [*folder.glob("part.*"), finished]:
        shutil.rmtree(leftover, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix="part.", dir=folder, ignore_cleanup_errors=True) as part:
        build(recipe, Path(part), progress)
        (Path(part) / "bundle").rename(finished)
    bundle = finished_bundle(recipe, folder)
    if bundle is None:
        raise ProgramUnavailable(
            f"Debian's {SUITE} offers a version of {recipe.product} older than {recipe.oldest}; "
            "install a newer one by hand."
        )
    progress(f"{recipe.product} {bundle.version} is ready in {finished}.")
    return bundle


def check_means(recipe: Recipe, folder: Path) -> None:
    """Check everything that would stop the download later. Raises ProgramUnavailable."""
    for tool in ("apt-get", "apt-config", "dpkg-deb"):
        if shutil.which(tool) is None:
            raise ProgramUnavailable(
                f"No {recipe.product} {recipe.oldest} or newer is installed, and {tool} to fetch one is missing here."
            )
    if not KEYRING.exists():
        raise ProgramUnavailable(
            f"The package debian-archive-keyring is missing; the signatures of {recipe.product} need it."
        )
    if shutil.disk_usage(folder).free < recipe.needed_bytes:
        raise ProgramUnavailable(
            f"{recipe.product} needs {recipe.needed_bytes // 1_000_000} MB free on the disk of {folder}."
        )


def build(recipe: Recipe, part: Path, progress: Progress) -> None:
    """Make `part/bundle`, its manifest last."""
    apt = PrivateApt.at(part / "apt")
    choose_mirror(apt, debian_mirrors(), progress)
    debs = download(apt, recipe, progress)
    progress("unpacking.")
    for deb in debs:
        checked(["dpkg-deb", "-x", str(deb), str(part / "tree")], f"unpack {recipe.product}")
        deb.unlink()
    assemble(recipe, part / "tree", part / "bundle")
    write_manifest(recipe, part / "bundle")
