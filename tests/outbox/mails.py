"""Accounts with mailboxes, messages in them, and mails about them, for the stories of mail."""

import io
import itertools
import wave
from datetime import UTC, datetime

from centralka.store.mail import queue_voicemail
from centralka.store.models import Mail, SipAccount, Tenant, VoicemailAudio, VoicemailMessage
from tests import cast

NOON = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)
"""In Warsaw it is 12:00."""
ADDRESS = "alicja@kwiaty.example"
_IDS = itertools.count(1)


def mailbox(tenant: Tenant, extension: str = "100", name: str = "Sekretariat", to: str = ADDRESS) -> SipAccount:
    return cast.phone(tenant, extension, name, voicemail_enabled=True, voicemail_email=to)


def message(account: SipAccount, number: str = "+48600100200", name: str = "", seconds: int = 42) -> VoicemailMessage:
    left = VoicemailMessage.objects.create(
        sip_account=account,
        node="node1",
        msg_id=f"node1/1700000000-{next(_IDS):08}",
        caller_number=number,
        caller_name=name,
        received_at=NOON,
        seconds=seconds,
    )
    VoicemailAudio.objects.create(message=left, wav=speech())
    return left


def mail(account: SipAccount, now: datetime = NOON, to: str = "") -> Mail:
    """A queued mail about a new message; `to` another address than the account's."""
    left = message(account)
    queue_voicemail(left, now)
    queued = Mail.objects.filter(message=left)
    if to:
        queued.update(to=to)
    return queued.get()


def speech(seconds: float = 1.0) -> bytes:
    """A WAV file as the engine records: 8 kHz, 16 bit, one channel."""
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(8000)
        out.writeframes(b"\x00\x10\x00\xf0" * int(4000 * seconds))
    return file.getvalue()
