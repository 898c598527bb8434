"""A sound file that somebody uploads."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from centralka.sound.conversion import AudioProblem, Greeting, NotAudio, greeting_wav

from ..errors import InvalidInput, Problem

WRONG_SOUND = {
    AudioProblem.EMPTY: _("The file is empty."),
    AudioProblem.NOT_AUDIO: _("This is no sound file. Choose a WAV or MP3 file."),
    AudioProblem.TOO_BIG: _("The file is bigger than 10 MB."),
    AudioProblem.BROKEN: _("The file is damaged: no sound can be read from it."),
    AudioProblem.WRONG_FORMAT: _("This is sound in another format. Choose a WAV or MP3 file."),
}
"""Problems whatever the sound is for; the caller of the check adds how long it may be."""


def checked_sound(upload: bytes, words: Mapping[AudioProblem, str | Promise]) -> Greeting:
    """Return the sound as the engine would play it. Raises `InvalidInput` with a problem at `file`, told in `words`."""
    try:
        return greeting_wav(upload)
    except NotAudio as wrong:
        raise InvalidInput({"file": [Problem(wrong.problem.value, words[wrong.problem])]}) from None
