"""Take the text messages that phones send: to a number outside by the gateways, to a colleague from phone to phone."""

import hashlib
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from functools import partial

import structlog

from centralka.actions.sms.from_phones import NOT_PAID, TooLate, send_from_phone
from centralka.sms.sip_text import text_of
from centralka.sms.texts import has_bad_characters, tidy
from centralka.store.sms_phones import Colleague, colleague

from ..database import PATIENCE, Database
from ..wire.edge_line import TRY_LATER, Asked, Reply
from .to_phones import Text, ToPhones, is_taken

log = structlog.get_logger()

AWAITED = PATIENCE - 1.0
"""Seconds. What is not decided by then does not happen: the phone is told to try again."""
A_MINUTE, MOST_A_MINUTE = 60.0, 60
"""Messages of one account: nobody types more, and each costs work."""
_LONGEST_TO_COLLEAGUE = 5_000
ACCEPTED = Reply(202, "Accepted")
_NOT_TEXT = Reply(415, "Unsupported Media Type", ("Accept: text/plain",))
_OF_PROBLEM = {
    "required": Reply(400, "Empty Message"),
    "bad_characters": Reply(400, "Control Characters In Message"),
    "too_long": Reply(413, "Message Too Long"),
    "not_a_number": Reply(404, "No Such Number"),
    "short_code": Reply(403, "Service Numbers Take No Messages"),
    "premium": Reply(403, "Premium-Rate Number"),
    "satellite": Reply(403, "Satellite Number"),
    "landline": Reply(403, "No Mobile Number"),
    "above_level": Reply(403, "International Messages Not Permitted"),
    "stopped": Reply(403, "Recipient Wants No Messages"),
    "no_price": Reply(403, "No Price Known"),
    "too_dear": Reply(403, "Above The Company's Ceiling"),
    "no_money": Reply(402, "Payment Required"),
    "fraud_limit": Reply(403, "Limit Of Spending Reached"),
    "limit": Reply(503, "Hourly Limit Reached", ("Retry-After: 600",)),
    "no_gateway": Reply(503, "No Gateway For Messages", ("Retry-After: 600",)),
    "number_gone": Reply(403, "Sender Number Not Owned"),
    "name_gone": Reply(403, "Sender Name Not Approved"),
    "blocked": Reply(403, "Company Blocked"),
    "pin": Reply(403, "Calls Outside Need A PIN"),
    "reused": Reply(400, "Call-ID Used Before"),
    "": ACCEPTED,
}
"""By the code of the action's problem."""


class FromPhones:
    """The messages of phones at one edge."""

    def __init__(
        self,
        database: Database,
        to_phones: ToPhones,
        catch_up: Callable[[], Awaitable[None]],
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._database, self._to_phones, self._clock, self._now = database, to_phones, clock, now
        self._catch_up = catch_up
        self._minute, self._sent = 0, Counter[str]()

    async def take(self, asked: Asked) -> Reply:
        """Answer a message: 202 once it is queued, 200 once a colleague's phone has it.

        Raises what `Database.do` and `ToPhones.hand_over` raise.
        """
        message = asked.message
        text = text_of(message.one("content-type"), message.one("content-encoding"), asked.body)
        if text is None:
            return _NOT_TEXT
        if self._too_many(asked.login):
            return Reply(503, "Too Many Messages", ("Retry-After: 60",))
        found = await self._database.do(colleague, asked.login, message.called)
        if found is not None:
            return await self._to_colleague(found, tidy(text), _key(asked))
        return await self._outside(asked, text)

    async def _outside(self, asked: Asked, text: str) -> Reply:
        until = self._clock() + AWAITED
        awaited = lambda: self._clock() < until  # noqa: E731 (a name would hide that it is the time)
        ask = partial(send_from_phone, asked.login, asked.message.called, text, _key(asked), awaited)
        try:
            code = await self._database.do(ask, last_look=False)
            if code in NOT_PAID:
                # What calls had put aside that are over is there again with their records.
                await self._catch_up()
                code = await self._database.do(ask)
        except (TooLate, TimeoutError):
            return TRY_LATER
        log.info("a phone sent a text message", login=asked.login, problem=code)
        return _OF_PROBLEM.get(code, Reply(403, "Forbidden"))

    async def _to_colleague(self, to: Colleague, text: str, key: str) -> Reply:
        if to.own:
            return Reply(403, "Own Extension")
        if wrong := _wrong_with(text):
            return _OF_PROBLEM[wrong]
        answers = await self._to_phones.hand_over(to.login, Text(to.number, to.name, text, key, self._now()))
        if not answers:
            return Reply(480, "No Phone For Messages")
        return Reply(200, "OK") if any(map(is_taken, answers)) else Reply(480, "No Phone Took It")

    def _too_many(self, login: str) -> bool:
        if (minute := int(self._clock() // A_MINUTE)) != self._minute:
            self._minute, self._sent = minute, Counter()
        self._sent[login] += 1
        return self._sent[login] > MOST_A_MINUTE


def _wrong_with(text: str) -> str:
    """Return the code of what is wrong with a text for a colleague; "": nothing."""
    if not text:
        return "required"
    if has_bad_characters(text):
        return "bad_characters"
    return "too_long" if len(text) > _LONGEST_TO_COLLEAGUE else ""


def _key(asked: Asked) -> str:
    """Name a message by what a phone keeps when it sends it again (RFC 3261, 8.1.3.5 and 17.1.2)."""
    number = asked.message.one("cseq").split(" ")[0]
    named = "\0".join((asked.login, asked.message.one("call-id"), number))
    return f"sip-{hashlib.sha256(named.encode()).hexdigest()}"
