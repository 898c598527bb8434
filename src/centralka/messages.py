"""Translations: compiles all `.po` files of the source tree into one catalogue per language, in the home folder.

Nothing is written into the source tree, and no gettext tools are needed on the machine.
"""

from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.utils.translation.reloader import translation_file_changed

from .files import write_whole

SOURCE = Path(__file__).resolve().parent


def compile_messages(folder: Path) -> None:
    """Make `<folder>/<language>/LC_MESSAGES/django.mo` where a `.po` file is newer."""
    for language, sources in _sources().items():
        target = folder / language / "LC_MESSAGES" / "django.mo"
        if not target.exists() or target.stat().st_mtime < max(source.stat().st_mtime for source in sources):
            _compile(language, sources, target)
            translation_file_changed(None, target)  # so what was loaded before is loaded anew


def _sources() -> dict[str, list[Path]]:
    found: dict[str, list[Path]] = {}
    for source in sorted(SOURCE.rglob("locale/*/LC_MESSAGES/django.po")):
        found.setdefault(source.parts[-3], []).append(source)
    return found


def _compile(language: str, sources: list[Path], target: Path) -> None:
    merged = Catalog(locale=language)
    for source in sources:
        with source.open("rb") as file:
            for message in read_po(file, locale=language):
                if message.id and message.string and not message.fuzzy:
                    merged[message.id] = message
    target.parent.mkdir(parents=True, exist_ok=True)
    compiled = BytesIO()
    write_mo(compiled, merged)
    write_whole(target, compiled.getvalue())
