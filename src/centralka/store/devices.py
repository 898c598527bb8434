"""Devices that were signed out and are registered still, for the switchboard."""

from .statements import rows_of

# Asked for twice a second: begins with the few that were signed out.
_SIGNED_OUT = """
SELECT DISTINCT d.username FROM device d CROSS JOIN registration r
WHERE d.revoked_at IS NOT NULL AND r.device_id = d.id AND r.node = %s
"""


def signed_out_devices(node: str) -> list[str]:
    """Return the names of devices that are registered at the node's edge, and are to be no more."""
    return [name for (name,) in rows_of(_SIGNED_OUT, [node])]
