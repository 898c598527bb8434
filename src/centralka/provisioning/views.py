"""Give a desk phone its settings. Whoever may not have them finds nothing, whatever the reason."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from centralka.actions.phone_settings import Asked, fetch_settings

from .files import content_type, settings_text
from .patience import Patience

refused = Patience(most=30, seconds=600, senders=10_000)
"""An address that was refused 30 times in ten minutes is refused unread until they are over."""


@require_GET
def settings_file(request: HttpRequest, token: str, file: str) -> HttpResponse:
    """Send the settings of the phone that this address was made for."""
    sender = request.META.get("REMOTE_ADDR", "")
    if refused.is_over(sender) or (settings.SESSION_COOKIE_SECURE and not request.is_secure()):
        return _nothing()
    agent = request.headers.get("User-Agent", "")
    asked = Asked(token, file, agent, sender, request.get_host())
    found = fetch_settings(asked, timezone.now())
    if found is None:
        refused.count(sender)
        return _nothing()
    response = HttpResponse(settings_text(found), content_type=content_type(found.maker))
    response.headers["Cache-Control"] = "no-store, private"
    return response


def _nothing() -> HttpResponse:
    return HttpResponse(status=404, content_type="text/plain")
