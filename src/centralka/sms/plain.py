"""A text without Polish letters: in the GSM alphabet it takes fewer parts, and so costs less."""

import unicodedata

from centralka.calls.alphabet import PLAIN

from .parts import in_gsm

_SIGNS = {
    "„": '"', "”": '"', "“": '"', "«": '"', "»": '"', "‘": "'", "’": "'", "‚": "'", "´": "'", "`": "'",
    "–": "-", "—": "-", "‑": "-", "−": "-", "…": "...", "•": "*", "×": "x", "\t": " ",
    "\u00a0": " ", "\u2009": " ", "\u202f": " ", "\u200b": "", "\ufeff": "", "©": "(c)", "®": "(r)", "™": "(tm)",
}  # fmt: skip
"""Signs that word processors and phones write by themselves."""


def without_polish_letters(text: str) -> str:
    """Write each character that is not in the GSM alphabet by what people type in its place.

    What has no such thing (an emoji, Cyrillic) stays as it is: nothing is left out silently.
    """
    return "".join(sign if in_gsm(sign) else _written(sign) for sign in unicodedata.normalize("NFC", text))


def _written(sign: str) -> str:
    if sign in _SIGNS:
        return _SIGNS[sign]
    plain = PLAIN.get(sign)
    if plain is None:
        return sign
    return plain.upper() if sign.isupper() else plain
