"""The journal: one file per engine, to which the engine and the switchboard append what happens to calls.

The engine writes a line per channel event (Asterisk's CEL, `asterisk/cel_custom.conf`), the switchboard a JSON line
per decision. Both open it for appending and write each line at once, so lines never mix, and a line that was written
survives the death of its writer. `recorder` folds the lines into call records (docs/decisions/0004).
"""

import csv
import errno
import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import structlog

from centralka.calls.causes import refusal_told
from centralka.calls.endpoints import Carrier, Phone, endpoint_named, trunk_endpoint
from centralka.calls.facts import CallFacts, FaxToneFacts, IncomingFacts
from centralka.calls.journal_events import (
    Answered,
    Begun,
    CallEvent,
    Decided,
    EndMissed,
    EngineStarted,
    FaxReceived,
    HangUpOrdered,
    HungUp,
    LinkedIdEnded,
    NotEncrypted,
    Paid,
    Started,
    SwitchboardStarted,
    Transferred,
    TrunkTry,
    TurnedAway,
    WalkedStep,
    WalkEnded,
    WentOn,
)
from centralka.calls.plan import DialOut, Outcome, Plan, ReceiveFax, Refusal, Reject, Ring, Voicemail
from centralka.calls.plan_json import plan_as_json, plan_from_json
from centralka.calls.reasons import reason_as_json, reason_from_json
from centralka.calls.tariffs import rate_from_json

from ..money.answers import read_answer
from ..steps.run_plan import Walked
from ..wire.agi import endpoint_of, is_way_of_fax
from ..wire.engine_words import dial_result_if_any

log = structlog.get_logger()

_ENGINE_EVENTS = 9  # columns of asterisk/cel_custom.conf
_as_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


@dataclass(frozen=True, slots=True)
class Journal:
    """Append to the journal at `path`."""

    path: Path

    def engine_starts(self, now: datetime, stopped_at: datetime | None) -> None:
        """Note that an engine process is about to start: every call before this line is over.

        `stopped_at`: when the earlier process was seen to be dead, None if no process watched.
        """
        stopped = stopped_at.timestamp() if stopped_at else None
        self._append({"kind": "engine_started", "time": now.timestamp(), "stopped_at": stopped})

    def switchboard_starts(self, now: datetime) -> None:
        """Note that a switchboard is about to take calls: an earlier one tells nothing any more."""
        self._append({"kind": "switchboard_started", "time": now.timestamp()})

    def decided(
        self, channel: str, facts: CallFacts | IncomingFacts | FaxToneFacts, plan: Plan, rings: str = ""
    ) -> None:
        """Note that the switchboard took a call of this channel (its uniqueid). `rings`: as in `Decided`."""
        self._append(
            {
                "kind": "decided",
                "time": facts.now.timestamp(),
                "channel": channel,
                "tenant": facts.tenant_id,
                "direction": facts.direction,
                "from_number": facts.from_number,
                "from_name": facts.from_name,
                "to_number": facts.to_number,
                "plan": plan_as_json(plan),
                "rings": rings,
            }
        )

    def went_on(self, channel: str, now: datetime) -> None:
        """Note that nobody answered what the engine rang by itself: a line of how the walk ended follows."""
        self._append({"kind": "went_on", "time": now.timestamp(), "channel": channel})

    def begun(self, channel: str, step: str, now: datetime) -> None:
        """Note a step of which the record has to know though we should die in it: a plan can call several public
        numbers, each with its price."""
        self._append({"kind": "begun", "time": now.timestamp(), "channel": channel, "step": step})

    def hung_up(self, call_id: str, by: str, now: datetime) -> None:
        """Note that a person or program ordered the end of the call that began with this channel."""
        self._append({"kind": "hung_up", "time": now.timestamp(), "channel": call_id, "by": by})

    def not_encrypted(self, channel: str, now: datetime) -> None:
        """Note that the caller in the call of this channel did not encrypt, so that the exchange ends the call."""
        self._append({"kind": "not_encrypted", "time": now.timestamp(), "channel": channel})

    def turned_away(self, call: TurnedAway) -> None:
        """Note that the engine refused a call before it had a channel."""
        login = call.endpoint.login if isinstance(call.endpoint, Phone) else call.endpoint.name
        who = {"channel": call.channel, "login": login, "number": call.number, "exten": call.exten}
        line = {"kind": "turned_away", "time": call.time.timestamp(), **who, "why": reason_as_json(call.reason)}
        self._append(line)

    def end_missed(self, call_id: str, first_missed: datetime) -> None:
        """Note that the engine has nothing of the call any more, and has not said how it ended."""
        self._append({"kind": "end_missed", "time": first_missed.timestamp(), "call": call_id})

    def walk_ended(self, channel: str, walked: list[Walked], now: datetime) -> None:
        """Note what came of the plan's steps."""
        steps = [_walked_step(step) for step in walked]
        self._append({"kind": "walked", "time": now.timestamp(), "channel": channel, "steps": steps})

    def _append(self, line: dict[str, Any]) -> None:
        data = (_as_json(line) + "\n").encode()
        file = os.open(self.path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            # The end of a line that found no room: what comes now must not be taken for the rest of it.
            whole = b"\n" + data if _ends_in_a_line(file) else data
            if os.write(file, whole) < len(whole):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(self.path))
        finally:
            os.close(file)


def _ends_in_a_line(file: int) -> bool:
    size = os.fstat(file).st_size
    return size > 0 and os.pread(file, 1, size - 1) != b"\n"


