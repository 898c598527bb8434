"""The certificate for TLS, before the edge starts."""

from pathlib import Path

from centralka.certificates.checking import BadCertificate
from centralka.certificates.own_authority import CannotMakeCertificate
from centralka.certificates.taking import Source

from .errors import CannotStart
from .terminal import say


def take_certificate(source: Source, place: Path) -> None:
    """Give the edge its certificate. A bad one is told, and the one before is kept. Raises CannotStart without any."""
    try:
        source.take(place)
    except BadCertificate as problem:
        setting = "CENTRALKA_ACME" if source.is_obtained else "CENTRALKA_TLS_PEM"
        refused = f"{setting}: {source.given} is not taken: {problem}"
        if not place.exists():
            raise CannotStart(refused) from None
        say(f"{refused} Phones are shown the certificate that was there before.")
    except (CannotMakeCertificate, OSError) as problem:
        raise CannotStart(str(problem)) from None
