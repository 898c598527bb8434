"""Let nothing be heard of a side with encrypted sound before it is encrypted for certain (asterisk/extensions.conf)."""

from centralka.calls.dial_result import DialResult
from centralka.calls.plan import Ring

from ..wire.channel import Channel, DialEnd

_RETURNED = "${GOSUB_RETVAL}"
_UNSEALED = "unsealed"


def sealing(step: Ring) -> str:
    """Return the options of `Dial` for phones of which some have to encrypt; "" where none has to."""
    return "b(hushed^s^1)U(sealed)" if _has_to_encrypt(step) else ""


async def was_not_sealed(end: DialEnd, step: Ring, channel: Channel) -> bool:
    """Tell whether a phone took the call encrypted and then did not encrypt, so that it was given up."""
    if end.result is not DialResult.UNREACHABLE or not _has_to_encrypt(step):
        return False
    return await channel.evaluate(_RETURNED) == _UNSEALED


def _has_to_encrypt(step: Ring) -> bool:
    return any("." in name for name in step.endpoints)
