"""Test tones and what a recording of them holds: how loud, how long, and which tone.

Each phone of a story sends a tone of its own, so a recording tells who was heard. Levels are dBFS of the root mean
square: a full-scale sine is -3, a phone of ours sends -15, silence is -99. Times are seconds. Standard library only.

Recordings are read while they are still being written: their header then claims that they are empty, so the samples up
to the end of the file count.
"""

import array
import cmath
import math
import struct
import sys
import wave
from functools import lru_cache
from operator import add, mul, sub
from pathlib import Path

SILENCE_DBFS = -99.0
FRAME_SECONDS = 0.02
WINDOW = 4096  # samples of one spectrum; 2 Hz a step at 8 kHz
MAX_WINDOWS = 8


def make_tone(path: Path, hz: float, seconds: float = 300, dbfs: float = -15.0, rate: int = 8000) -> Path:
    """Write a mono WAV with a sine of `hz`; a whole number, so that the repeated second has no seam."""
    if hz != int(hz):
        raise ValueError(f"a tone has a whole number of Hz, not {hz}")
    peak = 32767 * math.sqrt(2) * 10 ** (dbfs / 20)
    second = array.array("h", (round(peak * math.sin(2 * math.pi * hz * i / rate)) for i in range(rate)))
    write_wav(path, second, seconds, rate)
    return path


def make_silence(path: Path, seconds: float = 300, rate: int = 8000) -> Path:
    """Write a mono WAV of digital silence."""
    write_wav(path, array.array("h", bytes(2 * rate)), seconds, rate)
    return path


def write_wav(path: Path, second: "array.array[int]", seconds: float, rate: int) -> None:
    """Write `second` (one second of samples) repeated to the wanted length."""
    if sys.byteorder == "big":
        second.byteswap()
    whole, rest = divmod(round(seconds * rate), rate)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(second.tobytes() * whole + second[:rest].tobytes())


def duration(path: Path) -> float:
    """Seconds of sound in the file so far; take it before an event to look only at what came after (`start`)."""
    rate, samples = read(path)
    return len(samples) / rate


def level_dbfs(path: Path, start: float = 0.0) -> float:
    """Loudness (RMS) from `start` to the end; -99 for silence or nothing."""
    return dbfs(after(path, start)[1])


def seconds_of_sound(path: Path, threshold: float = -40.0, start: float = 0.0) -> float:
    """Return for how long it was louder than `threshold` dBFS, in frames of 20 ms."""
    rate, samples = after(path, start)
    return len(loud_frames(rate, samples, threshold)) * FRAME_SECONDS


def dominant_hz(path: Path, start: float = 0.0, threshold: float = -40.0) -> float | None:
    """The strongest tone from `start` on, within about 2 Hz at 8 kHz; None before half a second of sound is there."""
    rate, powers = spectrum_of(path, start, threshold)
    return powers.index(max(powers)) * rate / WINDOW if powers else None


def hears(path: Path, hz: float, start: float = 0.0) -> bool:
    """Tell whether the strongest tone from `start` on is `hz` (codecs and the spectrum's steps leave 5 Hz of doubt)."""
    found = dominant_hz(path, start)
    return found is not None and abs(found - hz) <= 5


def hears_only(path: Path, hz: float, start: float = 0.0, share: float = 0.6) -> bool:
    """Tell whether `hz` has this share of all power from `start` on. A spoken vowel can be strongest at any tone, too,
    but never has so much in 16 Hz."""
    rate, powers = spectrum_of(path, start)
    near = round((hz - 8) * WINDOW / rate), round((hz + 8) * WINDOW / rate) + 1
    return sum(powers[slice(*near)]) > share * sum(powers)


# --- reading ----------------------------------------------------------------------------------------------------------


