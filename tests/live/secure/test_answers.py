"""Each way in which a called phone can answer, against each setting, and calls that others sent on to it."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

import pytest

from tests.live.office import PASSWORD, SOON, Account, Office, extension_of
from tests.live.phones import until
from tests.live.secure.device import PLAIN, Answered, Device
from tests.live.secure.test_offers import KEYS, PROFILES, profile_in

PACKETS = 12
DEMANDING = ["dtls", "srtp"]


@contextmanager
def calling(caller: Device, callee: Account, body: str) -> Iterator[list[Answered]]:
    """A call that is answered meanwhile; the list has the answer then. Hung up at the end."""
    found: list[Answered] = []
    thread = Thread(target=lambda: found.append(caller.call(callee.extension, body)), daemon=True)
    thread.start()
    try:
        yield found
        thread.join(SOON)
    finally:
        for answered in found:
            answered.__exit__(None, None, None)


def passes(one: Device, its: str, other: Device, others: str, packets: int) -> tuple[int, int]:
    """Let both send plain packets, at most so many. Returns how many plain ones each heard."""
    came = [0, 0]
    for number in range(packets):
        one.speak(its, number)
        other.speak(others, number)
        came[0] += one.heard(0.02) == PLAIN
        came[1] += other.heard(0.02) == PLAIN
        if number >= PACKETS and all(came):
            break
    return came[0], came[1]


def speaks(phone: Device, invite: str, caller: Device) -> tuple[int, int]:
    """Let the phone send plain packets. Returns how many plain ones the caller and the phone heard."""
    came = [0, 0]
    for number in range(PACKETS):
        phone.speak(invite.partition("\r\n\r\n")[2], number)
        came[0] += caller.heard(0.02) > 0
        came[1] += phone.heard(0.02) == PLAIN
    return came[0], came[1]


def answered_with(office: Office, caller: Device, phone: Device, callee: Account, body: str) -> tuple[int, int]:
    """Call the phone, which answers so, and hangs up. Returns how many packets the caller and the phone heard."""
    with calling(caller, callee, caller.offer("RTP/AVP")) as answer:
        invite = phone.called()
        # What is still under way belongs to the call before.
        while caller.heard(0.01) or phone.heard(0.01):
            pass
        phone.reply(invite, "200 OK", body)
        if profile_in(invite) == "RTP/AVP":
            until(lambda: bool(answer), SOON, "the caller has an answer")
            # Where they are to be heard, a busy machine may need more of them.
            packets = 10 * PACKETS if profile_in(body) == "RTP/AVP" else PACKETS
            its, others = answer[0].sdp, invite.partition("\r\n\r\n")[2]
            return passes(caller, its, phone, others, packets) if its else (0, 0)
        heard = speaks(phone, invite, caller)
        phone.leave(invite)
        return heard


@pytest.mark.parametrize("setting", ["off", *DEMANDING])
def test_no_plain_packet_is_sent_whatever_a_called_phone_answers(office: Office, setting: str) -> None:
    """24 answers for each setting, of devices that have no key for DTLS and send plain packets: the exchange sends
    and takes none of them, also from one that answers as it was asked to, and then does not begin the handshake."""
    callee, caller = office.account("Bartek", media_encryption=setting), office.account("Alicja")
    passed: dict[tuple[str, str], tuple[int, int]] = {}
    with (
        Device(office.house, callee.login, PASSWORD, "tls") as phone,
        Device(office.house, caller.login, PASSWORD) as alicja,
    ):
        phone.register()
        for profile in PROFILES:
            for keys, lines in KEYS.items():
                heard = answered_with(office, alicja, phone, callee, phone.offer(profile, *lines))
                if any(heard):
                    passed[profile, keys] = heard
    assert set(passed) == ({("RTP/AVP", keys) for keys in KEYS} if setting == "off" else set())
    assert all(all(heard) for heard in passed.values())


def test_a_phone_that_answers_and_does_not_begin_the_handshake_is_given_up(office: Office) -> None:
    """Its caller hears nothing of it, neither while it rings nor after it has answered, and the record says why."""
    callee, caller = office.account("Bartek", media_encryption="dtls"), office.account("Alicja")
    with (
        Device(office.house, callee.login, PASSWORD, "tls") as phone,
        Device(office.house, caller.login, PASSWORD) as alicja,
    ):
        phone.register()
        with calling(alicja, callee, alicja.offer("RTP/AVP")) as answer:
            invite, taken = phone.called(), phone.offer("UDP/TLS/RTP/SAVPF", *KEYS["fingerprint"])
            phone.reply(invite, "183 Session Progress", taken)
            assert speaks(phone, invite, alicja) == (0, 0)
            phone.reply(invite, "200 OK", taken)
            assert speaks(phone, invite, alicja) == (0, 0)
            until(lambda: bool(answer), 2 * SOON, "the call is given up")
            assert answer[0].status == 480
    (record,) = office.records(1)
    assert record.outcome == "unavailable"
    assert "sound_not_encrypted" in record.reasons
    assert "encrypted" not in record.reasons


def test_a_caller_that_does_not_begin_the_handshake_is_not_heard_and_the_call_is_ended(office: Office) -> None:
    """Neither by a colleague nor by the exchange itself: the echo, and a mailbox."""
    caller, callee = office.account("Alicja", media_encryption="dtls"), office.account("Bartek")
    absent = office.account("Celina", voicemail={"enabled": True, "pin": "8642", "email": ""})
    with (
        Device(office.house, caller.login, PASSWORD) as alicja,
        Device(office.house, callee.login, PASSWORD, "tls") as bartek,
    ):
        bartek.register()
        offer = alicja.offer("UDP/TLS/RTP/SAVPF", *KEYS["fingerprint"])
        with calling(alicja, callee, offer) as answer:
            invite = bartek.called()
            bartek.reply(invite, "200 OK", bartek.offer("RTP/AVP"))
            until(lambda: bool(answer), SOON, "the caller has an answer")
            assert speaks_to(alicja, answer[0].sdp, bartek) == 0
            assert alicja.left()
        for number in ("*43", absent.extension):
            with alicja.call(number, offer) as answered:
                assert answered.status == 200
                assert not alicja.plain_echoed(answered.sdp)
                assert alicja.left()
    for record in office.records(3):
        assert "caller_not_encrypted" in record.reasons
        assert "encrypted" not in record.reasons
    assert not [row for row in office.house.rows("voicemail_message") if row["sip_account_id"] == absent.id]


def speaks_to(caller: Device, sdp: str, phone: Device) -> int:
    """Let the caller send plain packets. Returns how many the phone heard."""
    came = 0
    for number in range(PACKETS):
        caller.speak(sdp, number)
        came += phone.heard(0.02) > 0
    return came


def test_no_plain_packet_passes_whatever_a_phone_answers_that_was_offered_sdes(office: Office) -> None:
    """It refused DTLS once, and is offered SDES from then on; with a key in its answer it is sent encrypted packets."""
    callee, caller = office.account("Bartek", media_encryption="srtp"), office.account("Alicja")
    with (
        Device(office.house, callee.login, PASSWORD, "tls") as phone,
        Device(office.house, caller.login, PASSWORD) as alicja,
    ):
        phone.register()
        with calling(alicja, callee, alicja.offer("RTP/AVP")):
            phone.reply(phone.called(), "488 Not Acceptable Here")
            phone.reply(phone.called(), "486 Busy Here")
        for profile in PROFILES:
            for keys, lines in KEYS.items():
                heard = answered_with(office, alicja, phone, callee, phone.offer(profile, *lines))
                assert heard == (0, 0), (profile, keys)


@pytest.mark.parametrize("setting", DEMANDING)
def test_a_call_that_is_forwarded_is_offered_what_the_last_account_demands(office: Office, setting: str) -> None:
    last, alicja = office.account("Celina", media_encryption=setting), office.account("Alicja")
    way = {"type": "extension", "extension": last.extension}
    first = office.account("Bartek", forwarding={"unavailable": way})
    with (
        Device(office.house, last.login, PASSWORD, "tls") as phone,
        Device(office.house, alicja.login, PASSWORD) as caller,
    ):
        phone.register()
        with calling(caller, first, caller.offer("RTP/AVP")):
            invite = phone.called()
            assert profile_in(invite) == "UDP/TLS/RTP/SAVPF"
            assert "a=crypto:" not in invite
            phone.reply(invite, "200 OK", phone.offer("RTP/AVP"))
            assert speaks(phone, invite, caller) == (0, 0)
            phone.leave(invite)


@pytest.mark.parametrize("setting", DEMANDING)
def test_a_call_that_is_transferred_is_offered_what_the_last_account_demands(office: Office, setting: str) -> None:
    last = office.account("Celina", media_encryption=setting)
    alicja, bartek = office.phone("Alicja"), office.phone("Bartek")
    with Device(office.house, last.login, PASSWORD, "tls") as phone:
        phone.register()
        alicja.dial(extension_of(bartek))
        until(lambda: bartek.ringing, SOON, "Bartek's phone rings")
        bartek.answer()
        until(lambda: alicja.in_call and bartek.in_call, SOON, "they talk")
        bartek.transfer_to(last.extension)
        invite = phone.called()
        assert profile_in(invite) == "UDP/TLS/RTP/SAVPF"
        assert "a=crypto:" not in invite
        phone.reply(invite, "200 OK", phone.offer("RTP/AVP"))
        for number in range(PACKETS):
            phone.speak(invite.partition("\r\n\r\n")[2], number)
            assert not phone.heard(0.02)
        phone.leave(invite)
        alicja.hang_up()
