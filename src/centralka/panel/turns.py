"""Pages whose form is compared with what is saved: one after another, so that nobody saves in between."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from django.db import transaction
from django.http import HttpRequest, HttpResponse

from centralka.actions.actor import Actor
from centralka.store.turns import wait_for_turn

View = TypeVar("View", bound=Callable[..., HttpResponse])


def one_after_another(view: View) -> View:
    """Let what is sent to this page wait for its turn, and read what it is compared with after that.

    It stands behind the page's door.
    """

    @wraps(view)
    def in_turn(request: HttpRequest, entered: object, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method != "POST":
            return view(request, entered, *args, **kwargs)
        with transaction.atomic():
            wait_for_turn()
            if isinstance(entered, Actor):
                entered.tenant.refresh_from_db()  # it was read at the door
            return view(request, entered, *args, **kwargs)

    in_turn.one_after_another = True  # type: ignore[attr-defined]
    return cast(View, in_turn)
