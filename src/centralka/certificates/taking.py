"""Take a certificate that is good, or keep the one before."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from centralka.files import write_whole

from .checking import CANNOT_BE_READ, BadCertificate, Certificate, certificate_in
from .own_authority import own_certificate

_LONGEST = 200_000
"""Bytes. A chain with its key has a few thousand."""


@dataclass(frozen=True, slots=True)
class Source:
    """The source of certificates."""

    given: Path | None
    """The operator's file, or the one that is obtained from an authority; None: they are made here."""
    folder: Path
    """For the own authority."""
    names: tuple[str, ...]
    """The names by which phones call this exchange. A certificate of the operator's has to be good for the first."""
    is_obtained: bool = False
    """We obtain `given` from an authority by ourselves: until it is there, a certificate is made here."""

    @property
    def is_own(self) -> bool:
        """Tell whether phones are shown one by the installation's own authority, which they have to be given."""
        return self.given is None or (self.is_obtained and not self.given.exists())

    def file(self) -> Path:
        """Return the file with the certificate, chain and key. Raises CannotMakeCertificate, OSError."""
        if self.given is None or self.is_own:
            return own_certificate(self.folder, self.names, datetime.now(UTC))
        return self.given

    def take(self, place: Path) -> Certificate:
        """Put the certificate into `place`, from where the edge reads it, if it is good.

        Raises BadCertificate, and then leaves what is there; CannotMakeCertificate, OSError.
        """
        # What is looked at is what is taken, also when somebody replaces the file meanwhile.
        candidate = place.with_name(f"{place.name}.new")
        write_whole(candidate, _content(self.file()))
        try:
            found = certificate_in(candidate, self.names[0])
            candidate.replace(place)
        finally:
            candidate.unlink(missing_ok=True)
        return found


def _content(file: Path) -> bytes:
    try:
        with file.open("rb") as opened:
            return opened.read(_LONGEST)
    except OSError as error:
        raise BadCertificate(CANNOT_BE_READ, problem=error.strerror or "?") from None