def _walked_step(walked: Walked) -> dict[str, Any]:
    step: dict[str, Any] = {"name": walked.name, "outcome": walked.outcome}
    match walked.step:
        case Ring():
            step["login"] = walked.step.login
            step |= {"status": walked.status} if walked.status else {}
            step |= {"again": True} if walked.again else {}
        case Voicemail():
            step["login"], step["seconds"] = walked.step.login, walked.seconds
        case ReceiveFax():
            step |= {"login": walked.step.login, "seconds": walked.seconds, "pages": walked.pages}
        case DialOut():
            step["number"] = walked.step.number
            step["tries"] = [_try(each) for each in walked.tries]
        case Reject():
            step["refusal"] = walked.step.refusal
        case _:
            pass
    return step


def _try(tried: TrunkTry) -> list[str | int | None]:
    return [
        trunk_endpoint(tried.trunk),
        tried.name,
        tried.outcome,
        tried.cause,
        *([tried.status] if tried.status else []),
    ]


def events_in(lines: Iterable[str]) -> Iterator[CallEvent | None]:
    """Read the event of each line; None for a line that tells nothing, or that a power cut tore."""
    for line in lines:
        try:
            yield _ours(line) if line.startswith("{") else _engines(line)
        except (ValueError, ArithmeticError, KeyError, TypeError, AttributeError, csv.Error) as problem:
            log.warning("a line of the journal is not understood", problem=type(problem).__name__)
            yield None


def _ours(line: str) -> CallEvent | None:
    found = json.loads(line)
    time = datetime.fromtimestamp(found["time"], UTC)
    match found["kind"]:
        case "turned_away":
            return _turned_away(time, found)
        case "engine_started":
            stopped = found.get("stopped_at")
            return EngineStarted(time, datetime.fromtimestamp(stopped, UTC) if stopped else None)
        case "switchboard_started":
            return SwitchboardStarted(time)
        case kind:
            return _of_channel(kind, time, found)


def _of_channel(  # noqa: C901 (a line for each kind)
    kind: str, time: datetime, found: dict[str, Any]
) -> CallEvent | None:
    match kind:
        case "decided":
            return Decided(
                time,
                found["channel"],
                from_number=found["from_number"],
                from_name=found["from_name"],
                to_number=found["to_number"],
                plan=plan_from_json(found["plan"]),
                kept=json.dumps(found["plan"]),
                tenant_id=found.get("tenant"),
                direction=found.get("direction", "internal"),
                rings=found.get("rings", ""),
            )
        case "went_on":
            return WentOn(time, found["channel"])
        case "begun":
            return Begun(time, found["channel"], found["step"])
        case "paid":  # of before 0.7.0: now the engine tells it
            return Paid(time, found["channel"], found["number"], rate_from_json(found["rate"]))
        case "end_missed":
            return EndMissed(time, found["call"])
        case "hung_up":
            return HangUpOrdered(time, found["channel"], found["by"])
        case "not_encrypted":
            return NotEncrypted(time, found["channel"])
        case "walked":
            return WalkEnded(time, found["channel"], tuple(_step(step) for step in found["steps"]))
        case _:
            return None


def _turned_away(time: datetime, found: dict[str, Any]) -> TurnedAway:
    endpoint = endpoint_named(found["login"])
    if endpoint is None:
        raise ValueError("a call of nobody")
    reason = reason_from_json(found["why"])
    return TurnedAway(time, found["channel"], endpoint, found["number"], found["exten"], reason)


def _step(step: dict[str, Any]) -> WalkedStep:
    refusal = step.get("refusal")
    return WalkedStep(
        step["name"],
        Outcome(step["outcome"]) if step["outcome"] is not None else None,
        login=step.get("login"),
        refusal=Refusal(refusal) if refusal else None,
        number=step.get("number"),
        tries=tuple(_trunk_try(*tried) for tried in step.get("tries", ())),
        seconds=step.get("seconds"),
        status=step.get("status", 0),
        pages=step.get("pages"),
        again=step.get("again", False),
    )


def _trunk_try(who: str, name: str, how: str | None, cause: int = 0, status: int = 0) -> TrunkTry:
    endpoint = endpoint_named(who)
    if not isinstance(endpoint, Carrier):
        raise ValueError("a number is only called over a trunk")
    return TrunkTry(endpoint.trunk, name, Outcome(how) if how else None, cause, status)


def _engines(line: str) -> CallEvent | None:  # noqa: C901 (a line for each kind)
    columns = _columns(line)
    if len(columns) != _ENGINE_EVENTS or is_way_of_fax(columns[4]):
        return None
    kind, at, channel, linked, name, number, exten, _context, extra = columns
    time = datetime.fromtimestamp(float(at), UTC)
    details = json.loads(extra) if extra else {}
    match kind:
        case "CHAN_START":
            return Started(time, channel, linked, endpoint_of(name), number, exten)
        case "ANSWER":
            return Answered(time, channel)
        case "HANGUP":
            dialled = dial_result_if_any(details.get("dialstatus", ""))
            by_itself = details.get("hangupsource", "") == name
            return HungUp(time, channel, dialled, by_itself, refusal_told(details.get("hangupcause", 0)), number)
        case "BLINDTRANSFER" | "ATTENDEDTRANSFER":
            return Transferred(time, channel, details.get("extension", "") if kind == "BLINDTRANSFER" else None)
        case "PAID":
            return read_answer(details["extra"], time, channel, name)
        case "FAX_RECEIVED":
            return FaxReceived(time, channel, int(details["extra"] or 0))
        case "LINKEDID_END":
            return LinkedIdEnded(time, linked)
        case _:
            return None


def _columns(line: str) -> list[str]:
    # The engine quotes every column and doubles the quotes inside. So what a phone puts behind a line break in the
    # number that it dials cannot look like a line of the engine.
    if not line.startswith('"') or line.startswith('""'):
        return []
    return next(csv.reader([line]), [])
