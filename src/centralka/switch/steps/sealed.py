"""Let nothing be heard of a side with encrypted sound before it is encrypted for certain (asterisk/extensions.conf)."""

from centralka.calls.dial_result import DialResult
from centralka.calls.plan import Ring

from ..wire import agi
from ..wire.channel import Channel, DialEnd

_RETURNED = "GOSUB_RETVAL"
_UNSEALED, _NO_HANDSHAKE = "unsealed", "0"
_SENT = "${CHANNEL(rtcp,txcount)}"
"""Packets; the engine sends none before the handshake."""


async def answer(channel: Channel) -> None:
    """Answer a caller, and wait for the handshake of one with DTLS-SRTP. Raises NotEncrypted."""
    await channel.execute("Answer")
    if not has_handshake(channel):
        return
    await channel.run_subroutine("handshake")
    if await channel.evaluate(f"${{{_RETURNED}}}") == _NO_HANDSHAKE:
        raise NotEncrypted


class NotEncrypted(Exception):
    """The caller took the call as encrypted, and does not encrypt."""


def has_handshake(channel: Channel) -> bool:
    """Tell whether the sound of the caller's phone becomes encrypted only after the answer."""
    return agi.has_handshake(channel.request.channel)


async def hush(channel: Channel) -> str:
    """Have nothing heard of a caller whose handshake is to come. Returns the channel, or ""."""
    if not has_handshake(channel) or await channel.evaluate(_SENT) not in ("", "0"):
        return ""
    await channel.set("MUTEAUDIO(in)", "on")
    return channel.request.channel


def sealing(step: Ring, hushed: str) -> str:
    """Return the options of `Dial` for phones of which some have to encrypt, or for a caller that is `hushed`."""
    if not _has_to_encrypt(step):
        return unhushing(hushed)
    return f"b(hushed^s^1){unhushing(hushed) or 'U(sealed)'}"


def unhushing(hushed: str) -> str:
    """Return the option of `Dial` by which a caller that is `hushed` is heard once it encrypts; "" for none."""
    return f"U(sealed^{hushed})" if hushed else ""


async def was_not_sealed(end: DialEnd, step: Ring, channel: Channel) -> bool:
    """Tell whether a phone took the call encrypted and then did not encrypt, so that it was given up."""
    if end.result is not DialResult.UNREACHABLE or not _has_to_encrypt(step):
        return False
    if await channel.evaluate(f"${{{_RETURNED}}}") != _UNSEALED:
        return False
    # It stays with the caller, also through a transfer, and is not to tell of the next phone that cannot be reached.
    await channel.set(_RETURNED, "")
    return True


def _has_to_encrypt(step: Ring) -> bool:
    return any("." in name for name in step.endpoints)
