"""Quote a typed text to the person who typed it."""

from django.utils.translation import gettext as _

_SHOWN = 40
"""Characters."""


def quoted(text: str) -> str:
    """Return the beginning of a text without what cannot be printed, in the reader's quotation marks."""
    shown = "".join(sign for sign in text if sign.isprintable()).strip()[:_SHOWN]
    return _("“%(text)s”") % {"text": shown}
