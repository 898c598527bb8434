"""Find the actor once per request, so that no view has to."""

from typing import cast

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.deprecation import MiddlewareMixin

from centralka.actions.actor import Actor
from centralka.actions.sign_in import operator_of, places_of
from centralka.store.acting import Acting, Kind, act_as

from .http import PanelRequest

TENANT = "tenant"
"""The session's key for the company that a person of several looks at."""


class ActorMiddleware(MiddlewareMixin):
    """Set `request.actor`, `request.operator`, `request.places`; name the person to the audit log until the answer."""

    def process_request(self, request: HttpRequest) -> None:
        panel_request = cast(PanelRequest, request)
        person = request.user
        panel_request.places, panel_request.actor, panel_request.operator = [], None, None
        if person.is_authenticated:
            panel_request.places = places_of(person)
            panel_request.operator = operator_of(person)
            panel_request.actor = _actor(panel_request)
        act_as(_acting(panel_request))

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        act_as(Acting())
        return response


def _acting(request: PanelRequest) -> Acting:
    person, address = request.user, request.META.get("REMOTE_ADDR") or ""
    if not person.is_authenticated:
        return Acting(Kind.VISITOR, address=address)
    tenants = frozenset(place.tenant.pk for place in request.places)
    return Acting(Kind.PERSON, person.email, address, operator=person.is_operator, tenants=tenants)


def _actor(request: PanelRequest) -> Actor | None:
    if request.company is None:
        return _chosen(request.places, request.session.get(TENANT))
    return next((place for place in request.places if place.tenant.slug == request.company), None)


def _chosen(places: list[Actor], tenant_id: object) -> Actor | None:
    """Choose the place that the person switched to, as long as they still work there; else the first."""
    return next((place for place in places if place.tenant.pk == tenant_id), places[0] if places else None)
