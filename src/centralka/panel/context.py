"""What every template may use."""

from typing import Any

from django.http import HttpRequest


def panel(request: HttpRequest) -> dict[str, Any]:
    """`actor`, `operator`, `places`, and the page group that the menu marks as the current one."""
    match = request.resolver_match
    return {
        "actor": getattr(request, "actor", None),
        "operator": getattr(request, "operator", None),
        "places": getattr(request, "places", []),
        "group": match.route.split("/")[0] if match else "",
    }
