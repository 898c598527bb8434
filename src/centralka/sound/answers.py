"""Answer with sound: a WAV file, or the part for which a seeking player asks (RFC 9110 §14)."""

import re

from django.http import HttpResponse

WAV = "audio/wav"
_RANGE = re.compile(r"bytes=([0-9]{0,15})-([0-9]{0,15})")


def sound_answer(asked: str | None, wav: bytes) -> HttpResponse:
    """Answer with the range of a `Range` header; several ranges, or one that the file has not: with the whole file."""
    part = _part(asked or "", len(wav))
    if part is None:
        return HttpResponse(wav, content_type=WAV, headers={"Accept-Ranges": "bytes"})
    headers = {"Accept-Ranges": "bytes", "Content-Range": f"bytes {part.start}-{part.stop - 1}/{len(wav)}"}
    return HttpResponse(wav[part.start : part.stop], status=206, content_type=WAV, headers=headers)


def _part(asked: str, length: int) -> range | None:
    """Read which bytes are asked for; None: all of them."""
    found = _RANGE.fullmatch(asked)
    if found is None or not any(found.groups()):
        return None
    first, last = found.groups()
    if first:
        part = range(int(first), min(int(last) + 1, length) if last else length)
    else:
        part = range(max(0, length - int(last)), length)
    return part or None
