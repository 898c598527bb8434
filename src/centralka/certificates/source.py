"""Where this installation's certificates come from, as its settings say."""

import socket

from django.conf import settings

from centralka.machine import media_address

from .taking import Source


def certificate_source() -> Source:
    """Return where this installation's certificates come from."""
    found = [settings.TLS_NAME, media_address(settings.BIND), "localhost", "127.0.0.1", socket.gethostname()]
    return Source(settings.TLS_PEM, settings.HOME / "tls", tuple(dict.fromkeys(filter(None, found))))
