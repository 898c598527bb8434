"""Sound as an answer (`sound.answers`), and how the OpenAPI document tells of it."""

from typing import Annotated, Any

from django.http import HttpResponse
from ninja import Header

from centralka.actions.errors import NotFound
from centralka.sound.answers import WAV, sound_answer
from centralka.store.models import Greeting, HoldMusic

# Both: the media type is how OpenAPI 3.1 tells of a file, the format is what makers of clients look for.
_FILE = {"schema": {"type": "string", "format": "binary", "contentMediaType": WAV}}
_BYTES = {"Accept-Ranges": {"description": "`bytes`.", "schema": {"type": "string"}}}
_PART = {"Content-Range": {"description": "Which part.", "schema": {"type": "string"}}}
SOUND: dict[str, Any] = {
    "responses": {
        200: {"description": "The file.", "headers": _BYTES, "content": {WAV: _FILE}},
        206: {"description": "The part that `Range` asks for.", "headers": _BYTES | _PART, "content": {WAV: _FILE}},
    }
}
"""`openapi_extra` of an operation that answers with one."""
Range = Annotated[str | None, Header(alias="Range", description="`bytes=0-999`: only that part (206).")]


def own_sound(found: Greeting | HoldMusic | None, part: str | None) -> HttpResponse:
    """Answer with the file, or the part that is asked for. Raises NotFound where there is none."""
    if found is None:
        raise NotFound
    return sound_answer(part, bytes(found.wav))
