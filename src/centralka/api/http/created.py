"""The answer to a request that made something."""

from typing import TypeVar

from django.http import HttpResponse
from ninja import Status

from .problems import ROOT

Body = TypeVar("Body")


def created(response: HttpResponse, path: str, body: Body) -> Status[Body]:
    """Answer 201 with the address of what was made: `path`, below the API's root (RFC 9110, 10.2.2)."""
    response.headers["Location"] = f"{ROOT}{path}"
    return Status(201, body)
