"""API tokens: made, listed, revoked, recognised."""

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from centralka.store.models import ApiToken, Role
from centralka.store.notes import notes
from centralka.store.turns import in_turn

from .actor import Actor, Operator, actor_of_token
from .checks.networks import is_in, tidy_networks
from .errors import NotFound, ProblemList, TokenElsewhere, TokenExpired


def tokens(actor: Actor) -> QuerySet[ApiToken]:
    """Return the tenant's tokens, newest first. Only an owner sees them."""
    actor.require(Role.OWNER)
    return actor.tenant.api_tokens.select_related("made_by")


def make_token(
    actor: Actor,
    name: str,
    role: Role,
    networks: Sequence[str] = (),
    expires_at: datetime | None = None,
    now: datetime | None = None,
) -> tuple[ApiToken, str]:
    """Make a token. Returns it and its text, which is shown this once and cannot be read again.

    `role`: what it may do; an owner's token manages people and tokens too. `networks`: from where it opens something
    (none: from everywhere), `expires_at`: until when.
    """
    actor.require(Role.OWNER)
    problems = ProblemList()
    name = _tidy_name(problems, name)
    problems.check(role in set(Role), "role", "unknown", _("Choose what the token may do."))
    listed = tidy_networks(problems, "networks", networks)
    _check_end(problems, expires_at, now or timezone.now())
    problems.raise_any()
    text = new_token_text()
    made = ApiToken.objects.create(
        tenant=actor.tenant,
        name=name,
        role=role,
        digest=digest(text),
        hint=text[:8],
        made_by=actor.person,
        networks=listed,
        expires_at=expires_at,
    )
    return made, text


@in_turn
def change_token(actor: Actor, token_id: int, changes: Mapping[str, Any], now: datetime) -> ApiToken:
    """Change `name`, `networks` (texts; none: from everywhere) and `expires_at` (None: no end) of a token.

    It counts from the next request on. What a token may do stays: whoever has it was given that. Raises
    `InvalidInput`, `NotFound`.
    """
    actor.require(Role.OWNER)
    if others := set(changes) - _CHANGED:
        raise KeyError(f"not to be changed: {others}")
    with transaction.atomic():
        found = token(actor, token_id)
        problems = ProblemList()
        if "name" in changes:
            found.name = _tidy_name(problems, changes["name"])
        if "networks" in changes:
            found.networks = tidy_networks(problems, "networks", changes["networks"])
        if "expires_at" in changes and changes["expires_at"] != found.expires_at:
            found.expires_at = changes["expires_at"]
            _check_end(problems, found.expires_at, now)
        problems.raise_any()
        found.save(update_fields=sorted(changes))
    return found


_CHANGED = {"name", "networks", "expires_at"}


def _tidy_name(problems: ProblemList, name: str) -> str:
    name = " ".join(name.split())
    problems.check(0 < len(name) <= 60, "name", "length", _("Give the token a name of 1 to 60 characters."))
    problems.check(name.isprintable(), "name", "bad_characters", _("The name must not contain control characters."))
    return name


def _check_end(problems: ProblemList, expires_at: datetime | None, now: datetime) -> None:
    later = expires_at is None or expires_at > now
    problems.check(later, "expires_at", "past", _("This moment is over already."))


def token(actor: Actor, token_id: int) -> ApiToken:
    """Return one token. Raises `NotFound` for a token of another tenant."""
    try:
        return tokens(actor).get(pk=token_id)
    except (ApiToken.DoesNotExist, OverflowError):
        raise NotFound from None


def revoke_token(actor: Actor, token_id: int) -> None:
    """Revoke a token: from the next request on it opens nothing."""
    actor.require(Role.OWNER)
    token(actor, token_id).delete()


def actor_with(text: str, address: str = "") -> Actor | Operator | None:
    """Return the holder of this token; None for a wrong or revoked token.

    `address`: the IP address from which it is used. Raises `TokenExpired`, `TokenElsewhere`.
    """
    found = ApiToken.objects.select_related("tenant").filter(digest=digest(text)).first()
    if found is None:
        return None
    now = timezone.now()
    if found.expires_at is not None and found.expires_at <= now:
        raise TokenExpired
    if found.networks and not is_in(address, found.networks.split(",")):
        raise TokenElsewhere
    notes.token_used(found, now)
    return actor_of_token(found)


def make_operator_token(name: str, networks: Sequence[str] = (), expires_at: datetime | None = None) -> str:
    """Make a token for the operator's API. Returns its text, shown this once. Raises `InvalidInput`."""
    problems = ProblemList()
    listed = tidy_networks(problems, "networks", networks)
    problems.raise_any()
    text = new_token_text()
    ApiToken.objects.create(
        tenant=None,
        name=name,
        role=Role.OWNER,
        digest=digest(text),
        hint=text[:8],
        networks=listed,
        expires_at=expires_at,
    )
    return text


def revoke_operator_tokens(name: str) -> int:
    """Revoke the operator's tokens of this name from the next request on. Returns how many there were."""
    return ApiToken.objects.filter(tenant=None, name=name).delete()[0]


def new_token_text() -> str:
    """Make the text of a token: 43 characters, 256 random bits, with a prefix that secret scanners can look for."""
    return "ctk_" + secrets.token_urlsafe(32)


def digest(text: str) -> str:
    """Return the digest that is stored of a token."""
    return hashlib.sha256(text.encode()).hexdigest()