def read(path: Path) -> tuple[int, "array.array[int]"]:
    """Sampling rate and samples of a mono 16-bit WAV, also of one that is still being written.

    A file that does not exist yet or has no complete header yet is empty. Raises ValueError for any other kind of file.
    """
    data = path.read_bytes() if path.exists() else b""
    chunks = dict(wav_chunks(data))
    if b"data" not in chunks or b"fmt " not in chunks:
        return 8000, array.array("h")
    kind, channels, rate, _, _, bits = struct.unpack_from("<HHIIHH", chunks[b"fmt "])
    # 0xFFFE: "extensible", the same samples behind a longer header
    if kind not in (1, 0xFFFE) or channels != 1 or bits != 16:
        raise ValueError(f"{path} is not a mono 16-bit WAV")
    sound = chunks[b"data"]
    samples: array.array[int] = array.array("h", sound[: len(sound) // 2 * 2])
    if sys.byteorder == "big":
        samples.byteswap()
    return rate, samples


def wav_chunks(data: bytes) -> list[tuple[bytes, bytes]]:
    """The RIFF chunks (name, content); `data` goes to the end of the file, because its length is written last."""
    chunks = []
    at = 12
    while at + 8 <= len(data):
        name, size = data[at : at + 4], struct.unpack_from("<I", data, at + 4)[0]
        end = len(data) if name == b"data" else at + 8 + size
        chunks.append((name, data[at + 8 : end]))
        at = end + size % 2
    return chunks


def after(path: Path, start: float) -> tuple[int, "array.array[int]"]:
    """Sampling rate and the samples from `start` seconds on."""
    rate, samples = read(path)
    return rate, samples[round(start * rate) :]


# --- measuring --------------------------------------------------------------------------------------------------------


def dbfs(samples: "array.array[int]") -> float:
    """RMS level of samples."""
    if not samples:
        return SILENCE_DBFS
    power = sum(sample * sample for sample in samples) / len(samples)
    return max(SILENCE_DBFS, 10 * math.log10(power / 32768**2)) if power else SILENCE_DBFS


def loud_frames(rate: int, samples: "array.array[int]", threshold: float) -> list["array.array[int]"]:
    """The whole frames of 20 ms that are louder than `threshold`."""
    size = round(rate * FRAME_SECONDS)
    frames = (samples[at : at + size] for at in range(0, len(samples) - size + 1, size))
    return [frame for frame in frames if dbfs(frame) > threshold]


def spectrum_of(path: Path, start: float, threshold: float = -40.0) -> tuple[int, list[float]]:
    """The sampling rate, and the power per step of what is loud from `start` on; none before half a second is there."""
    rate, samples = after(path, start)
    sound: array.array[int] = array.array("h")
    for frame in loud_frames(rate, samples, threshold):
        sound.extend(frame)
    return rate, [] if len(sound) < WINDOW else summed_spectrum(sound)


def summed_spectrum(sound: "array.array[int]") -> list[float]:
    """Power per step of `rate / WINDOW` Hz, added up over windows spread evenly (a few are enough for a tone)."""
    windows = min(MAX_WINDOWS, len(sound) // WINDOW)
    step = (len(sound) - WINDOW) // max(1, windows - 1)
    powers = [0.0] * (WINDOW // 2)
    for at in range(0, windows * step or 1, step or 1):
        spectrum = fourier(list(map(complex, sound[at : at + WINDOW])))
        powers = [power + abs(value) ** 2 for power, value in zip(powers, spectrum, strict=False)]
    return powers


def fourier(values: list[complex]) -> list[complex]:
    """The discrete Fourier transform (Cooley and Tukey); the length is a power of two."""
    size = len(values)
    if size == 1:
        return values
    if size == 2:
        return [values[0] + values[1], values[0] - values[1]]
    even, odd = fourier(values[0::2]), fourier(values[1::2])
    turned = list(map(mul, roots(size), odd))
    return [*map(add, even, turned), *map(sub, even, turned)]


@lru_cache
def roots(size: int) -> list[complex]:
    """The turns of a transform of `size` values: polls ask for the same ones all the time."""
    return [cmath.exp(-2j * math.pi * k / size) for k in range(size // 2)]
