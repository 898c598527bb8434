"""Encryption of the sound of an account's calls."""

from enum import StrEnum


class MediaEncryption(StrEnum):
    """The encryption that an account demands."""

    OFF = "off"
    """Plain sound (RTP)."""
    DTLS = "dtls"
    """DTLS-SRTP (RFC 5764) and nothing else."""
    SRTP = "srtp"
    """DTLS-SRTP, or SDES (RFC 4568) where the signalling, in which the keys are, is encrypted by TLS. Never plain."""


class Encryption(StrEnum):
    """The encryption of the sound of one phone in a call. The values are the engine's, behind a login."""

    NONE = ""
    DTLS = ".dtls"
    SDES = ".sdes"
    WEB = ".web"
    """DTLS-SRTP as browsers speak it (RFC 8827): with ICE, and nothing else, whatever the account demands of others."""

    @property
    def has_handshake(self) -> bool:
        """Tell whether the sound becomes encrypted only after the answer, by a handshake."""
        return self in (Encryption.DTLS, Encryption.WEB)

    @property
    def words(self) -> str:
        """Return the name of the standard; "" for plain sound."""
        return _WORDS.get(self, "")


_WORDS = {Encryption.DTLS: "DTLS-SRTP", Encryption.SDES: "SDES-SRTP", Encryption.WEB: "DTLS-SRTP"}
ALLOWED: dict[MediaEncryption, tuple[Encryption, ...]] = {
    MediaEncryption.OFF: (Encryption.NONE,),
    MediaEncryption.DTLS: (Encryption.DTLS,),
    MediaEncryption.SRTP: (Encryption.DTLS, Encryption.SDES),
}
"""The encryptions with which an account that demands this is called; a browser is called with its own in any case."""
