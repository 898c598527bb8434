"""The request as the panel's views see it."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from centralka.actions.actor import Actor, Operator


class PanelRequest(HttpRequest):
    """A request that went through `CompanyAddressMiddleware` and `ActorMiddleware`."""

    company: str | None
    """The slug of the company that the address names."""
    places: list[Actor]
    """An actor for each company in which the person works."""
    actor: Actor | None
    """The person in the company that the address names; else in the one that they looked at last."""
    operator: Operator | None
    htmx: HtmxDetails
    by_itself: bool
    """Set by a view that was asked by an open page, and not by its person: the session is not used by that."""
    of_company: bool
    """The page is one of a company's; not set on others."""
