"""The findings of probes."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


class Level(StrEnum):
    """`WARNING`: it works, but not for long, or not wholly. `FAULT`: something does not work."""

    WARNING = "warning"
    FAULT = "fault"


class Kind(StrEnum):
    """Kinds of findings; the values that go with each stand beside it."""

    NOTHING_RUNS = "nothing_runs"
    PROCESS_DOWN = "process_down"
    """`process`."""
    PROCESS_SILENT = "process_silent"
    """`process`."""
    TAKES_NO_CALLS = "takes_no_calls"
    """`since`."""
    DISK_LOW = "disk_low"
    """`free_mb`."""
    DISK_FULL = "disk_full"
    """`free_mb`."""
    CONNECTIONS_CROWDED = "connections_crowded"
    """`address`, `count` of its connections to the edge, `most` that it may have."""
    NO_BACKUP = "no_backup"
    BACKUP_OLD = "backup_old"
    """`made_at`, `days`."""
    CERTIFICATE_REFUSED = "certificate_refused"
    """`file`, and `why` with its `values`: see `certificates.checking.BadCertificate`."""
    CERTIFICATE_NOT_TAKEN = "certificate_not_taken"
    """`file`."""
    CERTIFICATE_BAD = "certificate_bad"
    """`why`, `values`: phones do not believe what they are shown."""
    CERTIFICATE_NOT_OBTAINED = "certificate_not_obtained"
    """`name`, `why`, `values`; `again`: when it is tried again."""
    CERTIFICATE_EXPIRES = "certificate_expires"
    """`until`, `days`."""
    TRUNK_UNREGISTERED = "trunk_unregistered"
    """`trunk`, `id`, `answer`."""
    TRUNK_SILENT = "trunk_silent"
    """`trunk`, `id`."""
    GATEWAY_FAILS = "gateway_fails"
    """`gateway`, `id`, `answer`."""
    MAIL_BECOMES_FILES = "mail_becomes_files"
    MAIL_WAITS = "mail_waits"
    """`count`, `minutes` of the oldest, `answer` of the mail server."""
    MAIL_FAILED = "mail_failed"
    """`count` in the last day, `answer`."""
    TEXTS_WAIT = "texts_wait"
    """`count`, `minutes` of the oldest."""
    MAIL_SERVER = "mail_server"
    """`answer`."""
    LEDGER_DIFFERS = "ledger_differs"
    """`company`, `booked`, `balance`."""
    MESSAGES_WITHOUT_SOUND = "messages_without_sound"
    """`count`."""
    FAXES_WITHOUT_FILE = "faxes_without_file"
    """`count`."""
    RECORDINGS_NOT_KEPT = "recordings_not_kept"
    """`count`: the engine has them, and the database does not."""
    JOURNAL_LOST = "journal_lost"
    """`node`: the journal is shorter than what was read of it."""
    CALLS_LEFT_OPEN = "calls_left_open"
    """`count`."""
    NOT_LOOKED_AT = "not_looked_at"
    """`what`, `answer`: the probe itself failed."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is wrong."""

    kind: Kind
    level: Level
    values: Mapping[str, Any] = field(default_factory=dict)


def warning(kind: Kind, **values: Any) -> Finding:
    return Finding(kind, Level.WARNING, values)


def fault(kind: Kind, **values: Any) -> Finding:
    return Finding(kind, Level.FAULT, values)


@dataclass(frozen=True, slots=True)
class Probe:
    """Looks at one thing. `name`: for `centralka check`."""

    name: str
    look: Callable[[datetime], Iterable[Finding]]
