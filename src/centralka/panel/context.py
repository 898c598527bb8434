"""What every template may use."""

from typing import Any

from django.http import HttpRequest

from centralka.actions.voicemail import unheard_count


def panel(request: HttpRequest) -> dict[str, Any]:
    """`actor`, `operator`, `places`, how many messages are unheard, and the page group that the menu marks."""
    match, actor = request.resolver_match, getattr(request, "actor", None)
    return {
        "actor": actor,
        "operator": getattr(request, "operator", None),
        "places": getattr(request, "places", []),
        # Asked only by a page that shows it.
        "unheard_messages": lambda: unheard_count(actor) if actor else 0,
        "group": match.route.split("/")[0] if match else "",
    }
