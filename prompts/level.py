"""Make samples equally loud, and make tones. Samples are 16 bit, one channel, at `rate` Hz."""

import math
import re
from array import array
from typing import TypeAlias

Samples: TypeAlias = "array[int]"

FULL = 32767
LOUDNESS = 10 ** (-20 / 20)
"""RMS of each prompt between its first and last sound, as a share of full scale: -20 dBFS."""
HIGHEST = 0.8
BEFORE, AFTER = 0.04, 0.10
"""Seconds of silence around a prompt: a short gap when several are played as one sentence."""
FADE = 0.01


def tone_in(text: str) -> tuple[float, float] | None:
    """Read Hz and seconds from a text such as `<tone 1000 Hz 0.3 s>`; None for words."""
    found = re.fullmatch(r"<tone (\d+) Hz ([\d.]+) s>", text)
    return (float(found[1]), float(found[2])) if found else None


def tone(hertz: float, seconds: float, rate: int) -> Samples:
    """Make a sine that fades in and out, so that it does not click."""
    count = round(seconds * rate)
    fade = FADE * rate

    def sample(at: int) -> int:
        edge = min(1.0, at / fade, (count - 1 - at) / fade)
        return round(FULL / 2 * edge * math.sin(2 * math.pi * hertz * at / rate))

    return array("h", (sample(at) for at in range(count)))


def levelled(samples: Samples, rate: int) -> Samples:
    """Bring samples to LOUDNESS, but no peak above HIGHEST, and put silence around them."""
    rms = math.sqrt(sum(sample * sample for sample in samples) / len(samples)) / FULL
    peak = max(max(samples), -min(samples)) / FULL
    gain = min(LOUDNESS / rms, HIGHEST / peak)
    silence_before, silence_after = (array("h", bytes(2 * round(seconds * rate))) for seconds in (BEFORE, AFTER))
    return silence_before + array("h", (round(sample * gain) for sample in samples)) + silence_after
