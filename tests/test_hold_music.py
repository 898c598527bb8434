"""The bundled music on hold: as the score says, at a level for telephones, without a seam, and its silence silent."""

import math
from itertools import pairwise
from pathlib import Path

from centralka.engine.data import TEMPLATES
from prompts.hold_music import BEAT, BEATS_A_CHORD, CHORDS, score
from tests.test_sounds import decibels, linear

FOLDER = TEMPLATES / "hold-music"
ALAW_A_SECOND = 8000


def samples(name: str) -> list[int]:
    return [linear(octet) for octet in (FOLDER / name / f"{name}.alaw").read_bytes()]


def rms(values: list[int]) -> float:
    return math.sqrt(sum(value * value for value in values) / len(values)) / 32768


def test_it_is_as_long_as_the_score_in_both_codings() -> None:
    seconds = len(CHORDS) * BEATS_A_CHORD * BEAT
    for coding in ("alaw", "g722"):
        assert abs((FOLDER / f"music/music.{coding}").stat().st_size / ALAW_A_SECOND - seconds) < 0.1
    assert max(note.at for note in score()) < len(CHORDS) * BEATS_A_CHORD


def test_it_is_a_little_below_speech_and_never_near_the_limit() -> None:
    music = samples("music")
    assert -24 < decibels(rms(music)) < -18
    assert max(abs(value) for value in music) / 32768 < 0.9


def test_nobody_hears_a_seam_or_a_hole() -> None:
    """The step from its end to its beginning is like any other, and there is something in each second."""
    music = samples("music")
    steps = sorted(abs(after - before) for before, after in pairwise(music))
    assert abs(music[0] - music[-1]) <= steps[-1]
    parts = [music[at : at + ALAW_A_SECOND] for at in range(0, len(music) - ALAW_A_SECOND, ALAW_A_SECOND)]
    assert min(decibels(rms(part)) for part in parts) > -32


def test_silence_is_silent() -> None:
    assert max(abs(value) for value in samples("silence")) <= 8


def test_its_licence_is_told() -> None:
    assert "prompts/hold_music.py" in (TEMPLATES / "sounds/LICENCES.md").read_text()
    assert "prompts/hold_music.py" in (Path(TEMPLATES).parent / "NOTICE").read_text()
