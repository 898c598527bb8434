"""Ask gateways that bring nothing how far messages are, and what came in."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from centralka.gateways.http import MOST_OF_A_LIST, exchange
from centralka.sms.gateway_words import NotTaken, Request, Unclear
from centralka.sms.known_gateways import GatewayKind, gateway
from centralka.sms.serwersms import REPORTS_AT_ONCE, SerwerSms
from centralka.store import sms as store
from centralka.store.models import SmsGateway
from centralka.store.sms_in import keep_incoming

log = structlog.get_logger()

_EVERY = timedelta(seconds=30)
_OLDER_EVERY = timedelta(minutes=10)
_FRESH = timedelta(hours=1)
"""Most reports come within that; older messages are asked for less often."""
_UNTIL = timedelta(hours=72)
"""The gateway changes no report later."""
_LEFT_ALONE = timedelta(minutes=2)
"""After a question without an answer."""
_NO_LIST = "an answer without a list"
_FIRST_LOOK, _OVERLAP = timedelta(days=3), timedelta(hours=2)
"""How far back is asked for what came in, at first and then: the gateway's clock is another; what it tells twice is
kept once."""


@dataclass
class Asked:
    """Times at which a gateway was asked."""

    due: datetime | None = None
    older_due: datetime | None = None
    incoming_since: datetime | None = None
    """The last time that every question for messages was answered."""
    problem: str = ""
    """Why the last question had no answer."""


@dataclass
class AskedGateways:
    """The questions of one worker. `clock`: tells the time; `ending`: whether the process is to end."""

    clock: Callable[[], datetime]
    ending: Callable[[], bool] = lambda: False
    _asked: dict[int, Asked] = field(default_factory=dict)

    def look(self) -> None:
        """Ask each gateway for which it is time."""
        for found in store.gateways_of(GatewayKind.SERWERSMS):
            asked, now = self._asked.setdefault(found.pk, Asked()), self.clock()
            if self.ending():
                return
            if asked.due is None or not asked.due - _LEFT_ALONE <= now < asked.due:
                answered = self._ask(found, asked, now)
                if answered and asked.problem:
                    store.solved(found.pk, asked.problem, self.clock())
                    asked.problem = ""
                asked.due = now + (_EVERY if answered else _LEFT_ALONE)

    def _ask(self, found: SmsGateway, asked: Asked, now: datetime) -> bool:
        speaks = gateway(GatewayKind(found.kind), found.address, found.secret, found.templates)
        if not isinstance(speaks, SerwerSms):
            raise TypeError(found.kind)
        older = asked.older_due is None or not asked.older_due - _OLDER_EVERY <= now < asked.older_due
        if not self._ask_reports(found, speaks, asked, now - (_UNTIL if older else _FRESH)):
            return False
        if older:
            asked.older_due = now + _OLDER_EVERY
        # One that is switched off still tells what became of messages, but nothing new comes in by it.
        return not found.enabled or self._ask_incoming(found, speaks, asked, now)

    def _ask_reports(self, found: SmsGateway, speaks: SerwerSms, asked: Asked, since: datetime) -> bool:
        ids = store.reports_wanted(found, since)
        for begin in range(0, len(ids), REPORTS_AT_ONCE):
            told = self._exchange(found, asked, speaks.ask_reports(ids[begin : begin + REPORTS_AT_ONCE]))
            reports = speaks.told_reports(*told) if told else None
            if reports is None:
                return self._without_answer(found, asked, told)
            for report in reports:
                store.reported(found, "", report, self.clock())
        return True

    def _ask_incoming(self, found: SmsGateway, speaks: SerwerSms, asked: Asked, now: datetime) -> bool:
        since = asked.incoming_since - _OVERLAP if asked.incoming_since else now - _FIRST_LOOK
        for number, question in speaks.ask_incoming(since):
            told = self._exchange(found, asked, question)
            came = speaks.told_incoming(number, *told) if told else None
            if came is None:
                return self._without_answer(found, asked, told)
            for message in came:
                keep_incoming(found, "", message, self.clock())
        asked.incoming_since = now
        return True

    def _exchange(self, found: SmsGateway, asked: Asked, question: Request) -> tuple[int, bytes] | None:
        answered = exchange(question, most=MOST_OF_A_LIST)
        if isinstance(answered, NotTaken | Unclear):
            self._note(found, asked, answered.reason)
            return None
        return answered.status, answered.body

    def _without_answer(self, found: SmsGateway, asked: Asked, told: tuple[int, bytes] | None) -> bool:
        """Note that the gateway did not answer as it should. Returns False."""
        if told:
            self._note(found, asked, f"HTTP {told[0]}" if told[0] != 200 else _NO_LIST)
        log.warning("a gateway does not answer a question", gateway=found.pk)
        return False

    def _note(self, found: SmsGateway, asked: Asked, problem: str) -> None:
        store.told(found.pk, problem, self.clock())
        asked.problem = problem
