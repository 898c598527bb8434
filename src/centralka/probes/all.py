"""Every probe, and a look through them."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from django.db import DatabaseError

from .certificate import certificate
from .connections import crowded
from .finding import Finding, Kind, Probe, fault
from .machine import backups, calls_taken, disk, processes
from .outside import gateways, mail_server, mails, texts, trunks
from .stored import journal, ledger, recordings

QUICK = (
    Probe("processes", processes),
    Probe("calls", calls_taken),
    Probe("disk", disk),
    Probe("connections", crowded),
    Probe("certificate", certificate),
    Probe("trunks", trunks),
    Probe("mail", mails),
    Probe("text messages", texts),
    Probe("SMS gateways", gateways),
    Probe("backup", backups),
)
"""Each takes milliseconds: a page asks them whenever it is opened."""
THOROUGH = (
    *QUICK,
    Probe("mail server", mail_server),
    Probe("ledger", ledger),
    Probe("recordings", recordings),
    Probe("journal", journal),
)


def look(probe: Probe, now: datetime) -> list[Finding]:
    """Ask one probe. One that fails is itself something to tell, and keeps no other from being asked."""
    try:
        return list(probe.look(now))
    except (DatabaseError, OSError) as problem:
        answer = " ".join(str(problem).split())[:200]
        return [fault(Kind.NOT_LOOKED_AT, what=probe.name, answer=answer)]


def findings(now: datetime, probes: Sequence[Probe] = QUICK) -> Iterator[Finding]:
    """Return what is wrong."""
    for probe in probes:
        yield from look(probe, now)
