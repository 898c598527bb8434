"""What an account demands of the sound holds for each call: encrypted by DTLS-SRTP or SDES, or not at all."""

import pytest

from tests.live.office import PASSWORD, SOON, Office, extension_of, gets, hear_each_other, over, ring, talk
from tests.live.phones import Phone, until
from tests.live.secure.device import PLAIN, Device

DTLS, SDES = "dtls_srtp", "srtp-mand"


def phone(office: Office, name: str, demanded: str, encryption: str | None, transport: str = "tls") -> Phone:
    account = office.account(name, media_encryption=demanded)
    return office.phone(account, transport=transport, encryption=encryption)


def both_ways(one: Phone, other: Phone) -> None:
    """Each calls the other, both are heard, also after a hold."""
    for caller, callee in [(one, other), (other, one)]:
        talk(caller, callee)
        caller.hang_up()
        over(caller, callee)


@pytest.mark.parametrize(
    "demanded, encryption, transport",
    [("dtls", DTLS, "tls"), ("dtls", DTLS, "udp"), ("srtp", DTLS, "tls"), ("srtp", SDES, "tls")],
)
def test_an_encrypted_phone_and_a_plain_one_hear_each_other(
    office: Office, demanded: str, encryption: str, transport: str
) -> None:
    alicja, bartek = phone(office, "Alicja", demanded, encryption, transport), office.phone("Bartek")
    both_ways(alicja, bartek)
    named = {DTLS: "DTLS-SRTP", SDES: "SDES-SRTP"}[encryption]
    for record in office.records(2):
        told = [reason["values"] for reason in record.why if reason["why"] == "encrypted"]
        assert told == [{"who": extension_of(alicja), "encryption": named}]
        assert record.outcome == "answered"


def test_a_caller_is_heard_by_a_phone_that_sends_nothing(office: Office) -> None:
    """The engine shows by what it sends that it encrypts; where nothing is passed on, the exchange sends a key."""
    alicja, callee = phone(office, "Alicja", "dtls", DTLS), office.account("Bartek")
    with Device(office.house, callee.login, PASSWORD) as bartek:
        bartek.register()
        alicja.dial(callee.extension)
        bartek.reply(bartek.called(), "200 OK", bartek.offer("RTP/AVP"))
        until(lambda: bartek.heard(0.02) == PLAIN, SOON, "Bartek hears her")
        alicja.hang_up()


def test_two_phones_of_an_account_ring_each_with_what_it_understands(office: Office) -> None:
    """A desk phone with SDES, which has called once, and a softphone with DTLS: both ring, either answers."""
    account, alicja = office.account("Bartek", media_encryption="srtp"), office.phone("Alicja")
    desk, soft = (office.phone(account, transport="tls", encryption=each) for each in (SDES, DTLS))
    talk(desk, alicja)
    desk.hang_up()
    over(desk, alicja)
    for answers, stops in [(desk, soft), (soft, desk)]:
        ring(alicja, answers)
        until(lambda other=stops: other.ringing, SOON, "the other one rings, too")  # type: ignore[misc]
        answers.answer()
        hear_each_other(alicja, answers)
        over(stops)
        alicja.hang_up()
        over(alicja, answers)
    first, *rest = office.records(3)
    assert first.outcome == "answered"
    assert [[leg["outcome"] for leg in record.legs] for record in rest] == [["answered"], ["answered"]]


@pytest.mark.parametrize("encryption, transport", [(None, "tls"), (None, "udp"), (SDES, "udp")])
def test_a_phone_that_does_not_encrypt_cannot_call_or_be_called(
    office: Office, encryption: str | None, transport: str
) -> None:
    """Nor one whose keys anybody could read: SDES by UDP. Both calls are on record with their reason."""
    alicja, bartek = phone(office, "Alicja", "srtp", encryption, transport), office.phone("Bartek")
    alicja.dial(extension_of(bartek))
    gets(alicja, "488 Not Acceptable Here")
    bartek.dial(extension_of(alicja))
    until(lambda: bartek.last_cause, SOON, "Bartek hears that it cannot be")
    assert not bartek.ringing
    assert [record.reasons[-1 if number == 0 else 1] for number, record in enumerate(office.records(2))] == [
        "offered_not_encrypted",
        "sound_not_encrypted",
    ]


def test_a_saved_change_counts_at_the_next_call(office: Office) -> None:
    """Whichever of the two calls, and in both directions; the engine has known the account for a while."""
    account, bartek = office.account("Alicja"), office.phone("Bartek")
    plain, encrypted = (office.phone(account, transport="tls", encryption=each) for each in (None, DTLS))
    for setting, good, bad in [("off", plain, encrypted), ("dtls", encrypted, plain), ("off", plain, encrypted)]:
        office.change(account, media_encryption=setting)
        bad.dial(extension_of(bartek))
        gets(bad, "488 Not Acceptable Here")
        talk(good, bartek)
        good.hang_up()
        over(good, bartek)
        ring(bartek, good)
        good.answer()
        hear_each_other(bartek, good)
        bartek.hang_up()
        over(good, bartek)


def test_hold_and_transfers_of_encrypted_phones(office: Office) -> None:
    alicja, bartek, celina = (
        phone(office, name, "srtp", each) for name, each in zip("ABC", (DTLS, SDES, DTLS), strict=True)
    )
    talk(alicja, bartek)
    bartek.hold()
    bartek.resume()
    bartek.transfer_to(extension_of(celina))
    until(lambda: celina.ringing, SOON, "Celina's phone rings")
    celina.answer()
    hear_each_other(alicja, celina)
    alicja.hang_up()
    over(alicja, celina)


def test_a_call_that_an_encrypted_phone_hands_over_while_it_rings_is_heard_both_ways(office: Office) -> None:
    """Nothing is heard of Alicja before the answer to her call; Bartek is in her place then, with a plain phone."""
    alicja, bartek, celina = phone(office, "Alicja", "dtls", DTLS), office.phone("Bartek"), office.phone("Celina")
    talk(alicja, bartek)
    held = alicja.calls[0]
    alicja.hold()
    alicja.dial(extension_of(celina))
    ringing = until(lambda: alicja.ringing_there, SOON, "Alicja hears that it rings")
    alicja.transfer_held_to_talking(held, ringing)
    over(alicja)
    celina.answer()
    hear_each_other(bartek, celina)
    bartek.hang_up()
    over(bartek, celina)


def test_call_waiting_off_knows_an_encrypted_call(office: Office) -> None:
    account = office.account("Alicja", media_encryption="dtls", call_waiting=False)
    alicja, bartek, celina = (
        office.phone(account, transport="tls", encryption=DTLS),
        office.phone("B"),
        office.phone("C"),
    )
    talk(bartek, alicja)
    celina.dial(account.extension)
    gets(celina, "486 Busy Here")
    bartek.hang_up()
    over(alicja, bartek)
