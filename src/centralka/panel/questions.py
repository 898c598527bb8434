"""A question before something is done tells what follows. The answer counts for that alone: where something else would
follow by now, nothing is done, and the page asks anew.

What is told is read again just before it is done. Somebody who saves within the same milliseconds is not seen.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest

Fact = str | int | None | Sequence[str]


@dataclass(frozen=True, slots=True)
class Question:
    """What a page asks (`parts/asked_anew.html`), and whether this request is the answer to it."""

    told: str
    """Names what the page tells. The form sends it with the answer."""
    answered: bool
    asked_anew: bool
    """The answer was to another question."""


def question(request: HttpRequest, *facts: Fact) -> Question:
    """Return what is asked. `facts`: all of what the page tells that may be otherwise at the answer."""
    told = hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:16]
    sent = request.method == "POST"
    answered = sent and request.POST.get("told") == told
    return Question(told, answered, asked_anew=sent and not answered)
