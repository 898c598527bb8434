"""A recording for the browser's player, which asks for pieces of it when somebody seeks (RFC 9110 §14)."""

import re

from django.http import HttpRequest, HttpResponse

_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})", re.ASCII)


def sound(request: HttpRequest, wav: bytes, filename: str, *, download: bool = False) -> HttpResponse:
    """The WAV file or the piece that was asked for; 416 for one that it does not have.

    Several pieces at once, and what is no range, are answered with the whole file, as the RFC permits.
    """
    asked = _RANGE.fullmatch(request.headers.get("Range", ""))
    if asked is None or asked.groups() == ("", ""):
        response = HttpResponse(wav, content_type="audio/wav")
    else:
        response = _piece(wav, *_bounds(asked, len(wav)))
    response.headers["Accept-Ranges"] = "bytes"
    disposition = "attachment" if download else "inline"
    response.headers["Content-Disposition"] = f'{disposition}; filename="{filename}"'
    return response


def _bounds(asked: re.Match[str], size: int) -> tuple[int, int]:
    """First and last byte; `-500` are the last 500."""
    first, last = asked.groups()
    if first == "":
        return max(0, size - int(last)), size - 1
    return int(first), min(int(last), size - 1) if last else size - 1


def _piece(wav: bytes, first: int, last: int) -> HttpResponse:
    if first > last:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{len(wav)}"})
    headers = {"Content-Range": f"bytes {first}-{last}/{len(wav)}"}
    return HttpResponse(wav[first : last + 1], status=206, content_type="audio/wav", headers=headers)
