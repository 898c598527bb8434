"""Programs and bundles as they lie on a disk, empty inside."""

import json
import platform
from pathlib import Path

from centralka.debian.recipe import Recipe


def program(path: Path, text: str) -> Path:
    """An executable shell script."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


def make_bundle(recipe: Recipe, folder: Path, version: str, machine: str | None = None) -> None:
    """A finished bundle, whose files are empty."""
    for name in ("lib", "modules"):
        (folder / "bundle" / name).mkdir(parents=True)
    (folder / "bundle/lib/ld-linux-any.so.1").touch()
    for name in recipe.required_modules:
        (folder / f"bundle/modules/{name}.so").touch()
    for name in recipe.opened_later:
        (folder / "bundle/lib" / name.replace("*", ".so")).touch()
    manifest = {"version": version, "machine": machine or platform.machine()}
    (folder / "bundle/manifest.json").write_text(json.dumps(manifest))
