"""Let a caller leave a message: greeting, tone, and the engine's own recorder."""

import time
from collections.abc import Callable
from contextlib import suppress

import structlog

from centralka.calls.causes import SENT
from centralka.calls.endpoints import extension_of
from centralka.calls.mailbox_speech import greeting
from centralka.calls.numbers import is_well_formed_extension
from centralka.calls.outside_caller import UNKNOWN
from centralka.calls.plan import Outcome, Refusal, Voicemail
from centralka.calls.prompts import Prompt
from centralka.store.realtime import MAILBOXES

from ..mailboxes.protocol import Caller, ForCallers
from ..wire.agi import AgiRequest, login_of
from ..wire.channel import Channel, ChannelGone
from .ended import Ended
from .sealed import answer
from .speak import say

log = structlog.get_logger()

_PAUSE = "0.5"
"""Seconds: the first syllable is heard only when the sound flows."""
_TONE = 0.25
"""Seconds; an engine that gave up earlier has not even played the tone."""
_SKIP = "#"
"""The key with which a caller skips the greeting; the same key ends the message."""


async def leave_message(
    step: Voicemail, channel: Channel, mailboxes: ForCallers, clock: Callable[[], float] = time.monotonic
) -> Ended:
    """Take a message, to the end of the call. Raises ChannelGone if the engine dies while it records."""
    # Tells the dialplan that this call is taken care of, should the switchboard die meanwhile.
    await channel.set("TAKEN", "voicemail")
    if not await mailboxes.can_record(step.account_id):
        log.warning("a message could not be recorded", account=step.account_id)
        await say(channel, Prompt.CANNOT_RECORD.value)
        await channel.execute("Hangup", str(SENT[Refusal.BUSY if step.busy else Refusal.UNAVAILABLE]))
        return Ended(Outcome.UNAVAILABLE)
    try:
        await answer(channel)
        await channel.execute("Wait", _PAUSE)
        await _greet(step, channel, mailboxes)
        caller = caller_of(channel.request)
        await channel.set("CALLERID(num)", caller.number)
        await channel.set("CALLERID(name)", caller.name)
        # Removes what an earlier mailbox of the same call left behind.
        await channel.set("VM_MESSAGEFILE", "")
    except ChannelGone:
        return Ended(Outcome.VOICEMAIL, seconds=0)
    begun = clock()
    recording = await _record(step, channel, mailboxes, caller)
    whole = bool(recording) and await mailboxes.is_whole(recording)
    seconds = await mailboxes.stored(step.account_id, recording) if recording else 0
    with suppress(ChannelGone):
        if not whole:
            await _tell_why_not(step, channel, mailboxes, clock() - begun)
        await channel.execute("Hangup")
    return Ended(Outcome.VOICEMAIL, seconds=seconds)


async def _greet(step: Voicemail, channel: Channel, mailboxes: ForCallers) -> None:
    own = await mailboxes.greeting(step.account_id) if step.own_greeting else None
    for sound in [own] if own else greeting(step.extension, busy=step.busy):
        if await channel.play(sound, _SKIP):
            return


async def _record(step: Voicemail, channel: Channel, mailboxes: ForCallers, caller: Caller) -> str:
    """Record the message. Returns its path without ending; "": none was left."""
    with mailboxes.noting(step.account_id, caller):
        # If the caller is gone, what is said of the message tells; if the engine is, nothing is.
        with suppress(ChannelGone):
            await channel.execute("VoiceMail", f"{step.account_id}@{MAILBOXES},s")
        return await channel.evaluate("${VM_MESSAGEFILE}")


async def _tell_why_not(step: Voicemail, channel: Channel, mailboxes: ForCallers, seconds: float) -> None:
    """Tell the caller why there is no message. The engine has said so if it is too short, or if the mailbox became full
    meanwhile; it says nothing of a full disk, and of a mailbox that was switched off meanwhile."""
    if seconds < _TONE or not await mailboxes.can_record(step.account_id):
        await channel.play(Prompt.CANNOT_RECORD.value)
        log.warning("a message could not be recorded", account=step.account_id)


def caller_of(request: AgiRequest) -> Caller:
    """Find the caller as the exchange knows it, not as phones show it: a colleague's real extension can be called."""
    login = login_of(request.channel)
    if login:
        return Caller(extension_of(login), request.caller_name)
    if request.hides_number or is_well_formed_extension(request.caller_number):
        return Caller("", "")  # no number outside is so short: it would be taken for a colleague's
    return Caller(request.caller_number or UNKNOWN, request.caller_name)
