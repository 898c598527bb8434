"""`/sip-accounts/{id}/greeting`: an account's own greeting before its mailbox."""

from django.http import HttpResponse
from ninja import Router, Status

from centralka.actions import voicemail as actions
from centralka.sound.conversion import MAX_BYTES

from ..account.voicemail import GreetingOut, greeting_facts
from ..http.auth import TenantRequest, tenant_token
from ..http.sound import SOUND, Range, own_sound
from ..http.upload import SOUND_FILE, sound_of_form

router = Router(tags=["Voicemail"], auth=tenant_token)


@router.get(
    "/sip-accounts/{int:account_id}/greeting",
    summary="Hear a greeting",
    operation_id="get_greeting",
    openapi_extra=SOUND,
)
def get_greeting(request: TenantRequest, account_id: int, part: Range = None) -> HttpResponse:
    """The own greeting as a WAV file: 16 kHz, 16 bit, mono. 404 where there is none."""
    return own_sound(actions.greeting(request.auth, account_id), part)


@router.put(
    "/sip-accounts/{int:account_id}/greeting",
    response=GreetingOut,
    summary="Upload a greeting",
    operation_id="set_greeting",
    openapi_extra=SOUND_FILE,
)
def set_greeting(request: TenantRequest, account_id: int) -> GreetingOut:
    """A WAV or MP3 file of at most 10 MB and 3 minutes, as the field `file` of a form.

    It replaces the one there is, also one that was recorded by phone; after an error the old one stays.
    """
    actions.greeting(request.auth, account_id)  # no right to it, or no such account: told before a large file is read
    return greeting_facts(actions.set_greeting(request.auth, account_id, sound_of_form(request, MAX_BYTES)))


@router.delete(
    "/sip-accounts/{int:account_id}/greeting",
    response={204: None},
    summary="Remove a greeting",
    operation_id="remove_greeting",
)
def remove_greeting(request: TenantRequest, account_id: int) -> Status[None]:
    """The system's greeting is played again."""
    actions.remove_greeting(request.auth, account_id)
    return Status(204, None)
