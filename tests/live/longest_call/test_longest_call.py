"""A call ends after the company's longest time, however alive it is: of every kind, with a tone before, and on record.

All of them go on at once, as each takes a minute.
"""

from datetime import datetime
from pathlib import Path

from centralka.carrier.credentials import USER
from tests.live import sound
from tests.live.carrier_instance import behind_a_carrier
from tests.live.instance import Installation
from tests.live.office import SOON, ring
from tests.live.outside.tenant import Firm, Firms, outside_number
from tests.live.phones import Phone, until
from tests.live.records import CallRow

LONGEST = 60
"""Seconds, the shortest that can be set; the tone is heard after half of it."""


def quiet(firm: Firm, microphone: Path, name: str) -> Phone:
    """A phone that says nothing, so that what its partner hears is the exchange's."""
    return firm.phone(firm.account(name), microphone=microphone)


def test_every_call_ends_after_the_longest_time(tmp_path: Path) -> None:
    """Between colleagues, out, in, transferred and the echo test; one to an emergency number goes on."""
    silence = sound.make_silence(tmp_path / "silence.wav")
    house = Installation()
    with behind_a_carrier(house, {"+48226": USER}):
        firms = Firms(house, 1)
        with firms.firm() as firm:
            firm._api("PATCH", "/tenant", 200, {"longest_call": LONGEST})
            names = ("Alicja", "Bartek", "Celina", "Dorota", "Ewa", "Feliks", "Gosia", "Hania")
            alicja, bartek, celina, dorota, ewa, feliks, gosia, hania = (quiet(firm, silence, one) for one in names)
            connect(alicja, bartek)
            celina.dial(outside_number("04"))
            dorota.dial("*43")
            hania.dial("112")
            connect(ewa, feliks)
            ewa.transfer_to(gosia.login.rpartition("_")[2])
            until(lambda: gosia.ringing, SOON, "Gosia rings")
            gosia.answer()
            until(lambda: hania.in_call and dorota.in_call and celina.in_call, SOON, "all calls are answered")
            ending = (alicja, bartek, celina, dorota, feliks, gosia)
            until(lambda: not any(phone.calls for phone in ending), LONGEST + SOON, "the calls are ended")
            for phone in (alicja, bartek, celina, feliks, gosia):
                assert sound.seconds_of_sound(phone.heard()) > 0.2, f"{phone} heard no tone"
            until(lambda: len(ended(firm)) == 4, SOON, "four calls are on record")
            for record in ended(firm):
                assert record.outcome == "answered"
                assert record.reasons[-1] == "longest_call"
                assert LONGEST - 1 <= talked(record) < LONGEST + 30
            assert hania.in_call, "an emergency call is never ended"
            hania.hang_up()


def connect(caller: Phone, callee: Phone) -> None:
    ring(caller, callee)
    callee.answer()
    until(lambda: caller.in_call and callee.in_call, SOON, f"{caller} and {callee} are connected")


def ended(firm: Firm) -> list[CallRow]:
    return [record for record in firm.all_records() if record.ended_at]


def talked(record: CallRow) -> float:
    """Seconds, ringing of a transfer included."""
    begun: datetime | None = record.answered_at
    assert begun
    assert record.ended_at
    return (record.ended_at - begun).total_seconds()
