"""Ways out of this installation: trunks, gateways for text messages, mail."""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta

from django.conf import settings

from centralka.environment import MailServer
from centralka.sms.states import OPEN
from centralka.store.models import Mail, Sms, SmsGateway, Trunk

from .finding import Finding, Kind, fault, warning

LATE = timedelta(minutes=15)
"""Mail and text messages go out within seconds; what has waited for so long waits for something."""
_A_DAY = timedelta(days=1)
_MAIL_SERVER_SECONDS = 10.0


def is_up(trunk: Trunk) -> bool:
    """Tell whether calls can go over a trunk, as far as is known."""
    registered = trunk.kind != Trunk.Kind.REGISTRATION or trunk.status == "Registered"
    return registered and trunk.reachable is not False


def trunks(now: datetime) -> Iterator[Finding]:
    """Find trunks that are switched on and carry nothing."""
    for trunk in Trunk.objects.filter(enabled=True):
        if trunk.reachable is False:
            yield fault(Kind.TRUNK_SILENT, trunk=trunk.name, id=trunk.pk)
        elif not is_up(trunk):
            yield fault(Kind.TRUNK_UNREGISTERED, trunk=trunk.name, id=trunk.pk, answer=trunk.answer)


def gateways(now: datetime) -> Iterator[Finding]:
    """Find gateways whose last answer was not as it should be."""
    for gateway in SmsGateway.objects.filter(enabled=True).exclude(problem=""):
        yield warning(Kind.GATEWAY_FAILS, gateway=gateway.name, id=gateway.pk, answer=gateway.problem)


def mails(now: datetime) -> Iterator[Finding]:
    """Find mail that does not leave."""
    if settings.SMTP is None:
        yield warning(Kind.MAIL_BECOMES_FILES)
    late = Mail.objects.filter(state=Mail.State.QUEUED, created_at__lt=now - LATE).order_by("created_at")
    if oldest := late.first():
        minutes = _minutes(now - oldest.created_at)
        yield fault(Kind.MAIL_WAITS, count=late.count(), minutes=minutes, answer=oldest.error)
    failed = Mail.objects.filter(state=Mail.State.FAILED, created_at__gt=now - _A_DAY)
    if last := failed.order_by("-created_at").first():
        yield warning(Kind.MAIL_FAILED, count=failed.count(), answer=last.error)


def texts(now: datetime) -> Iterator[Finding]:
    """Find text messages that no gateway takes; at night some wait for the morning."""
    late = Sms.objects.filter(state__in=OPEN, created_at__lt=now - LATE).order_by("created_at")
    late = late.exclude(state=Sms.State.QUEUED, reason=Sms.NIGHT)
    if oldest := late.first():
        yield warning(Kind.TEXTS_WAIT, count=late.count(), minutes=_minutes(now - oldest.created_at))


def mail_server(now: datetime) -> Iterator[Finding]:
    """Find that the mail server cannot be reached, or refuses our login. No mail is sent."""
    if settings.SMTP is None:
        return
    try:
        _greet(settings.SMTP)
    except (smtplib.SMTPException, OSError) as problem:
        yield fault(Kind.MAIL_SERVER, answer=" ".join(str(problem).split())[:200])


def _greet(server: MailServer) -> None:
    where = (server.host, server.port)
    context = ssl.create_default_context()
    line = (
        smtplib.SMTP_SSL(*where, timeout=_MAIL_SERVER_SECONDS, context=context)
        if server.tls
        else smtplib.SMTP(*where, timeout=_MAIL_SERVER_SECONDS)
    )
    with closing(line):
        line.ehlo_or_helo_if_needed()
        if not server.tls and server.starttls_required:
            line.starttls(context=context)
        if server.user and (server.tls or server.starttls_required):  # no password over a line that anybody reads
            line.login(server.user, server.password)
        line.noop()


def _minutes(waited: timedelta) -> int:
    return int(waited.total_seconds()) // 60
