"""Let the owner of a mailbox listen to its messages and record its greeting: carry out `calls.mailbox_menu`."""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import assert_never

from django.utils.timezone import localtime

from centralka.calls.mailbox_menu import (
    KEYS,
    Deed,
    DeleteMessage,
    Over,
    PlayDraft,
    PlayMessage,
    Recording,
    SaveDraft,
    Say,
    SayChoices,
    SayCount,
    Turn,
    not_recorded,
    opened,
    pressed,
    recorded,
)
from centralka.calls.mailbox_speech import after_message, envelope, message_count
from centralka.calls.plan import Outcome, VoicemailMenu
from centralka.calls.speech import Language
from centralka.store.voicemail import KeptMessage

from ..mailboxes.protocol import ForOwners
from ..wire.channel import Channel, ChannelGone, is_who_called
from .ended import Ended
from .sealed import answer

_KEY_WITHIN = 6.0
"""Seconds after the last word."""
_LONGEST_GREETING = 180
"""Seconds."""
_ENDS_RECORDING = "#"
_HEARD_AFTER = 3.0
"""Seconds of playing, after which a message counts as heard also if its owner then hangs up."""


async def open_mailbox(step: VoicemailMenu, channel: Channel, mailboxes: ForOwners) -> Ended:
    """Serve the owner to the end of the call; a hang-up is an end like any other."""
    await channel.set("TAKEN", "mailbox")
    with mailboxes.draft() as draft:
        visit = Visit(step.account_id, channel, mailboxes, draft)
        try:
            await visit.serve_owner()
        except ChannelGone:
            return Ended(Outcome.DONE)
    return Ended(Outcome.DONE)


@dataclass
class Visit:
    """One call of the owner."""

    account_id: int
    channel: Channel
    mailboxes: ForOwners
    draft: Path
    clock: Callable[[], float] = time.monotonic
    messages: Sequence[KeptMessage] = field(default=())

    async def serve_owner(self) -> None:
        await answer(self.channel)
        turn = opened()
        while True:
            key = await self._do_all(turn.deeds)
            match turn.state:
                case Over():
                    break
                case Recording():
                    turn = await self._record()
                case _:
                    key = key or await self.channel.key(_KEY_WITHIN)
                    turn = pressed(turn.state, key, [message.id for message in self.messages])
        await self.channel.execute("Hangup")

    async def _do_all(self, deeds: Iterable[Deed]) -> str:
        """Do all deeds. Returns the key that cut them short, or "". Raises ChannelGone if the owner is gone."""
        for deed in deeds:
            if not await is_who_called(self.channel):
                raise ChannelGone
            if key := await self._do(deed):
                return key
        return ""

    async def _record(self) -> Turn:
        if not await self.channel.record(str(self.draft), _ENDS_RECORDING, _LONGEST_GREETING):
            return not_recorded()
        return recorded(usable=await self.mailboxes.is_greeting(self.draft))

    async def _do(self, deed: Deed) -> str:
        match deed:
            case Say():
                return await self._play(deed.prompts, KEYS if deed.can_be_cut else "")
            case SayCount():
                return await self._say_count()
            case PlayMessage():
                return await self._play_message(deed.message)
            case SayChoices():
                return await self._play(after_message(more=deed.more))
            case DeleteMessage():
                await self.mailboxes.delete(deed.message)
            case PlayDraft():
                return await self.channel.play(str(self.draft), KEYS)
            case SaveDraft():
                await self.mailboxes.save_greeting(self.account_id, self.draft)
            case _:
                assert_never(deed)
        return ""

    async def _play(self, sounds: Iterable[str], keys: str = KEYS) -> str:
        for sound in sounds:
            if key := await self.channel.play(str(sound), keys):
                return key
        return ""

    async def _say_count(self) -> str:
        self.messages = await self.mailboxes.messages(self.account_id)
        new = sum(not message.heard for message in self.messages)
        return await self._play(message_count(new, len(self.messages) - new, self._language))

    async def _play_message(self, message_id: int) -> str:
        message = next(each for each in self.messages if each.id == message_id)
        received = localtime(message.received_at)
        spoken = envelope(received, datetime.now(UTC), message.caller_number, self._language)
        async with self.mailboxes.sound_of(message_id) as sound:
            # Deleted meanwhile in the panel: nothing of it is said.
            if sound is None:
                return ""
            return await self._play(spoken) or await self._hear(message_id, sound)

    async def _hear(self, message_id: int, sound: str) -> str:
        begun = self.clock()
        try:
            key = await self.channel.play(sound, KEYS)
        except ChannelGone:
            if self.clock() - begun >= _HEARD_AFTER:
                await self.mailboxes.mark_heard(message_id)
            raise
        await self.mailboxes.mark_heard(message_id)
        return key

    @property
    def _language(self) -> Language:
        return "en" if self.channel.request.language == "en" else "pl"
