"""Certificates: made by the own authority, looked at before they are taken, refused with a reason."""

import stat
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from centralka.certificates.checking import BadCertificate, certificate_in
from centralka.certificates.own_authority import CannotMakeCertificate, own_certificate
from centralka.certificates.taking import Source

NOW = datetime.now(UTC)
NAMES = ("sip.centralka.example", "192.0.2.1", "::1", "*.phones.example")
KEY = b"-----BEGIN PRIVATE KEY"


@pytest.fixture
def own(tmp_path: Path) -> Path:
    return own_certificate(tmp_path / "tls", NAMES, NOW)


@pytest.mark.parametrize("name", ["sip.centralka.example", "192.0.2.1", "::1", "kitchen.phones.example"])
def test_an_own_certificate_is_good_for_each_of_its_names(own: Path, name: str) -> None:
    found = certificate_in(own, name)
    assert set(NAMES) - {"::1"} <= set(found.names)
    assert timedelta(days=365) < found.until - NOW < timedelta(days=825)


@pytest.mark.parametrize("name", ["centralka.example", "192.0.2.2", "phones.example", "a.b.phones.example"])
def test_it_is_not_good_for_others(own: Path, name: str) -> None:
    with pytest.raises(BadCertificate, match="is not for the name"):
        certificate_in(own, name)


def test_a_phone_whose_clock_is_a_day_slow_believes_it(own: Path) -> None:
    yesterday = str(int((NOW - timedelta(days=1)).timestamp()))
    checked = ["openssl", "verify", "-attime", yesterday, "-CAfile", str(own.parent / "authority.pem"), str(own)]
    assert subprocess.run(checked, capture_output=True, check=False).returncode == 0


def test_it_is_made_once_and_private(own: Path) -> None:
    before = own.read_bytes()
    assert own_certificate(own.parent, NAMES, NOW).read_bytes() == before
    assert {stat.S_IMODE(file.stat().st_mode) for file in own.parent.iterdir()} == {0o600}
    assert stat.S_IMODE(own.parent.stat().st_mode) == 0o700


def test_for_another_address_it_is_made_anew_by_the_same_authority(own: Path) -> None:
    """Phones that believe the authority go on to believe."""
    authority = (own.parent / "authority.pem").read_bytes()
    assert "192.0.2.9" in certificate_in(own_certificate(own.parent, ("192.0.2.9",), NOW), "192.0.2.9").names
    assert (own.parent / "authority.pem").read_bytes() == authority


def test_it_is_made_anew_two_months_before_its_end(own: Path) -> None:
    before = certificate_in(own, NAMES[0]).until
    late = before - timedelta(days=59)
    assert certificate_in(own_certificate(own.parent, NAMES, before - timedelta(days=61)), NAMES[0]).until == before
    content = own.read_bytes()
    # It begins in the future then, which is looked at by its own day.
    assert own_certificate(own.parent, NAMES, late).read_bytes() != content


def test_without_openssl_the_person_at_the_terminal_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(CannotMakeCertificate, match="openssl, which is not there"):
        own_certificate(tmp_path / "tls", NAMES, NOW)


# -- Taking ----------------------------------------------------------------------------------------------------------


def changed(own: Path, tmp_path: Path, content: bytes) -> Source:
    file = tmp_path / "given.pem"
    file.write_bytes(content)
    return Source(file, tmp_path, NAMES)


def test_what_is_good_is_taken_whole_and_private(own: Path, tmp_path: Path) -> None:
    place = tmp_path / "certificate.pem"
    assert changed(own, tmp_path, own.read_bytes()).take(place).names
    assert place.read_bytes() == own.read_bytes()
    assert stat.S_IMODE(place.stat().st_mode) == 0o600


def refused(own: Path, tmp_path: Path, content: bytes) -> str:
    """Why it is refused; what was there before is there still, and nothing beside it."""
    place = tmp_path / "edge" / "certificate.pem"
    place.parent.mkdir()
    place.write_bytes(b"before")
    with pytest.raises(BadCertificate) as problem:
        changed(own, tmp_path, content).take(place)
    assert [(file.name, file.read_bytes()) for file in place.parent.iterdir()] == [(place.name, b"before")]
    return str(problem.value)


def test_the_key_of_another_is_refused(own: Path, tmp_path: Path) -> None:
    good = own.read_bytes()
    other = own_certificate(tmp_path / "other", NAMES, NOW).read_bytes()
    mixed = good[: good.index(KEY)] + other[other.index(KEY) :]
    assert refused(own, tmp_path, mixed) == "the key belongs to another certificate."


