"""The values that every template may use."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from centralka import __version__
from centralka.actions.draining import draining
from centralka.actions.sms.messages import unseen_count
from centralka.actions.voicemail import unheard_count
from centralka.disk import free_mb, room

from .company_address import address_of_no_company
from .guide.topics import START, topic_of


def _disk() -> dict[str, Any]:
    """Tell how much room there is on the installation's disk, for its operator."""
    free = free_mb(settings.HOME)
    return {"room": room(free, settings.DISK_WARN_MB), "free_mb": free}


def panel(request: HttpRequest) -> dict[str, Any]:
    """Give templates the actor, the count of unheard messages, whether mail leaves us, and the menu's page group."""
    match, actor = request.resolver_match, getattr(request, "actor", None)
    group = match.route.split("/")[0] if match else ""
    return {
        "actor": actor,
        "operator": getattr(request, "operator", None),
        "places": getattr(request, "places", []),
        # Asked only by a page that shows it.
        "unheard_messages": lambda: unheard_count(actor) if actor else 0,
        "unseen_sms": lambda: unseen_count(actor) if actor else 0,
        "version": __version__,
        # Asked only by a page that shows it.
        "disk": _disk,
        # The same.
        "draining": draining,
        "mail_leaves": settings.SMTP is not None,
        # The same in every company, also for scripts, which follow no redirect.
        "sign_in_address": address_of_no_company("login"),
        "session_address": address_of_no_company("session"),
        "csrf_cookie": settings.CSRF_COOKIE_NAME,
        "group": group,
        "help_topic": topic_of(match.url_name or "", group) if match else START,
    }
