"""Greetings and messages as sound files: what is let in, how long and loud it comes out, what is refused and why."""

import contextlib
import io
import itertools
import math
import resource
import struct
import wave
import zlib
from array import array
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, cast

import av
import pytest
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from hypothesis import given, settings
from hypothesis import strategies as st

from centralka.sound.conversion import (
    MAX_BYTES,
    MAX_SECONDS,
    AudioProblem,
    Greeting,
    NotAudio,
    for_engine,
    greeting_wav,
    mp3,
    repaired_wav,
    wav_seconds,
)

SOUNDS = Path(__file__).parents[2] / "asterisk/sounds"
FULL = 32767
SINE = 1 / math.sqrt(2)
"""How loud a sine is (RMS) beside its peak."""


@cache
def sine(seconds: float, rate: int, peak: float = 0.3, hertz: float = 440) -> bytes:
    samples = (round(FULL * peak * math.sin(2 * math.pi * hertz * at / rate)) for at in range(round(seconds * rate)))
    return array("h", samples).tobytes()


def wav(samples: bytes, rate: int = 8000, channels: int = 1, width: int = 2) -> bytes:
    target = io.BytesIO()
    with wave.open(target, "wb") as file:
        file.setparams((channels, width, rate, 0, "NONE", ""))
        file.writeframes(samples)
    return target.getvalue()


