"""The spoken texts (`prompts/pl.tsv`, `prompts/en.tsv`) and the rendered files (`asterisk/sounds/manifest.tsv`)."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

TOP = Path(__file__).resolve().parents[1]
TEXTS = TOP / "prompts"
SOUNDS = TOP / "asterisk/sounds"
MANIFEST = SOUNDS / "manifest.tsv"
LANGUAGES = ("pl", "en")
CODINGS = ("alaw", "g722")
"""Narrowband (8 kHz) and wideband (16 kHz); both have 8000 bytes a second."""


class BadTexts(Exception):
    """The texts cannot be rendered; the message says which line is wrong."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """A line of the manifest: the text that was spoken and the SHA-256 of its files, by coding."""

    text: str
    digests: Mapping[str, str]


def read_texts(language: str) -> dict[str, str]:
    """Read name -> text of one language, in the order of the file. Raises BadTexts."""
    texts: dict[str, str] = {}
    path = TEXTS / f"{language}.tsv"
    for number, line in enumerate(path.read_text().splitlines(), 1):
        name, tab, text = line.partition("\t")
        if not name or not tab or not text.strip() or "\t" in text or name in texts:
            raise BadTexts(f"{path.name}, line {number}: a name that is not there yet, a tab and a text are needed.")
        texts[name] = text
    return texts


def read_all_texts() -> dict[str, str]:
    """Read `<language>/<name>` -> text of all languages. Raises BadTexts unless they have the same names."""
    by_language = {language: read_texts(language) for language in LANGUAGES}
    every = set().union(*by_language.values())
    for language, texts in by_language.items():
        if missing := sorted(every - set(texts)):
            raise BadTexts(f"{language}.tsv lacks {', '.join(missing)}.")
    return {f"{language}/{name}": text for language, texts in by_language.items() for name, text in texts.items()}


def read_manifest() -> dict[str, Rendered]:
    """Read `<language>/<name>` -> the rendered text and files; empty without a manifest."""
    if not MANIFEST.exists():
        return {}
    rows = (line.split("\t") for line in MANIFEST.read_text().splitlines())
    return {file: Rendered(text, dict(zip(CODINGS, digests, strict=True))) for file, *digests, text in rows}


def write_manifest(rendered: Mapping[str, Rendered]) -> None:
    """Write a line for each prompt: file without ending, SHA-256 of each coding, text."""
    rows = ([file, *(row.digests[coding] for coding in CODINGS), row.text] for file, row in rendered.items())
    MANIFEST.write_text("".join("\t".join(row) + "\n" for row in rows))


def sound_file(file: str, coding: str) -> Path:
    """Return the path of `<language>/<name>`. Not `with_suffix`: a name can have a dot."""
    return SOUNDS / f"{file}.{coding}"


def digests_of(file: str) -> dict[str, str]:
    """Return the SHA-256 of the files of a prompt that exist."""
    paths = {coding: sound_file(file, coding) for coding in CODINGS}
    return {coding: hashlib.sha256(path.read_bytes()).hexdigest() for coding, path in paths.items() if path.exists()}


def is_current(file: str, text: str, rendered: Mapping[str, Rendered]) -> bool:
    """Tell whether this text has been rendered and its files have not been touched since."""
    row = rendered.get(file)
    return row is not None and row.text == text and row.digests == digests_of(file)
