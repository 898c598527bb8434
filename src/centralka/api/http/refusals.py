"""Turn everything that is raised during a request into a problem. Nothing leaves the API as anything else."""

import json
import logging
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.deprecation import MiddlewareMixin
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from centralka.actions.actor import Actor
from centralka.actions.errors import (
    Blocked,
    ChangedMeanwhile,
    EndedAlready,
    InUse,
    InvalidInput,
    NotAllowed,
    NotFound,
    Taken,
    TokenElsewhere,
    TokenExpired,
)
from centralka.actions.prices.charges import Charge, ConsentNeeded, TooLittleMoney, due_now
from centralka.actions.prices.uploads import WrongPriceList
from centralka.busy import found_busy
from centralka.disk import found_no_room

from . import problems
from .amounts import told
from .auth import WrongHolder
from .charges import itemised
from .json_body import Ambiguous, NotJson
from .problems import ROOT, problem_response
from .upload import BrokenForm, NotAFile, NotAForm
from .wrong_fields import from_action, from_pydantic

_log = logging.getLogger(__name__)


def _taken(request: HttpRequest, refused: Taken) -> HttpResponse:
    return problem_response(problems.TAKEN, errors=from_action(refused))


def _in_use(request: HttpRequest, refused: InUse) -> HttpResponse:
    return problem_response(problems.IN_USE, errors=from_action(refused))


def _call_ended(request: HttpRequest, refused: EndedAlready) -> HttpResponse:
    return problem_response(problems.CALL_ENDED)


def _wrong_price_list(request: HttpRequest, refused: WrongPriceList) -> HttpResponse:
    wrong = [
        problems.WrongField(field="file", code=one.code, message=one.message, line=one.line, column=one.column)
        for one in refused.lines
    ]
    detail = _("No price was changed. Mistakes: %(total)s; “errors” has the first %(shown)s of them.") % {
        "total": refused.total,
        "shown": len(wrong),
    }
    return problem_response(problems.WRONG_PRICE_LIST, detail=detail, errors=wrong)


def _consent_needed(request: HttpRequest, refused: ConsentNeeded) -> HttpResponse:
    return problem_response(problems.CONSENT_NEEDED, more=_costs(refused.charges))


def _too_little_money(request: HttpRequest, refused: TooLittleMoney) -> HttpResponse:
    costs = _costs(refused.charges) | {"available": told(refused.available)}
    return problem_response(problems.TOO_LITTLE_MONEY, more=costs)


def _costs(charges: Sequence[Charge]) -> dict[str, object]:
    lines = [itemised(charge).model_dump(exclude_none=True) for charge in charges]
    return {"charges": lines, "due_now": told(due_now(charges))}


def _invalid_input(request: HttpRequest, refused: InvalidInput) -> HttpResponse:
    return problem_response(problems.INVALID_INPUT, errors=from_action(refused))


def _changed_meanwhile(request: HttpRequest, refused: ChangedMeanwhile) -> HttpResponse:
    wrong = problems.WrongField(
        field="version",
        code="stale",
        message=_("The version is %(version)s by now.") % {"version": refused.current.version},
    )
    return problem_response(problems.CHANGED_MEANWHILE, errors=[wrong])


def _invalid_shape(request: HttpRequest, refused: ValidationError) -> HttpResponse:
    return problem_response(problems.INVALID_INPUT, errors=from_pydantic(refused.errors))


def _ambiguous_query(request: HttpRequest, refused: Ambiguous) -> HttpResponse:
    return problem_response(problems.INVALID_INPUT, errors=refused.wrong)


def _no_token(request: HttpRequest, refused: AuthenticationError) -> HttpResponse:
    told = ', error="invalid_token"' if "Authorization" in request.headers else ""
    return problem_response(problems.NO_TOKEN, headers={"WWW-Authenticate": f'Bearer realm="centralka"{told}'})


def _token_expired(request: HttpRequest, refused: TokenExpired) -> HttpResponse:
    told = {"WWW-Authenticate": 'Bearer realm="centralka", error="invalid_token"'}
    return problem_response(problems.TOKEN_EXPIRED, headers=told)


