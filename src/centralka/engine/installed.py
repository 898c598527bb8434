"""An Asterisk of the machine's own."""

from pathlib import Path

from centralka.debian.bundle import missing_in
from centralka.debian.errors import Progress
from centralka.debian.installed import first_with, installed_program, module_folders

from .engine import REQUIRED_MODULES, Engine
from .versions import PATCHED_SETTING, new_enough, safe_version, version_of


def installed_engine(search_path: str, progress: Progress, patched: str = "") -> Engine | None:
    """Find the `asterisk` on `search_path` (or in the system's sbin folders), if it is new enough and complete.

    `patched`: the version from which on its branch has the fixes of newer versions; see `patched_version`.
    """
    program = installed_program("asterisk", search_path)
    if program is None:
        return None
    version = version_of((str(program),))
    modules = first_with("res_pjsip.so", module_folders(program))
    data = first_with("documentation/core-en_US.xml", data_folders(program))
    if version is None or modules is None or data is None or missing_in(modules, REQUIRED_MODULES):
        progress(f"Engine: {program} is not used: it is not complete.")
        return None
    if not new_enough(version, patched):
        progress(
            f"Engine: {program} is not used: {version} is older than {safe_version(version)}. If your distribution "
            f"has mended CVE-2026-57191 in it, say so: {PATCHED_SETTING}={version}"
        )
        return None
    return Engine((str(program),), version, modules, data)


def data_folders(program: Path) -> list[Path]:
    """List the folders in which an installation with this program can keep sounds and documentation."""
    return [program.parent.parent / "share/asterisk", Path("/var/lib/asterisk")]
