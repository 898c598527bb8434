"""A request that is sent twice, by a double click, a reload or a program that tries again, is carried out once."""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from centralka.store.models import RequestKey

from .actor import Actor
from .errors import InvalidInput, Problem

KEY_MAX = 200


class KeyReused(InvalidInput):
    """The key stands for another request already."""

    def __init__(self) -> None:
        message = _("This was sent already, with other values or for an account that is deleted by now; use a new key.")
        super().__init__({"request": [Problem("reused", message)]})


def check_key(key: str) -> None:
    """Raise `InvalidInput` for a key that cannot be kept."""
    if not 0 < len(key) <= KEY_MAX or not key.isprintable():
        message = _("A key has 1 to 200 characters, none of them a control character.")
        raise InvalidInput({"request": [Problem("malformed", message)]})


def made_before(actor: Actor, key: str, content: Mapping[str, Any]) -> int | None:
    """Return the id of what the same request made; None: it is new. Raises `KeyReused` for other content under the key.

    `content`: what is asked for, without its secrets. The company is locked, so two at once come one after the other.
    """
    check_key(key)
    found = RequestKey.objects.filter(tenant=actor.tenant, key=key).first()
    if found is None:
        return None
    if found.content != _digest(content):
        raise KeyReused
    return found.made


def note_made(actor: Actor, key: str, content: Mapping[str, Any], made: int, now: datetime) -> None:
    """Note that the request of this key is carried out, in the transaction that does it."""
    RequestKey.objects.create(tenant=actor.tenant, key=key, content=_digest(content), made=made, at=now)


def _digest(content: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True, default=str).encode()).hexdigest()