def coded(samples: bytes, rate: int, kind: str, codec: str, layout: str = "mono", **settings: Any) -> bytes:
    """One channel of 16-bit samples as a file that another program could have made."""
    target = io.BytesIO()
    with av.open(target, "w", format=kind) as container:
        container.metadata["title"] = "Powitanie"
        stream = cast(AudioStream, container.add_stream(codec, rate=rate, layout=layout, **settings))
        frame = AudioFrame(format="s16", layout="mono", samples=len(samples) // 2)
        frame.sample_rate, frame.pts = rate, 0
        frame.planes[0].update(samples)
        for part in (frame, None):
            container.mux(stream.encode(part))
    return target.getvalue()


@cache
def an_mp3(seconds: float = 3, rate: int = 44_100, **settings: Any) -> bytes:
    return coded(sine(seconds, rate), rate, "mp3", "libmp3lame", **settings)


def without_tags(file: bytes) -> bytes:
    """An MP3 file of ours from its first frame on."""
    length = 0
    for byte in file[6:10]:
        length = length << 7 | byte
    return file[10 + length :]


def samples_of(file: bytes) -> "array[int]":
    with wave.open(io.BytesIO(file)) as opened:
        assert (opened.getnchannels(), opened.getsampwidth()) == (1, 2)
        return array("h", opened.readframes(opened.getnframes()))


def heard(file: bytes, kind: str | None = None, options: dict[str, str] | None = None) -> tuple[float, float]:
    """Seconds and loudness (RMS, 1: full) of what another program decodes."""
    with av.open(io.BytesIO(file), "r", format=kind, container_options=options) as container:
        resampler = av.AudioResampler(format="s16", layout="mono")
        samples, rate = array("h"), container.streams.audio[0].rate
        for frame in container.decode(audio=0):
            for part in resampler.resample(frame):
                samples.frombytes(bytes(part.planes[0])[: part.samples * 2])
    return len(samples) / rate, loudness(samples)


def loudness(samples: "array[int]") -> float:
    return math.sqrt(sum(sample * sample for sample in samples) / len(samples)) / FULL


def peak_db(file: bytes) -> float:
    samples = samples_of(file)
    return 20 * math.log10(max(max(samples), -min(samples)) / FULL)


def pitch(samples: "array[int]", rate: int) -> float:
    """Hz, from how often the wave crosses zero upwards."""
    crossings = sum(before < 0 <= after for before, after in itertools.pairwise(samples))
    return crossings * rate / len(samples)


def refusal(upload: bytes) -> AudioProblem:
    with pytest.raises(NotAudio) as refused:
        greeting_wav(upload)
    return refused.value.problem


def accepted(upload: bytes, seconds: float, within: float = 0.06) -> Greeting:
    greeting = greeting_wav(upload)
    assert greeting.seconds == pytest.approx(seconds, abs=within)
    assert len(samples_of(greeting.wav)) == round(greeting.seconds * 16_000)
    assert peak_db(greeting.wav) == pytest.approx(-3, abs=0.1)
    return greeting


@pytest.mark.parametrize("rate", [7999, 8000, 11_025, 16_000, 22_050, 44_100, 48_000, 96_000])
def test_a_wav_of_any_rate_keeps_its_length_and_pitch(rate: int) -> None:
    greeting = accepted(wav(sine(2, rate), rate), 2)
    assert pitch(samples_of(greeting.wav), 16_000) == pytest.approx(440, abs=3)


@pytest.mark.parametrize(
    "codec",
    [
        "pcm_u8",
        "pcm_s24le",
        "pcm_s32le",
        "pcm_f32le",
        "pcm_f64le",
        "pcm_alaw",
        "pcm_mulaw",
        "adpcm_ima_wav",
        "adpcm_ms",
    ],
)
@pytest.mark.parametrize("layout", ["mono", "stereo"])
def test_a_wav_of_any_coding_is_taken(codec: str, layout: str) -> None:
    greeting = accepted(coded(sine(2, 22_050), 22_050, "wav", codec, layout), 2, within=0.1)
    assert loudness(samples_of(greeting.wav)) == pytest.approx(SINE * 0.708, rel=0.06)


@pytest.mark.parametrize("rate", [8000, 11_025, 24_000, 44_100, 48_000])
@pytest.mark.parametrize("layout", ["mono", "stereo"])
def test_an_mp3_is_taken(rate: int, layout: str) -> None:
    greeting = accepted(an_mp3(2, rate, layout=layout), 2)
    assert pitch(samples_of(greeting.wav), 16_000) == pytest.approx(440, abs=5)


def test_an_mp3_of_varying_bit_rate_is_as_long_as_it_sounds() -> None:
    silence = bytes(2 * 44_100 * 4)
    varying = coded(
        silence + sine(2, 44_100), 44_100, "mp3", "libmp3lame", options={"compression_level": "9", "abr": "1"}
    )
    accepted(varying, 6)
    accepted(without_tags(varying), 6, within=0.2)


def test_what_one_side_of_a_stereo_file_says_is_heard() -> None:
    left = array("h", sine(1, 16_000))
    both = array("h", (value for sample in left for value in (sample, 0)))
    accepted(wav(both.tobytes(), 16_000, channels=2), 1)


def test_opposite_sides_of_a_loud_file_do_not_clip() -> None:
    square = array("h", (FULL if at // 20 % 2 else -FULL for at in range(16_000) for _ in range(2)))
    greeting = greeting_wav(wav(square.tobytes(), 16_000, channels=2))
    assert max(map(abs, samples_of(greeting.wav))) < FULL


@pytest.mark.parametrize("peak", [0.003, 0.02, 0.5, 1.0])
def test_a_whisper_and_a_shout_come_out_equally_loud(peak: float) -> None:
    accepted(wav(sine(1, 16_000, peak), 16_000), 1)


def test_silence_stays_silent() -> None:
    greeting = greeting_wav(wav(bytes(32_000), 16_000))
    assert set(samples_of(greeting.wav)) == {0}


def test_floats_above_full_scale_are_lowered_not_clipped() -> None:
    samples = array("f", (4 * math.sin(2 * math.pi * 440 * at / 16_000) for at in range(16_000)))
    greeting = accepted(float_wav(samples), 1)
    assert loudness(samples_of(greeting.wav)) == pytest.approx(SINE * 0.708, rel=0.01)


@pytest.mark.parametrize("number", [math.nan, math.inf])
def test_what_is_no_number_is_no_sound(number: float) -> None:
    assert refusal(float_wav(array("f", [number] * 16_000))) is AudioProblem.BROKEN


def float_wav(samples: "array[float]") -> bytes:
    format_ = struct.pack("<HHIIHH", 3, 1, 16_000, 64_000, 4, 32)
    parts = chunk(b"fmt ", format_) + chunk(b"data", samples.tobytes())
    return chunk(b"RIFF", b"WAVE" + parts)


def chunk(name: bytes, content: bytes, says: int | None = None) -> bytes:
    return name + struct.pack("<I", len(content) if says is None else says) + content + bytes(len(content) % 2)


@pytest.mark.parametrize("says", [0, 100, 31_999, 40_000, 0xFFFFFFFF])
def test_a_wav_whose_header_lies_about_its_length_is_heard_whole(says: int) -> None:
    accepted(lying(wav(sine(1, 16_000), 16_000), says), 1)


def lying(file: bytes, says: int) -> bytes:
    return file[:40] + struct.pack("<I", says) + file[44:]


def test_titles_after_the_sound_of_a_wav_are_not_played() -> None:
    file = wav(sine(1, 16_000), 16_000)
    assert accepted(file + chunk(b"LIST", b"INFOINAM" + bytes(50_000)), 1, within=0.001)


def test_a_title_that_says_it_has_two_gigabytes_takes_no_memory() -> None:
    file = wav(sine(1, 16_000), 16_000)
    title = chunk(b"LIST", b"INFO" + chunk(b"ISFT", b"abcd", says=0x6FFFFFF0), says=0x70000000)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert refusal(b"RIFF\xff\xff\xff\xff" + file[8:36] + title + file[36:]) is AudioProblem.BROKEN
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 500_000, "kB"


def test_a_title_that_lies_within_its_bounds_is_passed_over() -> None:
    file = wav(sine(1, 16_000), 16_000)
    title = chunk(b"LIST", b"INFO" + chunk(b"ISFT", b"abcd", says=0x7FFFFFF0))
    accepted(file[:36] + title + file[36:], 1)


@pytest.mark.parametrize("pictures", [0, 1, 3])
def test_pictures_in_the_tags_of_an_mp3_are_passed_over(pictures: int) -> None:
    tags = b"".join(id3(b"\x00image/png\x00\x03\x00" + png() * 200) for _ in range(pictures))
    accepted(tags + without_tags(an_mp3()), 3, within=0.1)


def test_a_tag_that_says_it_is_longer_than_the_file_is_passed_over() -> None:
    accepted(b"ID3\x03\x00\x00\x7f\x7f\x7f\x7f" + without_tags(an_mp3()), 3, within=0.1)


def test_a_tag_in_no_known_spelling_does_no_harm() -> None:
    accepted(without_tags(an_mp3()) + b"TAG" + b"\xb1\xb6\xff\x81" * 31 + b"\x00", 3, within=0.1)


def id3(picture: bytes) -> bytes:
    frame = b"APIC" + struct.pack(">I", len(picture)) + bytes(2) + picture
    return b"ID3\x03\x00\x00" + bytes(len(frame) >> shift & 0x7F for shift in (21, 14, 7, 0)) + frame


def png() -> bytes:
    def part(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    header = struct.pack(">IIBBBBB", 8, 8, 8, 0, 0, 0, 0)
    rows = zlib.compress(bytes(8 * 9))
    return b"\x89PNG\r\n\x1a\n" + part(b"IHDR", header) + part(b"IDAT", rows) + part(b"IEND", b"")


@pytest.mark.parametrize("share", [0.3, 0.5, 0.99])
def test_an_mp3_with_a_broken_tail_is_kept_as_far_as_it_goes(share: float) -> None:
    file = an_mp3()
    accepted(file[: round(len(file) * share) + 7], 3 * share, within=0.1)


def test_rubbish_in_the_middle_of_an_mp3_costs_only_itself() -> None:
    file = an_mp3()
    middle = len(file) // 2
    assert greeting_wav(file[:middle] + b"\x55" * 2000 + file[middle + 2000 :]).seconds > 2.5


def test_a_recording_cut_off_within_a_sample_is_kept() -> None:
    accepted(wav(sine(1, 16_000), 16_000)[:-1], 1)


def test_files_of_different_rates_joined_to_one_are_heard_one_after_the_other() -> None:
    accepted(without_tags(an_mp3(1, 44_100)) + without_tags(an_mp3(1, 16_000)), 2, within=0.3)


@pytest.mark.parametrize(
    ("upload", "problem"),
    [
        (b"", AudioProblem.EMPTY),
        (b"a", AudioProblem.NOT_AUDIO),
        (b"To nie jest nagranie.\n" * 1000, AudioProblem.NOT_AUDIO),
        (png(), AudioProblem.NOT_AUDIO),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + bytes(5000), AudioProblem.NOT_AUDIO),
        (b"%PDF-1.7\n" + bytes(5000), AudioProblem.NOT_AUDIO),
        (b"RIFF\x00\x10\x00\x00AVI LIST" + bytes(5000), AudioProblem.NOT_AUDIO),
        (b"\x00\x00\x00\x18ftypheic" + bytes(5000), AudioProblem.NOT_AUDIO),
        (b"RIFF\x24\x00\x00\x00WAVEfmt ", AudioProblem.BROKEN),
        (wav(b""), AudioProblem.BROKEN),
        (b"ID3\x03\x00\x00\x00\x00\x00\x00", AudioProblem.NOT_AUDIO),
        (wav(sine(0.4, 8000)), AudioProblem.TOO_SHORT),
    ],
)
def test_what_is_no_sound_is_refused_with_the_reason(upload: bytes, problem: AudioProblem) -> None:
    assert refusal(upload) is problem


def test_a_short_mp3_is_too_short() -> None:
    assert refusal(an_mp3(0.4)) is AudioProblem.TOO_SHORT


@pytest.mark.parametrize(
    ("kind", "codec"),
    [("flac", "flac"), ("ogg", "libopus"), ("mp4", "aac"), ("adts", "aac"), ("aiff", "pcm_s16be"), ("au", "pcm_s16be")],
)
def test_sound_that_is_neither_wav_nor_mp3_is_of_the_wrong_format(kind: str, codec: str) -> None:
    assert refusal(coded(sine(1, 48_000), 48_000, kind, codec)) is AudioProblem.WRONG_FORMAT


@pytest.mark.parametrize(("kind", "codec"), [("mp2", "mp2"), ("wav", "ac3")])
def test_another_coding_in_the_same_wrapping_is_of_the_wrong_format(kind: str, codec: str) -> None:
    assert refusal(coded(sine(1, 48_000), 48_000, kind, codec)) is AudioProblem.WRONG_FORMAT


def test_a_coding_that_nobody_knows_is_of_the_wrong_format() -> None:
    file = wav(sine(1, 8000))
    assert refusal(file[:20] + b"\x99\x99" + file[22:]) is AudioProblem.WRONG_FORMAT


def test_a_film_is_refused_although_it_has_sound() -> None:
    target = io.BytesIO()
    with av.open(target, "w", format="avi") as container:
        film = container.add_stream("mpeg4", rate=25)
        film.width, film.height, film.pix_fmt = 64, 64, "yuv420p"
        sound = container.add_stream("libmp3lame", rate=16_000, layout="mono")
        for at in range(25):
            picture = av.VideoFrame(64, 64, "yuv420p")
            picture.pts = at
            container.mux(film.encode(picture))
        frame = AudioFrame(format="s16", layout="mono", samples=16_000)
        frame.sample_rate, frame.pts = 16_000, 0
        frame.planes[0].update(sine(1, 16_000))
        for part in (frame, None):
            container.mux(sound.encode(part))
        container.mux(film.encode(None))
    assert refusal(target.getvalue()) is AudioProblem.NOT_AUDIO


class Large(bytes):
    """200 MB, as far as anybody counts."""

    def __len__(self) -> int:
        return 200_000_000

    def __bool__(self) -> bool:
        return True


def test_what_is_too_big_is_not_even_opened() -> None:
    assert refusal(Large(an_mp3())) is AudioProblem.TOO_BIG
    assert refusal(bytes(MAX_BYTES + 1)) is AudioProblem.TOO_BIG


def test_three_hours_are_refused_after_three_minutes() -> None:
    frames = without_tags(an_mp3(5, 16_000, bit_rate=8_000))
    nearly_three_hours = frames * (MAX_BYTES // len(frames))
    assert len(nearly_three_hours) / 1000 > 2.8 * 3600
    assert refusal(nearly_three_hours) is AudioProblem.TOO_LONG
    assert refusal(wav(bytes([128]) * 9_000_000, 8000, width=1)) is AudioProblem.TOO_LONG


def test_three_minutes_are_not_too_long() -> None:
    assert greeting_wav(wav(bytes(MAX_SECONDS * 8000), 8000, width=1)).seconds == MAX_SECONDS
    assert refusal(wav(bytes((MAX_SECONDS + 1) * 8000), 8000, width=1)) is AudioProblem.TOO_LONG


@pytest.mark.parametrize("rate", [1, 100, 1_000_000, 0x7FFFFFFF])
def test_rates_that_no_sound_has_take_neither_time_nor_memory(rate: int) -> None:
    file = wav(sine(1, 8000))
    assert refusal(file[:24] + struct.pack("<I", rate) + file[28:]) is AudioProblem.BROKEN


def test_more_channels_than_anybody_has_are_refused() -> None:
    assert refusal(wav(bytes(160_000), 8000, channels=10)) is AudioProblem.BROKEN


SEEDS: list[Callable[[], bytes]] = [
    lambda: an_mp3(1, 16_000),
    lambda: wav(sine(1, 8000)),
    lambda: coded(sine(1, 8000), 8000, "wav", "adpcm_ima_wav"),
    lambda: coded(sine(1, 8000), 8000, "wav", "adpcm_ms"),
    lambda: coded(sine(1, 8000), 8000, "wav", "pcm_f32le", "stereo"),
]
SPOILED = st.lists(st.tuples(st.integers(0, 5000), st.binary(min_size=1, max_size=8)), min_size=1, max_size=8)
HEADERS = st.lists(st.tuples(st.integers(0, 60), st.binary(min_size=1, max_size=4)), min_size=1, max_size=3)


@settings(deadline=None, max_examples=300)
@given(st.sampled_from(SEEDS), SPOILED | HEADERS, st.integers(0, 20_000))
def test_a_spoiled_file_is_sound_or_refused_but_never_an_error(
    seed: Callable[[], bytes], spoiled: list[tuple[int, bytes]], length: int
) -> None:
    file = bytearray(seed())
    for at, change in spoiled:
        file[at : at + len(change)] = change
    check_all(bytes(file))
    check_all(bytes(file[:length]))


@settings(deadline=None, max_examples=100)
@given(
    st.binary(max_size=2000),
    st.sampled_from([b"", b"RIFF\x24\x00\x00\x00WAVEfmt \x10\x00\x00\x00", b"\xff\xfb\x90", b"ID3\x04"]),
)
def test_any_bytes_are_sound_or_refused_but_never_an_error(rest: bytes, start: bytes) -> None:
    check_all(start + rest)


def check_all(file: bytes) -> None:
    for function in (greeting_wav, for_engine, wav_seconds, lambda wav: mp3(wav, "?")):
        with contextlib.suppress(NotAudio):
            function(file)
    assert repaired_wav(file).startswith(b"RIFF")


def test_nothing_is_written_to_the_screen(capfd: pytest.CaptureFixture[str]) -> None:
    file = an_mp3()
    greeting_wav(file[: len(file) // 2] + b"\x55" * 5000)
    refusal(png())
    mp3(wav(sine(1, 8000)), "x")
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("rate", [8000, 16_000])
def test_the_engine_gets_a_greeting_as_long_and_as_loud_as_it_is(rate: int) -> None:
    files = for_engine(wav(sine(2, rate, 0.5), rate))
    assert {kind: len(file) for kind, file in files.items()} == {"alaw": 16_000, "g722": 16_000}
    for kind, options in (("alaw", {"sample_rate": "8000"}), ("g722", None)):
        seconds, loud = heard(files[kind], kind, options)
        assert seconds == pytest.approx(2, abs=0.01)
        assert loud == pytest.approx(0.5 * SINE, rel=0.02)


def test_what_the_engine_coded_is_coded_the_same_again() -> None:
    made_by_engine = next((SOUNDS / "pl").rglob("*.alaw")).read_bytes()
    with av.open(io.BytesIO(made_by_engine), "r", format="alaw", container_options={"sample_rate": "8000"}) as opened:
        samples = b"".join(bytes(frame.planes[0])[: frame.samples * 2] for frame in opened.decode(audio=0))
    assert for_engine(wav(samples, 8000))["alaw"] == made_by_engine


def test_a_greeting_for_the_engine_needs_sound() -> None:
    with pytest.raises(NotAudio, match="empty"):
        for_engine(wav(b""))
    with pytest.raises(NotAudio, match="broken"):
        for_engine(wav(sine(1, 8000), channels=2))


def test_a_message_becomes_a_small_mp3_with_a_title() -> None:
    message = mp3(wav(sine(10, 8000)), "Wiadomość od „Łucji”\n+48 600 100 200")
    seconds, loud = heard(message)
    assert seconds == pytest.approx(10, abs=0.1)
    assert loud == pytest.approx(0.3 * SINE, rel=0.05)
    assert len(message) < 10 * 4_200
    with av.open(io.BytesIO(message), "r") as opened:
        assert opened.metadata["title"] == "Wiadomość od „Łucji” +48 600 100 200"
        assert (opened.streams.audio[0].channels, opened.streams.audio[0].rate) == (1, 16_000)


@pytest.mark.parametrize("title", ["", "\x00", "\ud800 obcięte", "x" * 5000])
def test_any_title_will_do(title: str) -> None:
    assert heard(mp3(wav(sine(1, 8000)), title))[0] == pytest.approx(1, abs=0.1)


@pytest.mark.parametrize("says", [0, 100, 20_000, 0xFFFFFFFF])
def test_a_recording_that_was_cut_off_is_measured_repaired_and_mailed(says: int) -> None:
    broken = lying(wav(sine(1, 8000)), says)
    assert wav_seconds(broken) == 1
    assert samples_of(repaired_wav(broken)).tobytes() == sine(1, 8000)
    assert heard(mp3(broken, "x"))[0] == pytest.approx(1, abs=0.1)


def test_a_right_header_stays_as_it_is() -> None:
    file = wav(sine(1, 8000))
    assert repaired_wav(file) == file
    assert repaired_wav(wav(b"")) == wav(b"")
    assert wav_seconds(wav(b"")) == 0


def test_bare_samples_get_a_header() -> None:
    repaired = repaired_wav(sine(1, 8000) + b"\x01")
    assert samples_of(repaired).tobytes() == sine(1, 8000)
    assert wav_seconds(repaired) == 1


def test_samples_behind_a_spoiled_header_are_saved() -> None:
    file = wav(sine(1, 8000))
    assert samples_of(repaired_wav(file[:12] + bytes(32) + file[44:])).tobytes() == sine(1, 8000)
