"""A recording for the browser's player, or to keep."""

from django.http import HttpRequest, HttpResponse

from centralka.sound.answers import sound_answer


def sound(request: HttpRequest, wav: bytes, filename: str, *, download: bool = False) -> HttpResponse:
    """Send the WAV file, or the piece that was asked for."""
    response = sound_answer(request.headers.get("Range"), wav)
    disposition = "attachment" if download else "inline"
    response.headers["Content-Disposition"] = f'{disposition}; filename="{filename}"'
    return response
