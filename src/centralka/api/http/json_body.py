"""Reading what was sent, strictly: a request that can be read in two ways is refused, not guessed at."""

import json
from collections import Counter
from typing import Any, NoReturn

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest
from django.utils.datastructures import MultiValueDict
from ninja.parser import Parser

from .problems import WrongField
from .wrong_fields import wrong_field

_LONGEST_INT = 40
"""Digits. A longer number becomes a float, which every integer field refuses by name; `int` would take
quadratic time over it, and from 4,300 digits on would refuse the whole body without saying which field."""


class NotJson(Exception):
    """The body is of another media type."""


class Ambiguous(Exception):
    """Something was given twice, and which one was meant cannot be known."""

    def __init__(self, wrong: list[WrongField]) -> None:
        self.wrong = wrong
        super().__init__("ambiguous")


class StrictParser(Parser):
    """JSON with every name once, and a query with every parameter once."""

    def parse_body(self, request: HttpRequest) -> Any:
        """Read the body as plain data. Ninja turns whatever is raised here into a 400 with this as its cause."""
        if request.content_type != "application/json":
            raise NotJson
        # Django compares the length that was announced; a chunked body announces none.
        if len(request.body) > (settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 0):
            raise RequestDataTooBig
        return json.loads(request.body.decode(), object_pairs_hook=_object, parse_int=_int, parse_constant=_no_constant)

    def parse_querydict(
        self, data: MultiValueDict[str, Any], list_fields: list[str], request: HttpRequest
    ) -> dict[str, Any]:
        """Read path and query parameters; none of ours is a list."""
        if repeated := [key for key in data if len(data.getlist(key)) > 1]:
            raise Ambiguous([wrong_field(key, "repeated") for key in repeated])
        return dict(data.items())


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        times = Counter(key for key, _value in pairs)
        raise Ambiguous([wrong_field(key, "repeated") for key in found if times[key] > 1])
    for key in found:
        key.encode()  # a lone surrogate is no text and could not be named in the answer: UnicodeEncodeError
    return found


def _int(text: str) -> int | float:
    return int(text) if len(text) <= _LONGEST_INT else float(text)


def _no_constant(text: str) -> NoReturn:
    raise ValueError(f"{text} is not JSON")
