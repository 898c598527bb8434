"""Ask an installation about its whole day, after the last story, in each house of the session."""

import contextlib
import re
from collections.abc import Iterator
from pathlib import Path

from tests.live.instance import Installation
from tests.live.journal import attempts, turned_away
from tests.live.office import SOON
from tests.live.phones import until

PROVOKED = re.compile(
    "|".join(
        [
            # Strangers sent what is no session description, and what is no SIP message.
            r"pjproject: .*Error parsing/validating SDP body",
            r"pjproject: .*sip_transport\.c Dropping \d+ bytes packet from .*: PJSIP syntax error",
            # Phones offered sound that the exchange does not speak, and were refused for it.
            r"ERROR.*res_pjsip_session\.c: .*Couldn't negotiate stream \d+:audio",
            # A phone that has to encrypt took a call without any sound; the exchange asked once whether it encrypts.
            r"WARNING.*pjsip/dialplan_functions\.c: Channel \S+ has no audio media/RTP session",
            r"WARNING.*func_channel\.c: Unknown or unavailable item requested: 'rtcp,txcount'",
            # Or it hung up while the exchange waited for that.
            r"WARNING.*app_stack\.c: PJSIP/\S+\.dtls\S* Abnormal 'Gosub\((sealed|handshake),s,1\)' exit",
            # A caller gave up in the very moment in which the exchange answered.
            r"ERROR.*chan_pjsip\.c: Session already DISCONNECTED \[reason=487",
            # A phone asked for the lamp of a mailbox that its account has not (any more).
            r"WARNING.*res_pjsip_pubsub\.c: Subscriptions not permitted for endpoint",
            # A company's own music went while somebody was on hold, or was chosen a moment ago and is not there yet.
            r"ERROR.*file\.c: Error opening directory - \S+/own-hold-music/\d+: No such file or directory",
            r"WARNING.*file\.c: File \S+/own-hold-music/\S+ does not exist in any format",
            r"WARNING.*(file|res_musiconhold)\.c: Unable to open (file )?'?\S+/own-hold-music/\S+",
            # The demo company's trunk leads to the sandbox carrier, which nobody started here.
            r"WARNING.*res_pjsip_outbound_registration\.c: (No response|Temporal response '408') received .* on regist",
            # The SIP library's word about a module that is loaded when others listen already.
            r'Warning: Module "[^"]+" registered during operation',
        ]
    )
)
_COMPLAINT = re.compile(r"Traceback|ERROR|WARNING|level='(error|warning)'")


def unlike_the_journal(house: Installation) -> set[str]:
    """Attempts to call without a record, and records without an attempt."""
    until(lambda: all(record.ended_at for record in house.records()), SOON, "no record is open")
    with contextlib.suppress(AssertionError):
        # The record of a call that has only just ended is a moment behind.
        until(lambda: not _unlike(house), SOON, "each attempt is on record")
    assert all(record.outcome for record in house.records())
    return _unlike(house)


def _unlike(house: Installation) -> set[str]:
    return {record.call_id for record in house.records()} ^ (attempts(house.journal) | turned_away(house.journal))


def complaints(house: Installation) -> Iterator[str]:
    """Return the errors and warnings of all its logs, but for what strangers did."""
    yield from engine_complaints(house)
    yield from own_complaints(house)


def engine_complaints(house: Installation) -> Iterator[str]:
    """Those of the engine."""
    return _unprovoked(house.engine_log)


def own_complaints(house: Installation) -> Iterator[str]:
    """Those of our processes."""
    for log in sorted((house.home / "log").glob("*.log")):
        yield from _unprovoked(log)


def _unprovoked(log: Path) -> Iterator[str]:
    for line in log.read_text().splitlines():
        if _COMPLAINT.search(line) and not PROVOKED.search(line):
            yield f"{log.name}: {line}"
