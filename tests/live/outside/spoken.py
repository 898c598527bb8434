"""Recognize the announcement that a phone heard: the ups and downs of its loudness are compared with those of the sound
file."""

import array
import functools
import itertools
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
BLOCK = 10
"""Pieces that are looked for together, 0.4 s."""
MAY_SLIP = 8
"""Hops by which a block can be earlier or later than the one before it tells: where a busy machine loses packets, the
rest of the announcement comes earlier, and where the phone fills a gap, later."""
FAR_OFF = 20.0
"""Decibels: a piece that is further off (a lost packet is silence) counts no more than this."""
ALIKE = 0.88
"""Of the announcement's ups and downs, so much has to be there. On a busy machine it is 0.95 and more. Different
announcements stay below 0.85, unless they are shorter than two seconds or the longer one begins with the same words; so
nothing is found in a recording that is too short for it."""
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
    """The part of the announcement's ups and downs that is in the recording: 1 if all, 0 or less if another one is."""
    wanted = loudness(announcement(prompt, language))
    hops = powers(sound.read(recording)[1])
    if len(hops) < HOPS * (len(wanted) - END_MAY_BE_LOST):
        return 0.0
    hops += [0.0] * HOPS * END_MAY_BE_LOST
    heard = [decibels(sum(hops[at : at + HOPS]) / HOPS) for at in range(len(hops) - HOPS + 1)]
    mean = sum(wanted) / len(wanted)
    return 1 - distance(heard, wanted) / sum((piece - mean) ** 2 for piece in wanted)


def distance(heard: list[float], wanted: list[float]) -> float:
    """Squared decibels between the announcement and what is most like it, block after block. `heard`: at each hop."""
    blocks = [wanted[at : at + BLOCK] for at in range(0, len(wanted), BLOCK)]
    least = [off_by(heard, blocks[0], at) for at in range(len(heard))]
    for block in blocks[1:]:
        least = [cheapest_before(least, at) + off_by(heard, block, at) for at in range(len(heard))]
    return min(least)


def cheapest_before(least: list[float], at: int) -> float:
    """Return what the blocks before one that begins at the hop `at` cost at least; infinite if they have no room."""
    due = at - BLOCK * HOPS
    return min(least[max(0, due - MAY_SLIP) : max(0, due + MAY_SLIP + 1)], default=math.inf)


def off_by(heard: list[float], block: list[float], at: int) -> float:
    """Squared decibels between a block and what was heard from the hop `at` on; after the end there is silence."""
    found = itertools.chain(heard[at::HOPS], itertools.repeat(_FLOOR_DBFS))
    return sum(min(FAR_OFF, abs(piece - other)) ** 2 for piece, other in zip(block, found, strict=False))


@functools.cache
def announcement(prompt: str, language: str) -> list[float]:
    """The powers of its hops."""
    return powers(array.array("h", (ALAW[byte] for byte in (SOUNDS / language / f"{prompt}.alaw").read_bytes())))


def powers(samples: "array.array[int]") -> list[float]:
    """Of each hop, between 0 and 1."""
    starts = range(0, len(samples) - HOP + 1, HOP)
    return [sum(sample * sample for sample in samples[at : at + HOP]) / HOP / 32768**2 for at in starts]


def loudness(hops: list[float]) -> list[float]:
    """dBFS of each piece."""
    return [decibels(sum(hops[at : at + HOPS]) / HOPS) for at in range(0, len(hops) - HOPS + 1, HOPS)]


def decibels(power: float) -> float:
    """Relative to full scale; whatever is below -60 counts as that."""
    return max(_FLOOR_DBFS, 10 * math.log10(power)) if power else _FLOOR_DBFS


def from_alaw(byte: int) -> int:
    """One sample of A-law, as telephone networks carry it, with 16 bits (ITU-T G.711)."""
    byte ^= 0x55
    exponent, mantissa = (byte & 0x70) >> 4, byte & 0x0F
    magnitude = (mantissa << 4) + 8 if exponent == 0 else ((mantissa << 4) + 0x108) << (exponent - 1)
    return magnitude if byte & 0x80 else -magnitude


ALAW = [from_alaw(byte) for byte in range(256)]
