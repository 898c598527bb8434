"""The mailboxes of this engine: its folders of recordings, the rows that follow them, and the orders on the rows."""

import asyncio
import secrets
import time
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

import structlog

from centralka.sound.conversion import NotAudio, for_engine, greeting_wav
from centralka.store import voicemail as store
from centralka.store.models import Greeting, VoicemailMessage
from centralka.store.realtime import MAILBOXES

from ..database import Database
from ..wire.manager import EngineAway, Manager, Refused
from . import spool
from .protocol import Caller

log = structlog.get_logger()

_ORDERS_EVERY = 0.3
_SWEEP_EVERY = 60.0
_AGAIN_AFTER = 3.0
"""Seconds: while something waits for the engine, or the database."""
_REFUSED_AGAIN_AFTER = 60.0
_READ_TRIES = 5
_A_DAY = 24 * 3600.0
_SETTLED = 2.0
"""Seconds after which a folder that changes again has another time: clocks of file systems are coarse."""
_STILL_WRITTEN = 5.0
"""Seconds: a recording that goes on is written to every two."""
_ORDER = VoicemailMessage.Order
_FOLDER_OF = {_ORDER.HEARD: spool.OLD, _ORDER.UNHEARD: spool.INBOX}

Signature = tuple[int, int]


class SpoolMailboxes:
    """See `mailboxes.Mailboxes`. `folder` is the engine's `spool/voicemail`; `least_free` is in bytes.

    Only this class has messages moved and removed, one thing at a time in each mailbox: so no reading of a mailbox
    misses a message that is just between two folders.
    """

    def __init__(
        self,
        folder: Path,
        database: Database,
        manager: Manager,
        node: str,
        least_free: int,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._boxes = folder / MAILBOXES
        own = folder.parent / "mailboxes"
        self._greetings, self._sounds, self._notes = own / "greetings", own / "sounds", own / "notes"
        self._database = database
        self._manager = manager
        self._node = node
        self._least_free = least_free
        self._now = now
        self._turns: defaultdict[int, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._read: dict[int, Signature] = {}
        """When the folders had last changed that were last read."""
        self._refused_at: dict[int, float] = {}
        """Orders that the engine would not carry out."""
        self._being_served: Counter[int] = Counter()
        """Into whose mailboxes callers of this switchboard are speaking."""
        self._dark: set[int] = set()
        """Accounts with messages whose voicemail is off."""
        self._sweep_soon = asyncio.Event()

    def box(self, account_id: int) -> Path:
        return self._boxes / str(account_id)

    # -- For ever -----------------------------------------------------------------------------------------------------

    async def run(self) -> None:
        """For ever: orders within a moment, all mailboxes once a minute."""
        await asyncio.gather(self._keep_sweeping(), self._keep_carrying_out())

    async def _keep_sweeping(self) -> None:
        while True:
            try:
                wait = _SWEEP_EVERY if await self.sweep() else _AGAIN_AFTER
            except Exception:
                log.exception("the mailboxes could not be looked through; trying again")
                wait = _AGAIN_AFTER
            with suppress(TimeoutError):
                async with asyncio.timeout(wait):
                    await self._sweep_soon.wait()
            self._sweep_soon.clear()

    async def _keep_carrying_out(self) -> None:
        while True:
            wait = _ORDERS_EVERY
            try:
                await self.carry_out_orders()
            except EngineAway:
                wait = _AGAIN_AFTER
            except Exception:
                log.exception("orders on messages could not be carried out; trying again")
                wait = _AGAIN_AFTER
            await asyncio.sleep(wait)

    # -- Rows follow the folders --------------------------------------------------------------------------------------

    async def sync(self, account_id: int) -> bool:
        """Make the rows of one mailbox true to its folders. Raises OSError, and what `Database.run` raises.

        False: there is a message that the disk has no room to complete.
        """
        async with self._turns[account_id]:
            before = await asyncio.to_thread(_signature, self.box(account_id))
            whole = await asyncio.to_thread(self._complete, account_id)
            all_kept = await self._keep(account_id)
            await self._light([account_id])
            if whole and all_kept and time.time() - max(before) / 1e9 > _SETTLED:
                self._read[account_id] = before
        return whole

    def _complete(self, account_id: int) -> bool:
        """Give a text to messages that were cut off by a full disk."""
        box = self.box(account_id)
        try:
            for file in spool.without_text(box):
                spool.write_text(box, file, spool.caller_noted(self._notes, account_id, spool.began_at(file)))
        except OSError:
            # Still no room; or the engine renames them at this moment. Callers who find none are in the log.
            return False
        return True

    async def _keep(self, account_id: int) -> bool:
        """False: the sound of a message cannot be read, which keeps no other message away."""
        for _ in range(_READ_TRIES):
            try:
                found = await asyncio.to_thread(spool.recordings, self.box(account_id))
                await self._keep_all(account_id, [_found(one) for one in found])
                return True
            except TimeoutError:
                raise
            except OSError as problem:
                # The engine closes gaps in its numbering while we read.
                log.info("a mailbox is read again", account=account_id, problem=str(problem))
        found = await asyncio.to_thread(spool.recordings, self.box(account_id))
        heard = await asyncio.to_thread(lambda: [one for one in found if one.can_be_heard()])
        log.warning("messages cannot be read", account=account_id, messages=len(found) - len(heard))
        await self._keep_all(account_id, [_found(one) for one in heard])
        return len(heard) == len(found)

    async def _keep_all(self, account_id: int, messages: Sequence[store.FoundMessage]) -> None:
        while not await self._database.run(store.keep_messages, self._node, account_id, messages, self._now()):
            log.info("many messages are new", account=account_id)

    async def sweep(self) -> bool:
        """Look through all mailboxes once. False: something has to wait for the engine, or failed."""
        boxes = await asyncio.to_thread(_accounts_in, self._boxes)
        if boxes is None:
            return True  # no message was ever left, or the disk is not there: nothing to conclude from
        rows = await self._database.run(store.accounts_with_messages, self._node)
        existing = await self._database.run(store.accounts_that_exist, boxes | rows)
        changed = await asyncio.to_thread(self._changed, sorted(existing))
        whole = [await self._try_to_sync(account_id) for account_id in changed]
        salvaged = await self._salvage_all(boxes & existing)
        await asyncio.to_thread(self._tidy_up, boxes, existing)
        await self._database.run(store.remove_deleted, self._node)
        await self._light_those_switched(rows)
        return all(whole) and salvaged

    def _changed(self, accounts: Sequence[int]) -> list[int]:
        """Whose mailboxes are not as they were when they were last read."""
        return [one for one in accounts if self._read.get(one) != _signature(self.box(one))]

    async def _try_to_sync(self, account_id: int) -> bool:
        try:
            return await self.sync(account_id)
        except Exception:
            log.exception("a mailbox could not be read; trying again", account=account_id)
            return False

    def _tidy_up(self, boxes: set[int], existing: set[int]) -> None:
        now = time.time()
        for account_id in boxes:
            if account_id in existing:
                spool.unmark(self.box(account_id))
            elif spool.remove_if_long_gone(self.box(account_id), now, _A_DAY):
                log.info("the mailbox of a deleted account was removed", account=account_id)
        for folder in (self._notes, self._sounds):
            spool.remove_old(folder, now, _A_DAY)

    # -- What an engine that died left behind -------------------------------------------------------------------------

    async def _salvage_all(self, boxes: set[int]) -> bool:
        """False: something is left that may still be going on, or the engine is away.

        The engine that runs says which mailboxes it records into at this moment. What was there before it said so and
        is in none of them was left by one that died.
        """
        left = await asyncio.to_thread(self._leftovers, boxes)
        if not left:
            return True
        try:
            busy = await self._being_recorded()
        except EngineAway:
            return False
        done = [await self._try_to_salvage(one, found) for one, found in left.items() if one not in busy]
        return len(done) == len(left) and all(done)

    def _leftovers(self, boxes: Iterable[int]) -> dict[int, list[spool.Leftover]]:
        """By account; not of those whose caller this switchboard is serving."""
        found = {one: spool.leftovers(self.box(one)) for one in boxes if one not in self._being_served}
        return {account_id: left for account_id, left in found.items() if left}

    async def _being_recorded(self) -> set[int]:
        channels = await self._manager.listed("CoreShowChannels", {}, "CoreShowChannelsComplete")
        applications = [(one.get("Application", ""), one.get("ApplicationData", "")) for one in channels]
        boxes = [data.partition("@")[0] for name, data in applications if name.lower() == "voicemail"]
        return {int(box) for box in boxes if box.isdigit()}

    async def _try_to_salvage(self, account_id: int, found: Sequence[spool.Leftover]) -> bool:
        try:
            return await self._salvage(account_id, found)
        except Exception:
            log.exception("a broken-off recording could not be saved; trying again", account=account_id)
            return False

    async def _salvage(self, account_id: int, found: Sequence[spool.Leftover]) -> bool:
        if any(time.time() - one.last_written < _STILL_WRITTEN for one in found):
            return False
        async with self._turns[account_id]:
            for one in found:
                caller = await asyncio.to_thread(spool.caller_noted, self._notes, account_id, one.began_at)
                saved = await asyncio.to_thread(spool.salvage, self.box(account_id), one, caller)
                log.warning("a recording was broken off by the engine's death", account=account_id, saved=saved)
        await self._manager.ask("VoicemailRefresh", {"Mailbox": str(account_id), "Context": MAILBOXES})
        await self.sync(account_id)
        return True

    # -- The folders follow the orders --------------------------------------------------------------------------------

    async def carry_out_orders(self) -> None:
        """Once. Raises EngineAway, and what `Database.run` raises."""
        orders = await self._database.run(store.pending_orders, self._node)
        self._refused_at = {one.message_id: self._refused_at.get(one.message_id, -_A_DAY) for one in orders}
        for order in orders:
            if time.monotonic() - self._refused_at[order.message_id] >= _REFUSED_AGAIN_AFTER:
                await self._carry_out(order)

    async def _carry_out(self, order: store.MessageOrder) -> None:
        async with self._turns[order.account_id]:
            try:
                await self._move_or_remove(order)
            except (Refused, OSError) as problem:
                # Nobody loses anything: what the row says is what people see.
                log.warning("a message could not be moved", account=order.account_id, problem=str(problem))
                self._refused_at[order.message_id] = time.monotonic()
                return
            await self._database.run(store.order_done, order)
            await self._light([order.account_id])

    async def _move_or_remove(self, order: store.MessageOrder) -> None:
        """Raises EngineAway, Refused, OSError."""
        box, wanted = self.box(order.account_id), _FOLDER_OF.get(order.order)
        found = await asyncio.to_thread(spool.copies, box, order.msg_id)
        # Where it is there already, it was done before whoever did it could say so, or before the rest of it was.
        there = any(one.folder == wanted for one in found)
        for one in found:
            if one.folder != wanted:
                await self._take_out(order, one.folder, None if there else wanted)

    async def _take_out(self, order: store.MessageOrder, folder: str, wanted: str | None) -> None:
        """Out of `folder`, into the one that is wanted; None: away."""
        box = self.box(order.account_id)
        if order.mailbox_on:
            await self._tell_engine(order, folder, wanted)
        elif wanted is None:
            await asyncio.to_thread(spool.remove, box, order.msg_id, folder)
        else:
            await asyncio.to_thread(spool.move, box, order.msg_id, wanted)

    async def _tell_engine(self, order: store.MessageOrder, folder: str, wanted: str | None) -> None:
        where = {"Mailbox": str(order.account_id), "Context": MAILBOXES, "Folder": folder, "ID": order.msg_id}
        if wanted is None:
            answer = await self._manager.ask("VoicemailRemove", where)
        else:
            answer = await self._manager.ask("VoicemailMove", {**where, "ToFolder": wanted})
        # Its "Response" is "Success" also where it failed.
        if "successful" not in answer.get("Message", ""):
            raise Refused(answer.get("Message", ""))

    # -- Lamps ----------------------------------------------------------------------------------------------------

    async def _light(self, accounts: Iterable[int]) -> None:
        """Tell the phones of these accounts what waits for them (RFC 3842).

        The engine does it too, but only for phones that registered since it was started, since voicemail was switched
        on, and since the extension is what it is.
        """
        for lamp in await self._database.run(store.lamps, list(accounts)):
            waiting = "yes" if lamp.new else "no"
            told = f"Messages-Waiting: {waiting},Content=Voice-Message: {lamp.new}/{lamp.old} (0/0)"
            variables = f"Event=message-summary,Content-type=application/simple-message-summary,Content={told}"
            try:
                await self._manager.ask("PJSIPNotify", {"Endpoint": lamp.login, "Variable": variables})
            except (EngineAway, Refused) as problem:
                # It is told with the next change, and when the phone registers.
                log.warning("a lamp could not be switched", login=lamp.login, problem=str(problem))

    async def _light_those_switched(self, accounts: Iterable[int]) -> None:
        """Those whose voicemail was switched off, or on again, since the last time: an empty lamp, or the right one."""
        off = await self._database.run(store.switched_off, accounts)
        switched, self._dark = off ^ self._dark, off
        await self._light(switched)

    # -- For a caller who leaves a message ----------------------------------------------------------------------------

    async def can_record(self, account_id: int) -> bool:
        return await asyncio.to_thread(spool.has_room, self._boxes, account_id, self._least_free)

    async def greeting(self, account_id: int) -> str | None:
        try:
            version = await self._database.run(store.greeting_version, account_id)
            return await self._written_greeting(account_id, version) if version else None
        except Exception:
            # A caller hears the system's greeting then, not nothing.
            log.exception("an own greeting cannot be played", account=account_id)
            return None

    async def _written_greeting(self, account_id: int, version: str) -> str | None:
        file = self._greetings / f"{account_id}-{version}"
        if file.with_name(f"{file.name}.alaw").exists() and file.with_name(f"{file.name}.g722").exists():
            return str(file)
        found = await self._database.run(store.greeting_of, account_id)
        if found is None:
            return None
        version, wav = found
        file = self._greetings / f"{account_id}-{version}"
        sounds = await asyncio.to_thread(for_engine, wav)
        await asyncio.to_thread(spool.write_sounds, file, sounds)
        await asyncio.to_thread(spool.remove_other_versions, file)
        return str(file)

    @contextmanager
    def noting(self, account_id: int, caller: Caller) -> Iterator[None]:
        note = self._note(account_id, caller)
        self._being_served[account_id] += 1
        try:
            yield
        except BaseException:
            # The engine went, or we do: who comes next finds the note.
            self._sweep_soon.set()
            raise
        finally:
            self._being_served -= Counter([account_id])
        # A message that was cut off by a full disk needs it later.
        if note is not None and _all_have_text(self.box(account_id)):
            note.unlink(missing_ok=True)

    def _note(self, account_id: int, caller: Caller) -> Path | None:
        try:
            return spool.write_note(self._notes, account_id, caller)
        except OSError as problem:
            log.warning("who leaves a message could not be noted", account=account_id, problem=str(problem))
            return None

    async def is_whole(self, recording: str) -> bool:
        return await asyncio.to_thread(_has_text, Path(recording))

    async def stored(self, account_id: int, recording: str) -> int:
        seconds = 0
        try:
            seconds = await asyncio.to_thread(spool.seconds_of, recording)
            if not await self.sync(account_id):
                self._sweep_soon.set()
        except Exception:
            log.exception("a new message is not in the database yet", account=account_id)
            self._sweep_soon.set()
        return seconds

    # -- For the owner ------------------------------------------------------------------------------------------------

    async def messages(self, account_id: int) -> list[store.KeptMessage]:
        return await self._database.run(store.messages_to_hear, account_id)

    @asynccontextmanager
    async def sound_of(self, message_id: int) -> AsyncIterator[str | None]:
        wav = await self._database.run(store.audio_of, message_id)
        if wav is None:
            yield None
            return
        with self._own_file() as file:
            try:
                await asyncio.to_thread(spool.write_sounds, file, {"wav": wav})
            except OSError:
                log.exception("a message could not be written down to be played", message=message_id)
                yield None
            else:
                yield str(file)

    async def mark_heard(self, message_id: int) -> None:
        await self._database.run(store.order_heard, message_id)

    async def delete(self, message_id: int) -> None:
        await self._database.run(store.order_delete, message_id, self._now())

    @contextmanager
    def draft(self) -> Iterator[Path]:
        with suppress(OSError):  # the engine tells, when it is to record there
            self._sounds.mkdir(parents=True, exist_ok=True, mode=0o700)
        with self._own_file() as file:
            yield file

    @contextmanager
    def _own_file(self) -> Iterator[Path]:
        file = self._sounds / secrets.token_hex(8)
        try:
            yield file
        finally:
            file.with_suffix(".wav").unlink(missing_ok=True)

    async def is_greeting(self, draft: Path) -> bool:
        try:
            await asyncio.to_thread(_greeting_in, draft)
        except NotAudio:
            return False
        return True

    async def save_greeting(self, account_id: int, draft: Path) -> None:
        wav, seconds = await asyncio.to_thread(_greeting_in, draft)
        source = Greeting.Source.PHONE
        await self._database.run(store.set_greeting, account_id, wav, seconds, source, self._now())


def _greeting_in(draft: Path) -> tuple[bytes, float]:
    """As an uploaded file is kept. Raises NotAudio."""
    made = greeting_wav(draft.with_suffix(".wav").read_bytes())
    return made.wav, made.seconds


def _found(one: spool.Recording) -> store.FoundMessage:
    return store.FoundMessage(
        msg_id=one.msg_id,
        caller_number=one.caller.number,
        caller_name=one.caller.name,
        received_at=one.received_at,
        seconds=one.seconds,
        heard=one.folder == spool.OLD,
        wav=one.wav,
    )


def _has_text(file: Path) -> bool:
    """True also for a message that has another name by now: the engine has seen it whole."""
    try:
        return spool.has_text(file)
    except FileNotFoundError:
        return True


def _all_have_text(box: Path) -> bool:
    try:
        return not spool.without_text(box)
    except OSError:
        return False


def _accounts_in(boxes: Path) -> set[int] | None:
    """Whose folders there are; None if there is no place for them."""
    if not boxes.is_dir():
        return None
    return {int(path.name) for path in boxes.iterdir() if path.name.isascii() and path.name.isdigit()}


def _signature(box: Path) -> Signature:
    return _changed_at(box / spool.INBOX), _changed_at(box / spool.OLD)


def _changed_at(folder: Path) -> int:
    try:
        return folder.stat().st_mtime_ns
    except FileNotFoundError:
        return 0
