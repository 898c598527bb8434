"""The stories' own tools, without an engine: two phones call each other by address, and recordings are measured."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.live import sound
from tests.live.phones import Phone, State, until

pytestmark = pytest.mark.live

SOON = 15.0
ALICJA_HZ = 440
BARTEK_HZ = 660


@pytest.fixture
def alicja() -> Iterator[Phone]:
    with Phone("alicja", name="Alicja", tone_hz=ALICJA_HZ) as phone:
        yield phone


@pytest.fixture
def bartek() -> Iterator[Phone]:
    with Phone("bartek", name="Bartek", tone_hz=BARTEK_HZ) as phone:
        yield phone


def test_a_tone_is_measured_as_it_was_made(tmp_path: Path) -> None:
    tone = sound.make_tone(tmp_path / "tone.wav", 523, seconds=2.5, dbfs=-20)
    assert sound.duration(tone) == 2.5
    assert sound.level_dbfs(tone) == pytest.approx(-20, abs=0.1)
    assert sound.seconds_of_sound(tone) == pytest.approx(2.5)
    assert sound.dominant_hz(tone) == pytest.approx(523, abs=2)
    assert sound.hears(tone, 523)
    assert not sound.hears(tone, 540)
    assert sound.hears_only(tone, 523)
    assert not sound.hears_only(tone, 540)


def test_silence_has_no_level_and_no_tone(tmp_path: Path) -> None:
    silence = sound.make_silence(tmp_path / "silence.wav", seconds=1)
    assert sound.level_dbfs(silence) == sound.SILENCE_DBFS
    assert sound.seconds_of_sound(silence) == 0
    assert sound.dominant_hz(silence) is None


def test_a_recording_that_is_being_written_is_readable(tmp_path: Path) -> None:
    whole = sound.make_tone(tmp_path / "whole.wav", 440, seconds=1).read_bytes()
    growing = tmp_path / "growing.wav"
    assert sound.duration(growing) == 0
    growing.write_bytes(whole[:20])
    assert sound.duration(growing) == 0
    growing.write_bytes(whole[:40] + bytes(4) + whole[44 : 44 + 8000])  # "nothing follows", says the header
    assert sound.duration(growing) == 0.5


def test_two_phones_hear_each_other(alicja: Phone, bartek: Phone) -> None:
    alicja.dial(bartek.address)
    call = until(lambda: bartek.ringing, SOON, "Bartek's phone rings")
    assert (call.number, call.name) == ("alicja", "Alicja")
    assert not bartek.in_call
    bartek.answer()
    until(lambda: bartek.hears(ALICJA_HZ), SOON, "Bartek hears Alicja")
    until(lambda: alicja.hears(BARTEK_HZ), SOON, "Alicja hears Bartek")
    assert sound.hears(alicja.said(), ALICJA_HZ)
    alicja.hang_up()
    until(lambda: not bartek.calls, SOON, "Bartek's call ends")
    assert (alicja.last_cause, bartek.last_cause) == ("hung up here", "hung up there")


def test_a_declined_call_shows_its_cause(alicja: Phone, bartek: Phone) -> None:
    alicja.dial(bartek.address)
    until(lambda: bartek.ringing, SOON, "Bartek's phone rings")
    bartek.decline()
    until(lambda: alicja.last_cause, SOON, "Alicja learns why")
    assert alicja.last_cause.startswith("486 ")


def test_a_caller_who_gives_up_stops_the_ringing(alicja: Phone, bartek: Phone) -> None:
    alicja.dial(bartek.address)
    until(lambda: bartek.ringing and alicja.ringing_there, SOON, "it rings on both sides")
    alicja.hang_up()
    until(lambda: not bartek.calls and not alicja.calls, SOON, "both phones are quiet")


def test_keys_pressed_arrive_in_order(alicja: Phone, bartek: Phone) -> None:
    talk(alicja, bartek)
    alicja.send_dtmf("1590*#")
    until(lambda: bartek.digits_heard == "1590*#", SOON, "Bartek's phone hears the keys")


def test_a_held_call_comes_back(alicja: Phone, bartek: Phone) -> None:
    talk(alicja, bartek)
    alicja.hold()
    until(lambda: any("a=sendonly" in m.body for m in bartek.messages), SOON, "Bartek is put on hold")
    alicja.resume()
    bartek.send_dtmf("7")
    until(lambda: alicja.digits_heard == "7", SOON, "media flows again")


def test_of_two_calls_that_ring_either_can_be_refused(alicja: Phone, bartek: Phone) -> None:
    with Phone("celina", name="Celina", tone_hz=880) as celina:
        alicja.dial(bartek.address)
        first = until(lambda: bartek.ringing, SOON, "Alicja's call rings")
        celina.dial(bartek.address)
        until(lambda: len(bartek.calls) == 2, SOON, "Celina's call rings, too")
        bartek.decline(first)
        until(lambda: alicja.last_cause, SOON, "Alicja is refused")
        bartek.answer()
        until(lambda: celina.in_call and bartek.in_call, SOON, "Celina is connected")
        assert [call.state for call in bartek.all_calls] == [State.ENDED, State.TALKING]


def test_a_waiting_call_is_taken_while_the_first_is_held(alicja: Phone, bartek: Phone) -> None:
    with Phone("celina", name="Celina", tone_hz=880) as celina:
        talk(alicja, bartek)
        celina.dial(bartek.address)
        until(lambda: bartek.ringing, SOON, "Celina's call waits")
        bartek.answer()
        until(lambda: celina.hears(BARTEK_HZ), SOON, "Celina hears Bartek")
        until(lambda: bartek.hears(880), SOON, "Bartek hears Celina")
        held, talking = bartek.calls
        bartek.hang_up(talking)
        until(lambda: celina.last_cause == "hung up there", SOON, "Celina's call ends")
        bartek.resume(held)
        assert bartek.calls == [held]


def talk(caller: Phone, callee: Phone) -> None:
    """Put two phones into a call."""
    caller.dial(callee.address)
    until(lambda: callee.ringing, SOON, f"{callee} rings")
    callee.answer()
    until(lambda: caller.in_call and callee.in_call, SOON, "they are connected")
