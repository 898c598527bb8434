"""Convert sound, bytes to bytes: check and level uploaded greetings, make messages fit for mail and browser.

FFmpeg is loaded by the first conversion (`ffmpeg.py`): that takes 0.2 s of a processor, and most processes need none.
"""

from .kept import MAX_BYTES, MAX_SECONDS, Greeting
from .wav_files import AudioProblem, NotAudio, repaired_wav, wav_seconds

__all__ = [
    "MAX_BYTES",
    "MAX_SECONDS",
    "AudioProblem",
    "Greeting",
    "NotAudio",
    "for_engine",
    "greeting_wav",
    "mp3",
    "repaired_wav",
    "wav_seconds",
]


def greeting_wav(upload: bytes) -> Greeting:
    """Turn an uploaded WAV or MP3 file into a greeting as we keep it. Raises NotAudio."""
    from . import ffmpeg

    return ffmpeg.greeting_wav(upload)


def for_engine(wav: bytes) -> dict[str, bytes]:
    """Turn a greeting (16 bit, one channel) into the engine's sound files, by their ending. Raises NotAudio."""
    from . import ffmpeg

    return ffmpeg.for_engine(wav)


def mp3(wav: bytes, title: str) -> bytes:
    """Turn a recorded message into a small MP3 file: 32 kbit/s, 16 kHz, for every telephone. Raises NotAudio."""
    from . import ffmpeg

    return ffmpeg.mp3(wav, title)
