"""`centralka call-log ID`: all that is known of one call, gathered from record, journal, bookings and every log.

For whoever looks for what went wrong. Redacted it can be given away: numbers, names, mail and IP addresses are gone.
"""

import csv
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import override

from centralka.actions.reason_words import sentences
from centralka.calls.spelling import parse_number
from centralka.probes.stored import JOURNAL
from centralka.store.models import CallRecord, ExternalNumber, Fax, LedgerEntry

_COLUMNS = 9
"""Of asterisk/cel_custom.conf: type, time, channel, call, name of the channel, number, dialled, context, details."""
_TIME = re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:[.,](\d{1,6})\d*)?(Z?)")


class NoSuchCall(Exception):
    """Nothing is known of the call: it never was, or all of it is removed by now."""


@dataclass(frozen=True, slots=True)
class Line:
    """Something that is known. `source`: where from."""

    at: datetime
    source: str
    text: str

    def __str__(self) -> str:
        return f"{self.at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ} {self.source:11} {self.text}"


def call_log(call_id: str) -> list[Line]:
    """Return what is known of the call, in the order in which it happened. Raises NoSuchCall, OSError."""
    record = CallRecord.objects.filter(call_id=call_id).select_related("tenant").first()
    journal = [*_journal()]
    marks = _marks(call_id, journal)
    found = [*_recorded(record), *_booked(call_id), *_noted(journal, marks), *_logged(_pattern(marks))]
    if not found:
        raise NoSuchCall
    return sorted([*found, *_of_edge_and_engine(found)], key=lambda line: line.at)


# -- The database ------------------------------------------------------------------------------------------------


def _recorded(record: CallRecord | None) -> Iterator[Line]:
    if record is None:
        return
    who = f"{record.direction}: {record.from_number or 'restricted'} ({record.from_name}) to {record.to_number}"
    yield Line(record.started_at, "record", f"{who}, company {record.tenant.slug}, engine {record.node}")
    with override("en"):
        yield from (Line(record.started_at, "record", f"why: {text}") for text in sentences(record.reasons))
    if record.answered_at:
        yield Line(record.answered_at, "record", "answered")
    if record.ended_at:
        yield Line(record.ended_at, "record", f"ended: {record.outcome}, price {record.price}, legs {record.legs}")
    for fax in Fax.objects.filter(call_id=record.call_id):
        yield Line(fax.received_at, "fax", f"{fax.pages} pages, {fax.state}")


def _booked(call_id: str) -> Iterator[Line]:
    for entry in LedgerEntry.objects.filter(key__startswith=f"call:{call_id}:"):
        yield Line(entry.at, "booking", f"{entry.key}: {entry.net} PLN {json.dumps(entry.details, ensure_ascii=False)}")


# -- The journal -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Noted:
    at: float
    channel: str
    call: str
    name: str
    text: str


def _journal() -> Iterator[_Noted]:
    """Read the journal, older segments first."""
    file = Path(settings.HOME) / JOURNAL
    aside = sorted(file.parent.glob(f"{file.name}.*"), key=lambda path: int(path.suffix[1:] or 0))
    for segment in [*aside, *([file] if file.exists() else [])]:
        with segment.open(encoding="utf-8", errors="replace") as lines:
            yield from filter(None, (_read(line.rstrip("\n")) for line in lines))


def _read(line: str) -> _Noted | None:
    """Read a line; None for one that is cut off, or is no beginning of one."""
    try:
        if line.startswith("{"):
            told: dict[str, Any] = json.loads(line)
            return _Noted(told["time"], str(told.get("channel", "")), str(told.get("call", "")), "", line)
        columns = next(csv.reader([line]))
        if len(columns) == _COLUMNS:
            return _Noted(float(columns[1]), columns[2], columns[3], columns[4], line)
    except (ValueError, KeyError, StopIteration, csv.Error):
        return None
    return None


def _marks(call_id: str, journal: Iterable[_Noted]) -> frozenset[str]:
    """Return the ids and names of the call's channels, by which logs name it."""
    found = {call_id}
    for noted in journal:
        if noted.call == call_id:
            found |= {noted.channel, noted.name}
    return frozenset(found - {""})


def _noted(journal: Iterable[_Noted], marks: frozenset[str]) -> Iterator[Line]:
    for noted in journal:
        if noted.channel in marks or noted.call in marks:
            yield Line(datetime.fromtimestamp(noted.at, UTC), "journal", noted.text)


