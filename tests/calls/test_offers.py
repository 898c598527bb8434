"""Why the engine took none of the sound that a caller's device offers."""

import pytest

from centralka.calls.offers import Offer, why_turned_away
from centralka.calls.reasons import Reason, Why

G729 = "m=audio 4000 RTP/AVP 18 101\r\na=rtpmap:101 telephone-event/8000\r\n"
OPUS = "m=audio 4000 RTP/AVP 96 18\r\na=rtpmap:96 opus/48000/2\r\na=rtpmap:18 G729/8000\r\n"
ENCRYPTED = "m=audio 4000 RTP/SAVP 8\r\na=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:x\r\n"
PLAIN = "m=audio 4002 RTP/AVP 8 0\r\n"


def test_an_offer_is_read_without_what_is_no_codec() -> None:
    assert Offer.parse(OPUS) == Offer(("RTP/AVP",), ("opus", "G729"))
    assert Offer.parse(G729.replace("\r\n", "\n") + "m=video 5000 RTP/AVP 99\n") == Offer(("RTP/AVP",), ("G729",))
    assert Offer.parse(ENCRYPTED + PLAIN) == Offer(("RTP/SAVP", "RTP/AVP"), ("PCMA", "PCMU"))


@pytest.mark.parametrize("body", ["", "v=0", "m=audio", "m=audio x RTP/AVP 8", "\x00\xff" * 40])
def test_what_is_no_description_offers_nothing(body: str) -> None:
    assert Offer.parse(body) == Offer()


@pytest.mark.parametrize(
    "status, body, why, values",
    [
        (488, G729, Why.OFFERED_CODECS, {"codecs": "G729"}),
        (488, OPUS, Why.OFFERED_CODECS, {"codecs": "opus, G729"}),
        (488, ENCRYPTED, Why.OFFERED_PROFILE, {"profile": "RTP/SAVP"}),
        (488, ENCRYPTED + PLAIN, Why.OFFERED_PROFILE, {"profile": "RTP/SAVP"}),
        (488, PLAIN.replace("AVP", "AVPF"), Why.OFFERED_PROFILE, {"profile": "RTP/AVPF"}),
        (488, PLAIN, Why.TURNED_AWAY, {"status": 488}),
        (488, "", Why.TURNED_AWAY, {"status": 488}),
        (484, G729, Why.TURNED_AWAY, {"status": 484}),
    ],
)
def test_the_reason_names_what_was_offered(status: int, body: str, why: Why, values: dict[str, str | int]) -> None:
    assert why_turned_away(status, Offer.parse(body)) == Reason(why, values)


def test_what_a_device_writes_does_not_grow_in_the_record() -> None:
    many = "m=audio 4000 RTP/AVP " + " ".join(str(number) for number in range(20, 90)) + "\r\n"
    many += "".join(f"a=rtpmap:{number} {'x' * 500}{number}/8000\r\n" for number in range(20, 90))
    assert len(str(why_turned_away(488, Offer.parse(many)).values["codecs"])) < 120
