"""The certificate for TLS, before the edge starts."""

import socket
from pathlib import Path

from django.conf import settings

from centralka.certificates.checking import BadCertificate
from centralka.certificates.own_authority import CannotMakeCertificate
from centralka.certificates.taking import Source
from centralka.machine import media_address

from .errors import CannotStart
from .terminal import say


def certificate_source() -> Source:
    """Return where this installation's certificates come from."""
    found = [settings.TLS_NAME, media_address(settings.BIND), "localhost", "127.0.0.1", socket.gethostname()]
    return Source(settings.TLS_PEM, settings.HOME / "tls", tuple(dict.fromkeys(filter(None, found))))


def take_certificate(source: Source, place: Path) -> None:
    """Give the edge its certificate. A bad one is told, and the one before is kept. Raises CannotStart without any."""
    try:
        source.take(place)
    except BadCertificate as problem:
        refused = f"CENTRALKA_TLS_PEM: {source.given} is not taken: {problem}"
        if not place.exists():
            raise CannotStart(refused) from None
        say(f"{refused} Phones are shown the certificate that was there before.")
    except (CannotMakeCertificate, OSError) as problem:
        raise CannotStart(str(problem)) from None
