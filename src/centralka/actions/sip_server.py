"""Tell where the phones of this exchange register."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings


@dataclass(frozen=True, slots=True)
class SipAddress:
    """One of the exchange's addresses for phones."""

    transport: str
    host: str
    port: int


def sip_addresses(asked_at: str) -> list[SipAddress]:
    """Return all addresses at which phones can register, the usual one first.

    `asked_at`: the host (and port) at which the asking browser or program reached us. An exchange that listens on every
    address of its machine is reached there by phones too.
    """
    everywhere = settings.BIND in ("", "0.0.0.0", "::")  # noqa: S104 (compared, not bound)
    host = (urlsplit(f"//{asked_at}").hostname or "") if everywhere else settings.BIND
    # The name for which the certificate is good; another one no phone would believe.
    name = settings.TLS_NAME or host
    return [
        SipAddress("udp", host, settings.SIP_PORT),
        SipAddress("tcp", host, settings.SIP_PORT),
        SipAddress("tls", name, settings.TLS_PORT),
        SipAddress("wss", name, settings.WSS_PORT),
    ]
