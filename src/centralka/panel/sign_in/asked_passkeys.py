"""The panel as browsers know it, and what passkeys answer to it at the second step."""

from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest

from centralka.actions.second_factor import passkeys as actions
from centralka.store.models import Person

ASKED = "passkey_step"
"""Of the session: the challenge that waits for its answer; it is used once."""
_THIS_MACHINE = ("localhost", "127.0.0.1", "::1")


def site_of(request: HttpRequest) -> actions.Site:
    """Return the panel at the address by which the browser asks for it."""
    host = request.get_host()
    public = settings.PUBLIC_URL

    def is_ours(origin: str) -> bool:
        asked = urlsplit(origin)
        safe = asked.scheme == "https" or asked.hostname in _THIS_MACHINE
        return (safe and asked.netloc == host) or (bool(public) and origin == public.rstrip("/"))

    return actions.Site(urlsplit(f"//{host}").hostname or "", is_ours)


def is_right(request: HttpRequest, person: Person, answer: str) -> bool:
    """Tell whether a passkey of the person answered what was asked."""
    state = request.session.pop(ASKED, None)
    return state is not None and actions.take_passkey(site_of(request), person, state, answer)
