"""Hand text messages to the phones of an account: each to every phone that takes any, one after the other."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from urllib.parse import quote

import structlog

from centralka.sms.sip_text import pieces
from centralka.store import sms_phones as store

from ..database import Database
from ..looking import keep_looking_where_written
from ..wire.edge_control import EdgeControl, EdgeRefuses
from ..wire.edge_line import EdgeLine, EdgeRequest

log = structlog.get_logger()

_KIND = "text/plain;charset=UTF-8"
_LOOK_EVERY = 0.5
_FORGET_EVERY = 600.0
"""Seconds."""
_AGAIN_AFTER = timedelta(minutes=1)
_NOT_ASKED_FOR = 24 * 3600.0
"""Seconds for which a phone is left alone that takes no text messages."""
_TAKES_NONE = frozenset({405, 415, 488, 501})
"""Answers of such a phone (RFC 3261, 21; RFC 3428, 7)."""


@dataclass(frozen=True, slots=True)
class PhoneThere:
    """A registered phone: the edge's name of it, and the address at which it is reached."""

    ruid: str
    address: str

    @property
    def by_udp(self) -> bool:
        return ";transport=" not in self.address.lower() or ";transport=udp" in self.address.lower()


@dataclass(frozen=True, slots=True)
class Text:
    """A text that is handed over. `number`, `name`: of the sender."""

    number: str
    name: str
    text: str
    call_id: str
    at: datetime


class ToPhones:
    """The phones of one edge, which is asked for them: it knows of one that has just registered, too."""

    def __init__(
        self,
        line: EdgeLine,
        edge: EdgeControl,
        node: str,
        database: Database,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._line, self._edge, self._node, self._database = line, edge, node, database
        self._clock, self._now = clock, now
        self._takes_none: dict[tuple[str, str], float] = {}
        """Until when each phone is left alone, by login and address."""
        self._busy: set[str] = set()
        """Logins whose phones are being given something."""
        self._tasks: set[asyncio.Task[None]] = set()
        self._forgot_at = -_FORGET_EVERY

    async def keep_handing_over(self) -> None:
        """Hand over what came in for as long as the process runs."""
        await keep_looking_where_written(self.look, _LOOK_EVERY, self._database.sign, "text messages for phones")

    async def look(self) -> bool:
        """Begin to hand over what is due. Returns whether anything waits, and its time passes.

        Raises what `Database.do` raises.
        """
        if self._clock() - self._forgot_at >= _FORGET_EVERY:
            await self._database.do(store.forget_old, self._now())
            self._forgot_at = self._clock()
        if not await self._database.read_again(store.any_for_phones):
            return False
        ids = await self._database.read(store.due_for_phones, self._node, self._now())
        if not ids:
            return True
        waiting: dict[str, list[store.ForPhones]] = {}
        for message in await self._database.do(store.for_phones, ids):
            waiting.setdefault(message.login, []).append(message)
        for login, messages in waiting.items():
            if login not in self._busy:
                self._busy.add(login)
                task = asyncio.create_task(self._give(login, messages))
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)
        return True

    async def end_of_what_was_begun(self) -> None:
        """Wait until what was begun is done."""
        await asyncio.gather(*self._tasks)

    async def hand_over(self, login: str, text: Text) -> list[int]:
        """Give a text to each phone of an account that takes any, at the same time; returns what each says.

        No phone that could be asked: an empty list. Raises EdgeAway.
        """
        there = await self._phones_of(login)
        asked = [phone for phone in there if not self._is_left_alone(login, phone)]
        answers = await asyncio.gather(*(self._to_one(login, phone, text) for phone in asked))
        for phone, status in zip(asked, answers, strict=True):
            if status in _TAKES_NONE:
                self._leave_alone(login, phone)
        return list(answers)

    async def _give(self, login: str, messages: list[store.ForPhones]) -> None:
        """Give the messages of one account to its phones, one after the other."""
        try:
            for message in messages:
                text = Text(message.number, "", message.text, f"{message.key[:32]}@centralka", message.at)
                answers = await self.hand_over(login, text)
                if any(map(is_taken, answers)):
                    await self._database.do(store.handed_to_phones, message.id)
                else:
                    await self._database.do(store.phones_later, message.id, self._now() + _AGAIN_AFTER)
                log.info("a text message was handed to phones", sms=message.id, status=answers)
        except Exception as problem:
            log.warning("a text message was not handed to phones; trying again", login=login, problem=repr(problem))
        finally:
            self._busy.discard(login)

    async def _to_one(self, login: str, phone: PhoneThere, text: Text) -> int:
        """Give one phone all pieces of a text; returns what it says of the first that it does not take, or the last."""
        status = 0
        for number, piece in enumerate(pieces(text.text) if phone.by_udp else [text.text], 1):
            date = f"Date: {format_datetime(text.at.astimezone(UTC), usegmt=True)}"
            sender = sender_of(text.number, text.name, self._line.public)
            message = EdgeRequest(
                "MESSAGE", login, sender, text.call_id, _KIND, piece, number=number, phone=phone.ruid, headers=(date,)
            )
            status = await self._line.send(message)
            if not is_taken(status):
                break
        return status

    async def _phones_of(self, login: str) -> list[PhoneThere]:
        try:
            return phones_in(await self._edge.ask("ul.lookup", "location", login))
        except EdgeRefuses:
            return []  # it knows of none

    def _leave_alone(self, login: str, phone: PhoneThere) -> None:
        now = self._clock()
        self._takes_none = {phone: until for phone, until in self._takes_none.items() if until > now}
        self._takes_none[login, phone.address] = now + _NOT_ASKED_FOR

    def _is_left_alone(self, login: str, phone: PhoneThere) -> bool:
        return self._takes_none.get((login, phone.address), 0) > self._clock()


def is_taken(status: int) -> bool:
    """Tell whether a phone has it (RFC 3428, 7: 200, or 202 from what passes it on)."""
    return 200 <= status < 300


def sender_of(number: str, name: str, host: str) -> str:
    """Write the sender, as From: a phone that answers sends its answer there."""
    shown = "".join(sign for sign in name if sign.isprintable()).replace("\\", "\\\\").replace('"', '\\"')
    before = f'"{shown}" ' if shown else ""
    return f"{before}<sip:{quote(number, safe='+')}@{host}>"


def phones_in(told: object) -> list[PhoneThere]:
    """Read the phones of an account from what the edge says of it (`ul.lookup` of Kamailio's usrloc)."""
    listed = told.get("Contacts", []) if isinstance(told, dict) else []
    contacts = [each.get("Contact", {}) for each in listed if isinstance(each, dict)]
    return [PhoneThere(str(contact["Ruid"]), _address(contact)) for contact in contacts if "Ruid" in contact]


def _address(contact: dict[str, object]) -> str:
    received = str(contact.get("Received", ""))
    return received if received.startswith("sip") else str(contact.get("Address", ""))
