"""Send the messages that are due: each is handed over once, some at the same time."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from centralka.calls.night import minutes_left
from centralka.gateways.handover import ask_for, hand_over
from centralka.gateways.smpp.links import Links
from centralka.gateways.smpp.telling import keep_incomplete
from centralka.sms.gateway_words import Answer, NotTaken, Postponed, Refused, Taken, Unclear
from centralka.sms.states import State
from centralka.store import sms as store
from centralka.store.fraud import clock as clock_of
from centralka.store.models import Sms, SmsGateway

log = structlog.get_logger()

_AT_ONCE = 8
"""Messages that are handed over at the same time: gateways take tens of milliseconds for each."""
_FOR_SO_LONG = timedelta(seconds=30)
"""The time after which no further message is begun before the worker looks at its other work."""
_CLOSED_FOR = timedelta(seconds=30)
"""A gateway that takes nothing is left alone for so long."""
_SOON = timedelta(seconds=2)
"""The time after which a message is tried again that our own limit held."""
_LOOK_EVERY = timedelta(seconds=10)
"""How soon it is seen, at most, that a gateway was added or changed while nothing is sent."""
_LOOK_AGAIN = timedelta(minutes=10)
"""How soon it is seen, at most, that a company changed its night."""


@dataclass
class Sender:
    """The sending by one worker. `clock`: tells the time; `ending`: whether the process is to end."""

    clock: Callable[[], datetime]
    ending: Callable[[], bool] = lambda: False
    links: Links | None = None
    """Connections to gateways over SMPP; of its own where none are given."""
    _looked: datetime | None = None
    _closed: dict[int, datetime] = field(default_factory=dict)
    """Until when each gateway is left alone."""

    def __post_init__(self) -> None:
        self._links = self.links or Links(self.clock)

    def end(self) -> None:
        """Log out of gateways that are connected to."""
        self._links.end()

    def send_due(self) -> bool:
        """Send what is due, as far as time goes. True: more is waiting."""
        begun = self.clock()
        self._look(begun)
        store.forget_deaths(begun)
        while due := store.due(self.clock(), _AT_ONCE):
            if self.ending() or self.clock() - begun > _FOR_SO_LONG:
                return True
            self._look_after([sms for sms in map(store.message, due) if sms is not None])
        return False

    def _look(self, now: datetime) -> None:
        """Keep up the connections over which messages come in also while none go out."""
        if self._looked is None or not self._looked <= now < self._looked + _LOOK_EVERY:
            self._looked = now
            self._links.look(store.gateways())
            keep_incomplete(now)

    def _look_after(self, messages: Sequence[Sms]) -> None:
        self._ask([sms for sms in messages if sms.state == State.UNKNOWN])
        self._send([sms for sms in messages if sms.state == State.QUEUED and not self._is_held(sms)])

    def _is_held(self, sms: Sms) -> bool:
        """Let a message wait if it is night at its company."""
        now, begin, end = self.clock(), sms.tenant.sms_night_from, sms.tenant.sms_night_until
        left = minutes_left(begin, end, clock_of(now)) if begin else 0
        if left:
            store.hold(sms, now + min(timedelta(minutes=left), _LOOK_AGAIN))
        elif sms.reason == Sms.NIGHT:
            sms.reason = ""
        return left > 0

    def _send(self, messages: Sequence[Sms]) -> None:
        """Try gateway after gateway, with what none before took."""
        gateways = store.gateways()
        self._links.look(gateways)
        for gateway in gateways:
            if messages and not self._is_closed(gateway):
                messages = self._hand_over(messages, gateway)
        for sms in messages:
            store.wait(sms, sms.reason or Sms.NO_GATEWAY, self.clock())

    def _hand_over(self, messages: Sequence[Sms], gateway: SmsGateway) -> list[Sms]:
        """Hand messages to a gateway. Returns the messages that it certainly did not take."""
        mine = [sms for sms in messages if store.going_to(sms, gateway, self.clock())]
        left = []
        for sms, answer in zip(mine, self._at_once(mine, gateway), strict=True):
            self._note(sms, gateway, answer)
            if isinstance(answer, NotTaken) and not isinstance(answer, Postponed):
                sms.reason = answer.reason
                left.append(sms)
        return left

    def _note(self, sms: Sms, gateway: SmsGateway, answer: Answer) -> None:
        now = self.clock()
        match answer:
            case Taken():
                store.taken(sms, answer, now)
                store.told(gateway.pk, "", now)
            case Refused(reason):
                store.refused(sms, reason, now)
            case Postponed():
                store.postponed(sms, now + _SOON)
            case NotTaken(reason):
                store.not_taken(sms, reason)
                self._leave_alone(gateway, reason, now)
            case Unclear(reason):
                store.unclear(sms, reason, now)
                store.told(gateway.pk, reason, now)
        # What it says can repeat the number, so it stands in the message's record alone.
        log.info("a text message was handed over", sms=sms.pk, gateway=gateway.pk, answer=type(answer).__name__)

    def _ask(self, messages: Sequence[Sms]) -> None:
        """Ask for each message the gateway that may have it; the answer decides, never the lapse of time."""
        for sms in messages:
            answer = ask_for(sms, sms.gateway) if sms.gateway is not None else None
            now = self.clock()
            match answer:
                case Taken():
                    store.taken(sms, answer, now)
                case Refused(reason):
                    store.refused(sms, reason, now)
                case NotTaken(reason):
                    store.not_taken(sms, reason)
                case Unclear(reason):
                    store.unclear(sms, reason, now)
                case None:
                    store.unclear(sms, sms.reason, now)

    def _leave_alone(self, gateway: SmsGateway, reason: str, now: datetime) -> None:
        self._closed[gateway.pk] = now + _CLOSED_FOR
        store.told(gateway.pk, reason, now)

    def _is_closed(self, gateway: SmsGateway) -> bool:
        until = self._closed.get(gateway.pk)
        return until is not None and until - _CLOSED_FOR <= self.clock() < until

    def _at_once(self, messages: Sequence[Sms], gateway: SmsGateway) -> list[Answer]:
        """Hand all over at the same time; the answers come in the order of the messages."""
        if not messages:
            return []
        with ThreadPoolExecutor(len(messages)) as pool:
            return list(pool.map(lambda sms: hand_over(sms, gateway, self._links), messages))
