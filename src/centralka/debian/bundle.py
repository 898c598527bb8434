"""The bundle: a program in a folder of ours, with its own libc."""

import json
import platform
from dataclasses import dataclass
from pathlib import Path

from .errors import ProgramUnavailable
from .recipe import Recipe


@dataclass(frozen=True)
class Bundle:
    """A finished bundle; `command` is the prefix that starts its program."""

    root: Path
    command: tuple[str, ...]
    version: str


def finished_bundle(recipe: Recipe, folder: Path) -> Bundle | None:
    """Find the finished bundle in `folder`; None: there is none. A manifest is the proof that it is complete.

    One that was fetched before a module or library became a required one does not count either.
    """
    root = folder / "bundle"
    try:
        manifest = json.loads((root / "manifest.json").read_text())
        version, machine = manifest["version"], manifest["machine"]
    except (FileNotFoundError, NotADirectoryError, json.JSONDecodeError, KeyError, TypeError):
        return None
    if machine != platform.machine() or not recipe.new_enough(version):
        return None
    if missing_in(root / "modules", recipe.required_modules):
        return None
    if not all(any((root / "lib").glob(name)) for name in recipe.opened_later):
        return None
    return Bundle(root, bundle_command(recipe, root), version)


def bundle_command(recipe: Recipe, root: Path) -> tuple[str, ...]:
    """Return the command that starts the bundle's program with its own loader and libraries.

    Raises ProgramUnavailable when the loader is missing.
    """
    loader = next(iter(sorted((root / "lib").glob("ld-*"))), None)
    if loader is None:
        raise ProgramUnavailable(f"The {recipe.product} in {root} is incomplete; remove that folder and start again.")
    return (str(loader), "--library-path", str(root / "lib"), str(root / "sbin" / recipe.program))


def missing_in(module_dir: Path, required: tuple[str, ...]) -> list[str]:
    """List the required modules that `module_dir` lacks."""
    return [name for name in required if not (module_dir / f"{name}.so").exists()]


def write_manifest(recipe: Recipe, bundle: Path) -> None:
    """Start the new program once to learn its version, and write that down. Raises ProgramUnavailable."""
    version = recipe.version_of(bundle_command(recipe, bundle))
    if version is None:
        raise ProgramUnavailable(
            f"The fetched {recipe.product} does not start in {bundle.parent.parent} (is it mounted noexec?)."
        )
    (bundle / "manifest.json").write_text(json.dumps({"version": version, "machine": platform.machine()}) + "\n")
