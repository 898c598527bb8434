"""How the OpenAPI document tells of sound as an answer (`sound.answers`)."""

from typing import Any

from centralka.sound.answers import WAV

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
