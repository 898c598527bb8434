"""Speak each text that is new or changed, and write the manifest (`make prompts`). Nothing new: nothing is fetched."""

import sys
from collections.abc import Mapping
from pathlib import Path

from centralka.debian.errors import ProgramUnavailable
from centralka.engine.fetching import find_engine

from .coder import RATES, Coder, NotCoded, running_coder
from .level import levelled, tone, tone_in
from .texts import (
    CODINGS,
    LANGUAGES,
    SOUNDS,
    BadTexts,
    Rendered,
    digests_of,
    is_current,
    read_all_texts,
    read_manifest,
    sound_file,
    write_manifest,
)
from .voice import Voice, VoiceUnavailable, find_voice

TOLD_EVERY = 50


def main(arguments: list[str]) -> int:
    """Run `python -m prompts ENGINE_FOLDER VOICE_FOLDER`; engine and voice are there, or are fetched there."""
    if len(arguments) != 2:
        print("usage: python -m prompts ENGINE_FOLDER VOICE_FOLDER", file=sys.stderr)
        return 2
    try:
        bring_up_to_date(Path(arguments[0]), Path(arguments[1]))
    except (BadTexts, VoiceUnavailable, ProgramUnavailable, NotCoded) as problem:
        print(problem, file=sys.stderr)
        return 1
    return 0


def bring_up_to_date(engine_folder: Path, voice_folder: Path) -> None:
    """Render prompts that are not current, remove files that have no text any more."""
    texts, rendered = read_all_texts(), read_manifest()
    stale = {file: text for file, text in texts.items() if not is_current(file, text, rendered)}
    if stale:
        voice = find_voice(voice_folder.absolute(), tell)
        with running_coder(find_engine(engine_folder, tell)) as coder:
            render(stale, voice, coder)
    remove_others(texts)
    write_manifest({file: Rendered(text, digests_of(file)) for file, text in texts.items()})
    tell(f"Prompts: {len(stale)} rendered, {len(texts) - len(stale)} as they were.")


def render(texts: Mapping[str, str], voice: Voice, coder: Coder) -> None:
    """Speak each text in both codings."""
    for number, (file, text) in enumerate(texts.items()):
        if number % TOLD_EVERY == 0:
            tell(f"Prompts: {number} of {len(texts)}.")
        for coding in CODINGS:
            render_one(file, text, coding, voice, coder)


def render_one(file: str, text: str, coding: str, voice: Voice, coder: Coder) -> None:
    """Speak one text in one coding."""
    rate = RATES[coding]
    sine = tone_in(text)
    samples = tone(*sine, rate) if sine else voice.speak(text, file.partition("/")[0], rate)
    if not samples:
        raise NotCoded(f"The voice said nothing for {file}.")
    coder.code(levelled(samples, rate), coding, sound_file(file, coding))


def remove_others(texts: Mapping[str, str]) -> None:
    """Remove sound files for which there is no text."""
    wanted = {sound_file(file, coding) for file in texts for coding in CODINGS}
    for language in LANGUAGES:
        for path in (SOUNDS / language).rglob("*.*"):
            if path.is_file() and path not in wanted:
                path.unlink()


def tell(line: str) -> None:
    """Write a line for the person at the terminal."""
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
