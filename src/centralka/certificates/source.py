"""Tell where this installation's certificates come from, by its settings."""

import http.client
import secrets
import socket
import time

from django.conf import settings
from django.utils.translation import gettext_noop as _

from centralka.environment import reached_at
from centralka.machine import media_address

from .acme.answers import PATH, Answers
from .acme.errors import CannotObtain
from .acme.obtaining import OBTAINED, Obtaining
from .taking import Source

_PANEL_STARTS_WITHIN = 60.0
"""Seconds."""


def certificate_source() -> Source:
    """Return where this installation's certificates come from."""
    found = [settings.TLS_NAME, media_address(settings.BIND), "localhost", "127.0.0.1", socket.gethostname()]
    names, folder = tuple(dict.fromkeys(filter(None, found))), settings.HOME / "tls"
    if settings.ACME_DIRECTORY:
        return Source(folder / OBTAINED, folder, names, is_obtained=True)
    return Source(settings.TLS_PEM, folder, names)


def obtaining() -> Obtaining | None:
    """Return how a certificate is obtained from an authority; None: that is not wanted."""
    if not settings.ACME_DIRECTORY:
        return None
    folder, spare = settings.HOME / "tls", settings.HOME / "run/certificate-trouble.json"
    return Obtaining(settings.ACME_DIRECTORY, settings.TLS_NAME.lower(), folder, _panel_answers, spare)


def _panel_answers(answers: Answers) -> None:
    """Wait until the panel answers as the authority will ask it. Raises CannotObtain, OSError."""
    token = secrets.token_urlsafe(32)
    give_up = time.monotonic() + _PANEL_STARTS_WITHIN
    with answers.kept(token, token):
        while (said := _asked(PATH + token)) != token:
            if time.monotonic() > give_up:
                raise CannotObtain(
                    _("the panel of this machine does not answer at %(path)s (%(problem)s)."), path=PATH, problem=said
                )
            time.sleep(1)


def _asked(path: str) -> str:
    panel = http.client.HTTPConnection(reached_at(settings.BIND), settings.HTTP_PORT, timeout=10)
    try:
        panel.request("GET", path)
        return panel.getresponse().read(200).decode("ascii", "replace")
    except (OSError, http.client.HTTPException) as error:
        return str(error)
    finally:
        panel.close()
