"""Make a bundle from unpacked packages: the files that the engine needs, in one flat folder."""

import re
import shutil
from pathlib import Path

from centralka.engine.engine import REQUIRED_MODULES

from .apt import SUITE
from .errors import ProgramUnavailable
from .programs import run_to_end

# Libraries that are opened by name at run time, so that no dependency list shows them: the ciphers behind libsrtp.
OPENED_LATER = ("libsoftokn3*", "libfreebl*")


def assemble(tree: Path, bundle: Path) -> None:
    """Copy the files that the engine needs from the unpacked packages in `tree`: program, modules, libraries, sounds,
    docs. Raises ProgramUnavailable when a required one is missing."""
    libraries = library_dir(tree)
    modules = libraries / "asterisk/modules"
    resolved = {path: resolve(path, libraries) for path in [tree / "usr/sbin/asterisk", *sorted(modules.glob("*.so"))]}
    usable = {path: needs for path, needs in resolved.items() if needs is not None}
    lost = [name for name in REQUIRED_MODULES if modules / f"{name}.so" not in usable]
    if lost or tree / "usr/sbin/asterisk" not in usable:
        raise ProgramUnavailable(f"Debian's {SUITE} lacks parts of Asterisk now: {', '.join(lost) or 'the program'}.")
    copy_all([path for path in usable if path.parent == modules], bundle / "modules")
    copy_all([tree / "usr/sbin/asterisk"], bundle / "sbin")
    copy_all(sorted({library for needs in usable.values() for library in needs}), bundle / "lib")
    copy_all([loader(libraries), *opened_later(libraries)], bundle / "lib")
    copy_share(tree / "usr/share/asterisk", bundle / "share")


def library_dir(tree: Path) -> Path:
    """Return the folder of libraries for this machine's processor, e.g. usr/lib/aarch64-linux-gnu."""
    libc = next(iter(sorted(tree.glob("usr/lib/*/libc.so.6"))), None)
    if libc is None:
        raise ProgramUnavailable(f"Debian's {SUITE} came without its C library.")
    return libc.parent


def loader(libraries: Path) -> Path:
    """Return the program that starts other programs with these libraries."""
    return sorted(libraries.glob("ld-*.so.*"))[0]


def opened_later(libraries: Path) -> list[Path]:
    """Find the libraries that are opened by name at run time, wherever they hide."""
    return [path for name in OPENED_LATER for path in sorted(libraries.rglob(name)) if path.is_file()]


def resolve(program: Path, libraries: Path) -> list[Path] | None:
    """List the libraries that `program` needs, all levels deep; None when one is not among the unpacked packages."""
    path = f"{libraries}:{libraries}/asterisk"
    listing = run_to_end([str(loader(libraries)), "--inhibit-cache", "--library-path", path, "--list", str(program)])
    return None if listing.returncode != 0 else own_libraries(listing.stdout, libraries)


def own_libraries(listing: str, libraries: Path) -> list[Path] | None:
    """Read the paths in "name => path (address)" lines; None if a library is missing or is the system's own."""
    paths = [Path(path) for path in re.findall(r"=> (\S+)", listing)]
    foreign = "not found" in listing or any(libraries not in path.parents for path in paths)
    return None if foreign else paths


def copy_all(files: list[Path], folder: Path) -> None:
    """Copy each file (not its link) into `folder` under the name by which it is opened."""
    folder.mkdir(parents=True, exist_ok=True)
    for file in files:
        shutil.copy2(file, folder / file.name)


def copy_share(source: Path, share: Path) -> None:
    """Copy the sounds, and the documentation without which the engine refuses its own options."""
    for name in ("documentation", "sounds"):
        shutil.copytree(source / name, share / name, ignore_dangling_symlinks=True)
    # Debian makes this link when a package is configured, which never happens here.
    voice = next(iter(sorted((share / "sounds").glob("en_*"))), None)
    if voice and not (share / "sounds/en").exists():
        (share / "sounds/en").symlink_to(voice.name)
