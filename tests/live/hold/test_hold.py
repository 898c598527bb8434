"""What the other side hears on hold: measured at that side, at colleagues' and outside, whoever holds."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from centralka.carrier.credentials import USER
from tests.live import sound
from tests.live.carrier_instance import behind_a_carrier
from tests.live.instance import Installation
from tests.live.office import SOON, Ear, Office, hear_each_other, hears_nothing, over, talk
from tests.live.outside.tenant import Firms
from tests.live.phones import Phone, until
from tests.live.voicemail.web import ask, form

OWN_HZ = 1700
LISTEN = 2.0
"""Seconds."""
LOUD_ENOUGH, NOT_TOO_LOUD = -32.0, -14.0
"""dBFS: speech on the phone is about -20."""


@dataclass(frozen=True)
class Heard:
    """What came in for a while."""

    dbfs: float
    hz: float | None
    seconds: float
    """Of packets, loud or not."""


def listen(phone: Phone) -> Heard:
    """For two seconds by the clock of the phone's own microphone, which runs whatever comes in."""
    spoken, start = sound.duration(phone.said()), sound.duration(phone.heard())
    until(lambda: sound.duration(phone.said()) > spoken + LISTEN, SOON, f"the microphone of {phone} runs")
    path = phone.heard()
    return Heard(
        sound.level_dbfs(path, start), sound.dominant_hz(path, start, threshold=-60), sound.duration(path) - start
    )


def hears_music(phone: Phone, holder: Phone) -> None:
    """At a level that nobody finds too low or too loud, without a gap, and nothing of who holds."""
    until(
        lambda: not sound.hears(phone.heard(), holder.tone_hz, sound.duration(phone.heard()) - 0.7), SOON, "it is held"
    )

    def music() -> bool:
        heard.append(listen(phone))
        level, pitch = heard[-1].dbfs, heard[-1].hz
        of_the_holder = pitch is not None and abs(pitch - holder.tone_hz) <= 5
        return LOUD_ENOUGH < level < NOT_TOO_LOUD and heard[-1].seconds > 0.8 * LISTEN and not of_the_holder

    # More than once: a busy machine loses packets, and music has the tone of the holder at times.
    heard: list[Heard] = []
    until(music, SOON, f"music is heard, not {heard}")


@pytest.mark.parametrize("codec", ["PCMA", "PCMU", "G722"])
def test_a_colleague_on_hold_hears_music_until_the_call_is_taken_back(office: Office, codec: str) -> None:
    """Whoever of the two holds, and whatever they talk in."""
    alicja, bartek = office.phone("Alicja", codecs=(codec,)), office.phone("Bartek", codecs=(codec,))
    talk(alicja, bartek)
    bartek.hold()
    hears_music(alicja, bartek)
    ear = Ear(alicja)
    bartek.resume()
    until(lambda: ear.hears(bartek), SOON, "Alicja hears Bartek again")
    alicja.hang_up()
    over(alicja, bartek)


def test_who_was_called_hears_it_too(office: Office) -> None:
    alicja, bartek = office.phone("Alicja"), office.phone("Bartek")
    talk(alicja, bartek)
    alicja.hold()
    hears_music(bartek, alicja)


def choose(office: Office, kind: str) -> None:
    office._api("PATCH", "/tenant", 200, {"hold_sound": kind})


@pytest.fixture
def chooses(office: Office) -> Iterator[Office]:
    yield office
    choose(office, "bundled")


def test_silence_is_packets_of_silence(chooses: Office) -> None:
    """Carriers end calls of which nothing comes for long."""
    alicja, bartek = chooses.phone("Alicja"), chooses.phone("Bartek")
    choose(chooses, "silence")
    talk(alicja, bartek)
    alicja.hold()
    until(lambda: hears_nothing(bartek), SOON, "Bartek does not hear Alicja any more")

    def silence() -> bool:
        heard = listen(bartek)
        assert heard.dbfs < -50
        return heard.seconds > 0.8 * LISTEN

    until(silence, SOON, "the packets come without a gap")


def test_an_own_file_is_played_round_and_round_until_it_is_removed(chooses: Office, tmp_path: Path) -> None:
    """A file of one second; a second file takes its place; then the bundled music is back."""
    alicja, bartek = chooses.phone("Alicja"), chooses.phone("Bartek")
    for hz in (OWN_HZ, OWN_HZ + 200):
        upload = sound.make_tone(tmp_path / f"{hz}.wav", hz, seconds=1)
        status, text = ask(chooses, "PUT", "/tenant/hold-music", *form(upload))
        assert status == 200, text
        until(lambda hz=hz: held_in_a_call(alicja, bartek).hz in near(hz), SOON, "the own file is heard")  # type: ignore[misc]
    chooses._api("DELETE", "/tenant/hold-music", 204)

    def bundled() -> bool:
        heard = held_in_a_call(alicja, bartek)
        return heard.hz not in near(OWN_HZ + 200) and heard.dbfs > LOUD_ENOUGH

    until(bundled, SOON, "the bundled music is back")


def held_in_a_call(holder: Phone, held: Phone) -> Heard:
    """What is heard on hold in a new call."""
    talk(holder, held)
    holder.hold()
    until(lambda: not sound.hears(held.heard(), holder.tone_hz, sound.duration(held.heard()) - 0.7), SOON, "it is held")
    heard = listen(held)
    held.hang_up()
    over(holder, held)
    return heard


class near:
    """A tone, give or take what codecs and the spectrum's steps leave."""

    def __init__(self, hz: float) -> None:
        self._hz = hz

    def __contains__(self, found: object) -> bool:
        return isinstance(found, float) and abs(found - self._hz) <= 5


def test_outside_the_music_is_heard_from_the_companys_phone_and_by_it() -> None:
    """Two companies of the exchange talk over the carrier; each of the two holds the other, in a call of its own."""
    house = Installation()
    with behind_a_carrier(house, {"+48226": USER}):
        firms = Firms(house, 2)
        with firms.firm() as one, firms.firm() as other:
            alicja, celina = one.phone("Alicja"), other.reached_by(other.numbers[0], "Celina")
            for holder, held in ((celina, alicja), (alicja, celina)):
                alicja.dial(other.numbers[0].removeprefix("+48"))
                until(lambda: celina.ringing, SOON, "Celina rings")
                celina.answer()
                hear_each_other(alicja, celina)
                holder.hold()
                hears_music(held, holder)
                alicja.hang_up()
                over(alicja, celina)
            assert [record.direction for record in one.records(2)] == ["out", "out"]
