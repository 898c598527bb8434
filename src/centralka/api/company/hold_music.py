"""`/tenant/hold-music`: the company's own music on hold."""

from django.http import HttpResponse
from ninja import Router, Status
from pydantic import BaseModel, Field

from centralka.actions import hold_music as actions
from centralka.sound.conversion import MAX_BYTES
from centralka.store.models import HoldMusic, Role

from ..http.auth import TenantRequest, tenant_token
from ..http.fields import At
from ..http.openapi import MISSING
from ..http.sound import SOUND, Range, own_sound
from ..http.upload import SOUND_FILE, sound_of_form

router = Router(tags=["Company"], auth=tenant_token)


class HoldMusicOut(BaseModel):
    """The company's own file."""

    seconds: float = Field(description="How long it is; it is played round and round.", examples=[42.5])
    changed_at: At


@router.get(
    "/tenant/hold-music",
    summary="Hear the own music",
    operation_id="get_hold_music",
    openapi_extra={"responses": SOUND["responses"] | MISSING["responses"]},
)
def get_hold_music(request: TenantRequest, part: Range = None) -> HttpResponse:
    """The own file as a WAV file: 16 kHz, 16 bit, mono. 404 where there is none."""
    return own_sound(actions.own_file(request.auth), part)


@router.put(
    "/tenant/hold-music",
    response=HoldMusicOut,
    summary="Upload own music",
    operation_id="set_hold_music",
    openapi_extra=SOUND_FILE,
)
def set_hold_music(request: TenantRequest) -> HoldMusicOut:
    """A WAV or MP3 file of at most 10 MB and 3 minutes, as the field `file` of a form.

    It is heard on hold from the next call on: `hold_sound` becomes `own`. After an error all stays.
    """
    request.auth.require(Role.MANAGER)  # told before a large file is read
    return _out(actions.set_own_file(request.auth, sound_of_form(request, MAX_BYTES)))


@router.delete(
    "/tenant/hold-music", response={204: None}, summary="Remove the own music", operation_id="remove_hold_music"
)
def remove_hold_music(request: TenantRequest) -> Status[None]:
    """Where it was played, Centralka's music is played again."""
    actions.remove_own_file(request.auth)
    return Status(204, None)


def _out(found: HoldMusic) -> HoldMusicOut:
    return HoldMusicOut(seconds=found.seconds, changed_at=found.changed_at)
