"""Tell the operator by mail that the certificate for TLS ends soon, or that a new one was refused: once each."""

import hashlib
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from centralka.probes.certificate import WARN_DAYS, certificate
from centralka.probes.finding import Finding, Kind
from centralka.store.mail import queue_certificate

_LOOK_EVERY = timedelta(minutes=10)


class CertificateMail:
    """Look at the certificate every ten minutes, however often it is asked."""

    def __init__(self) -> None:
        self._looked_at: datetime | None = None

    def look(self, now: datetime) -> None:
        """Queue what there is to tell. Raises OSError, DatabaseError."""
        if self._looked_at is not None and self._looked_at <= now < self._looked_at + _LOOK_EVERY:
            return
        self._looked_at = now
        for found in certificate(now):
            if key := _key(found, now):
                queue_certificate({"kind": found.kind.value, **_plain(found)}, key, now)


def _key(found: Finding, now: datetime) -> str:
    """Name what is told once; "" for what is not mailed."""
    match found.kind:
        case Kind.CERTIFICATE_EXPIRES:
            left = found.values["until"] - now
            soonest = min(days for days in WARN_DAYS if left <= timedelta(days=days))
            return f"{found.values['until']:%Y%m%d%H%M}:{soonest}"
        case Kind.CERTIFICATE_REFUSED:
            return f"refused:{_digest(found)}"
        case Kind.CERTIFICATE_NOT_OBTAINED:
            # Once a week for as long as it fails for the same kind of reason.
            return f"order:{_short(found.values['why'])}:{now:%G%V}"
        case Kind.CERTIFICATE_BAD:
            return f"bad:{_short(found.values['why'])}:{now:%Y%m%d}"
        case _:
            return ""


def _digest(found: Finding) -> str:
    """Name the file's content and the reason: the same file is refused once, another one is told anew."""
    file = Path(found.values["file"])
    content = file.read_bytes()[:200_000] if file.is_file() else b""
    return _short(found.values["why"] + hashlib.sha256(content).hexdigest())


def _short(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:24]


def _plain(found: Finding) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in found.values.items()}
