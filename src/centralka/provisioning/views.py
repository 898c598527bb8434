"""Give a desk phone its settings. A phone that may not have them finds nothing, whatever the reason."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from centralka.actions.errors import NotFound
from centralka.actions.phone_settings import Asked, digest_of_token, fetch_settings
from centralka.store.acting import acting

from .files import content_type, settings_text
from .patience import Patience

guessed = Patience(most=300, seconds=600, senders=10_000)
"""An address that asked 300 times in ten minutes for what never was is refused unread until they are over."""
refused = Patience(most=100, seconds=600, senders=10_000)
"""The same of a phone's address at which 100 were refused. Not of senders: the phones of an office have one address,
and each asks for files that there are not before it asks for its own."""


@require_GET
def settings_file(request: HttpRequest, token: str, file: str) -> HttpResponse:
    """Send the settings of the phone that this address was made for."""
    sender = acting().address
    key = digest_of_token(token)
    in_clear = settings.SESSION_COOKIE_SECURE and not request.is_secure()
    if in_clear or guessed.is_over(sender) or refused.is_over(key):
        return _nothing()
    agent = request.headers.get("User-Agent", "")
    asked = Asked(token, file, agent, sender, request.get_host())
    try:
        found = fetch_settings(asked, timezone.now())
    except NotFound:
        guessed.count(sender)
        return _nothing()
    if found is None:
        refused.count(key)
        return _nothing()
    response = HttpResponse(settings_text(found), content_type=content_type(found.maker))
    response.headers["Cache-Control"] = "no-store, private"
    return response


def _nothing() -> HttpResponse:
    return HttpResponse(status=404, content_type="text/plain")
