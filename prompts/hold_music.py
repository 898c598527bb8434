"""Compose and play the music on hold, and write it as the engine's sound files (`python -m prompts.hold_music`).

No other author's notes, samples or instruments are in it: the score is below, and each note is a sum of sines. So its
licence is Centralka's own. It ends as it begins, since it is played round and round.
"""

import math
import sys
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from centralka.sound.conversion import for_engine
from centralka.sound.wav_files import Sound, wav_of

TARGET = Path(__file__).resolve().parents[1] / "asterisk/hold-music"
RATE = 16_000
BEAT = 0.68
"""Seconds."""
LOUDNESS = 10 ** (-21 / 20)
"""RMS as a share of full scale: a little below speech, which is at -20 dBFS."""
SILENCE_SECONDS = 10

_PARTIALS = ((1, 1.0, 1.0), (2, 0.28, 1.7), (3, 0.10, 2.6), (4, 0.05, 3.4))
"""Each partial of a note: multiple of its frequency, loudness, how much faster it dies away."""
_HIGHEST = 3_300
"""Hz: the highest frequency that a telephone line carries."""
_ATTACK = 0.012
_LONGEST_NOTE = 3.2

# Semitones above A (220 Hz). Four chords of two bars in D, twice, each with a tune of its own above it.
_D, _B_MINOR, _G, _A = (5, 9, 12, 16), (2, 5, 9, 14), (-2, 2, 5, 10), (0, 4, 7, 12)
CHORDS = (_D, _B_MINOR, _G, _A, _D, _B_MINOR, _G, _A)
BASS = (-7, -10, -14, -12)
TUNES = (
    ((0, 21), (3, 19), (4, 17), (6, 16)),
    ((0, 17), (2, 14), (4, 16), (7, 17)),
    ((0, 19), (3, 17), (4, 14), (6, 10)),
    ((0, 16), (2, 12), (4, 14), (6, 16)),
    ((0, 17), (2, 21), (4, 24), (7, 21)),
    ((0, 21), (3, 19), (4, 17), (7, 14)),
    ((0, 14), (2, 17), (4, 19), (6, 17)),
    ((0, 16), (4, 12)),
)
"""For each chord: beat and semitone."""
BEATS_A_CHORD = 8
_ARPEGGIO = (0, 1, 2, 3, 2, 1, 2, 1)


@dataclass(frozen=True, slots=True)
class Note:
    """`at` and `semitone` as in the score; `loudness` against the others."""

    at: float
    semitone: int
    loudness: float

    @property
    def hertz(self) -> float:
        return float(220 * 2 ** (self.semitone / 12))


def score() -> Iterator[Note]:
    """Yield all notes of one round."""
    for number, chord in enumerate(CHORDS):
        begin = number * BEATS_A_CHORD
        for beat in (0, 4):
            yield Note(begin + beat, BASS[number % len(BASS)], 0.9)
        for step, which in enumerate(_ARPEGGIO):
            yield Note(begin + step, chord[which] - 12, 0.42)
            yield Note(begin + step + 0.5, chord[_ARPEGGIO[(step + 3) % len(_ARPEGGIO)]] - 12, 0.26)
        for beat, semitone in TUNES[number]:
            yield Note(begin + beat, semitone - 12, 0.62)


def music(rate: int = RATE) -> "array[float]":
    """Play one round. A note that still sounds at its end sounds on at its beginning, so that no seam is heard."""
    length = round(len(CHORDS) * BEATS_A_CHORD * BEAT * rate)
    mixed = array("d", bytes(8 * length))
    for note in score():
        start = round(note.at * BEAT * rate)
        for index, value in enumerate(played(note.hertz, rate)):
            mixed[(start + index) % length] += note.loudness * value
    rms = math.sqrt(sum(value * value for value in mixed) / length)
    return array("d", (value * LOUDNESS / rms for value in mixed))


@cache
def played(hertz: float, rate: int) -> "array[float]":
    """Play a note as something between a harp and an electric piano does."""
    partials = [(one * hertz, loud, dies) for one, loud, dies in _PARTIALS if one * hertz < _HIGHEST]

    def value(time: float) -> float:
        fade = min(1.0, time / _ATTACK, (_LONGEST_NOTE - time) / 0.2)
        return fade * sum(
            loud * math.exp(-1.5 * dies * time) * math.sin(2 * math.pi * each * time) for each, loud, dies in partials
        )

    return array("d", (value(index / rate) for index in range(round(_LONGEST_NOTE * rate))))


def in_16_bit(samples: "array[float]") -> bytes:
    """Turn samples into those of a WAV file. Loud moments are rounded off, not cut."""
    return array("h", (round(32767 * math.tanh(value)) for value in samples)).tobytes()


def write(name: str, samples: bytes, target: Path = TARGET) -> None:
    """Write a kind into a folder of its own: the engine plays every file of a folder."""
    (target / name).mkdir(parents=True, exist_ok=True)
    for ending, content in for_engine(wav_of(Sound(samples, RATE))).items():
        (target / name / f"{name}.{ending}").write_bytes(content)


def main() -> None:
    """Write both kinds."""
    write("music", in_16_bit(music()))
    write("silence", bytes(2 * RATE * SILENCE_SECONDS))
    print(f"written to {TARGET}", file=sys.stderr)


if __name__ == "__main__":
    main()
