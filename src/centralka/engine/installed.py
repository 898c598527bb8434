"""An Asterisk of the machine's own."""

import shutil
from pathlib import Path

from centralka.debian.errors import Progress

from .engine import Engine, missing_in
from .versions import PATCHED_SETTING, new_enough, safe_version, version_of


def installed_engine(search_path: str, progress: Progress, patched: str = "") -> Engine | None:
    """Find the `asterisk` on `search_path` (or in the system's sbin folders), if it is new enough and complete.

    `patched`: the version from which on its branch has the fixes of newer versions; see `patched_version`.
    """
    program = shutil.which("asterisk", path=f"{search_path}:/usr/sbin:/usr/local/sbin")
    if program is None:
        return None
    version = version_of((program,))
    modules = first_with("res_pjsip.so", module_folders(Path(program)))
    data = first_with("documentation/core-en_US.xml", data_folders(Path(program)))
    if version is None or modules is None or data is None or missing_in(modules):
        progress(f"Engine: {program} is not used: it is not complete.")
        return None
    if not new_enough(version, patched):
        progress(
            f"Engine: {program} is not used: {version} is older than {safe_version(version)}. If your distribution "
            f"has mended CVE-2026-57191 in it, say so: {PATCHED_SETTING}={version}"
        )
        return None
    return Engine((program,), version, modules, data)


def module_folders(program: Path) -> list[Path]:
    """List the folders in which an installation with this program can keep its modules; distributions differ."""
    prefix = program.parent.parent
    return [
        *sorted(prefix.glob("lib/*/asterisk/modules")),
        prefix / "lib/asterisk/modules",
        prefix / "lib64/asterisk/modules",
    ]


def data_folders(program: Path) -> list[Path]:
    """List the folders in which an installation with this program can keep sounds and documentation."""
    return [program.parent.parent / "share/asterisk", Path("/var/lib/asterisk")]


def first_with(name: str, folders: list[Path]) -> Path | None:
    """Find the first folder that holds `name`."""
    return next((folder for folder in folders if (folder / name).exists()), None)
