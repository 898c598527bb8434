"""The end that each answered call has, however alive both sides are: the engine keeps it itself, with a tone before."""

_TONE_BEFORE = 60
"""Seconds; half of a call that may not last twice as long."""


def limit(longest: int | None) -> str:
    """Return the option of `Dial` that ends the call after so many seconds from its answer; "" for None.

    The bridge keeps it, and so do both sides when one of them is transferred to another phone. The tone is
    LIMIT_WARNING_FILE (asterisk/extensions.conf).
    """
    return f"L({1000 * longest}:{1000 * min(_TONE_BEFORE, longest // 2)})" if longest else ""
