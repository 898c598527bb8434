"""A file in a request: alone, as `text/csv`, or as the field `file` of a form."""

from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.utils.datastructures import MultiValueDict

from .json_body import Ambiguous
from .wrong_fields import wrong_field

_FIELD = "file"
_FRAME = 64 * 1024
"""Bytes that a form may have around its file."""
CSV_FILE: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "text/csv": {"schema": {"type": "string", "format": "binary"}},
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "properties": {_FIELD: {"type": "string", "format": "binary", "contentMediaType": "text/csv"}},
                    "required": [_FIELD],
                }
            },
        },
    }
}
"""`openapi_extra` of an operation that takes one."""
SOUND_FILE: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "properties": {
                        _FIELD: {"type": "string", "format": "binary", "contentMediaType": "application/octet-stream"}
                    },
                    "required": [_FIELD],
                }
            },
        },
    }
}
"""`openapi_extra` of an operation that takes a sound."""


class NotAFile(Exception):
    """The body is of another media type."""


class NotAForm(Exception):
    """The body is of another media type, and can only be a form."""


class BrokenForm(Exception):
    """The body says that it is a form, and cannot be read as one."""


class MissingFile(Ambiguous):
    """The form has no file, or several."""


def uploaded_file(request: HttpRequest, most: int) -> bytes:
    """Return the file's content. Raises the classes above, and `RequestDataTooBig` for more than `most` bytes."""
    match request.content_type:
        case "text/csv":
            # Not `request.body`, whose limit is that of JSON.
            data = request.read(most + 1)
        case "multipart/form-data":
            data = _file_of_form(lambda: request.FILES).read(most + 1)
        case _:
            raise NotAFile
    if len(data) > most:
        raise RequestDataTooBig
    return data


def sound_of_form(request: HttpRequest, most: int) -> bytes:
    """Return the file in the form that a PUT brings. Raises as `uploaded_file`, with `NotAForm` for `NotAFile`."""
    if request.content_type != "multipart/form-data":
        raise NotAForm
    announced = request.META.get("CONTENT_LENGTH") or ""
    if announced.isdecimal() and int(announced) > most + _FRAME:
        raise RequestDataTooBig
    with ExitStack() as opened:
        # Django reads the form of a POST by itself, and of no other method; nor does it close these files.
        data: bytes = _file_of_form(lambda: _files_of_put(request, opened)).read(most + 1)
    if len(data) > most:
        raise RequestDataTooBig
    return data


def named_file_of_form(request: HttpRequest, most: int) -> tuple[str, bytes]:
    """Return the name and the content of the file in the form that a POST brings. Raises as `sound_of_form`."""
    if request.content_type != "multipart/form-data":
        raise NotAForm
    file = _file_of_form(lambda: request.FILES)
    data = file.read(most + 1)
    if len(data) > most:
        raise RequestDataTooBig
    return file.name or "", data


def _files_of_put(request: HttpRequest, opened: ExitStack) -> "MultiValueDict[str, UploadedFile[bytes]]":
    _fields, files = request.parse_file_upload(request.META, request)
    for _name, found in files.lists():
        for file in found:
            opened.callback(file.close)
    return files


def _file_of_form(files: Callable[[], "MultiValueDict[str, UploadedFile[bytes]]"]) -> "UploadedFile[bytes]":
    try:
        found = files().getlist(_FIELD)
    except (MultiPartParserError, TooManyFieldsSent, TooManyFilesSent, UnreadablePostError) as broken:
        raise BrokenForm from broken
    if len(found) != 1:
        raise MissingFile([wrong_field(_FIELD, "repeated" if found else "missing")])
    return found[0]
