"""The request as the panel's views see it."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from centralka.actions.actor import Actor, Operator


class PanelRequest(HttpRequest):
    """A request that went through `ActorMiddleware`."""

    places: list[Actor]
    """One for each company in which the person works."""
    actor: Actor | None
    """The person in the company that they are looking at."""
    operator: Operator | None
    htmx: HtmxDetails
