"""Sessions go on as long as they are used, and a browser remembers that it had one."""

from datetime import timedelta

from django.conf import settings
from django.contrib.sessions.middleware import SessionMiddleware as DjangosSessionMiddleware
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from centralka.store.notes import notes

_READING = {"GET", "HEAD", "OPTIONS"}
_PROLONG_AFTER = timedelta(minutes=10)
"""A session that is used all day is prolonged, and its cookie sent, a few times an hour."""
_COOKIE_STAYS = 30 * 24 * 3600
"""Seconds. Longer than the session: the sign-in page then knows that one has ended."""


class SessionMiddleware(DjangosSessionMiddleware):
    """Django's, but the session knows whether the request only reads (`store.sessions`), and use prolongs it."""

    def process_request(self, request: HttpRequest) -> None:
        super().process_request(request)
        request.session.reading = request.method in _READING  # type: ignore[attr-defined]

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        response = super().process_response(request, response)
        if _is_use(request):
            _prolong(request, response)
        _leave_a_newer_cookie(request, response)
        if (cookie := response.cookies.get(settings.SESSION_COOKIE_NAME)) and cookie.value:
            cookie["max-age"], cookie["expires"] = _COOKIE_STAYS, ""
        return response


def _leave_a_newer_cookie(request: HttpRequest, response: HttpResponse) -> None:
    """Take the cookie of a session that has ended away only from somebody who signs out.

    Answers overtake each other: one that a page asked for by itself, with the session of before, can come after the
    answer that has just signed the person in, and would take the new session's cookie.
    """
    cookie = response.cookies.get(settings.SESSION_COOKIE_NAME)
    signs_out = request.resolver_match is not None and request.resolver_match.url_name == "logout"
    if cookie and not cookie.value and not signs_out:
        del response.cookies[settings.SESSION_COOKIE_NAME]


def _is_use(request: HttpRequest) -> bool:
    """Tell whether a person did something: an open page that asks by itself how things are keeps nobody signed in."""
    if getattr(request, "by_itself", False):
        return False
    return request.method not in _READING or request.headers.get("Sec-Fetch-Mode", "navigate") == "navigate"


def _prolong(request: HttpRequest, response: HttpResponse) -> None:
    key, ends, now = request.session.session_key, getattr(request.session, "ends", None), timezone.now()
    until = now + timedelta(seconds=settings.SESSION_COOKIE_AGE)
    if not key or ends is None or until - ends < _PROLONG_AFTER or request.session.is_empty():
        return
    notes.session_used(key, until)
    if settings.SESSION_COOKIE_NAME not in response.cookies:
        response.set_cookie(
            settings.SESSION_COOKIE_NAME,
            key,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
