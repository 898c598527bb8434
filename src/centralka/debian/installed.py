"""Programs of the machine's own."""

import shutil
from pathlib import Path


def installed_program(name: str, search_path: str) -> Path | None:
    """Find the program on `search_path` or in the system's sbin folders."""
    found = shutil.which(name, path=f"{search_path}:/usr/sbin:/usr/local/sbin")
    return Path(found) if found else None


def module_folders(program: Path) -> list[Path]:
    """List the folders in which an installation with this program can keep its modules; distributions differ."""
    prefix, name = program.parent.parent, program.name
    return [
        *sorted(prefix.glob(f"lib/*/{name}/modules")),
        prefix / f"lib/{name}/modules",
        prefix / f"lib64/{name}/modules",
    ]


def lua_folders(program: Path) -> list[Path]:
    """List the folders in which the Lua 5.4 of this program's system looks for modules."""
    prefix = program.parent.parent
    return [*sorted(prefix.glob("lib/*/lua/5.4")), prefix / "lib/lua/5.4", prefix / "lib64/lua/5.4"]


def first_with(name: str, folders: list[Path]) -> Path | None:
    """Find the first folder that holds `name`."""
    return next((folder for folder in folders if (folder / name).exists()), None)
