"""The bundle: an Asterisk in a folder of ours, with its own libc."""

import json
import platform
from pathlib import Path

from centralka.debian.errors import ProgramUnavailable

from .engine import Engine
from .versions import new_enough, version_of


def bundled_engine(engine_dir: Path) -> Engine | None:
    """Find the finished bundle in `engine_dir`; None: there is none. A manifest is the proof that it is complete."""
    root = engine_dir / "bundle"
    try:
        manifest = json.loads((root / "manifest.json").read_text())
        version, machine = manifest["version"], manifest["machine"]
    except (FileNotFoundError, NotADirectoryError, json.JSONDecodeError, KeyError, TypeError):
        return None
    if machine != platform.machine() or not new_enough(version):
        return None
    return Engine(bundle_command(root), version, root / "modules", root / "share")


def bundle_command(root: Path) -> tuple[str, ...]:
    """Return the command that starts the bundle's Asterisk with its own loader and libraries.

    Raises ProgramUnavailable when the loader is missing.
    """
    loader = next(iter(sorted((root / "lib").glob("ld-*"))), None)
    if loader is None:
        raise ProgramUnavailable(f"The engine in {root} is incomplete; remove that folder and start again.")
    return (str(loader), "--library-path", str(root / "lib"), str(root / "sbin/asterisk"))


def write_manifest(bundle: Path) -> None:
    """Start the new engine once to learn its version, and write that down. Raises ProgramUnavailable."""
    version = version_of(bundle_command(bundle))
    if version is None:
        raise ProgramUnavailable(
            f"The fetched engine does not start in {bundle.parent.parent} (is it mounted noexec?)."
        )
    (bundle / "manifest.json").write_text(json.dumps({"version": version, "machine": platform.machine()}) + "\n")
