"""Messages in the company's mailboxes, and the greetings before them. Messages are private: readers have no access."""

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from centralka.sound import conversion as audio
from centralka.sound.conversion import AudioProblem
from centralka.store import voicemail as store
from centralka.store.models import AuditEntry, Greeting, Role, SipAccount, VoicemailAudio, VoicemailMessage
from centralka.store.models.audited import note

from .actor import Actor
from .checks.sounds import WRONG_SOUND, checked_sound
from .errors import NotFound

WRONG_FILE = WRONG_SOUND | {
    AudioProblem.TOO_LONG: _("The greeting is longer than 3 minutes."),
    AudioProblem.TOO_SHORT: _("The greeting is shorter than half a second."),
}


def messages(actor: Actor, *, sip_account: int | None = None) -> QuerySet[VoicemailMessage]:
    """Return the company's messages, or the messages of one account: unheard ones first, then the newest."""
    actor.require(Role.MANAGER)
    found = VoicemailMessage.objects.filter(sip_account__tenant=actor.tenant, deleted_at=None)
    if sip_account is not None:
        found = found.filter(sip_account=sip_account) if 0 < sip_account < 2**63 else found.none()
    return found.select_related("sip_account").order_by("heard", "-received_at", "-id")


def message(actor: Actor, message_id: int) -> VoicemailMessage:
    """Return one message. Raises `NotFound` for a message of another company and for a deleted one."""
    try:
        return messages(actor).get(pk=message_id)
    except (VoicemailMessage.DoesNotExist, OverflowError):
        raise NotFound from None


def message_audio(actor: Actor, message_id: int) -> bytes:
    """Return the recording as a WAV file, 8 kHz, 16 bit, mono."""
    found = message(actor, message_id)
    try:
        return bytes(VoicemailAudio.objects.get(message=found).wav)
    except VoicemailAudio.DoesNotExist:
        raise NotFound from None  # deleted at this moment


def mark_heard(actor: Actor, message_id: int, heard: bool = True) -> None:
    """Mark a message as heard, or as not heard; the phone's lamp follows within a second."""
    store.order_heard(message(actor, message_id).pk, heard)


def delete_message(actor: Actor, message_id: int) -> None:
    """Delete a message: nobody sees it any more, and the engine removes its recording within a second, or when
    it is back."""
    found = message(actor, message_id)
    with transaction.atomic():
        store.order_delete(found.pk, timezone.now())
        title = f"{found.caller_number or '–'} → {found.sip_account}"
        note(AuditEntry.Did.REMOVED, "voicemail_message", title, actor.tenant.pk, pk=found.pk)


def unheard_count(actor: Actor) -> int:
    """Count the company's messages that nobody has heard."""
    return messages(actor).filter(heard=False).count()


def greeting(actor: Actor, account_id: int) -> Greeting | None:
    """Return the account's own greeting; its sound is read when it is asked for. Raises `NotFound` for an account of
    another company."""
    account = _account(actor, account_id)
    return Greeting.objects.filter(sip_account=account).defer("wav").first()


def set_greeting(actor: Actor, account_id: int, upload: bytes) -> Greeting:
    """Use a WAV or MP3 file as the account's own greeting from the next call on.

    Raises `InvalidInput` with a problem at `file`; then the old greeting stays.
    """
    _account(actor, account_id)
    return use_greeting(actor, account_id, checked_greeting(upload))


def use_greeting(actor: Actor, account_id: int, sound: audio.Greeting) -> Greeting:
    """Do what `set_greeting` does with a file that was checked."""
    account = _account(actor, account_id)
    made = store.set_greeting(account.pk, sound.wav, sound.seconds, Greeting.Source.UPLOAD, timezone.now())
    if made is None:
        raise NotFound  # deleted while the file was read
    return made


def checked_greeting(upload: bytes) -> audio.Greeting:
    """Return the greeting as the engine would play it. Raises `InvalidInput` with a problem at `file`."""
    return checked_sound(upload, WRONG_FILE)


def remove_greeting(actor: Actor, account_id: int) -> None:
    """Remove the account's own greeting: the system's is played again. Nothing happens where there was none."""
    Greeting.objects.filter(sip_account=_account(actor, account_id)).delete()


def _account(actor: Actor, account_id: int) -> SipAccount:
    actor.require(Role.MANAGER)
    try:
        return actor.tenant.sip_accounts.get(pk=account_id, kind=SipAccount.Kind.VOICE)
    except (SipAccount.DoesNotExist, OverflowError):
        raise NotFound from None
