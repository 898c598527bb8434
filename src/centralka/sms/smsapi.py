"""SMSAPI.pl (https://www.smsapi.pl/docs): one POST a message; our key is `idx`, and `check_idx` takes none twice."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from .gateway_words import (
    ID_MAX,
    REASON_MAX,
    Answer,
    Incoming,
    NotTaken,
    Outgoing,
    Refused,
    Report,
    Request,
    Taken,
    Unclear,
    by_status,
)
from .http_gateway import read_json
from .parts import Coding
from .states import State

ADDRESS = "https://api.smsapi.pl/sms.do"
_SENT_BEFORE = 53
"""The error for an `idx` that it has already."""
_THEIRS = frozenset({98, 100, 101, 102, 103, 105, 109, 110, 111, 112, 1000, 1001})
"""Errors of the operator's account there: login, money, address. The next gateway may take the message."""
_INSIDE = frozenset({8, 201, 202, 203, 999})
"""Its own failures: whether the message was taken is not said."""
_STATES = {
    "403": State.SENT,
    "404": State.DELIVERED,
    "402": State.FAILED,
    "405": State.FAILED,
    "406": State.FAILED,
    "407": State.FAILED,
    "412": State.FAILED,
}
"""By the number of the status; all others say that it has the message."""


@dataclass(frozen=True, slots=True)
class Smsapi:
    """`random`: the type of message that goes from a random number."""

    token: str
    address: str = ADDRESS
    random: str = "2Way"

    def send(self, message: Outgoing) -> Request:
        fields = {
            "to": message.to.removeprefix("+"),
            "message": message.text,
            "from": message.sender.removeprefix("+") or self.random,
            "format": "json",
            "encoding": "utf-8",
            "idx": message.key,
            "check_idx": "1",
            "notify_url": message.report_address,
            "max_parts": "10",
        }
        if message.coding is Coding.GSM7:
            fields["nounicode"] = "1"  # we counted it as such; nothing dearer is sent
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/x-www-form-urlencoded"}
        return Request("POST", self.address, headers, urlencode(fields).encode())

    def sent(self, status: int, body: bytes) -> Answer:
        if (found := by_status(status)) is not None:
            return found
        told = read_json(body)
        if not isinstance(told, dict):
            return Unclear("an answer that is no JSON")
        if "error" in told:
            return _error(told)
        listed = told.get("list")
        if isinstance(listed, list) and listed and isinstance(listed[0], dict) and listed[0].get("id"):
            return Taken(str(listed[0]["id"])[:ID_MAX])
        return Unclear("an answer without an id")

    def ask(self, message: Outgoing, gateway_id: str) -> Request | None:
        """Send it again under the same `idx`: what it has already it does not take again, and says so."""
        return self.send(message)

    def asked(self, status: int, body: bytes) -> Answer:
        found = self.sent(status, body)
        # What the gateway refuses now it may have taken before: that its account is empty says nothing of then.
        return Unclear(found.reason) if isinstance(found, NotTaken) else found

    def reports(self, fields: Mapping[str, str]) -> list[Report]:
        """Read a report; it can be about several messages, with commas between them."""
        columns = [fields.get(name, "").split(",") for name in ("idx", "MsgId", "status")]
        names = fields.get("status_name", "").split(",")
        reports = []
        for place, status in enumerate(columns[2]):
            key, number = (column[place] if place < len(column) else "" for column in columns[:2])
            if (message := key or number) and status:
                reason = names[place] if place < len(names) else status
                reports.append(Report(message, _STATES.get(status, State.ACCEPTED), reason[:REASON_MAX]))
        return reports

    def incoming(self, fields: Mapping[str, str]) -> Incoming | None:
        sender = fields.get("sms_from", "")
        if not sender or "sms_text" not in fields:
            return None
        number = "" if sender.startswith(("+", "00")) else "+"  # it writes 48600100200
        answers = fields.get("MsgId", "")
        when = fields.get("sms_date", "")
        return Incoming(number + sender, fields.get("sms_to", ""), fields["sms_text"], when, answers)


def _error(told: Mapping[str, Any]) -> Answer:
    code, said = told.get("error"), f"{told.get('error')}: {told.get('message', '')}"[:REASON_MAX]
    if code == _SENT_BEFORE:
        return Taken("")
    if code in _INSIDE:
        return Unclear(said)
    return NotTaken(said) if code in _THEIRS else Refused(said)
