"""Compress answers on their way to the browser: a long list is a tenth of its size then."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware

_WORDS = ("text/", "application/json", "application/problem+json", "application/xml", "image/svg+xml")
_PUSHED = "text/event-stream"


class CompressionMiddleware(GZipMiddleware):
    """Compress pages and JSON; sound, parts of it (206) and answers that are sent piece by piece go as they are.

    BREACH (CVE-2013-3587) learns a secret from the size of compressed answers that hold both the secret and what the
    attacker sent. Nothing here gives it a hold: the CSRF token is masked anew in each answer (Django), a password or a
    token that is shown once stands only in the answer to a POST that needs such a token, session cookies never stand in
    a body, and Django adds up to 100 random bytes to each compressed answer.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Leave alone an answer that does not get smaller, or must not wait for more."""
        kind = response.headers.get("Content-Type", "")
        if response.streaming or response.status_code == 206 or not kind.startswith(_WORDS) or kind == _PUSHED:
            return response
        compressed: HttpResponseBase = super().process_response(request, response)
        return compressed
