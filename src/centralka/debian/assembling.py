"""Make a bundle from unpacked packages: the files that its program needs, in one flat folder."""

import re
import shutil
from pathlib import Path

from .apt import SUITE
from .errors import ProgramUnavailable
from .programs import run_to_end
from .recipe import Recipe


def assemble(recipe: Recipe, tree: Path, bundle: Path) -> None:
    """Copy the files that the program needs from the unpacked packages in `tree`: itself, modules, libraries, data.

    Raises ProgramUnavailable when a required one is missing.
    """
    libraries = library_dir(tree)
    program, modules = tree / "usr/sbin" / recipe.program, libraries / recipe.program / "modules"
    usable = usable_files([program, *sorted(modules.glob("*.so"))], [libraries, libraries / recipe.program])
    lost = [name for name in recipe.required_modules if modules / f"{name}.so" not in usable]
    lost += [name for name in recipe.opened_later if not opened_later(name, libraries)]
    if lost or program not in usable:
        parts = ", ".join(lost) or "the program"
        raise ProgramUnavailable(f"Debian's {SUITE} lacks parts of {recipe.product} now: {parts}.")
    copy_all([path for path in usable if path.parent == modules], bundle / "modules")
    copy_all([program], bundle / "sbin")
    copy_all(sorted({library for needs in usable.values() for library in needs}), bundle / "lib")
    later = [path for name in recipe.opened_later for path in opened_later(name, libraries)]
    copy_all([loader(libraries), *later], bundle / "lib")
    if recipe.copy_share:
        recipe.copy_share(tree / "usr/share" / recipe.program, bundle / "share")


def usable_files(files: list[Path], folders: list[Path]) -> dict[Path, list[Path]]:
    """Find the programs and modules whose libraries are all in `folders`, with those libraries."""
    resolved = {path: resolve(path, folders) for path in files}
    return {path: needs for path, needs in resolved.items() if needs is not None}


def library_dir(tree: Path) -> Path:
    """Return the folder of libraries for this machine's processor, e.g. usr/lib/aarch64-linux-gnu."""
    libc = next(iter(sorted(tree.glob("usr/lib/*/libc.so.6"))), None)
    if libc is None:
        raise ProgramUnavailable(f"Debian's {SUITE} came without its C library.")
    return libc.parent


def loader(libraries: Path) -> Path:
    """Return the program that starts other programs with these libraries."""
    return sorted(libraries.glob("ld-*.so.*"))[0]


def opened_later(name: str, libraries: Path) -> list[Path]:
    """Find the libraries that are opened by this name at run time, wherever they hide."""
    return [path for path in sorted(libraries.rglob(name)) if path.is_file()]


def resolve(program: Path, folders: list[Path]) -> list[Path] | None:
    """List the libraries that `program` needs, all levels deep; None when one is not below the first of
    `folders`, whose loader finds them in all of these."""
    path = ":".join(str(folder) for folder in folders)
    command = [str(loader(folders[0])), "--inhibit-cache", "--library-path", path, "--list", str(program)]
    listing = run_to_end(command)
    return None if listing.returncode != 0 else own_libraries(listing.stdout, folders[0])


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
