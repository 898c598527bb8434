"""Each way of offering sound, against each setting, by UDP and TLS: taken or refused, and no plain packet passes."""

import asyncio
import re

import pytest

from centralka.switch.wire.edge_control import EdgeControl
from tests.live.office import PASSWORD, SOON, Office, extension_of, gets
from tests.live.phones import until
from tests.live.secure.device import CRYPTO, FINGERPRINT, Device

SETUP = "a=setup:actpass"
KEYS: dict[str, tuple[str, ...]] = {
    "": (),
    "fingerprint": (FINGERPRINT, SETUP),
    "crypto": (CRYPTO,),
    "both": (FINGERPRINT, SETUP, CRYPTO),
}
PROFILES = ("RTP/AVP", "RTP/AVPF", "RTP/SAVP", "RTP/SAVPF", "UDP/TLS/RTP/SAVP", "UDP/TLS/RTP/SAVPF")
ECHO = "*43"
# What is taken; everything else is refused with 488. By setting and transport: (profile, keys).
PLAIN = {("RTP/AVP", keys) for keys in KEYS}
DTLS = {("UDP/TLS/RTP/SAVPF", "fingerprint"), ("UDP/TLS/RTP/SAVPF", "both")}
SDES = {(profile, keys) for profile in ("RTP/AVP", "RTP/SAVP") for keys in ("crypto", "both")}
TAKEN = {
    ("off", "udp"): PLAIN,
    ("off", "tls"): PLAIN,
    ("dtls", "udp"): DTLS,
    ("dtls", "tls"): DTLS,
    ("srtp", "udp"): DTLS,
    ("srtp", "tcp"): DTLS,
    ("srtp", "tls"): DTLS | SDES,
}


@pytest.mark.parametrize("setting, transport", list(TAKEN))
def test_each_offer_is_taken_or_refused_and_no_plain_packet_passes(
    office: Office, setting: str, transport: str
) -> None:
    account = office.account("Alicja", media_encryption=setting)
    wrong = []
    for profile in PROFILES:
        for keys, lines in KEYS.items():
            with Device(office.house, account.login, PASSWORD, transport) as device:
                said, expected = tried(device, profile, lines), (profile, keys) in TAKEN[setting, transport]
            if said != expectation(setting, expected):
                wrong.append((profile, keys, said, "taken" if expected else "refused"))
    assert not wrong


def tried(device: Device, profile: str, lines: tuple[str, ...]) -> tuple[int, bool]:
    """The status of a call to the echo, and whether plain packets came back from it."""
    with device.call(ECHO, device.offer(profile, *lines)) as answered:
        heard = answered.status == 200 and device.plain_echoed(answered.sdp) > 0
        return answered.status, heard


def expectation(setting: str, taken: bool) -> tuple[int, bool]:
    return (200, setting == "off") if taken else (488, False)


# -- Within a call ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "setting, begins, refused",
    [
        ("dtls", ("UDP/TLS/RTP/SAVPF", "fingerprint"), ["RTP/AVP", "RTP/SAVP", "UDP/TLS/RTP/SAVPF"]),
        ("srtp", ("RTP/SAVP", "crypto"), ["RTP/AVP", "RTP/SAVP", "RTP/AVPF"]),
    ],
)
def test_within_a_call_nothing_else_is_taken(
    office: Office, setting: str, begins: tuple[str, str], refused: list[str]
) -> None:
    """A re-INVITE that would have the call go on without encryption is refused, and the call goes on as it was."""
    account = office.account("Alicja", media_encryption=setting)
    first = (begins[0], *KEYS[begins[1]])
    with (
        Device(office.house, account.login, PASSWORD, "tls") as device,
        device.call(ECHO, device.offer(*first)) as answered,
    ):
        assert answered.status == 200
        assert [answered.change(device.offer(profile)) for profile in refused] == [488] * len(refused)
        assert answered.change(device.offer("RTP/AVPF", CRYPTO)) == 488
        assert [answered.update(device.offer(profile)) for profile in refused] == [488] * len(refused)
        assert not device.plain_echoed(answered.sdp)
        assert answered.update(device.offer(*first)) == 200
        assert answered.change(device.offer(*first)) == 200
        # The exchange offers, and the device answers with plain sound.
        assert answered.change("", late=device.offer("RTP/AVP")) == 200
        assert not device.plain_echoed(answered.sdp)


@pytest.mark.parametrize(
    "setting, asked", [("off", "RTP/AVP"), ("dtls", "UDP/TLS/RTP/SAVPF"), ("srtp", "UDP/TLS/RTP/SAVPF")]
)
def test_a_call_without_an_offer_is_offered_what_the_account_demands(office: Office, setting: str, asked: str) -> None:
    """The offer comes from the exchange (RFC 3261, 13.2.1); what the device answers with otherwise is not heard."""
    account = office.account("Alicja", media_encryption=setting)
    with (
        Device(office.house, account.login, PASSWORD, "tls") as device,
        device.call(ECHO, "", late=device.offer("RTP/AVP")) as answered,
    ):
        assert answered.profile == asked
        assert ("a=fingerprint:" in answered.sdp) == (setting != "off")
        assert bool(device.plain_echoed(answered.sdp)) == (setting == "off")


