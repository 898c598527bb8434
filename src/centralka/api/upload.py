"""A file in a request: alone, as `text/csv`, or as the field `file` of a form."""

from typing import Any

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, UnreadablePostError
from django.http.multipartparser import MultiPartParserError

from .json_body import Ambiguous
from .wrong_fields import wrong_field

_FIELD = "file"
CSV_FILE: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "text/csv": {"schema": {"type": "string"}},
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "properties": {_FIELD: {"type": "string", "contentMediaType": "text/csv"}},
                    "required": [_FIELD],
                }
            },
        },
    }
}
"""`openapi_extra` of an operation that takes one."""


class NotAFile(Exception):
    """The body is of another media type."""


class BrokenForm(Exception):
    """The body says that it is a form, and cannot be read as one."""


class MissingFile(Ambiguous):
    """The form has no file, or several."""


def uploaded_file(request: HttpRequest, most: int) -> bytes:
    """The file's content. Raises the classes above, and `RequestDataTooBig` for more than `most` bytes."""
    match request.content_type:
        case "text/csv":
            # Not `request.body`, whose limit is that of JSON.
            data = request.read(most + 1)
        case "multipart/form-data":
            data = _file_of_form(request).read(most + 1)
        case _:
            raise NotAFile
    if len(data) > most:
        raise RequestDataTooBig
    return data


def _file_of_form(request: HttpRequest) -> "UploadedFile[bytes]":
    try:
        found = request.FILES.getlist(_FIELD)
    except (MultiPartParserError, TooManyFieldsSent, TooManyFilesSent, UnreadablePostError) as broken:
        raise BrokenForm from broken
    if len(found) != 1:
        raise MissingFile([wrong_field(_FIELD, "repeated" if found else "missing")])
    return found[0]
