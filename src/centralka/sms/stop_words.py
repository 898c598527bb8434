"""Answers by which somebody wants no more messages."""

import re

from centralka.calls.alphabet import fold

_STOP = frozenset({"stop", "stopsms", "wypisz", "wypiszmnie", "nie", "rezygnuje", "koniec", "unsubscribe"})


def is_stop(text: str) -> bool:
    """Tell whether the whole answer is such a word: “Nie, dziękuję za dziś” is talk."""
    return re.sub(r"[^a-z]", "", fold(text)) in _STOP
