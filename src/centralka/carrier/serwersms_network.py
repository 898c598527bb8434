"""The sandbox's network as SerwerSMS.pl is spoken to: `POST /messages/send_sms`, `…/reports`, `…/recived` (spelt so).

The numbers of the outside world do here what they do elsewhere (`sms_behaviour.py`). Nothing is brought to the
exchange: it asks.
"""

import json
from datetime import datetime
from typing import Any, Protocol
from zoneinfo import ZoneInfo

ACTIONS = ("/messages/send_sms", "/messages/reports", "/messages/recived")
_CLOCK = ZoneInfo("Europe/Warsaw")
NOBODY = (200, '{"error": {"code": 1001, "type": "InvalidUser", "message": "Incorrect login or password"}}')
"""The answer to somebody who is no customer."""
_INCOMPLETE = {"error": {"code": 2000, "type": "ValidationRequiredError", "message": "Missing required parameters"}}
_EXHAUSTED = {"error": {"code": 3002, "type": "SendError", "message": "Exhausted the limit of available SMS FULL"}}
_STATES = {"delivered": "delivered", "failed": "undelivered", "sent": "sent"}
_BARRED, _BUSY = 422, 429


class Network(Protocol):
    """The network that has the messages."""

    messages: dict[str, dict[str, str]]
    answers: list[dict[str, str]]

    def take(self, given: dict[str, str]) -> tuple[int, str]: ...


def answer(network: Network, action: str, asked: Any) -> tuple[int, str]:
    """Answer a request. Returns the HTTP status and the content."""
    asked = asked if isinstance(asked, dict) else {}
    if action == "/messages/send_sms":
        return _send(network, asked)
    found = _reports(network, asked) if action == "/messages/reports" else _received(network, asked)
    return 200, json.dumps({"items": found})


def _send(network: Network, asked: dict[str, Any]) -> tuple[int, str]:
    names = {"to": "phone", "from": "sender", "text": "text", "id": "unique_id"}
    given = {ours: str(asked.get(theirs) or "") for ours, theirs in names.items()}
    if not all(given.values()):
        return 200, json.dumps(_INCOMPLETE)
    status, content = network.take(given | {"report": ""})
    if status == _BUSY:
        return 200, json.dumps(_EXHAUSTED)
    item: dict[str, Any] = {"id": _id(given["id"]), "phone": given["to"], "status": "queued", "parts": 1}
    if status == _BARRED:
        item = {"phone": given["to"], "status": "unsent", "error_code": 2001, "error_message": "Invalid phone number"}
    elif not content.startswith("{"):
        return status, content  # a page where an answer is expected
    told = {"success": True, "queued": int("id" in item), "unsent": int("id" not in item), "items": [item]}
    return 200, json.dumps(told)


def _id(key: str) -> str:
    return f"sandbox{key}"[:50]


def _reports(network: Network, asked: dict[str, Any]) -> list[dict[str, Any]]:
    ids, keys = _list(asked.get("id")), _list(asked.get("unique_id"))
    return [
        {
            "id": _id(key),
            "phone": message["to"],
            "status": _STATES.get(message["status"], "in_progress"),
            "reason": "message_expired" if message["status"] == "failed" else "",
        }
        for key, message in list(network.messages.items())
        if key in keys or _id(key) in ids
    ]


def _received(network: Network, asked: dict[str, Any]) -> list[dict[str, Any]]:
    """Return what came: to a number (`ndi`) as such, to a random one as a reply to a message."""
    number, kind = str(asked.get("ndi") or ""), asked.get("type")
    came = []
    for place, told in enumerate(list(network.answers)):
        to_number = told["to"].removeprefix("+").isdigit()
        if kind == ("ndi" if to_number else "eco") and (not to_number or number.endswith(told["to"])):
            came.append(_item(place, told, reply=not to_number))
    return came


def _item(place: int, told: dict[str, str], *, reply: bool) -> dict[str, Any]:
    item: dict[str, Any] = {"id": place + 1, "type": "eco" if reply else "ndi", "phone": told["from"]}
    item |= {"recived": datetime.now(_CLOCK).strftime("%Y-%m-%d %H:%M:%S"), "blacklist": False, "text": told["text"]}
    return item | ({"message_id": _id(told["id"].removeprefix("answer-"))} if reply else {})


def _list(given: Any) -> list[str]:
    return [str(one) for one in given] if isinstance(given, list) else [str(given)] if given else []
