"""A company's own music on hold: the file that the other side hears while a phone of the company holds the call."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from centralka.sound.conversion import AudioProblem, Greeting
from centralka.store.hold_music import set_own_music
from centralka.store.models import HoldMusic, HoldSound, Role, Tenant
from centralka.store.turns import in_turn

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
    return use_own_file(actor, checked_file(upload))


def checked_file(upload: bytes) -> Greeting:
    """Return the music as the engine would play it: before the turn, which others wait for. Raises `InvalidInput`."""
    return checked_sound(upload, _WRONG_FILE)


@in_turn
def use_own_file(actor: Actor, sound: Greeting) -> HoldMusic:
    """Do what `set_own_file` does with music that was checked."""
    actor.require(Role.MANAGER)
    made = set_own_music(actor.tenant, sound.wav, sound.seconds, timezone.now())
    _choose(actor.tenant, HoldSound.OWN)
    return made


@in_turn
def remove_own_file(actor: Actor) -> None:
    """Remove the company's own file; where it was played, the bundled music is played again."""
    actor.require(Role.MANAGER)
    HoldMusic.objects.filter(tenant=actor.tenant).delete()
    actor.tenant.refresh_from_db(fields=["hold_sound"])  # it was read at the door
    if actor.tenant.hold_sound == HoldSound.OWN:
        _choose(actor.tenant, HoldSound.BUNDLED)


def _choose(tenant: Tenant, sound: HoldSound) -> None:
    tenant.refresh_from_db(fields=["version"])
    tenant.hold_sound, tenant.version = sound, tenant.version + 1
    tenant.save(update_fields=["hold_sound", "version"])