# -- The logs ----------------------------------------------------------------------------------------------------


_TOLD = re.compile(r"""\b(engine|sip)_call["']?[=:] ?["']([\w.:~-]+)["']""")
"""The line that the switchboard logs when a call comes, with the names that engine and edge give the call in their
logs."""
_AROUND = timedelta(seconds=30)
"""The engine counts calls anew in each of its lives, so its mark is only good near what is known of the call."""


def _of_edge_and_engine(found: list[Line]) -> list[Line]:
    """Find the lines of edge and engine that name the call by marks of their own."""
    told = {
        (process, mark) for line in found if line.source == "switchboard" for process, mark in _TOLD.findall(line.text)
    }
    begun, ended = min(line.at for line in found) - _AROUND, max(line.at for line in found) + _AROUND
    known = {(line.source, line.text) for line in found}
    lines: list[Line] = []
    for process, log in (("engine", "engine"), ("sip", "edge")):
        if marks := frozenset(mark for place, mark in told if place == process):
            lines += [line for line in _logged(_pattern(marks), only=log) if begun <= line.at <= ended]
    return [line for line in lines if (line.source, line.text) not in known]


def _pattern(marks: frozenset[str]) -> re.Pattern[str]:
    return re.compile("|".join(rf"(?<![\w.-]){re.escape(mark)}(?![\w.]*\w)" for mark in sorted(marks)))


def _logged(named: re.Pattern[str], only: str = "") -> Iterator[Line]:
    """Find the lines of every process's log, or `only` one's, that name the call or one of its channels."""
    for file in _logs(only or "*"):
        source = file.name.partition(".")[0]
        with file.open(encoding="utf-8", errors="replace") as lines:
            for line in lines:
                if named.search(line) and (at := _time_in(line)):
                    yield Line(at, source, line.rstrip("\n"))


def _logs(name: str) -> list[Path]:
    home = Path(settings.HOME)
    folders = (home / "log", home / "engine/log")
    return [file for folder in folders for file in sorted(folder.glob(f"{name}.log*"), reverse=True) if file.is_file()]


def _time_in(line: str) -> datetime | None:
    """Read the time of a line; one without a zone is this machine's, as the engine writes it."""
    found = _TIME.search(line)
    if found is None:
        return None
    day, time, fraction, zone = found.groups()
    at = datetime.fromisoformat(f"{day}T{time}.{(fraction or '0').ljust(6, '0')}")
    return at.replace(tzinfo=UTC) if zone else at.astimezone()


# -- Redacted ----------------------------------------------------------------------------------------------------

_PERSONAL = re.compile(
    r"(?P<mail>[\w.+-]+@[\w-]+(?:\.[\w-]+)*\.[A-Za-z]{2,})"
    r"|(?P<address>(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?![\w.]*\d))"
    r"|(?P<number>(?<![\w.+-])\+?\d{7,15}(?!\d|\.\d))"
)


@dataclass
class Redaction:
    """Replaces what names somebody. The same number becomes the same words in every line, whatever its spelling."""

    names: Mapping[str, str] = field(default_factory=dict)
    _seen: dict[tuple[str, str], str] = field(default_factory=dict)

    def of(self, text: str) -> str:
        """Return the text without numbers, names, mail and IP addresses."""
        text = _PERSONAL.sub(self._replaced, text)
        for name in sorted(self.names, key=len, reverse=True):
            text = text.replace(name, self.names[name])
        return text

    def _replaced(self, found: re.Match[str]) -> str:
        kind, text = str(found.lastgroup), found[0]
        what = (kind, (parse_number(text) or text) if kind == "number" else text)
        count = sum(1 for seen, _text in self._seen if seen == kind)
        return self._seen.setdefault(what, f"[{kind} {count + 1}]")


def redaction_of(call_id: str) -> Redaction:
    """Return a redaction that knows the names of the call's company: of its accounts and saved numbers."""
    record = CallRecord.objects.filter(call_id=call_id).first()
    if record is None:
        return Redaction()
    saved = ExternalNumber.objects.filter(tenant=record.tenant_id).values_list("name", flat=True)
    accounts = record.tenant.sip_accounts.values_list("name", flat=True)
    names = {name for name in (record.from_name, *saved, *accounts) if len(name) > 1}
    # The journal has them as JSON, too, where letters can be written otherwise.
    spelled = names | {json.dumps(name)[1:-1] for name in names}
    return Redaction({name: "[name]" for name in spelled})
