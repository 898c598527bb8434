"""The sound files that are shipped are what the texts say, complete, and equally loud."""

import math
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cache
from itertools import product

import pytest

from centralka.calls.mailbox_speech import after_message, envelope, greeting, message_count
from centralka.calls.prompts import Prompt
from centralka.calls.speech import Gender, Language, say_digits, say_money, say_number
from prompts.level import LOUDNESS, levelled, tone, tone_in
from prompts.texts import CODINGS, LANGUAGES, SOUNDS, digests_of, read_all_texts, read_manifest, sound_file

BYTES_A_SECOND = 8000
"""Of A-law and of G.722 alike."""
SHORTEST, LONGEST = 0.25, 30.0
QUIETEST, LOUDEST = -26.0, -12.0
HIGHEST = 0.9
MOST_BYTES = 17_000_000

MANIFEST = read_manifest()


def linear(octet: int) -> int:
    """One A-law octet as a sample of 16 bit (ITU-T G.711, table 1a; even bits are inverted on the wire)."""
    inverted = octet ^ 0x55
    segment, mantissa = inverted >> 4 & 7, inverted & 15
    magnitude = (mantissa << 4) + 8 if segment == 0 else (mantissa << 4) + 264 << segment - 1
    return magnitude if inverted & 0x80 else -magnitude


SQUARES = [linear(octet) ** 2 for octet in range(256)]


def counted(data: bytes) -> list[int]:
    """How often each octet occurs: a file's level and peak need no more."""
    return [data.count(octet) for octet in range(256)]


@cache
def narrowband(file: str) -> bytes:
    return sound_file(file, "alaw").read_bytes()


def decibels(share: float) -> float:
    return 20 * math.log10(share)


def test_texts_and_manifest_agree() -> None:
    assert {file: row.text for file, row in MANIFEST.items()} == read_all_texts()


def test_every_line_of_the_manifest_has_its_files_and_nobody_has_touched_them() -> None:
    assert {file: digests_of(file) for file in MANIFEST} == {file: row.digests for file, row in MANIFEST.items()}


def test_no_sound_is_there_without_a_text() -> None:
    there = {path for language in LANGUAGES for path in (SOUNDS / language).rglob("*") if path.is_file()}
    assert there == {sound_file(file, coding) for file in MANIFEST for coding in CODINGS}


def lengths() -> Iterator[tuple[str, float]]:
    for file in MANIFEST:
        for coding in CODINGS:
            path = sound_file(file, coding)
            yield path.name, path.stat().st_size / BYTES_A_SECOND


def test_every_prompt_is_long_enough_to_be_heard_and_short_enough_to_be_listened_to() -> None:
    assert [name for name, seconds in lengths() if not SHORTEST < seconds < LONGEST] == []


def test_narrowband_and_wideband_take_the_same_time() -> None:
    sizes = {file: [sound_file(file, coding).stat().st_size for coding in CODINGS] for file in MANIFEST}
    assert [file for file, (narrow, wide) in sizes.items() if abs(narrow - wide) > 0.03 * BYTES_A_SECOND] == []


def test_all_prompts_are_equally_loud() -> None:
    rms = {}
    for file in MANIFEST:
        data = narrowband(file)
        power = sum(count * square for count, square in zip(counted(data), SQUARES, strict=True)) / len(data)
        rms[file] = decibels(math.sqrt(power) / 32768)
    assert {file: level for file, level in rms.items() if not QUIETEST < level < LOUDEST} == {}


def test_no_prompt_is_near_the_limit_of_the_line() -> None:
    peaks = {file: math.sqrt(max(SQUARES[octet] for octet in set(narrowband(file)))) / 32768 for file in MANIFEST}
    assert {file: peak for file, peak in peaks.items() if peak >= HIGHEST} == {}


def test_all_of_them_together_stay_small() -> None:
    assert sum(path.stat().st_size for path in SOUNDS.rglob("*") if path.is_file()) < MOST_BYTES


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("prompt", Prompt)
def test_whatever_the_switch_speaks_exists_in_every_language(language: str, prompt: Prompt) -> None:
    assert f"{language}/{prompt}" in MANIFEST


SPOKEN: tuple[Language, ...] = ("pl", "en")
ENGINES_OWN = {"beep", "auth-thankyou"}
"""Played by the engine's recorder: before a message, and after the key that ends it (`app_voicemail`, `main/app.c`)."""
MORNING = datetime(2028, 1, 1, tzinfo=UTC)
"""Of a leap year."""


def spoken_numbers(language: Language) -> Iterator[list[str]]:
    for gender in Gender:
        for number in (
            -1,
            *range(130),
            *range(200, 1000, 100),
            *range(1000, 6000, 1000),
            *range(10**6, 6 * 10**6, 10**6),
        ):
            yield say_number(number, language, gender)
    for hundredths in range(130):
        yield say_money(Decimal(hundredths) / 100, language)
        yield say_money(Decimal(hundredths), language)


def spoken_by_the_mailbox(language: Language) -> Iterator[list[str]]:
    for flag in (False, True):
        yield greeting("100", busy=flag)
        yield after_message(more=flag)
    for new, old in product(range(30), repeat=2):
        yield message_count(new, old, language)
    for days, caller in product(range(366), ("100", "+48600100200", "")):
        received = MORNING + timedelta(days=days, hours=days % 24, minutes=days % 60)
        for later in (0, 1, 9):
            yield envelope(received, received + timedelta(days=later), caller, language)


def test_no_prompt_is_shipped_that_nothing_plays() -> None:
    played = {*ENGINES_OWN, *(prompt.value for prompt in Prompt), *say_digits("0123456789+*#")}
    for language in SPOKEN:
        for names in (*spoken_numbers(language), *spoken_by_the_mailbox(language)):
            played.update(names)
    assert {file.partition("/")[2] for file in MANIFEST} == played


def test_each_language_names_whom_to_thank() -> None:
    notice = (SOUNDS / "LICENCES.md").read_text()
    for named in ("magda", "slt", "CC BY 4.0", "RHVoice", "Magda Roczeń", "Roman Roczeń", "Grzegorz Złotowicz"):
        assert named in notice


def test_silence_and_the_loudest_octet_decode_as_the_standard_says() -> None:
    assert [linear(octet) for octet in (0xD5, 0x55, 0xAA, 0x2A)] == [8, -8, 32256, -32256]


def test_a_text_can_ask_for_a_tone() -> None:
    assert tone_in("<tone 1400 Hz 0.5 s>") == (1400.0, 0.5)
    assert tone_in("Do widzenia.") is None


def test_a_tone_does_not_click_and_is_as_loud_as_speech() -> None:
    samples = tone(1000, 0.3, 8000)
    assert len(samples) == 2400
    assert samples[0] == samples[-1] == 0
    loud = levelled(samples, 8000)
    middle = loud[800:2400]
    rms = math.sqrt(sum(sample * sample for sample in middle) / len(middle)) / 32768
    assert decibels(rms) == pytest.approx(decibels(LOUDNESS), abs=0.5)
