"""Contents of mailboxes: builders of rows as the switchboard and the worker make them."""

import functools
import io
import math
import struct
import wave
from typing import Any

from django.utils import timezone

from centralka.store.models import Greeting, Mail, SipAccount, VoicemailAudio, VoicemailMessage


@functools.cache
def a_wav(seconds: float = 1, rate: int = 8000) -> bytes:
    """A tone: 16 bit, one channel."""
    file = io.BytesIO()
    with wave.open(file, "wb") as written:
        written.setnchannels(1)
        written.setsampwidth(2)
        written.setframerate(rate)
        samples = (round(8000 * math.sin(2 * math.pi * 440 * n / rate)) for n in range(int(seconds * rate)))
        written.writeframes(b"".join(struct.pack("<h", sample) for sample in samples))
    return file.getvalue()


def a_message(account: SipAccount, **fields: object) -> VoicemailMessage:
    """Left just now by somebody outside, unless `fields` say otherwise."""
    given: dict[str, Any] = {
        "node": "node1",
        "msg_id": f"node1/{VoicemailMessage.objects.count()}-{account.pk}",
        "caller_number": "+48221112233",
        "received_at": timezone.now(),
        "seconds": 14,
    }
    message = VoicemailMessage.objects.create(sip_account=account, **(given | fields))
    VoicemailAudio.objects.create(message=message, wav=a_wav())
    return message


def a_greeting(account: SipAccount, **fields: object) -> Greeting:
    given: dict[str, Any] = {
        "wav": a_wav(2, 16000),
        "seconds": 2.0,
        "source": Greeting.Source.UPLOAD,
        "version": "0123456789abcdef",
        "changed_at": timezone.now(),
    }
    return Greeting.objects.create(sip_account=account, **(given | fields))


def a_mail(account: SipAccount, **fields: object) -> Mail:
    now = timezone.now()
    given: dict[str, Any] = {
        "kind": Mail.Kind.VOICEMAIL,
        "key": f"test:{Mail.objects.count()}",
        "to": account.voicemail_email,
        "language": "pl",
        "next_at": now,
        "created_at": now,
    }
    return Mail.objects.create(tenant=account.tenant, sip_account=account, **(given | fields))
