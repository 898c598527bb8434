"""The worker obtains a certificate from an authority, the next one under a call; what fails is told."""

import socket
import ssl
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Error

from centralka.certificates.acme.errors import CannotObtain
from centralka.certificates.acme.obtaining import Obtaining
from centralka.certificates.checking import certificate_in
from tests.live.instance import Installation
from tests.live.office import SOON, Office, hear_each_other, talk
from tests.live.phone_in_browser.window import chromium, closed, mine, signed_in, tone
from tests.live.phones import until
from tests.live.secure.https import Proxy, home_that_believes
from tests.pebble import Pebble, a_port

NAME = "sip.centralka.example"


class House(Installation):
    """An installation with an authority that reaches it by its name, behind a proxy that ends TLS for the panel."""

    def __init__(self, folder: Path) -> None:
        super().__init__(CENTRALKA_TLS_NAME=NAME)
        self.pebble = Pebble(folder, self.http_port)
        self.https_port = a_port()
        self._environment |= {
            "CENTRALKA_ACME": self.pebble.directory,
            "REQUESTS_CA_BUNDLE": str(self.pebble.trusted),
            "CENTRALKA_HTTPS": "on",
            "CENTRALKA_PUBLIC_URL": self.address,
            "CENTRALKA_TRUSTED_ORIGINS": self.address,
            "CENTRALKA_ALLOWED_HOSTS": f"{NAME},localhost,127.0.0.1",
        }

    @property
    def address(self) -> str:
        """The panel, for the world."""
        return f"https://{NAME}:{self.https_port}"

    @property
    def obtained(self) -> Path:
        return self.home / "tls/obtained.pem"


@pytest.fixture(scope="module")
def own_house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    house = House(tmp_path_factory.mktemp("authority"))
    with house.pebble, house:
        yield house


def shown(house: Installation) -> str:
    """The certificate that the next phone is shown."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with (
        socket.create_connection(("127.0.0.1", house.tls_port), 10) as plain,
        context.wrap_socket(plain) as secure,
    ):
        return ssl.DER_cert_to_PEM_cert(secure.getpeercert(binary_form=True) or b"")


def order(house: Installation) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "centralka", "order-certificate"]
    return subprocess.run(command, env=house.environment(), capture_output=True, text=True, check=False)


def test_the_worker_obtains_it_and_a_call_outlasts_the_next_one(own_house: House) -> None:
    obtained = own_house.obtained
    until(obtained.exists, 4 * SOON, "the worker obtains one by itself")
    until(lambda: shown(own_house) in obtained.read_text(), SOON, "phones are shown it")
    root = own_house.pebble.root()
    believing = ssl.create_default_context(cafile=root)
    for port in (own_house.tls_port, own_house.wss_port):
        with socket.create_connection(("127.0.0.1", port), 10) as plain:
            believing.wrap_socket(plain, server_hostname=NAME).close()
    with Office(own_house) as office:
        alicja, bartek = (office.phone(name, transport="tls", authority=root) for name in "AB")
        talk(alicja, bartek)
        before, edge = shown(own_house), own_house.pid("edge")
        ordered = order(own_house)
        assert ordered.returncode == 0, ordered.stderr
        until(lambda: shown(own_house) != before, SOON, "phones are shown the next one")
        assert shown(own_house) in obtained.read_text()
        hear_each_other(alicja, bartek)
        assert own_house.pid("edge") == edge
    assert {file.name for file in (own_house.home / "tls/acme").iterdir()} <= {
        "account.pem",
        "answers",
        "lock",
        "obtained-from",
    }
    assert not list((own_house.home / "tls/acme/answers").iterdir())


def test_a_browser_believes_panel_and_line_and_hears_the_echo(own_house: House, tmp_path: Path) -> None:
    """HTTPS for the page, by a proxy, and secure WebSocket for the line: one certificate, that Chromium was not told
    to let pass, but believes as it believes any other."""
    until(own_house.obtained.exists, 4 * SOON, "there is a certificate")
    until(lambda: shown(own_house) in own_house.obtained.read_text(), SOON, "the line has it")
    found_here = f"--host-resolver-rules=MAP {NAME} 127.0.0.1"
    with Proxy(own_house.https_port, own_house.http_port, own_house.obtained):
        believing = home_that_believes(tmp_path / "home", own_house.pebble.root())
        with chromium(tone(tmp_path, 740), found_here, home=believing) as browser:
            window = mine(signed_in(browser, own_house, own_house.address))
            assert window.page.url.startswith(own_house.address)
            assert window.page.evaluate("window.isSecureContext")
            window.dial("*43")
            window.until_call("talking")
            window.hears()
            closed(window)
        with (
            chromium(tmp_path / "microphone.wav", found_here, home=tmp_path) as stranger,
            pytest.raises(Error, match="ERR_CERT_AUTHORITY_INVALID"),
        ):
            stranger.new_page().goto(own_house.address)


def test_what_nobody_answers_is_told_and_tried_an_hour_later(tmp_path: Path) -> None:
    """By the library alone: nobody listens where the authority asks."""
    now = datetime.now(UTC)
    (tmp_path / "authority").mkdir()
    with pytest.MonkeyPatch.context() as patch, Pebble(tmp_path / "authority", a_port()) as pebble:
        patch.setenv("REQUESTS_CA_BUNDLE", str(pebble.trusted))
        wanted = Obtaining(pebble.directory, NAME, tmp_path / "tls", lambda _answers: None)
        with pytest.raises(CannotObtain, match=rf"did not get the answer at http://{NAME}/.well-known/.*refused"):
            wanted.obtain(now)
        found = wanted.trouble()
        assert found is not None
        assert (found.failures, found.next_at) == (1, now + timedelta(hours=1))
        # A name that no authority takes, by the account that is there now.
        other = Obtaining(pebble.directory, "sip.centralka.example.", tmp_path / "tls", lambda _answers: None)
        with pytest.raises(CannotObtain, match="the authority refuses"):
            other.obtain(now)
    with pytest.raises(CannotObtain, match="cannot be understood or reached"):
        wanted.obtain(now)
    assert not wanted.certificate.exists()


def test_the_first_certificate_is_used_until_another_is_obtained(own_house: House) -> None:
    """The authority is away: the command says so, nothing that works is lost."""
    before = shown(own_house)
    own_house.pebble.end()
    refused = order(own_house)
    assert refused.returncode == 1
    assert f"No certificate for {NAME} was obtained: the authority" in refused.stderr
    assert shown(own_house) == before
    certificate_in(own_house.home / "tls/obtained.pem", NAME)
