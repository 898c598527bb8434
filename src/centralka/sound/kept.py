"""Greetings and music as we keep them, and what an upload may be."""

from dataclasses import dataclass

MAX_BYTES = 10 * 1024 * 1024
MAX_SECONDS = 180
MIN_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Greeting:
    """`wav`: 16 bit, one channel, at `ffmpeg.RATE`, its loudest sample at `ffmpeg.PEAK`; `seconds`: its length."""

    wav: bytes
    seconds: float
