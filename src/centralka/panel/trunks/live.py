"""The states of the trunks as they change, pushed to every browser that shows them (server-sent events)."""

from collections.abc import AsyncIterator
from contextlib import aclosing

from django.template.loader import render_to_string
from django.utils import translation

from centralka.actions.actor import Operator
from centralka.actions.trunks import trunks

from ..pushed import COME_BACK, Listeners, States, pushed

READ_EVERY = 1.0
"""Seconds between two looks; what the engine says is written down every few seconds."""
_listeners = Listeners()


async def stream(operator: Operator, language: str) -> AsyncIterator[str]:
    """Send a browser how soon to come back should this break off, then the states."""
    yield COME_BACK

    async def read() -> States:
        return await _listeners.ask(lambda: _states(operator, language))

    with _listeners.listener():
        async with aclosing(pushed(read, READ_EVERY)) as events:
            async for event in events:
                yield event


def _states(operator: Operator, language: str) -> States:
    """Return the present content of each element, by its id."""
    with translation.override(language):
        return {
            f"trunk-{trunk.pk}": render_to_string("panel/trunks/state.html", {"trunk": trunk})
            for trunk in trunks(operator)
        }