@pytest.mark.parametrize(
    "days, why", [(-1000, "it has expired."), (4, "it is not good yet: its first day is in the future, or this ")]
)
def test_one_that_is_not_good_today_is_refused(own: Path, tmp_path: Path, days: int, why: str) -> None:
    then = own_certificate(tmp_path / "then", NAMES, NOW + timedelta(days=days)).read_bytes()
    assert refused(own, tmp_path, then).startswith(why)


def test_one_without_its_chain_is_refused(own: Path, tmp_path: Path) -> None:
    good = own.read_bytes()
    alone = good[: good.index(b"-----END CERT") + 26] + good[good.index(KEY) :]
    assert refused(own, tmp_path, alone).startswith("the chain to its authority is missing")


@pytest.mark.parametrize("cut", [0.1, 0.5, 0.99])
def test_one_that_is_not_whole_is_refused(own: Path, tmp_path: Path, cut: float) -> None:
    assert refused(own, tmp_path, own.read_bytes()[: int(own.stat().st_size * cut)])


def openssl(folder: Path, *words: str) -> bytes:
    """A key and a certificate that signs itself, as openssl makes them."""
    made = ["openssl", "req", "-x509", "-keyout", "key.pem", "-out", "cert.pem", "-days", "9", "-subj", "/CN=x", *words]
    subprocess.run(made, cwd=folder, capture_output=True, check=True)
    return (folder / "cert.pem").read_bytes() + (folder / "key.pem").read_bytes()


SAN = ("-addext", f"subjectAltName=DNS:{NAMES[0]}")


@pytest.mark.parametrize(
    "words, why",
    [
        (("-newkey", "rsa:2048", "-nodes", *SAN), "nobody signed it but itself"),
        (("-newkey", "rsa:1024", "-nodes", *SAN), "its key is too short"),
        (("-newkey", "rsa:2048", "-passout", "pass:geheim", *SAN), "its certificate or key cannot be read"),
    ],
)
def test_others_are_refused_with_their_reason(own: Path, tmp_path: Path, words: tuple[str, ...], why: str) -> None:
    assert why in refused(own, tmp_path, openssl(tmp_path, *words))


def test_a_name_in_the_subject_alone_does_not_count(own: Path, tmp_path: Path) -> None:
    with pytest.raises(BadCertificate, match="is not for the name"):
        certificate_in(own, "Centralka exchange")


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadCertificate, match="cannot be read"):
        Source(tmp_path / "nothing.pem", tmp_path, NAMES).take(tmp_path / "certificate.pem")


# -- Names -----------------------------------------------------------------------------------------------------------


def signed(folder: Path, names: list[str]) -> Path:
    """A certificate by an authority for these names, or for none, with chain and key; CN is the first of NAMES."""
    keys = [ec.generate_private_key(ec.SECP256R1()) for _each in range(2)]
    subjects = [x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)]) for name in ("authority", NAMES[0])]
    made = []
    for key, subject, is_authority in zip(keys, subjects, (True, False), strict=True):
        new = x509.CertificateBuilder().subject_name(subject).issuer_name(subjects[0]).public_key(key.public_key())
        new = new.serial_number(x509.random_serial_number())
        new = new.not_valid_before(NOW - timedelta(days=1)).not_valid_after(NOW + timedelta(days=9))
        new = new.add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
        if names and not is_authority:
            new = new.add_extension(x509.SubjectAlternativeName([x509.DNSName(name) for name in names]), critical=False)
        made.append(new.sign(keys[0], hashes.SHA256()).public_bytes(Encoding.PEM))
    secret = keys[1].private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    file = folder / "signed.pem"
    file.write_bytes(made[1] + made[0] + secret)
    return file


def test_one_without_any_name_is_refused_though_its_subject_has_it(tmp_path: Path) -> None:
    with pytest.raises(BadCertificate, match=f"is not for the name {NAMES[0]}"):
        certificate_in(signed(tmp_path, []), NAMES[0])
    assert certificate_in(signed(tmp_path, [NAMES[0]]), NAMES[0]).names == (NAMES[0],)


@pytest.mark.parametrize(
    "name, is_good",
    [
        ("*.centralka.example", True),
        ("*.example", False),
        ("*", False),
        ("*.*.example", False),
        ("s*.centralka.example", False),
        ("sip.*.example", False),
        ("sip.centralka.*", False),
        ("*.sip.centralka.example", False),
        ("SIP.centralka.EXAMPLE", True),
    ],
)
def test_a_star_stands_for_one_word_at_the_beginning(tmp_path: Path, name: str, is_good: bool) -> None:
    file = signed(tmp_path, ["other.example", name])
    if is_good:
        assert name in certificate_in(file, "sip.centralka.example").names
    else:
        with pytest.raises(BadCertificate, match="is not for the name"):
            certificate_in(file, "sip.centralka.example")
