"""`Authorization: Bearer …`: the holder of the token, and the language in which it is answered."""

from typing import Any

from django.http import HttpRequest
from django.utils import translation
from django.utils.translation.trans_real import get_supported_language_variant, parse_accept_lang_header
from ninja.security import HttpBearer

from centralka.actions.actor import Actor, Operator
from centralka.actions.tokens import actor_with
from centralka.store.acting import Acting, Kind, act_as, acting

_ONLY_READ = ("GET", "HEAD", "OPTIONS")


class TenantRequest(HttpRequest):
    """A request with a company's token."""

    auth: Actor


class OperatorRequest(HttpRequest):
    """A request with the operator's token."""

    auth: Operator


class WrongHolder(Exception):
    """The token is good, but of the other kind."""

    def __init__(self, wanted: type[Actor] | type[Operator]) -> None:
        self.wanted = wanted
        super().__init__(wanted.__name__)


class Token(HttpBearer):
    """Lets one kind of token in."""

    openapi_description = "A token made in the panel (Manage → API tokens), or the operator's."

    def __init__(self, wanted: type[Actor] | type[Operator], *, only_asks: bool = False) -> None:
        super().__init__()
        self.wanted = wanted
        self.only_asks = only_asks
        """Nothing behind it changes anything, whatever the method."""

    def __call__(self, request: HttpRequest) -> Any:
        # Ninja's own writes a header that it does not understand into the log, token and all, when debugging.
        scheme, _space, text = request.headers.get("Authorization", "").strip().partition(" ")
        return self.authenticate(request, text.strip()) if scheme.lower() == "bearer" else None

    def authenticate(self, request: HttpRequest, token: str) -> Actor | Operator | None:
        """Return the holder of the token; None is answered with 401."""
        holder = actor_with(token, acting().address)
        if holder is not None:
            act_as(_acting(holder))
        if isinstance(holder, Actor) and not _asks_for_a_language(request):
            translation.activate(holder.tenant.language)
        if holder is not None and not isinstance(holder, self.wanted):
            raise WrongHolder(self.wanted)
        if isinstance(holder, Actor) and not self.only_asks and request.method not in _ONLY_READ:
            holder.require_unblocked()
        return holder


tenant_token = Token(Actor)
asking_token = Token(Actor, only_asks=True)
operator_token = Token(Operator)


def _acting(holder: Actor | Operator) -> Acting:
    tenants = frozenset({holder.tenant.pk}) if isinstance(holder, Actor) else frozenset()
    return Acting(Kind.TOKEN, holder.who, acting().address, operator=not tenants, tenants=tenants)


def _asks_for_a_language(request: HttpRequest) -> bool:
    """Tell whether `Accept-Language` names a language that we speak; else the company's own is used."""
    asked = parse_accept_lang_header(request.headers.get("Accept-Language", ""))
    return any(_is_spoken(language) for language, _quality in asked)


def _is_spoken(language: str) -> bool:
    try:
        return bool(get_supported_language_variant(language))
    except LookupError:
        return False
