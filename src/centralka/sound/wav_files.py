"""Read and write speech as WAV files of 16-bit samples, one channel; also where a header lies or is not finished."""

import enum
import io
import itertools
import wave
from collections.abc import Iterator
from dataclasses import dataclass

RECORDING_RATE = 8000
"""Samples a second of the engine's recordings."""
_SAMPLE = 2
"""Bytes."""
_PCM = (0x0001, 0xFFFE)
"""Format tags of plain samples: the old one, and "see the extension"."""
_RATES = range(4000, 192_001)
_HEADER = 44
_MOST_CHUNKS = 100


class AudioProblem(enum.Enum):
    """The reason for which a file was refused."""

    EMPTY = "empty"
    NOT_AUDIO = "not_audio"
    TOO_BIG = "too_big"
    TOO_LONG = "too_long"
    TOO_SHORT = "too_short"
    BROKEN = "broken"
    """It begins like sound, but nothing of it can be decoded."""
    WRONG_FORMAT = "wrong_format"
    """Sound, but neither WAV nor MP3."""


class NotAudio(Exception):
    """A file that cannot be used as sound, and why."""

    def __init__(self, problem: AudioProblem) -> None:
        self.problem = problem
        super().__init__(problem.value)


@dataclass(frozen=True, slots=True)
class Sound:
    """`samples`: 16 bit, little-endian, one channel; `rate`: how many of them make a second."""

    samples: bytes
    rate: int

    @property
    def seconds(self) -> float:
        return len(self.samples) / _SAMPLE / self.rate


def is_wav(file: bytes) -> bool:
    return file[:4] in (b"RIFF", b"RF64") and file[8:12] == b"WAVE"


def wav_of(sound: Sound) -> bytes:
    """Write the sound as a WAV file with a right header."""
    target = io.BytesIO()
    with wave.open(target, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(_SAMPLE)
        file.setframerate(sound.rate)
        file.writeframes(sound.samples)
    return target.getvalue()


def read_wav(wav: bytes) -> Sound:
    """Read a WAV file of ours. Raises NotAudio (broken) if it is none, or not 16 bit and one channel."""
    if (sound := _sound_in(wav)) is None:
        raise NotAudio(AudioProblem.BROKEN)
    return sound


def wav_seconds(wav: bytes) -> float:
    """Return the seconds that a WAV file of ours really has, whatever its header says. Raises NotAudio (broken)."""
    return read_wav(wav).seconds


def repaired_wav(pcm_or_broken: bytes) -> bytes:
    """Give a right header to a recording that was cut off: a WAV file, or bare 16-bit samples at RECORDING_RATE."""
    return wav_of(_sound_in(pcm_or_broken) or _bare(pcm_or_broken))


def plain_wav(file: bytes) -> bytes:
    """Keep the sound, however it is coded, with right lengths and without any other part. Raises NotAudio (broken).

    Titles and the like are left to no parser: a title that says it has 2 GB would take 2 GB of memory in FFmpeg.
    """
    kind, data = _chunk(file, b"fmt "), _data(file)
    if kind is None or data is None:
        raise NotAudio(AudioProblem.BROKEN)
    parts = _part(b"fmt ", file[kind[0] : sum(kind)]) + _part(b"data", file[data[0] : _end(file, *data)])
    return _part(b"RIFF", b"WAVE" + parts)


def _part(name: bytes, content: bytes) -> bytes:
    return name + len(content).to_bytes(4, "little") + content + bytes(len(content) % 2)


def _sound_in(file: bytes) -> Sound | None:
    """Find the sound in a WAV file; None if it is none, or not of 16 bit and one channel."""
    if not is_wav(file) or (rate := _rate(file)) is None or (data := _data(file)) is None:
        return None
    start, length = data
    return Sound(_whole(file[start : _end(file, start, length)]), rate)


def _bare(file: bytes) -> Sound:
    return Sound(_whole(file[_HEADER:] if is_wav(file) else file), RECORDING_RATE)


def _whole(samples: bytes) -> bytes:
    """Drop the half sample at which a writer was stopped."""
    return samples[: len(samples) // _SAMPLE * _SAMPLE]


def _chunks(file: bytes) -> Iterator[tuple[bytes, int, int]]:
    """List the parts of a WAV file: name, start, and declared length."""
    at = 12
    while at + 8 <= len(file):
        length = int.from_bytes(file[at + 4 : at + 8], "little")
        yield file[at : at + 4], at + 8, length
        at += 8 + length + length % 2


def _chunk(file: bytes, wanted: bytes) -> tuple[int, int] | None:
    """Find start and declared length of a part; a hostile file with very many parts is not searched to its end."""
    parts = itertools.islice(_chunks(file), _MOST_CHUNKS)
    return next(((start, length) for name, start, length in parts if name == wanted), None)


def _data(file: bytes) -> tuple[int, int] | None:
    return _chunk(file, b"data")


def _rate(file: bytes) -> int | None:
    """Read the samples a second; None if they are not of 16 bit and one channel."""
    if (found := _chunk(file, b"fmt ")) is None:
        return None
    tag, channels, rate, bits = (
        int.from_bytes(file[found[0] + at : found[0] + at + size], "little")
        for at, size in ((0, 2), (2, 2), (4, 4), (14, 2))
    )
    return rate if tag in _PCM and (channels, bits) == (1, 8 * _SAMPLE) and rate in _RATES else None


def _end(file: bytes, start: int, length: int) -> int:
    """Find the end of the sound: where the header says if that can be, else at the end of the file.

    A recorder writes the length when it ends; until then it is 0, or the length at the last time it was written.
    """
    end = start + length
    return end if length and end <= len(file) and _goes_on(file, end + length % 2) else len(file)


def _goes_on(file: bytes, at: int) -> bool:
    """Tell whether the file ends at `at`, or another part of it starts there."""
    name, length = file[at : at + 4], int.from_bytes(file[at + 4 : at + 8], "little")
    return len(file) < at + 8 or (name.isascii() and name.decode().isprintable() and at + 8 + length <= len(file) + 1)
