"""What the history tells of calls that several could take: who did, and for how long anything rang."""

from tests.live.carrier_instance import Carrier
from tests.live.office import SOON, extension_of, over
from tests.live.phones import until

from .tenant import Firm, outside_number

CALLER = "600100200"


def test_who_took_a_forwarded_call_and_how_long_it_rang(firm: Firm, carrier: Carrier) -> None:
    """Alicja's phone rings for 5 s, then Bartek takes the call."""
    bartek = firm.phone("Bartek")
    forwarding = {"no_answer": {"type": "extension", "extension": extension_of(bartek)}}
    alicja = firm.reached_by(firm.numbers[0], ring_timeout=5, forwarding=forwarding)
    with carrier.call(CALLER, firm.numbers[0]) as call:
        until(lambda: bartek.ringing, SOON, "Bartek's phone rings")
        bartek.answer()
        until(lambda: bartek.in_call, SOON, "Bartek talks")
        call.hang_up()
        over(alicja, bartek)
    firm.records(1)
    (told,) = firm.items("/calls")
    assert (told["answered_by"], told["outcome"]) == (extension_of(bartek), "answered")
    assert told["ring_seconds"] >= 5
    assert firm.items("/calls?missed=true") == []


def test_missed_calls_are_one_filter_and_nothing_rings_in_a_refused_call(poor: Firm, carrier: Carrier) -> None:
    """A caller gives up; later Alicja, whose company has no money, hears so for some seconds: nothing rang."""
    alicja = poor.reached_by(poor.numbers[0])
    with carrier.call(CALLER, poor.numbers[0], ring=4):
        until(lambda: alicja.ringing, SOON, "Alicja's phone rings")
        over(alicja)
    alicja.dial(outside_number("00"))
    until(lambda: alicja.last_cause, 2 * SOON, "Alicja is refused")
    refused_record = poor.records(2)[1]
    assert refused_record.ended_at is not None
    assert (refused_record.ended_at - refused_record.started_at).total_seconds() > 1, "the prompt was spoken"
    refused, missed = poor.items("/calls")
    assert (refused["outcome"], refused["ring_seconds"], refused["answered_by"]) == ("refused", 0, None)
    assert (missed["outcome"], missed["answered_by"]) == ("cancelled", None)
    assert missed["ring_seconds"] >= 1
    assert [call["id"] for call in poor.items("/calls?missed=true")] == [missed["id"]]
