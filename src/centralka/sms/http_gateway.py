"""A gateway that is described by templates: most of those that take a message in one request."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any
from urllib.parse import quote

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
from .states import State

PLACES = ("to", "to_digits", "sender", "text", "key", "id", "unicode", "report")
"""The places of a template: `{to}`."""
_PLACE = re.compile(r"\{(" + "|".join(PLACES) + r")\}")
_NOT_FOUND = 404


@dataclass(frozen=True, slots=True, kw_only=True)
class Templates:
    """Templates of what is said to the gateway. The defaults are those of the sandbox network (docs/carrier.md)."""

    address: str
    body: str = '{"to": "{to}", "from": "{sender}", "text": "{text}", "id": "{key}", "report": "{report}"}'
    """JSON if it begins with a brace, else a form; a place in it is escaped accordingly. Empty: a GET, all in the
    address."""
    answer_id: str = "id"
    """The place of the gateway's id in its answer: names in JSON with dots between them (`list.0.id`)."""
    answer_error: str = "error"
    """The place in its answer that says why it refuses."""
    ask: str = ""
    """The address at which it tells how far a message is; "": it cannot be asked."""
    ask_state: str = "status"
    report_id: str = "id"
    """The field of a report that names the message; also of answers to one."""
    report_state: str = "status"
    report_reason: str = "reason"
    delivered: str = "delivered"
    """Words of the state, with commas between them; the same for the next two."""
    failed: str = "failed,undelivered,expired,rejected"
    sent: str = "sent"
    incoming_from: str = "from"
    incoming_to: str = "to"
    incoming_text: str = "text"


TEMPLATE_FIELDS = tuple(field.name for field in fields(Templates) if field.name != "address")


@dataclass(frozen=True, slots=True)
class HttpGateway:
    """Speaks as the templates say. `authorization`: the header of that name, "" for none."""

    templates: Templates
    authorization: str = ""

    def send(self, message: Outgoing) -> Request:
        values = _values(message, "")
        address = _filled(self.templates.address, values, _in_address)
        body = self.templates.body
        if not body.strip():
            return Request("GET", address, self._headers())
        is_json = body.lstrip().startswith(("{", "["))
        kind = "application/json" if is_json else "application/x-www-form-urlencoded"
        written = _filled(body, values, _in_json if is_json else _in_address)
        return Request("POST", address, self._headers() | {"Content-Type": kind}, written.encode())

    def sent(self, status: int, body: bytes) -> Answer:
        found = by_status(status)
        if found is not None:
            return found
        told = read_json(body)
        if told is None:
            return Unclear("an answer that is no JSON")
        if error := _at(told, self.templates.answer_error):
            return Refused(error[:REASON_MAX])
        number = _at(told, self.templates.answer_id)
        if number and status < 300:
            return Taken(number[:ID_MAX])
        return Unclear("an answer without an id") if status < 300 else Refused(f"HTTP {status}")

    def ask(self, message: Outgoing, gateway_id: str) -> Request | None:
        if not self.templates.ask:
            return None
        values = _values(message, gateway_id)
        return Request("GET", _filled(self.templates.ask, values, _in_address), self._headers())

    def asked(self, status: int, body: bytes) -> Answer:
        if status == _NOT_FOUND:
            return NotTaken("the gateway does not know it")
        if not 200 <= status < 300:
            return Unclear(f"HTTP {status}")
        told = read_json(body)
        word = "" if told is None else _at(told, self.templates.ask_state)
        if not word:
            return Unclear("an answer without a state")
        return Taken(_at(told, self.templates.answer_id)[:ID_MAX], self._state(word))

    def reports(self, fields: Mapping[str, str]) -> list[Report]:
        message, word = fields.get(self.templates.report_id, ""), fields.get(self.templates.report_state, "")
        if not message or not word:
            return []
        return [Report(message, self._state(word), fields.get(self.templates.report_reason, "")[:REASON_MAX])]

    def incoming(self, fields: Mapping[str, str]) -> Incoming | None:
        sender = fields.get(self.templates.incoming_from, "")
        if not sender or self.templates.incoming_text not in fields:
            return None
        to, text = fields.get(self.templates.incoming_to, ""), fields[self.templates.incoming_text]
        answers = fields.get("reply_to", "")
        return Incoming(sender, to, text, fields.get(self.templates.report_id, ""), answers)

    def _headers(self) -> dict[str, str]:
        return {"Authorization": self.authorization} if self.authorization else {}

    def _state(self, word: str) -> State:
        """Return the state behind a gateway's word; any other word says only that the gateway has the message."""
        by_words = (
            (self.templates.delivered, State.DELIVERED),
            (self.templates.failed, State.FAILED),
            (self.templates.sent, State.SENT),
        )
        small = word.strip().lower()
        for words, state in by_words:
            if small in {each.strip().lower() for each in words.split(",") if each.strip()}:
                return state
        return State.ACCEPTED


def places_in(template: str) -> set[str]:
    """Return the names of the places that a template has."""
    return set(_PLACE.findall(template))


def _values(message: Outgoing, gateway_id: str) -> dict[str, str]:
    return {
        "to": message.to,
        "to_digits": message.to.removeprefix("+"),
        "sender": message.sender,
        "text": message.text,
        "key": message.key,
        "id": gateway_id,
        "unicode": "1" if message.coding == "ucs2" else "0",
        "report": message.report_address,
    }


def _filled(template: str, values: Mapping[str, str], escape: Any) -> str:
    return _PLACE.sub(lambda place: escape(values[place[1]]), template)


def _in_address(value: str) -> str:
    return quote(value, safe="")


def _in_json(value: str) -> str:
    return json.dumps(value)[1:-1]


def read_json(body: bytes) -> Any:
    """Read JSON; None for anything else."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def _at(told: Any, way: str) -> str:
    """Return what stands at `list.0.id`; "" if nothing does."""
    for name in way.split("."):
        if isinstance(told, list) and name.isascii() and name.isdigit() and int(name) < len(told):
            told = told[int(name)]
        elif isinstance(told, dict) and name in told:
            told = told[name]
        else:
            return ""
    return str(told) if isinstance(told, str | int) and not isinstance(told, bool) else ""
