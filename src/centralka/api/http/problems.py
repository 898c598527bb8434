"""Errors as RFC 9457 problem details: every way in which the API can refuse, in one table."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.http import HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from pydantic import BaseModel, Field

MEDIA_TYPE = "application/problem+json"
ROOT = "/api/v1/"
_MOST_ERRORS = 100
"""Nobody reads more, and an answer to 20,000 unknown fields would be larger than the request."""


class WrongField(BaseModel):
    """One thing that is wrong with one field."""

    field: str = Field(
        description="The field as it is written in the request; `owner.email` for a nested one, "
        "`body` for the whole body.",
        examples=["extension"],
    )
    code: str = Field(description="Stable, for programs.", examples=["malformed"])
    message: str = Field(
        description="For people, in the language of the answer.",
        examples=["An extension has 2 to 6 digits and does not start with 0."],
    )
    line: int | None = Field(default=None, description="In an uploaded file: the line, from 1. Else it is not there.")
    column: str | None = Field(default=None, description="In an uploaded file: the column. Else it is not there.")


class Problem(BaseModel):
    """RFC 9457 problem details."""

    type: str = Field(
        description="Which kind of problem; stable. The address answers with an explanation.",
        examples=[f"{ROOT}problems/invalid-input"],
    )
    title: str = Field(description="The kind in words.", examples=["Some fields are wrong"])
    status: int = Field(description="The HTTP status again.", examples=[422])
    detail: str = Field(description="What to do about it.", examples=["Nothing was saved. See `errors`."])
    errors: list[WrongField] = Field(description="Each wrong field; empty where no field is to blame.")


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of problem; `code` is the last part of its `type`."""

    code: str
    status: int
    title: str | Promise
    detail: str | Promise

    @property
    def type(self) -> str:
        return f"{ROOT}problems/{self.code}"


MALFORMED_JSON = Kind(
    "malformed-json", 400, _("This is not JSON"), _("The body could not be read as JSON. Nothing was done.")
)
BAD_REQUEST = Kind("bad-request", 400, _("Bad request"), _("The request could not be understood."))
NO_TOKEN = Kind(
    "no-token",
    401,
    _("No valid token"),
    _("Send “Authorization: Bearer …” with a token that was made in the panel and not revoked."),
)
TOKEN_EXPIRED = Kind(
    "token-expired",
    401,
    _("The token has expired"),
    _("It was made with an end, which is over. Make another one in the panel."),
)
TOKEN_ELSEWHERE = Kind(
    "token-elsewhere",
    403,
    _("Not from this address"),
    _("This token opens something from certain networks only, and the request came from none of them."),
)
ROLE_TOO_SMALL = Kind(
    "role-too-small",
    403,
    _("The token's role is too small"),
    _("This token may read; changing needs a manager's."),
)
COMPANY_BLOCKED = Kind(
    "company-blocked",
    403,
    _("The company is blocked"),
    _("Everything can be read and nothing changed until the operator lets the company go on."),
)
OPERATOR_ONLY = Kind(
    "operator-only",
    403,
    _("Only for the operator"),
    _("This address takes the operator's token, not a company's."),
)
COMPANY_ONLY = Kind(
    "company-only",
    403,
    _("Only for a company"),
    _("This address takes a company's token, not the operator's."),
)
FORBIDDEN = Kind("forbidden", 403, _("Forbidden"), _("This request is not allowed."))
NOT_FOUND = Kind(
    "not-found",
    404,
    _("Not found"),
    _("There is nothing at this address, or nothing that this token may see."),
)
METHOD_NOT_ALLOWED = Kind(
    "method-not-allowed",
    405,
    _("Method not allowed"),
    _("This address knows only the methods named in “Allow”."),
)
CONSENT_NEEDED = Kind(
    "consent-needed",
    402,
    _("It costs something"),
    _("Nothing was made and nothing charged. “charges” says what it costs; repeat it with “accept_charges”: true."),
)
TOO_LITTLE_MONEY = Kind(
    "too-little-money",
    402,
    _("Too little money"),
    _("Nothing was made and nothing charged: the balance does not reach for what is due at once."),
)
TAKEN = Kind("taken", 409, _("Taken already"), _("A value that must be unique exists already. Nothing was saved."))
CHANGED_MEANWHILE = Kind(
    "changed-meanwhile",
    409,
    _("Changed meanwhile"),
    _("Somebody saved after this version was read. Nothing was saved; read it again and decide."),
)
CALL_ENDED = Kind("call-ended", 409, _("The call is over"), _("It has ended already; nothing was done."))
IN_USE = Kind("in-use", 409, _("Still in use"), _("Something else needs it. Nothing was removed."))
TOO_LARGE = Kind(
    "too-large", 413, _("Too large"), _("A body has at most 1 MiB, a file of prices 20 MB, a greeting 10 MB.")
)
NOT_JSON = Kind(
    "not-json",
    415,
    _("Wrong content type"),
    _("Send the body as JSON, with “Content-Type: application/json”."),
)
NOT_CSV = Kind(
    "not-csv",
    415,
    _("Wrong content type"),
    _("Send the file as “text/csv”, or as the field “file” of “multipart/form-data”."),
)
NOT_A_FORM = Kind(
    "not-a-form",
    415,
    _("Wrong content type"),
    _("Send the file as the field “file” of “multipart/form-data”."),
)
INVALID_INPUT = Kind(
    "invalid-input",
    422,
    _("Some fields are wrong"),
    _("Nothing was saved. “errors” says what is wrong where."),
)
WRONG_PRICE_LIST = Kind(
    "wrong-price-list",
    422,
    _("The price list has mistakes"),
    _("No price was changed. “errors” says what is wrong in which line and column."),
)
INTERNAL_ERROR = Kind(
    "internal-error",
    500,
    _("Our fault"),
    _("Something broke on our side; it is in the log. Try again later."),
)
BUSY = Kind(
    "busy",
    503,
    _("The database is busy"),
    _("Nothing was saved: something else held the database for too long. Send it again after “Retry-After” seconds."),
)
NO_ROOM = Kind(
    "no-room",
    507,
    _("The disk is full"),
    _("Nothing was saved: the disk of the installation is full. Calls go on; the operator has to make room."),
)
KINDS = {kind.code: kind for kind in list(globals().values()) if isinstance(kind, Kind)}
_BY_STATUS = {
    400: BAD_REQUEST,
    401: NO_TOKEN,
    403: FORBIDDEN,
    404: NOT_FOUND,
    405: METHOD_NOT_ALLOWED,
    503: BUSY,
    507: NO_ROOM,
}


def kind_for_status(status: int) -> Kind:
    """Return the kind that stands for a bare HTTP error that Django or a middleware made."""
    return _BY_STATUS.get(status, INTERNAL_ERROR if status >= 500 else BAD_REQUEST)


def problem_response(
    kind: Kind,
    *,
    detail: str | Promise | None = None,
    errors: Sequence[WrongField] = (),
    headers: Mapping[str, str] | None = None,
    more: Mapping[str, object] | None = None,
) -> HttpResponse:
    """Make the answer for `kind`, in the active language; `more`: members that only this kind has."""
    told = Problem(
        type=kind.type,
        title=str(kind.title),
        status=kind.status,
        detail=str(detail or kind.detail),
        errors=list(errors[:_MOST_ERRORS]),
    )
    content = json.dumps(told.model_dump(exclude_none=True) | dict(more or {}), ensure_ascii=False)
    return HttpResponse(content, status=kind.status, content_type=MEDIA_TYPE, headers=dict(headers or {}))
