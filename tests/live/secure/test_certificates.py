"""A certificate is replaced while phones are connected and in calls; a bad one is refused, and the old one stays."""

import socket
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from centralka.certificates.own_authority import own_certificate
from tests.live.instance import Installation
from tests.live.office import SOON, Office, hear_each_other, over, talk
from tests.live.phones import until

NAME = "sip.centralka.example"


@pytest.fixture(scope="module")
def operators(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder in which the operator keeps certificates."""
    return tmp_path_factory.mktemp("operator")


@pytest.fixture(scope="module")
def file(operators: Path) -> Path:
    """The file that the setting names."""
    file = operators / "centralka.pem"
    file.write_bytes(made(operators, NAME, "127.0.0.1").read_bytes())
    return file


@pytest.fixture(scope="module")
def own_house(file: Path) -> Iterator[Installation]:
    with Installation(CENTRALKA_TLS_PEM=str(file), CENTRALKA_TLS_NAME=NAME) as house:
        yield house


@pytest.fixture
def firm(own_house: Installation) -> Iterator[Office]:
    with Office(own_house) as office:
        yield office


def made(folder: Path, *names: str, now: datetime | None = None) -> Path:
    """A new certificate by the authority of `folder`."""
    (folder / "certificate.pem").unlink(missing_ok=True)
    return own_certificate(folder, names, now or datetime.now(UTC))


def put(file: Path, content: bytes) -> None:
    """As a deploy hook does it, which knows nothing of renaming."""
    file.write_bytes(content)


def shown(house: Installation) -> str:
    """The certificate that the next phone is shown."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with (
        socket.create_connection(("127.0.0.1", house.tls_port), 10) as plain,
        context.wrap_socket(plain) as secure,
    ):
        return ssl.DER_cert_to_PEM_cert(secure.getpeercert(binary_form=True) or b"")


def test_another_certificate_is_shown_and_the_call_goes_on(firm: Office, operators: Path, file: Path) -> None:
    """Nobody registers again: Bartek, who was connected before, is called over that connection."""
    alicja, bartek = (firm.phone(name, transport="tls", authority=operators / "authority.pem") for name in "AB")
    before, edge = shown(firm.house), firm.house.pid("edge")
    talk(alicja, bartek)
    for _twice in range(2):
        earlier = shown(firm.house)
        put(file, made(operators, NAME).read_bytes())
        until(lambda old=earlier: shown(firm.house) != old, SOON, "another certificate is shown")  # type: ignore[misc]
        hear_each_other(alicja, bartek)
    assert shown(firm.house) in file.read_text()
    assert shown(firm.house) != before
    alicja.hang_up()
    over(alicja, bartek)
    talk(bartek, alicja)
    for phone in (alicja, bartek):
        sent = [message for message in phone.messages if message.sent and message.start.startswith("REGISTER")]
        assert len(sent) == 2, "with and without the answer to the challenge"
    assert firm.house.pid("edge") == edge


def bad_ones(operators: Path, other: Path) -> dict[str, tuple[bytes, str]]:
    """Certificates that must be refused, and a word of the reason."""
    good, another = made(operators, NAME).read_bytes(), made(operators, NAME).read_bytes()
    key = another[another.index(b"-----BEGIN PRIVATE KEY") :]
    long_ago = datetime.now(UTC) - timedelta(days=1000)
    return {
        "the key of another": (good[: good.index(b"-----BEGIN PRIVATE KEY")] + key, "the key belongs to another"),
        "without a key": (good[: good.index(b"-----BEGIN PRIVATE KEY")], "cannot be read"),
        "expired": (made(operators, NAME, now=long_ago).read_bytes(), "it has expired"),
        "of tomorrow": (made(operators, NAME, now=datetime.now(UTC) + timedelta(days=4)).read_bytes(), "not good yet"),
        "for somebody else": (made(operators, "sip.other.example").read_bytes(), f"not for the name {NAME}"),
        "for no name": (made(operators, "192.0.2.7").read_bytes(), f"not for the name {NAME}"),
        "without its chain": (good[: good.index(b"-----END CERT") + 26] + key_of(good), "the chain to its authority"),
        "nothing": (b"", "there is no certificate in it"),
        "half of it": (good[: len(good) // 2], "cannot be read"),
    }


def key_of(pem: bytes) -> bytes:
    return pem[pem.index(b"-----BEGIN PRIVATE KEY") :]


def test_a_bad_certificate_is_refused_and_the_old_one_stays(
    firm: Office, operators: Path, file: Path, tmp_path: Path
) -> None:
    log = firm.house.home / "log/switchboard.log"
    before = shown(firm.house)
    alicja, bartek = (firm.phone(name, transport="tls", authority=operators / "authority.pem") for name in "AB")
    talk(alicja, bartek)
    for what, (content, word) in bad_ones(operators, tmp_path).items():
        told = len(log.read_text())
        put(file, content)
        until(lambda since=told, word=word: word in log.read_text()[since:], SOON, f"the log tells: {what}")  # type: ignore[misc]
        assert shown(firm.house) == before, what
    hear_each_other(alicja, bartek)
    # A restart of the edge shows the old one, too, and a good one is taken again.
    firm.house.wait_for_another("edge", firm.house.kill("edge"))
    assert shown(firm.house) == before
    put(file, made(operators, NAME).read_bytes())
    until(lambda: shown(firm.house) != before, SOON, "the good one is shown")
    assert firm.house.home.joinpath("edge/certificate.pem").stat().st_mode & 0o077 == 0
