"""The worker process: looks at the clock again and again, and does what is due."""

import signal
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import structlog
from django.db import connection
from django.utils import timezone

from centralka.logs import write_logs

from .asked_gateways import AskedGateways
from .balances import Balances
from .beats import Beating, End
from .certificate_orders import CertificateOrders
from .certificates import CertificateMail
from .disk import DiskMail
from .fees import FeeTimes, charge_monthly_fees
from .mail import Post, way_out
from .monitoring import Monitoring
from .price_lists import look_after_price_lists
from .retention import Retention
from .text_messages import Sender
from .webhooks import Webhooks

log = structlog.get_logger()

_LOOK_EVERY = 2.0
"""Seconds; also how late a month can begin here."""


class EndBySignal:
    """SIGTERM or SIGINT. They are kept waiting and asked for, so no piece of work is broken off in its middle."""

    _SIGNALS = frozenset({signal.SIGTERM, signal.SIGINT})

    def __init__(self) -> None:
        signal.pthread_sigmask(signal.SIG_BLOCK, self._SIGNALS)

    def asked_for(self) -> bool:
        return bool(signal.sigpending() & self._SIGNALS)

    def within(self, seconds: float) -> bool:
        # After a stop that outlasts the waiting (SIGSTOP, SIGCONT) Python gives what is no signal.
        found = signal.sigtimedwait(self._SIGNALS, seconds)
        return found is not None and found.si_signo in self._SIGNALS


def main(heartbeat: Path | None = None) -> None:
    """Run until SIGTERM. `heartbeat`: the file by which it shows that it works."""
    write_logs()
    end = EndBySignal()
    log.info("the worker is there")
    work(Beating(end, heartbeat) if heartbeat else end)


def work(end: End, clock: Callable[[], datetime] = timezone.now) -> None:
    """Do the worker's jobs until the process is told to end.

    A job that fails, e.g. without a database, is tried again at the next look.
    """
    times, disk, retention, monitoring = FeeTimes(), DiskMail(), Retention(), Monitoring()
    balances, certificates, orders = Balances(), CertificateMail(), CertificateOrders()
    post = Post(way_out(end.asked_for), clock, end.asked_for)
    sender, webhooks = Sender(clock, end.asked_for), Webhooks(clock, end.asked_for)
    asked = AskedGateways(clock, end.asked_for)
    while True:
        try:
            disk.look(clock())
            certificates.look(clock())
            orders.look(clock())
            monitoring.look(clock())
            balances.look(clock())
            busy = look(times, post, sender, clock, end)
            busy = webhooks.send_due() or busy
            asked.look()
            busy = retention.look(clock(), end.asked_for) or busy
        except Exception:
            log.exception("what is due could not be done; trying again")
            connection.close()
            busy = False
        if end.within(0 if busy else _LOOK_EVERY):
            sender.end()
            return


def look(times: FeeTimes, post: Post, sender: Sender, clock: Callable[[], datetime], end: End) -> bool:
    """Do the work that is due now; a failure does not keep other work from it. True: there is more to do at once."""
    try:
        _charge(times, clock(), end)
    finally:
        try:
            post.send_due()
        finally:
            busy = _send_texts_and_load(sender, clock, end)
    return busy


def _send_texts_and_load(sender: Sender, clock: Callable[[], datetime], end: End) -> bool:
    sends = False
    try:
        sends = sender.send_due()
    finally:
        loads = look_after_price_lists(clock, end.asked_for)
    return sends or loads


def _charge(times: FeeTimes, now: datetime, end: End) -> None:
    if times.is_time(now) and charge_monthly_fees(now, end.asked_for):
        times.done(now)
