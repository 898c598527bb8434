"""Use mailboxes through the API, with sounds in both directions, and tell those sounds apart."""

import secrets
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.live import sound
from tests.live.office import Account, Office

from .mailboxes import with_mailbox

_SHORT_SECONDS = 1


@dataclass(frozen=True)
class Heard:
    """A sound as it was heard."""

    hz: float | None
    """Its strongest tone."""
    dbfs: float
    """RMS of what is louder than a whisper."""
    seconds: float
    """Of what is louder than a whisper."""
    duration: float
    """Seconds, silence and all."""


def ask(office: Office, method: str, path: str, body: bytes | None = None, kind: str = "") -> tuple[int, bytes]:
    """Status and body of the API's answer, whatever they are."""
    headers = {"Authorization": f"Bearer {office._token or office.house.demo['api_token']}"}
    if kind:
        headers["Content-Type"] = kind
    address = f"http://127.0.0.1:{office.house.http_port}/api/v1{path}"
    request = urllib.request.Request(address, method=method, data=body, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code, refused.read()


def short_mailbox(office: Office, folder: Path, **voicemail: Any) -> Account:
    """A new account with a mailbox whose greeting is over in a moment."""
    account = with_mailbox(office, **voicemail)
    upload_greeting(office, account, sound.make_tone(folder / "short.wav", 1900, _SHORT_SECONDS))
    return account


def upload_greeting(office: Office, account: Account, wav: Path) -> None:
    """As a person uploads a file."""
    status, text = ask(office, "PUT", f"/sip-accounts/{account.id}/greeting", *form(wav))
    assert status == 200, text


def form(file: Path) -> tuple[bytes, str]:
    """A form with a file, and its media type (RFC 7578)."""
    mark = secrets.token_hex(16)
    head = f'--{mark}\r\nContent-Disposition: form-data; name="file"; filename="{file.name}"\r\n\r\n'
    return head.encode() + file.read_bytes() + f"\r\n--{mark}--\r\n".encode(), f"multipart/form-data; boundary={mark}"


def shown_messages(office: Office, account: Account) -> list[dict[str, Any]]:
    """The messages of an account, newest first."""
    found: list[dict[str, Any]] = office._api("GET", f"/voicemail-messages?sip_account={account.id}", 200)["items"]
    return found


def mark(office: Office, message: dict[str, Any], *, heard: bool) -> None:
    """Say whether a message has been heard."""
    assert office._api("PATCH", f"/voicemail-messages/{message['id']}", 200, {"heard": heard})["heard"] is heard


def delete(office: Office, message: dict[str, Any]) -> None:
    office._api("DELETE", f"/voicemail-messages/{message['id']}", 204)


def audio(office: Office, message: dict[str, Any], folder: Path) -> Heard:
    """Return what somebody hears who plays the message."""
    status, wav = ask(office, "GET", f"/voicemail-messages/{message['id']}/audio")
    assert status == 200, wav
    file = folder / f"{message['id']}.wav"
    file.write_bytes(wav)
    return measured(file)


def measured(wav: Path, most: float | None = None) -> Heard:
    """A recording; `most`: only the first so many seconds of what is louder than a whisper."""
    rate, samples = sound.read(wav)
    loud = sound.loud_frames(rate, samples, -40)
    first = loud if most is None else loud[: round(most / sound.FRAME_SECONDS)]
    level = sound.dbfs(sum(first[1:], first[0])) if first else sound.SILENCE_DBFS
    return Heard(sound.dominant_hz(wav), level, len(loud) * sound.FRAME_SECONDS, len(samples) / rate)
