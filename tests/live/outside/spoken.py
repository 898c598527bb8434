"""Which announcement a phone heard: the ups and downs of its loudness are compared with those of the sound file."""

import array
import functools
import math
from pathlib import Path

from tests.live import sound
from tests.live.office import SOON, gets
from tests.live.phones import Phone, until

SOUNDS = Path(__file__).parents[3] / "asterisk/sounds"
HOP = 80
"""Samples, 10 ms: so exactly the two are laid over each other."""
HOPS = 4
"""In each compared piece, 40 ms: shorter ones would mind every lost packet."""
ALIKE = 0.75
"""Correlation. A busy machine loses packets. Different announcements stay below 0.7, unless they are shorter than two
seconds or the longer one begins with the same words; so nothing is found in a recording that is too short for it."""
END_MAY_BE_LOST = 12
"""Pieces at the end of an announcement that can be lost to the end of the call."""
_FLOOR_DBFS = -60.0


def is_told(phone: Phone, cause: str, prompt: str, language: str = "pl") -> None:
    """The phone's call ends with this cause, after the announcement."""
    gets(phone, cause)
    hears_prompt(phone, prompt, language)


def hears_prompt(phone: Phone, prompt: str, language: str = "pl") -> None:
    """The phone hears, or has heard, this announcement in full."""
    until(lambda: was_heard(phone.heard(), prompt, language), SOON, f"{phone} hears {prompt} in {language}")


def was_heard(recording: Path, prompt: str, language: str = "pl") -> bool:
    """Tell whether the announcement is in the recording, from its beginning to its end."""
    return likeness(recording, prompt, language) > ALIKE


def likeness(recording: Path, prompt: str, language: str = "pl") -> float:
    """The best correlation of the announcement with any part of the recording; 0 if that is too short."""
    wanted = loudness(announcement(prompt, language))
    heard = powers(sound.read(recording)[1])
    if len(heard) < HOPS * (len(wanted) - END_MAY_BE_LOST):
        return 0.0
    heard += [0.0] * HOPS * END_MAY_BE_LOST
    parts = (heard[start : start + HOPS * len(wanted)] for start in range(len(heard) - HOPS * len(wanted) + 1))
    return max((correlation(loudness(part), wanted) for part in parts), default=0.0)


@functools.cache
def announcement(prompt: str, language: str) -> list[float]:
    """The powers of its hops."""
    return powers(array.array("h", (ALAW[byte] for byte in (SOUNDS / language / f"{prompt}.alaw").read_bytes())))


def powers(samples: "array.array[int]") -> list[float]:
    """Of each hop, between 0 and 1."""
    starts = range(0, len(samples) - HOP + 1, HOP)
    return [sum(sample * sample for sample in samples[at : at + HOP]) / HOP / 32768**2 for at in starts]


def loudness(hops: list[float]) -> list[float]:
    """dBFS of each piece; whatever is below -60 counts as that."""
    pieces = (sum(hops[at : at + HOPS]) / HOPS for at in range(0, len(hops) - HOPS + 1, HOPS))
    return [max(_FLOOR_DBFS, 10 * math.log10(piece)) if piece else _FLOOR_DBFS for piece in pieces]


def correlation(one: list[float], other: list[float]) -> float:
    """Pearson's; 0 where one of them never changes."""
    count = len(one)
    mean, mean_of_other = sum(one) / count, sum(other) / count
    one, other = [value - mean for value in one], [value - mean_of_other for value in other]
    size = math.sqrt(sum(value * value for value in one) * sum(value * value for value in other))
    return sum(first * second for first, second in zip(one, other, strict=True)) / size if size else 0.0


def from_alaw(byte: int) -> int:
    """One sample of A-law, as telephone networks carry it, with 16 bits (ITU-T G.711)."""
    byte ^= 0x55
    exponent, mantissa = (byte & 0x70) >> 4, byte & 0x0F
    magnitude = (mantissa << 4) + 8 if exponent == 0 else ((mantissa << 4) + 0x108) << (exponent - 1)
    return magnitude if byte & 0x80 else -magnitude


ALAW = [from_alaw(byte) for byte in range(256)]
