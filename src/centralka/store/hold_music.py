"""The companies' own music on hold, as the switchboard needs it."""

import secrets
from datetime import datetime

from .models import HoldMusic, HoldSound, Tenant
from .statements import rows_of

_PLAYED = """
SELECT m.tenant_id, m.version FROM hold_music m JOIN tenant t ON t.id = m.tenant_id WHERE t.hold_sound = %s
"""


def own_music_versions() -> dict[int, str]:
    """Return the version of the own file of each company that has chosen to play it."""
    return dict(rows_of(_PLAYED, [HoldSound.OWN.value]))


def own_music(tenant_id: int) -> tuple[str, bytes] | None:
    """Return the version of a company's own file and its 16 kHz mono 16-bit WAV; None if it was removed meanwhile."""
    found = HoldMusic.objects.filter(tenant=tenant_id).first()
    return (found.version, bytes(found.wav)) if found else None


def set_own_music(tenant: Tenant, wav: bytes, seconds: float, now: datetime) -> HoldMusic:
    """Keep a company's own file in place of the one before."""
    values = {"wav": wav, "seconds": seconds, "version": secrets.token_hex(8), "changed_at": now}
    made, _new = HoldMusic.objects.update_or_create(tenant=tenant, defaults=values)
    return made
