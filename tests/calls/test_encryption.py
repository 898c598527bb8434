"""The engine's sides of an account: one for each way of encrypting, and all of them its phones."""

import pytest

from centralka.calls.endpoints import Carrier, Phone, endpoint_named, phone_endpoints
from centralka.calls.media_encryption import Encryption, MediaEncryption
from centralka.calls.offers import Offer, why_turned_away
from centralka.calls.reasons import Reason, Why

FINGERPRINT = "a=fingerprint:sha-256 AB\r\n"


@pytest.mark.parametrize("encryption", Encryption)
def test_a_side_is_named_after_account_and_encryption(encryption: Encryption) -> None:
    phone = Phone("kwiaty_100", encryption)
    found = endpoint_named(phone.name)
    assert isinstance(found, Phone)
    assert (found.login, found.encryption, found.extension) == ("kwiaty_100", encryption, "100")
    assert found == Phone("kwiaty_100"), "whose phone it is does not depend on it"


def test_other_names_are_what_they_were() -> None:
    assert endpoint_named("trunk-7") == Carrier(7)
    assert endpoint_named("kwiaty_100.other") == Phone("kwiaty_100.other")
    assert endpoint_named("") is None


@pytest.mark.parametrize(
    "demanded, sides",
    [
        (MediaEncryption.OFF, ("kwiaty_100",)),
        (MediaEncryption.DTLS, ("kwiaty_100.dtls",)),
        (MediaEncryption.SRTP, ("kwiaty_100.dtls", "kwiaty_100.sdes")),
    ],
)
def test_an_account_is_called_only_as_it_demands(demanded: MediaEncryption, sides: tuple[str, ...]) -> None:
    assert phone_endpoints("kwiaty_100", demanded) == sides


@pytest.mark.parametrize(
    "encryption, offer, why",
    [
        (Encryption.DTLS, "m=audio 4000 RTP/AVP 8\r\n", Why.OFFERED_NOT_ENCRYPTED),
        (Encryption.DTLS, "m=audio 4000 UDP/TLS/RTP/SAVP 8\r\n" + FINGERPRINT, Why.OFFERED_NOT_ENCRYPTED),
        (Encryption.DTLS, "m=audio 4000 UDP/TLS/RTP/SAVPF 8\r\n", Why.OFFERED_NOT_ENCRYPTED),
        (Encryption.DTLS, "m=audio 4000 UDP/TLS/RTP/SAVPF 18\r\n" + FINGERPRINT, Why.OFFERED_CODECS),
        (Encryption.DTLS, "m=audio 4000 UDP/TLS/RTP/SAVPF 8\r\n" + FINGERPRINT, Why.TURNED_AWAY),
        (Encryption.SDES, "m=audio 4000 RTP/SAVPF 8\r\n", Why.OFFERED_NOT_ENCRYPTED),
        (Encryption.SDES, "m=audio 4000 RTP/SAVP 8\r\n", Why.TURNED_AWAY),
        (Encryption.NONE, "m=audio 4000 RTP/SAVP 8\r\n", Why.OFFERED_PROFILE),
    ],
)
def test_a_refused_offer_says_why(encryption: Encryption, offer: str, why: Why) -> None:
    found = why_turned_away(488, Offer.parse("v=0\r\n" + offer), encryption)
    assert found.why is why
    assert found != Reason(why)
