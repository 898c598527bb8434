"""The states of the trunks as they change, pushed to every browser that shows them (server-sent events)."""

import asyncio
import json
from collections.abc import AsyncIterator
from time import monotonic

from django.template.loader import render_to_string
from django.utils import translation

from centralka.actions.actor import Operator
from centralka.actions.trunks import trunks

from ..accounts.live import CONNECT_AGAIN_AFTER_MS, ENDS_AFTER, SAY_SOMETHING_EVERY, States, Watch

READ_EVERY = 1.0
"""Seconds between two looks; what the engine says is written down every few seconds."""
_watch = Watch()


async def stream(operator: Operator, language: str) -> AsyncIterator[str]:
    """Events, each with the HTML of what has changed: all at first, since the page may be older than this."""
    yield f"retry: {CONNECT_AGAIN_AFTER_MS}\n\n"
    with _watch.listener():
        started = said = monotonic()
        shown: States = {}
        while monotonic() - started < ENDS_AFTER:
            now = await _watch.ask(lambda: _states(operator, language))
            if changed := {key: html for key, html in now.items() if shown.get(key) != html}:
                yield f"data: {json.dumps(changed)}\n\n"
                said = monotonic()
            shown = now
            if monotonic() - said >= SAY_SOMETHING_EVERY:
                yield ": \n\n"
                said = monotonic()
            await asyncio.sleep(READ_EVERY)


def _states(operator: Operator, language: str) -> States:
    """Element id → what stands in it now."""
    with translation.override(language):
        return {
            f"trunk-{trunk.pk}": render_to_string("panel/trunks/state.html", {"trunk": trunk})
            for trunk in trunks(operator)
        }