def _wrong_holder(request: HttpRequest, refused: WrongHolder) -> HttpResponse:
    return problem_response(problems.COMPANY_ONLY if refused.wanted is Actor else problems.OPERATOR_ONLY)


def _blocked(request: HttpRequest, refused: Blocked) -> HttpResponse:
    detail = _("Nothing was changed. The company is blocked: %(reason)s.") % {"reason": refused.reason}
    return problem_response(problems.COMPANY_BLOCKED, detail=detail)


def _unreadable_body(request: HttpRequest, refused: HttpError) -> HttpResponse:
    """Answer a body that cannot be read. Ninja wraps what the parser raises; the cause says what it was."""
    match refused.__cause__:
        case NotJson():
            return problem_response(problems.NOT_JSON)
        case RequestDataTooBig():
            return problem_response(problems.TOO_LARGE)
        case Ambiguous(wrong=wrong):
            return problem_response(problems.MALFORMED_JSON, errors=wrong)
        case json.JSONDecodeError(lineno=line, colno=column):
            where = _("It stops being JSON at line %(line)s, column %(column)s.") % {
                "line": line,
                "column": column,
            }
            return problem_response(problems.MALFORMED_JSON, detail=where)
        case _:
            return problem_response(problems.MALFORMED_JSON)


def _our_fault(request: HttpRequest, fault: Exception) -> HttpResponse:
    # The address without its query, and never the body: a secret could be in either.
    _log.error("%s %s broke", request.method, request.path, exc_info=fault)
    if found_busy(fault):
        return problem_response(problems.BUSY, headers={"Retry-After": "5"})
    return problem_response(problems.NO_ROOM if found_no_room(fault) else problems.INTERNAL_ERROR)


_ANSWERS: dict[type[Exception], Callable[[HttpRequest, Any], HttpResponse]] = {
    NotFound: lambda request, refused: problem_response(problems.NOT_FOUND),
    Http404: lambda request, refused: problem_response(problems.NOT_FOUND),
    NotAllowed: lambda request, refused: problem_response(problems.ROLE_TOO_SMALL),
    ConsentNeeded: _consent_needed,
    TooLittleMoney: _too_little_money,
    Taken: _taken,
    InUse: _in_use,
    EndedAlready: _call_ended,
    WrongPriceList: _wrong_price_list,
    NotAFile: lambda request, refused: problem_response(problems.NOT_CSV),
    NotAForm: lambda request, refused: problem_response(problems.NOT_A_FORM),
    BrokenForm: lambda request, refused: problem_response(problems.BAD_REQUEST),
    InvalidInput: _invalid_input,
    ChangedMeanwhile: _changed_meanwhile,
    ValidationError: _invalid_shape,
    Ambiguous: _ambiguous_query,
    AuthenticationError: _no_token,
    TokenExpired: _token_expired,
    TokenElsewhere: lambda request, refused: problem_response(problems.TOKEN_ELSEWHERE),
    WrongHolder: _wrong_holder,
    Blocked: _blocked,
    RequestDataTooBig: lambda request, refused: problem_response(problems.TOO_LARGE),
    HttpError: _unreadable_body,
    Exception: _our_fault,
}
"""The nearest class of what was raised decides."""


def answer_refusals(api: NinjaAPI) -> None:
    """Teach the API each refusal."""
    for refusal, answer in _ANSWERS.items():
        api.add_exception_handler(refusal, answer)


def only_problems(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Wrap an operation's view, so that ninja's own answer to a wrong method becomes a problem too."""

    @wraps(view)
    def answer(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        return _as_problem(request, view(request, *args, **kwargs))

    return answer


class ProblemMiddleware(MiddlewareMixin):
    """Turn errors outside the views into problems too, such as a wrong `Host` or a broken middleware."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        return _as_problem(request, response)


def _as_problem(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    if not request.path.startswith(ROOT):
        return response
    if response.status_code >= 400 and response.headers.get("Content-Type") != problems.MEDIA_TYPE:
        kept = {"Allow": response.headers["Allow"]} if "Allow" in response.headers else {}
        response = problem_response(problems.kind_for_status(response.status_code), headers=kept)
    response.headers.setdefault("Cache-Control", "no-store")
    return response
