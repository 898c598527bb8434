"""Calls that the engine refuses before anybody decides: each attempt leaves a record that says why."""

import pytest

from tests.live.office import SOON, Office, extension_of, gets
from tests.live.phones import until
from tests.live.sipp import run_scenario

G729 = "m=audio [media_port] RTP/AVP 18\na=rtpmap:18 G729/8000"
PLAIN = "m=audio [media_port] RTP/AVP 8\na=rtpmap:8 PCMA/8000"
FEEDBACK = "m=audio [media_port] RTP/AVPF 8\na=rtpmap:8 PCMA/8000"
ENCRYPTED = "m=audio [media_port] RTP/SAVP 8\na=rtpmap:8 PCMA/8000"
KEY = "\na=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz"
BY_HANDSHAKE = "m=audio [media_port] UDP/TLS/RTP/SAVPF 8\na=rtpmap:8 PCMA/8000\na=setup:actpass"
FINGERPRINT = f"\na=fingerprint:sha-256 {':'.join(['AB'] * 32)}"


@pytest.mark.parametrize(
    "sound, why, told",
    [
        (G729, "offered_codecs", {"codecs": "G729"}),
        (FEEDBACK, "offered_profile", {"profile": "RTP/AVPF"}),
        (ENCRYPTED + KEY, "offered_profile", {"profile": "RTP/SAVP"}),
        (ENCRYPTED, "offered_profile", {"profile": "RTP/SAVP"}),
        (BY_HANDSHAKE + FINGERPRINT, "offered_profile", {"profile": "UDP/TLS/RTP/SAVPF"}),
        # Answered, it would be with plain sound under the name of the encrypted line (decision 0017).
        (f"{ENCRYPTED}{KEY}\n{PLAIN}", "offered_profile", {"profile": "RTP/SAVP"}),
    ],
    ids=["codec", "feedback", "encrypted", "without-keys", "by-handshake", "encrypted-before-plain"],
)
def test_a_phone_that_offers_nothing_of_ours_leaves_a_record_that_says_what(
    office: Office, sound: str, why: str, told: dict[str, str]
) -> None:
    alicja, bartek = office.account("Alicja"), office.phone("Bartek")
    run_scenario(
        "uac_refused", login=alicja.login, password=alicja.password, called=extension_of(bartek), final=488,
        port=office.house.sip_port, sound=sound,
    )  # fmt: skip
    (record,) = office.records(1)
    assert (record.direction, record.outcome) == ("internal", "failed")
    assert (record.from_number, record.to_number) == (alicja.extension, extension_of(bartek))
    assert (record.why, record.legs) == ([{"why": why, "values": told}], [])
    assert record.ended_at
    assert not bartek.all_calls


def test_a_phone_that_takes_nothing_of_ours_is_named_in_the_record(office: Office) -> None:
    alicja, bartek = office.phone("Alicja"), office.account("Bartek")
    office.sipp_phone("uas_refuse", bartek, status="488 Not Acceptable Here")
    alicja.dial(bartek.extension)
    gets(alicja, "480 Temporarily Unavailable")
    (record,) = office.records(1)
    assert record.reasons == ["extension_dialled", "sound_not_understood", "callee_unavailable"]
    assert record.why[1]["values"] == {"who": bartek.extension, "status": 488}
    assert [leg["status"] for leg in record.legs] == [488]


def test_a_plain_line_before_an_encrypted_one_is_taken(office: Office) -> None:
    """And so is a plain line with keys, which are not used."""
    alicja, bartek = office.account("Alicja"), office.account("Bartek")
    office.sipp_phone("uas_answer", bartek, ring_ms=0)
    for sound in (f"{PLAIN}\n{ENCRYPTED}{KEY}", PLAIN + KEY):
        run_scenario(
            "uac_call", login=alicja.login, password=alicja.password, called=bartek.extension, talk_ms=0,
            port=office.house.sip_port, sound=sound,
        )  # fmt: skip
    assert [record.outcome for record in office.records(2)] == ["answered", "answered"]


def test_nobody_who_names_an_account_without_its_password_writes_into_its_records(office: Office) -> None:
    alicja = office.account("Alicja")
    run_scenario(
        "uac_refused", login=alicja.login, password="wrong-Password-1", called="101", final=401,
        port=office.house.sip_port, sound=G729,
    )  # fmt: skip
    right = office.phone(alicja)
    right.dial("*43")
    until(lambda: right.in_call, SOON, "the echo answers")
    right.hang_up()
    assert [record.to_number for record in office.records(1)] == ["*43"]
