"""An office's own program, with the client that openapi-python-client made: prints what it saw as JSON.

office.py ADDRESS TOKEN GREETING
"""

import hashlib
import json
import sys
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from centralka_client import AuthenticatedClient
from centralka_client.api.calls import list_calls
from centralka_client.api.sip_accounts import add_sip_account
from centralka_client.api.voicemail import get_voicemail_audio, list_voicemail_messages, set_greeting
from centralka_client.models import (
    CallPage,
    GreetingOut,
    MessagePage,
    NewSipAccount,
    PaymentProblem,
    SetGreetingBody,
    SipAccountOut,
)
from centralka_client.types import File


def make_account(client: AuthenticatedClient, seen: dict[str, Any]) -> int:
    """Ask what it costs, then agree. Returns the account's id."""
    wanted = NewSipAccount(extension="102", name="Magazyn", password="hV3kqmT8wZx5")
    asked = add_sip_account.sync(client=client, body=wanted)
    assert isinstance(asked, PaymentProblem)
    seen["asked"] = [asked.status, asked.due_now, *(charge.kind for charge in asked.charges)]
    wanted.accept_charges = True
    made = add_sip_account.sync(client=client, body=wanted, idempotency_key="office-102")
    assert isinstance(made, SipAccountOut)
    seen["made"] = [made.extension, made.name]
    account: int = made.id
    return account


def upload_greeting(client: AuthenticatedClient, account: int, sound: bytes, seen: dict[str, Any]) -> None:
    body = SetGreetingBody(File(BytesIO(sound), "greeting.wav", "audio/wav"))
    greeting = set_greeting.sync(account, client=client, body=body)
    assert isinstance(greeting, GreetingOut)
    seen["greeting"] = [greeting.seconds, greeting.source]


def read_calls(client: AuthenticatedClient, seen: dict[str, Any]) -> None:
    """Those of one number since a moment, page by page."""
    since = datetime(2026, 1, 31, 13, 0, tzinfo=UTC)
    page = list_calls.sync(client=client, since=since, number="600 100 200", limit=1)
    found = []
    while isinstance(page, CallPage):
        found += page.items
        if page.next_ is None:
            break
        page = list_calls.sync(client=client, since=since, number="600 100 200", limit=1, cursor=page.next_)
    seen["calls"] = [[call.from_, call.to, call.outcome, int(call.started_at.timestamp())] for call in found]


def hear_messages(client: AuthenticatedClient, seen: dict[str, Any]) -> None:
    page = list_voicemail_messages.sync(client=client)
    assert isinstance(page, MessagePage)
    audio = get_voicemail_audio.sync(page.items[0].id, client=client)
    assert isinstance(audio, File)
    part = get_voicemail_audio.sync(page.items[0].id, client=client, range_="bytes=0-3")
    assert isinstance(part, File)
    seen["audio"] = [hashlib.sha256(audio.payload.read()).hexdigest(), part.payload.read().decode()]


def main(address: str, token: str, greeting: str) -> None:
    seen: dict[str, Any] = {}
    with AuthenticatedClient(base_url=address, token=token, raise_on_unexpected_status=True) as client:
        account = make_account(client, seen)
        upload_greeting(client, account, Path(greeting).read_bytes(), seen)
        read_calls(client, seen)
        hear_messages(client, seen)
    print(json.dumps(seen))


if __name__ == "__main__":
    main(*sys.argv[1:])
