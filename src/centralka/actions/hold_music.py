"""A company's own music on hold: the file that the other side hears while a phone of the company holds the call."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from centralka.sound.conversion import AudioProblem
from centralka.store.hold_music import set_own_music
from centralka.store.models import HoldMusic, HoldSound, Role, Tenant

from .actor import Actor
from .checks.sounds import WRONG_SOUND, checked_sound

_WRONG_FILE = WRONG_SOUND | {
    AudioProblem.TOO_LONG: _("The music is longer than 3 minutes."),
    AudioProblem.TOO_SHORT: _("The music is shorter than half a second."),
}


def own_file(actor: Actor) -> HoldMusic | None:
    """Return the company's own file; its sound is read when it is asked for."""
    actor.require(Role.MANAGER)
    return HoldMusic.objects.filter(tenant=actor.tenant).defer("wav").first()


def set_own_file(actor: Actor, upload: bytes) -> HoldMusic:
    """Use a WAV or MP3 file as the company's music on hold from the next call on, whatever was chosen before.

    Raises `InvalidInput` with a problem at `file`; then everything stays as it was.
    """
    actor.require(Role.MANAGER)
    sound = checked_sound(upload, _WRONG_FILE)
    with transaction.atomic():
        made = set_own_music(actor.tenant, sound.wav, sound.seconds, timezone.now())
        _choose(actor.tenant, HoldSound.OWN)
    return made


def remove_own_file(actor: Actor) -> None:
    """Remove the company's own file; where it was played, the bundled music is played again."""
    actor.require(Role.MANAGER)
    with transaction.atomic():
        HoldMusic.objects.filter(tenant=actor.tenant).delete()
        if actor.tenant.hold_sound == HoldSound.OWN:
            _choose(actor.tenant, HoldSound.BUNDLED)


def _choose(tenant: Tenant, sound: HoldSound) -> None:
    tenant.hold_sound = sound
    tenant.save(update_fields=["hold_sound"])
