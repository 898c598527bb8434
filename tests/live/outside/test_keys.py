"""Keys that are pressed during a call, to and from whoever knows of telephone-event (RFC 4733) and whoever does not."""

import pytest

from tests.live.media_echo import MediaEcho
from tests.live.office import SOON
from tests.live.phones import Phone, until

from .sipp_trunk import SippTrunk
from .tenant import Firm, outside_number

KEYS = "1590*#"
EVENTS = "\na=rtpmap:101 telephone-event/8000\na=fmtp:101 0-16"
MEDIA = pytest.mark.parametrize(
    "payloads, attributes", [("8", ""), ("0", ""), ("8 101", EVENTS)], ids=["A-law", "µ-law", "telephone-event"]
)


@MEDIA
def test_keys_reach_a_carrier_and_come_from_it(firm: Firm, payloads: str, attributes: str) -> None:
    """It sends back what it gets: Alicja's phone is told of her own keys. Nothing is sent that was not agreed on."""
    alicja = firm.phone("Alicja")
    with MediaEcho() as media, SippTrunk(firm.house, "uas_media", described(media, payloads, attributes)):
        alicja.dial(outside_number("00"))
        presses_keys(alicja)
        alicja.hang_up()
        firm.records(1)
        assert media.payload_types == {int(payload) for payload in payloads.split()}


@MEDIA
def test_keys_reach_a_colleagues_phone_and_come_from_it(firm: Firm, payloads: str, attributes: str) -> None:
    """As with a carrier: an old door phone or adapter hears the tones, and its own tones open a mailbox or a gate."""
    alicja, door = firm.phone("Alicja"), firm.account("Bramofon")
    with MediaEcho() as media:
        firm.sipp_phone("uas_media", door, **described(media, payloads, attributes))
        alicja.dial(door.extension)
        presses_keys(alicja)
        alicja.hang_up()
        firm.records(1)
        assert media.payload_types == {int(payload) for payload in payloads.split()}


def described(media: MediaEcho, payloads: str, attributes: str) -> dict[str, str]:
    """The keys of the scenario `uas_media`."""
    return {"media": str(media.port), "payloads": payloads, "attributes": attributes}


def presses_keys(phone: Phone) -> None:
    until(lambda: phone.in_call, SOON, "the call is answered")
    until(lambda: phone.hears(phone.tone_hz), SOON, f"{phone} hears its echo")
    phone.send_dtmf(KEYS)
    until(lambda: phone.digits_heard == KEYS, SOON, f"{phone} is told of its keys: {phone.digits_heard!r}")
