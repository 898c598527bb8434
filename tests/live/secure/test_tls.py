"""A phone over TLS does what every phone does, over the one connection that it opened."""

import socket
import ssl
import subprocess

import pytest

from tests.live.office import SOON, Office, extension_of, hear_each_other, over, ring, talk
from tests.live.phones import Phone, until


def secure(office: Office, name: str) -> Phone:
    return office.phone(name, transport="tls")


def test_a_phone_over_tls_calls_and_is_called(office: Office) -> None:
    """By a phone over UDP and by one over TLS; all of them hear each other."""
    alicja, bartek, celina = secure(office, "Alicja"), secure(office, "Bartek"), office.phone("Celina")
    for one, other in [(alicja, celina), (celina, alicja), (alicja, bartek)]:
        talk(one, other)
        one.hang_up()
        over(one, other)
    assert [record.outcome for record in office.records(3)] == ["answered"] * 3


def test_it_is_called_over_the_connection_that_it_opened(office: Office) -> None:
    """Its own door for TLS stays shut: behind NAT nobody could knock there."""
    bartek, alicja = secure(office, "Bartek"), office.phone("Alicja")
    ring(alicja, bartek)
    log = bartek.log_tail(1000)
    (came,) = {line for line in log.splitlines() if line.startswith("TLS") and f":{office.house.tls_port} ->" in line}
    assert not came.endswith(f":{bartek.port}")
    shown = until(lambda: office_contacts(office, bartek), SOON, "its address is shown")
    assert [address.partition(";")[2] for address in shown] == ["transport=tls"]
    assert came.rpartition(":")[2] == shown[0].partition(";")[0].rpartition(":")[2]
    bartek.decline()
    over(alicja)


def office_contacts(office: Office, phone: Phone) -> list[str]:
    (account,) = [one for one in office.items("/sip-accounts") if one["login"] == phone.login]
    return [str(one["uri"]) for one in account["contacts"]]


def test_hold_and_transfer_work_over_tls(office: Office) -> None:
    alicja, bartek, celina = secure(office, "Alicja"), secure(office, "Bartek"), office.phone("Celina")
    talk(alicja, bartek)
    alicja.hold()
    alicja.resume()
    alicja.transfer_to(extension_of(celina))
    until(lambda: celina.ringing, SOON, "Celina's phone rings")
    celina.answer()
    hear_each_other(bartek, celina)
    bartek.hang_up()
    over(bartek, celina)


def test_a_lamp_is_told_over_tls(office: Office) -> None:
    alicja = office.phone(office.account("Alicja", voicemail={"enabled": True, "pin": "7391"}), transport="tls")
    until(lambda: alicja.messages_waiting is False, SOON, "the lamp is told that there is nothing")


def test_a_phone_that_hangs_up_its_connection_is_not_registered_any_more(office: Office) -> None:
    bartek = secure(office, "Bartek")
    until(lambda: office_contacts(office, bartek), SOON, "it is shown")
    bartek.pull_the_plug()
    until(lambda: not office_contacts(office, bartek), SOON, "it is gone")


@pytest.mark.parametrize("version", ["-tls1", "-tls1_1"])
def test_old_versions_are_refused(office: Office, version: str) -> None:
    """By openssl: Python's own client would rather not try."""
    address = f"127.0.0.1:{office.house.tls_port}"
    weak = ["openssl", "s_client", version, "-cipher", "ALL:@SECLEVEL=0", "-brief", "-connect", address]
    tried = subprocess.run(weak, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    assert "alert protocol version" in tried.stderr


def test_ciphers_without_forward_secrecy_are_refused(office: Office) -> None:
    context = believing(office)
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers("AES128-SHA:AES256-SHA:ECDHE-ECDSA-AES128-SHA:@SECLEVEL=0")
    with pytest.raises(ssl.SSLError, match="HANDSHAKE_FAILURE"):
        connect(office, context)
    context.set_ciphers("ECDHE-ECDSA-AES128-GCM-SHA256")
    assert connect(office, context) == "TLSv1.2"
    assert connect(office, believing(office)) == "TLSv1.3"


def believing(office: Office) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=office.house.authority)


def connect(office: Office, context: ssl.SSLContext) -> str | None:
    with (
        socket.create_connection(("127.0.0.1", office.house.tls_port), 10) as plain,
        context.wrap_socket(plain, server_hostname="localhost") as made,
    ):
        return made.version()
