"""An authority of the installation's own, made at its first start, and certificates by it: for trying things out.

Phones believe it once they are given its file `authority.pem`. Made by the machine's `openssl` (RFC 5280).
"""

import ipaddress
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from centralka.debian.programs import first_error, run_to_end
from centralka.files import write_whole

from .checking import BadCertificate, certificate_in

AUTHORITY = "authority.pem"
_AUTHORITY_KEY = "authority-key.pem"
_CERTIFICATE = "certificate.pem"
_RENEW_BEFORE = timedelta(days=60)
# A phone whose clock is slow by a day believes it, too.
_BEFORE_NOW = timedelta(days=2)
_AUTHORITY_LASTS = timedelta(days=3650)
# Apple's phones believe none that lasts longer, private authorities included (support.apple.com/HT210176).
_LASTS = timedelta(days=820)
_CONFIG = """
[ca]
default_ca = own
[own]
database = index
new_certs_dir = .
rand_serial = yes
default_md = sha256
policy = any
unique_subject = no
copy_extensions = none
[any]
commonName = supplied
[request]
distinguished_name = subject
prompt = no
[subject]
CN = {subject}
[authority]
basicConstraints = critical, CA:true, pathlen:0
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
[exchange]
basicConstraints = critical, CA:false
keyUsage = critical, digitalSignature
extendedKeyUsage = serverAuth
subjectAltName = {names}
"""


class CannotMakeCertificate(Exception):
    """One sentence for the person at the terminal."""


def own_certificate(folder: Path, names: tuple[str, ...], now: datetime) -> Path:
    """Return the file of a certificate for `names` (host names and addresses), with its chain and key.

    It is made if there is none in `folder`, or if it is good for other names, or not for long any more; so is its
    authority. Raises CannotMakeCertificate, OSError.
    """
    found = folder / _CERTIFICATE
    if not _is_good(found, names, now):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with TemporaryDirectory(dir=folder) as scratch:
            _make(folder, Path(scratch), names, now)
    return found


def _is_good(found: Path, names: tuple[str, ...], now: datetime) -> bool:
    if not (found.exists() and (found.parent / AUTHORITY).exists()):
        return False
    try:
        kept = certificate_in(found, names[0])
    except BadCertificate:
        return False
    return _plain(kept.names) == _plain(names) and kept.until - now > _RENEW_BEFORE


def _plain(names: Iterable[str]) -> set[str]:
    return {str(_address(name) or name.lower()) for name in names}


def _address(name: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(name)
    except ValueError:
        return None


def _make(folder: Path, scratch: Path, names: tuple[str, ...], now: datetime) -> None:
    """Make a certificate in the folder `scratch`, and put it in place when it is whole."""
    made = _Openssl(scratch, names, now)
    if not ((folder / AUTHORITY).exists() and (folder / _AUTHORITY_KEY).exists()):
        made.authority(folder / AUTHORITY, folder / _AUTHORITY_KEY)
    key, certificate = made.certificate(folder / AUTHORITY, folder / _AUTHORITY_KEY)
    write_whole(folder / _CERTIFICATE, certificate + (folder / AUTHORITY).read_text() + key)


class _Openssl:
    """The program, working in a folder that is thrown away."""

    def __init__(self, scratch: Path, names: tuple[str, ...], now: datetime) -> None:
        self._scratch = scratch
        self._now = now
        kinds = ",".join(f"{'IP' if _address(name) else 'DNS'}:{name}" for name in names)
        for subject in ("authority", "exchange"):
            text = _CONFIG.format(subject=f"Centralka {subject}", names=kinds)
            (scratch / f"{subject}.cnf").write_text(text)
        (scratch / "index").touch()

    def authority(self, certificate: Path, key: Path) -> None:
        """Make an authority that signs itself."""
        self._request("authority")
        self._sign("authority", _AUTHORITY_LASTS, "-selfsign", "-keyfile", str(self._scratch / "authority.key"))
        # The key first: a certificate without its key would never be made anew.
        write_whole(key, (self._scratch / "authority.key").read_text())
        write_whole(certificate, (self._scratch / "authority.crt").read_text())

    def certificate(self, authority: Path, key: Path) -> tuple[str, str]:
        """Return a new key and its certificate."""
        self._request("exchange")
        self._sign("exchange", _LASTS, "-cert", str(authority), "-keyfile", str(key))
        return (self._scratch / "exchange.key").read_text(), (self._scratch / "exchange.crt").read_text()

    def _request(self, whose: str) -> None:
        curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
        asked = ["-keyout", f"{whose}.key", "-out", f"{whose}.csr"]
        self._run("req", "-config", f"{whose}.cnf", "-section", "request", "-new", *curve, *asked)

    def _sign(self, whose: str, lasts: timedelta, *by: str) -> None:
        begins, ends = ((self._now + later).astimezone(UTC) for later in (-_BEFORE_NOW, lasts))
        days = ["-startdate", f"{begins:%Y%m%d%H%M%SZ}", "-enddate", f"{ends:%Y%m%d%H%M%SZ}"]
        files = ["-in", f"{whose}.csr", "-out", f"{whose}.crt", "-notext", "-batch"]
        self._run("ca", "-config", f"{whose}.cnf", "-extensions", whose, *days, *files, *by)

    def _run(self, *words: str) -> None:
        try:
            done = run_to_end(["openssl", *words], folder=self._scratch)
        except OSError:
            raise CannotMakeCertificate(
                "An own certificate for TLS is made by the program openssl, which is not there; install it (Debian: "
                "apt-get install openssl), or set CENTRALKA_TLS_PEM to a certificate."
            ) from None
        if done.returncode != 0:
            raise CannotMakeCertificate(f"openssl could make no certificate for TLS: {first_error(done.stderr)}.")
