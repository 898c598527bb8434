"""`/problems/{code}`: where the `type` of every error leads."""

from django.http import HttpRequest
from ninja import Router
from pydantic import BaseModel

from centralka.actions.errors import NotFound

from .problems import KINDS

router = Router(tags=["Problems"])


class ProblemKind(BaseModel):
    """The meaning of a kind of problem."""

    type: str
    title: str
    status: int
    detail: str


@router.get("/problems/{code}", response=ProblemKind, summary="Explain an error", operation_id="get_problem_kind")
def get_problem_kind(request: HttpRequest, code: str) -> ProblemKind:
    """What the `type` of an error means. Needs no token."""
    kind = KINDS.get(code)
    if kind is None:
        raise NotFound
    return ProblemKind(type=kind.type, title=str(kind.title), status=kind.status, detail=str(kind.detail))
