"""Prepare the data in the engine's own folders: sounds and music."""

import os
from collections.abc import Mapping
from pathlib import Path

from centralka.store.realtime import OWN_MUSIC_FOLDER

from .documentation import names_only
from .engine_settings import PRIVATE_DIR, EngineSettings

TEMPLATES = Path(__file__).resolve().parents[3] / "asterisk"


def link_data(settings: EngineSettings) -> None:
    """Link the engine's own data, our sounds in the place of its own, and music into the one folder where it looks."""
    ours = {
        "sounds": TEMPLATES / "sounds",
        "hold-music": TEMPLATES / "hold-music",
        OWN_MUSIC_FOLDER: settings.own_hold_music,
    }
    link_own_data(settings, ours)


def link_own_data(settings: EngineSettings, ours: Mapping[str, Path]) -> None:
    """Link the engine's own data, of its documentation the names alone, and ours.

    A running engine may read there: a link that is right stays, and another one is replaced at once.
    """
    shown = {**{path.name: path for path in settings.engine.data_dir.iterdir()}, **ours}
    if documentation := shown.get("documentation"):
        shown["documentation"] = names_only(documentation, settings.engine_dir / "documentation")
    settings.data.mkdir(exist_ok=True, mode=PRIVATE_DIR)
    for name, path in shown.items():
        link(settings.data / name, path)
    for old in settings.data.iterdir():
        if old.name not in shown:
            old.unlink()


def link(path: Path, target: Path) -> None:
    """Make `path` a link to `target`, at once: a reader finds the old link or the new one."""
    if path.is_symlink() and path.readlink() == target:
        return
    new = path.with_name(f".{path.name}.new")
    new.unlink(missing_ok=True)
    new.symlink_to(target)
    os.replace(new, path)
