"""`received.jsonl`: what the carrier received, a JSON line for each call's beginning and one for its end."""

import json
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from .invite import Invite

CARRIED = "carried"
"""The behaviour of a number that a customer has: the call goes to that customer."""


class Received:
    """Appends to the file; times are UTC, ISO 8601."""

    def __init__(self, path: Path, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self.path = path
        self._now = now

    def begins(self, invite: Invite, behaviour: str, customer: str, carried_to: str | None) -> None:
        """Note that `customer` calls; `carried_to` is the customer with the number, None for one outside."""
        fields = {**asdict(invite), "behaviour": behaviour, "customer": customer, "carried_to": carried_to}
        self._append("invite", fields)

    def ends(self, invite: Invite, behaviour: str, answered_at: datetime | None, **more: str) -> None:
        """Note the end; `answered_seconds` is how long the call was answered: 0 for a call that was not."""
        seconds = (self._now() - answered_at).total_seconds() if answered_at else 0.0
        self._append(
            "end",
            {
                "call_id": invite.call_id,
                "called": invite.called,
                "behaviour": behaviour,
                "answered": answered_at is not None,
                "answered_seconds": round(seconds, 3),
                **more,
            },
        )

    def _append(self, event: str, fields: dict[str, Any]) -> None:
        line = json.dumps({"time": self._now().isoformat(), "event": event, **fields}, ensure_ascii=False)
        with self.path.open("a") as file:
            file.write(line + "\n")