# -- To the phone ----------------------------------------------------------------------------------------------------

OFFERED = {
    ("off", "udp"): "RTP/AVP",
    ("dtls", "udp"): "UDP/TLS/RTP/SAVPF",
    ("dtls", "tls"): "UDP/TLS/RTP/SAVPF",
    ("srtp", "udp"): "UDP/TLS/RTP/SAVPF",
    ("srtp", "tls"): "UDP/TLS/RTP/SAVPF",
}


@pytest.mark.parametrize("setting, transport", list(OFFERED))
def test_a_phone_is_offered_what_its_account_demands(office: Office, setting: str, transport: str) -> None:
    """One that refuses the only way is not offered another; the caller hears 488, and the record says why."""
    account, alicja = office.account("Bartek", media_encryption=setting), office.phone("Alicja")
    with Device(office.house, account.login, PASSWORD, transport) as device:
        device.register()
        alicja.dial(account.extension)
        invite = device.called()
        assert profile_in(invite) == OFFERED[setting, transport]
        assert ("a=fingerprint:" in invite) == (setting != "off")
        assert "a=crypto:" not in invite
        device.reply(invite, "486 Busy Here")
        until(lambda: alicja.last_cause, SOON, "the caller hears it")


def test_a_phone_that_refuses_dtls_over_tls_is_offered_sdes_and_called_so_from_then_on(office: Office) -> None:
    account, alicja = office.account("Bartek", media_encryption="srtp"), office.phone("Alicja")
    with Device(office.house, account.login, PASSWORD, "tls") as device:
        device.register()
        alicja.dial(account.extension)
        first = device.called()
        device.reply(first, "488 Not Acceptable Here")
        second = device.called()
        assert [profile_in(one) for one in (first, second)] == ["UDP/TLS/RTP/SAVPF", "RTP/SAVP"]
        device.reply(second, "486 Busy Here")
        until(lambda: alicja.last_cause == "486 Busy Here", SOON, "the caller hears that it is busy")
        alicja.dial(account.extension)
        assert profile_in(device.called()) == "RTP/SAVP"
        alicja.hang_up()
        port = device.port
        assert remembered(office, port)
    until(lambda: not remembered(office, port), SOON, "another phone at its port would be offered DTLS")


def remembered(office: Office, port: int) -> bool:
    """Tell whether whoever comes from this port is called with SDES."""
    control = EdgeControl(office.house.home / "edge/run/control.sock")
    return f":{port};" in str(asyncio.run(control.ask("htable.dump", "sdes")))


def test_by_udp_a_phone_that_refuses_dtls_is_offered_no_keys(office: Office) -> None:
    account, alicja = office.account("Bartek", media_encryption="srtp"), office.phone("Alicja")
    with Device(office.house, account.login, PASSWORD, "udp") as device:
        device.register()
        alicja.dial(account.extension)
        for _again in range(2):
            invite = device.called()
            assert profile_in(invite) == "UDP/TLS/RTP/SAVPF"
            device.reply(invite, "488 Not Acceptable Here")
        until(lambda: alicja.last_cause, SOON, "the caller hears it")
    (record,) = office.records(1)
    assert "sound_not_encrypted" in str(record.why)
    assert [(leg["to"], leg["status"]) for leg in record.legs] == [(account.extension, 488)]


@pytest.mark.parametrize("setting", ["dtls", "srtp"])
def test_a_phone_that_answers_without_encryption_is_not_heard_and_hears_nothing(office: Office, setting: str) -> None:
    """It was offered encrypted sound and takes it as plain: the call is given up, and the record says why."""
    account, alicja = office.account("Bartek", media_encryption=setting), office.phone("Alicja")
    with Device(office.house, account.login, PASSWORD, "tls") as device:
        device.register()
        alicja.dial(account.extension)
        invite = device.called()
        device.reply(invite, "200 OK", device.offer("RTP/AVP"))
        assert not device.plain_echoed(invite.partition("\r\n\r\n")[2])
        gets(alicja, "480 Temporarily Unavailable")
    (record,) = office.records(1)
    assert "sound_not_encrypted" in record.reasons


@pytest.mark.parametrize("setting", ["dtls", "srtp"])
@pytest.mark.parametrize("profile", ["RTP/AVP", "UDP/TLS/RTP/SAVPF"])
def test_a_refused_call_is_on_record_with_its_reason(office: Office, setting: str, profile: str) -> None:
    account, bartek = office.account("Alicja", media_encryption=setting), office.phone("Bartek")
    with Device(office.house, account.login, PASSWORD, "udp") as device:
        assert device.call(extension_of(bartek), device.offer(profile)).status == 488
    assert not bartek.all_calls
    (record,) = office.records(1)
    assert record.reasons == ["offered_not_encrypted"]
    assert record.from_number == account.extension


def profile_in(invite: str) -> str:
    found = re.search(r"m=audio \d+ (\S+)", invite)
    assert found, invite
    return found[1]
