"""Convert sound (`conversion.py` says what for).

FFmpeg (by PyAV) reads and writes; of all its formats, only WAV and MP3 are let in, and told by their content.
"""

import functools
import io
import itertools
import math
from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias, cast

import av
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.filter import Graph
from av.packet import Packet

from .kept import MAX_BYTES, MAX_SECONDS, MIN_SECONDS, Greeting
from .wav_files import AudioProblem, NotAudio, Sound, is_wav, plain_wav, read_wav, wav_of

RATE = 16_000
"""Samples a second of a greeting: as many as G.722 carries."""
PEAK = 10 ** (-3 / 20)
"""The loudest sample of a greeting, as a share of full scale: -3 dBFS."""

_LEEWAY = 0.5
"""Seconds: an MP3 encoder pads a file of just three minutes with a little silence."""
_MOST_GAIN = 316.0
"""50 dB. A recording quieter than a whisper is noise, and stays quiet."""
_RATES = range(4_000, 384_001)
_CHANNELS = range(1, 9)
_MOST_BROKEN = 200
"""Pieces of a file that may fail to decode before the rest is left out."""
_MOST_PARTS = 20
"""Files of different rates that may have been joined to one before the rest is left out."""
_MOST_TAGS = 10
_TAG_HEADER = 10
"""Bytes."""

_SAMPLES = ("pcm_u8", "pcm_s16le", "pcm_s24le", "pcm_s32le", "pcm_f32le", "pcm_f64le", "pcm_alaw", "pcm_mulaw")
_CODECS = ("mp3", "adpcm_ima_wav", "adpcm_ms", "adpcm_yamaha", "gsm_ms", *_SAMPLES)
_DECODERS = ("mp3float", *_CODECS)
"""FFmpeg's names of their decoders. No other decoder runs on an upload, also not on pictures beside the sound."""
_OTHER_SOUND = (b"OggS", b"fLaC", b"FORM", b"caff", b"#!AMR", b"\x30\x26\xb2\x75", b"\xff\xf1", b"\xff\xf9", b".snd")
"""The first bytes of Ogg, FLAC, AIFF, CAF, AMR, WMA, AAC and AU files."""
_MP4_SOUND = (b"M4A", b"M4B", b"mp4", b"iso", b"3gp")
"""Kinds of MP4 in which telephones record. Its pictures are of other kinds."""

Samples: TypeAlias = "array[float]"
"""One channel at RATE; full scale is 1."""


def greeting_wav(upload: bytes) -> Greeting:
    """Turn an uploaded WAV or MP3 file into a greeting as we keep it. Raises NotAudio."""
    if not upload:
        raise NotAudio(AudioProblem.EMPTY)
    if len(upload) > MAX_BYTES:
        raise NotAudio(AudioProblem.TOO_BIG)
    sound = Sound(_levelled(_decoded(upload)), RATE)
    return Greeting(wav_of(sound), sound.seconds)


def for_engine(wav: bytes) -> dict[str, bytes]:
    """Turn a greeting (16 bit, one channel) into the engine's sound files, by their ending. Raises NotAudio."""
    sound = _heard(wav)
    return {
        "alaw": _encoded(sound, "alaw", "pcm_alaw", rate=8_000),
        "g722": _encoded(sound, "g722", "g722", rate=16_000),
    }


def mp3(wav: bytes, title: str) -> bytes:
    """Turn a recorded message into a small MP3 file: 32 kbit/s, 16 kHz, which every telephone plays. Raises NotAudio.

    The header may be wrong, as it is after a recording that was cut off. An MP3 of 8 kHz is a later addition to the
    format, which not every player plays.
    """
    title = "".join(letter if letter.isprintable() else " " for letter in title)
    return _encoded(_heard(wav), "mp3", "libmp3lame", rate=16_000, bit_rate=32_000, title=title)


def _heard(wav: bytes) -> Sound:
    sound = read_wav(wav)
    if not sound.samples:
        raise NotAudio(AudioProblem.EMPTY)
    return sound


def _encoded(sound: Sound, kind: str, codec: str, *, rate: int, title: str = "", **settings: Any) -> bytes:
    target = io.BytesIO()
    # Every player reads version 3 of ID3; only MP3 has such an option.
    options = {"id3v2_version": "3"} if title else {}
    with av.open(target, "w", format=kind, container_options=options) as container:
        if title:
            container.metadata["title"] = title
        stream = cast(AudioStream, container.add_stream(codec, rate=rate, layout="mono", **settings))
        for frame in (_frame(sound.samples, "s16", sound.rate), None):
            container.mux(stream.encode(frame))
    return target.getvalue()


def _decoded(upload: bytes) -> Samples:
    """Decode as much as can be, mixed to one channel at RATE. Raises NotAudio."""
    with _opened(upload) as container:
        decoded = _Decoded()
        samples = array("f")
        for frame in _one_channel(decoded.within_limits(_frames(container, _sound_stream(container), decoded))):
            samples.frombytes(bytes(frame.planes[0])[: frame.samples * samples.itemsize])
    decoded.check(samples)
    return samples


