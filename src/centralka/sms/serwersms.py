"""SerwerSMS.pl, HTTPS API v2 (https://dev.serwersms.pl/https-api-v2): one POST a message, and questions for the rest.

It is asked for reports and for messages that came in. It could bring them, too, but what fields these have is not in
its documentation; those of the answers to questions are.
"""

import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

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

ADDRESS = "https://api2.serwersms.pl"
REPORTS_AT_ONCE = 200
"""It takes 500 ids, and recommends 50 to 200."""
RANDOM = "2waySMS"
"""The sender for a random number that takes replies."""
SERWERSMS_FIELDS = ("numbers",)
_REPLIES, _TO_NUMBER = "eco", "ndi"
_KEY_MAX = 50
_CLOCK = ZoneInfo("Europe/Warsaw")
_ERROR_OF_THEIRS = range(1000, 1009)
"""Login, rights, address, inactive account. The next gateway may take the message."""
_SHORT_OF = range(3000, 3101)
"""The operator's account there has no messages left, or may not send any."""
_STATES = {
    "delivered": State.DELIVERED,
    "undelivered": State.FAILED,
    "unsent": State.FAILED,
    "sent": State.SENT,
}
"""All others (`in_progress`, `saved`, `pending`) say that it has the message."""


@dataclass(frozen=True, slots=True)
class SerwerSms:
    """`address`: without a path; `numbers`: own numbers there (NDI) whose messages are asked for."""

    token: str
    address: str = ADDRESS
    numbers: tuple[str, ...] = ()

    def send(self, message: Outgoing) -> Request:
        sender = message.sender.removeprefix("+48").removeprefix("+") or RANDOM
        fields = {
            "phone": message.to,
            "text": message.text,
            "sender": sender,
            "utf": message.coding is Coding.UCS2,
            "details": True,
            "unique_id": _key(message.key),
        }
        return self._request("send_sms", fields)

    def sent(self, status: int, body: bytes) -> Answer:
        if (found := by_status(status)) is not None:
            return found
        told = read_json(body)
        if not isinstance(told, dict):
            return Unclear("an answer that is no JSON")
        if error := told.get("error"):
            return _error(error if isinstance(error, dict) else {"message": error})
        (item,) = _items(told)[:1] or ({},)
        if item.get("status") == "unsent":
            return _error({"code": item.get("error_code"), "message": item.get("error_message")})
        if number := item.get("id"):
            return Taken(str(number)[:ID_MAX])
        return Unclear("an answer without an id")

    def ask(self, message: Outgoing, gateway_id: str) -> Request | None:
        return self._request("reports", {"unique_id": _key(message.key)})

    def asked(self, status: int, body: bytes) -> Answer:
        if (found := by_status(status)) is not None:
            return Unclear(found.reason) if not isinstance(found, Taken) else found
        told = read_json(body)
        item = next((one for one in _items(told) if one.get("id")), None)
        if item is None:
            # It says nowhere that a message which it has just taken is in its reports already.
            return Unclear("the gateway does not know it yet")
        return Taken(str(item["id"])[:ID_MAX], _state(item), _reason(item))

    def reports(self, fields: Mapping[str, str]) -> list[Report]:
        """Read nothing: it is asked."""
        return []

    def incoming(self, fields: Mapping[str, str]) -> Incoming | None:
        """Read nothing: it is asked."""
        return None

    # -- Questions --------------------------------------------------------------------------------------------------

    def ask_reports(self, ids: Collection[str]) -> Request:
        """Write the question how far messages are, by the gateway's ids of them."""
        return self._request("reports", {"id": list(ids)})

    def told_reports(self, status: int, body: bytes) -> list[Report] | None:
        """Read the answer to that; None: it is none."""
        items = _answer(status, body)
        if items is None:
            return None
        return [Report(str(item["id"])[:ID_MAX], _state(item), _reason(item)) for item in items if item.get("id")]

    def ask_incoming(self, since: datetime) -> Sequence[tuple[str, Request]]:
        """Write the questions what came in since then: replies, and what came to each own number, told beside it."""
        begin = since.astimezone(_CLOCK).strftime("%Y-%m-%d %H:%M:%S")
        asked = [("", {"type": _REPLIES, "date_from": begin})]
        asked += [(number, {"type": _TO_NUMBER, "date_from": begin, "ndi": number}) for number in self.numbers]
        return [(number, self._request("recived", fields)) for number, fields in asked]  # their spelling

    def told_incoming(self, to: str, status: int, body: bytes) -> list[Incoming] | None:
        """Read the answer to one of them; `to`: the own number that was asked for; None: it is none."""
        items = _answer(status, body)
        if items is None:
            return None
        return [
            Incoming(
                sender=str(item["phone"]),
                to=to,
                text=str(item.get("text") or ""),
                id=str(item["id"])[:ID_MAX],
                answers=str(item.get("message_id") or "")[:ID_MAX],
            )
            for item in items
            if item.get("id") and item.get("phone") and item.get("type") != "mms"
        ]

    def _request(self, action: str, fields: Mapping[str, Any]) -> Request:
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        address = f"{self.address.rstrip('/')}/messages/{action}"
        return Request("POST", address, headers, json.dumps(fields).encode())


def read_numbers(text: str) -> tuple[str, ...]:
    """Read numbers with commas between them, as they are kept."""
    return tuple(number for number in text.replace(" ", "").split(",") if number)


def _key(key: str) -> str:
    return re.sub("[^A-Za-z0-9]", "", key)[:_KEY_MAX]


def _items(told: Any) -> list[dict[str, Any]]:
    items = told.get("items") if isinstance(told, dict) else None
    return [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []


def _answer(status: int, body: bytes) -> list[dict[str, Any]] | None:
    told = read_json(body) if by_status(status) is None else None
    return _items(told) if isinstance(told, dict) and isinstance(told.get("items"), list) else None


def _state(item: Mapping[str, Any]) -> State:
    return _STATES.get(str(item.get("status")), State.ACCEPTED)


def _reason(item: Mapping[str, Any]) -> str:
    return str(item.get("reason") or "")[:REASON_MAX]


def _error(error: Mapping[str, Any]) -> Answer:
    code = str(error.get("code") or "")
    said = f"{error.get('code') or ''}: {error.get('message') or ''}".strip(": ")[:REASON_MAX]
    number = int(code) if code.isascii() and code.isdigit() else 0
    return NotTaken(said) if number in _ERROR_OF_THEIRS or number in _SHORT_OF else Refused(said)
