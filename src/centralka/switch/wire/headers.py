"""Read headers of the INVITE with which a channel came, all that are wanted in one question to the engine."""

from collections.abc import Sequence

from .channel import Channel

# In a header the sign that parts the values would move those behind it into the places of others, and a line break
# would end the engine's answer and begin the next one. (Backslashes are doubled for the function's own arguments.)
_BETWEEN = "\x1f"
_ONE = r"${REPLACE(PJSIP_HEADER(read,%s,%d),\\x1f\\r\\n,?)}"

Line = tuple[str, int]
"""A header's name, and which one of that name, from 1."""


async def read_headers(channel: Channel, lines: Sequence[Line]) -> list[str]:
    """Read the value of each line; "" for a line that did not come, or is longer than the engine can hand over."""
    answer = await channel.evaluate(_BETWEEN.join(_ONE % line for line in lines))
    values = answer.split(_BETWEEN)
    return values if len(values) == len(lines) else [""] * len(lines)
