"""The certificate that phones are shown, and the file that it comes from."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from centralka.certificates.checking import BadCertificate, Certificate, certificate_in
from centralka.certificates.source import certificate_source, obtaining

from .finding import Finding, Kind, Level, fault, warning

WARN_DAYS = (21, 7, 1)
"""Days before the end: at each of them it is told once."""


def shown_certificate() -> Path:
    """Return the file from which the edge shows its certificate; it is there once an edge ran here."""
    return Path(settings.HOME) / "edge/certificate.pem"


def shown_until() -> datetime | None:
    """Return until when phones believe the certificate that they are shown; None: they do not, or there is none."""
    try:
        return _believed(shown_certificate(), certificate_source().names[0]).until
    except BadCertificate:
        return None


def _believed(pem: Path, name: str) -> Certificate:
    """Return what phones are shown; pages and metrics ask all the time, so a good file is looked at once.

    Raises BadCertificate.
    """
    try:
        state = pem.stat()
        found = _once(pem, name, (state.st_ino, state.st_mtime_ns, state.st_size))
    except OSError:
        return certificate_in(pem, name)
    return found if found.until > datetime.now(UTC) else certificate_in(pem, name)


@lru_cache(maxsize=4)
def _once(pem: Path, name: str, _state: tuple[int, int, int]) -> Certificate:
    return certificate_in(pem, name)


def certificate(now: datetime) -> Iterator[Finding]:
    """Find a certificate that is refused, that phones do not believe, or that ends soon."""
    shown, source = shown_certificate(), certificate_source()
    if not shown.exists():
        return  # no edge ran here yet
    yield from _not_obtained()
    if source.given is not None and not source.is_own:
        yield from _given(source.given, source.names[0], shown)
    try:
        until = _believed(shown, source.names[0]).until
    except BadCertificate as problem:
        yield fault(Kind.CERTIFICATE_BAD, why=problem.text, values=problem.values)
        return
    if until - now <= timedelta(days=WARN_DAYS[0]):
        level = Level.FAULT if until - now <= timedelta(days=WARN_DAYS[-1]) else Level.WARNING
        days = max(0, (until - now).days)
        yield Finding(Kind.CERTIFICATE_EXPIRES, level, {"until": until, "days": days})


def _not_obtained() -> Iterator[Finding]:
    """Find an authority that gave no certificate when it was asked the last time."""
    wanted = obtaining()
    if wanted is not None and (trouble := wanted.trouble()):
        level = Level.WARNING if wanted.certificate.exists() else Level.FAULT
        told = {"name": wanted.name, "why": trouble.text, "values": trouble.values, "again": trouble.next_at}
        yield Finding(Kind.CERTIFICATE_NOT_OBTAINED, level, told)


def _given(file: Path, name: str, shown: Path) -> Iterator[Finding]:
    """Find what is wrong with the operator's file; whatever is, the one before is shown on."""
    try:
        _believed(file, name)
        if file.read_bytes() != shown.read_bytes():
            # For some seconds after each change; for longer if the edge does not run, or refuses it.
            yield warning(Kind.CERTIFICATE_NOT_TAKEN, file=str(file))
    except BadCertificate as problem:
        yield fault(Kind.CERTIFICATE_REFUSED, file=str(file), why=problem.text, values=problem.values)
