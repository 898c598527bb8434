"""Caller and called number as a carrier's INVITE tells them, and what the channel shows of the caller from then on."""

from collections.abc import Sequence
from dataclasses import replace

from centralka.calls.called_number import Arrival
from centralka.calls.facts import IncomingFacts
from centralka.calls.incoming import shown_caller
from centralka.calls.outside_caller import HIDDEN, IdentityHeaders, OutsideCaller, caller_of, caller_with

from ..wire.channel import Channel
from ..wire.headers import read_headers

_MOST = 3
"""Lines of a header that are looked at. RFC 3325 and 3323 have no use for so many."""
_CALLED = [("To", 1), ("P-Called-Party-ID", 1)]
_SENDER = ("From", 1)
_ASSERTED = [("P-Asserted-Identity", at + 1) for at in range(_MOST)]
_REMOTE = [("Remote-Party-ID", at + 1) for at in range(_MOST)]
_PRIVACY = [("Privacy", at + 1) for at in range(_MOST)]
_HIDDEN = "prohib"  # CALLERID(pres)
_PROHIBITED = "32"  # the same as AST_PRES_…


async def arrival_on(channel: Channel) -> Arrival:
    """Read the caller and the called number of a channel from a carrier."""
    to, called_party, sender, *lines = await read_headers(channel, [*_CALLED, _SENDER, *_ASSERTED, *_REMOTE, *_PRIVACY])
    caller = _caller(sender, lines) if sender else _as_the_engine_sees(channel)
    return Arrival(channel.request.dialled, caller, to, called_party)


def _caller(sender: str, lines: Sequence[str]) -> OutsideCaller:
    asserted, remote, privacy = (tuple(lines[at : at + _MOST]) for at in range(0, 3 * _MOST, _MOST))
    return caller_of(IdentityHeaders(sender, asserted, remote, privacy))


def _as_the_engine_sees(channel: Channel) -> OutsideCaller:
    """Take the caller as the engine sees it, where From is longer than the engine can hand over."""
    request = channel.request
    return HIDDEN if request.hides_number else caller_with(request.caller_number, request.caller_name)


async def show_caller(facts: IncomingFacts, channel: Channel) -> None:
    """Let the channel itself carry what may be seen of its caller, wherever it goes from here: transferred, too."""
    shown = shown_caller(facts)
    hidden = not shown.number
    wanted = {"num": shown.number, "name": shown.name} | ({"pres": _HIDDEN} if hidden else {})
    had = {"num": channel.request.caller_number, "name": channel.request.caller_name}
    for field, value in wanted.items():
        if had.get(field) != value:
            await channel.set(f"CALLERID({field})", value)
    channel.request = replace(
        channel.request,
        caller_number=shown.number,
        caller_name=shown.name,
        presentation=_PROHIBITED if hidden else channel.request.presentation,
    )