@dataclass(slots=True)
class _Decoded:
    """The count so far: decoded seconds, and pieces that could not be decoded."""

    seconds: float = 0.0
    broken: int = 0

    def within_limits(self, frames: Iterable[AudioFrame]) -> Iterator[AudioFrame]:
        """Hand frames on, before they take memory. Raises NotAudio at the first frame that is too much."""
        for frame in frames:
            if frame.sample_rate not in _RATES or frame.layout.nb_channels not in _CHANNELS:
                raise NotAudio(AudioProblem.BROKEN)
            self.seconds += frame.samples / frame.sample_rate
            if self.seconds > MAX_SECONDS + _LEEWAY:
                raise NotAudio(AudioProblem.TOO_LONG)
            yield frame

    def check(self, samples: Samples) -> None:
        """Check that enough was decoded. Raises NotAudio. Samples of float WAV files need not be numbers."""
        if not samples or not math.isfinite(sum(samples)):
            raise NotAudio(AudioProblem.BROKEN)
        if self.seconds < MIN_SECONDS:
            raise NotAudio(AudioProblem.BROKEN if self.broken else AudioProblem.TOO_SHORT)


def _opened(upload: bytes) -> InputContainer:
    """Open the upload as WAV or MP3, with nothing but the sound in it. Raises NotAudio."""
    file = plain_wav(upload) if is_wav(upload) else upload[_tags_end(upload) :]
    options = {"format_whitelist": "wav" if is_wav(upload) else "mp3", "codec_whitelist": ",".join(_DECODERS)}
    try:
        return av.open(io.BytesIO(file), "r", container_options=options, metadata_errors="replace")
    except av.FFmpegError as error:
        raise NotAudio(_what_else(file)) from error


def _tags_end(upload: bytes) -> int:
    """Find the end of the ID3 tags before the sound of an MP3 file: title, lyrics, pictures. 0: there are none."""
    at = 0
    for _ in range(_MOST_TAGS):
        if upload[at : at + 3] != b"ID3":
            break
        length = functools.reduce(lambda high, low: high << 7 | low & 0x7F, upload[at + 6 : at + 10], 0)
        at += _TAG_HEADER + (length if at + _TAG_HEADER + length < len(upload) else 0)
    return at


def _what_else(file: bytes) -> AudioProblem:
    """Tell the problem of a file that could not be opened as WAV or MP3."""
    if is_wav(file):
        return AudioProblem.BROKEN
    if file.startswith(_OTHER_SOUND) or (file[4:8] == b"ftyp" and file[8:11] in _MP4_SOUND):
        return AudioProblem.WRONG_FORMAT
    return AudioProblem.NOT_AUDIO


def _sound_stream(container: InputContainer) -> AudioStream:
    """Find the sound of a file. Raises NotAudio if there is none that we let in."""
    if not container.streams.audio:
        raise NotAudio(AudioProblem.BROKEN)
    stream = container.streams.audio[0]
    # PyAV has no context where FFmpeg has no decoder, whatever its types say.
    if stream.codec_context is None or stream.codec.canonical_name not in _CODECS:
        raise NotAudio(AudioProblem.WRONG_FORMAT)
    return stream


def _frames(container: InputContainer, stream: AudioStream, decoded: _Decoded) -> Iterator[AudioFrame]:
    """Decode the stream. A broken piece is left out: the last piece of a file that was cut off always is."""
    packets = _readable(container.demux(stream), decoded)
    while decoded.broken < _MOST_BROKEN and (packet := next(packets, None)) is not None:
        try:
            yield from packet.decode()
        except av.FFmpegError:
            decoded.broken += 1


def _readable(packets: "Iterator[Packet[AudioStream]]", decoded: _Decoded) -> "Iterator[Packet[AudioStream]]":
    """Read the packets up to where the file itself breaks off."""
    try:
        yield from packets
    except av.FFmpegError:
        decoded.broken += 1


def _one_channel(frames: Iterable[AudioFrame]) -> Iterator[AudioFrame]:
    """Turn frames into float samples of one channel at RATE."""
    for _, alike in itertools.islice(itertools.groupby(frames, _shape), _MOST_PARTS):
        resampler = AudioResampler(format="flt", layout="mono", rate=RATE)
        for frame in itertools.chain(alike, [None]):
            yield from resampler.resample(frame)


def _shape(frame: AudioFrame) -> tuple[str, str, int]:
    return frame.format.name, frame.layout.name, frame.sample_rate


def _levelled(samples: Samples) -> bytes:
    """Turn samples into 16 bit, louder or quieter so that the loudest is at PEAK."""
    loudest = max(max(samples), -min(samples))
    gain = min(PEAK / loudest, _MOST_GAIN) if loudest else 1.0
    graph = Graph()
    source = graph.add_abuffer(sample_rate=RATE, format="flt", layout="mono")
    volume = graph.add("volume", f"volume={gain!r}:precision=float")
    graph.link_nodes(source, volume, graph.add("aformat", "sample_fmts=s16"), graph.add("abuffersink")).configure()
    graph.push(_frame(samples.tobytes(), "flt", RATE))
    levelled = cast(AudioFrame, graph.pull())
    return bytes(levelled.planes[0])[: levelled.samples * 2]


def _frame(samples: bytes, kind: str, rate: int) -> AudioFrame:
    frame = AudioFrame(format=kind, layout="mono", samples=len(samples) // {"s16": 2, "flt": 4}[kind])
    frame.sample_rate = rate
    frame.pts = 0
    frame.planes[0].update(samples)
    return frame
