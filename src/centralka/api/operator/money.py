"""`/operator/top-ups`, `/operator/corrections`: bookings that the operator makes for a company by hand."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

from django.utils.translation import gettext_lazy as _
from ninja import Header, Router, Status
from pydantic import BaseModel, Field

from centralka.actions import money as actions
from centralka.actions.errors import InvalidInput, NotFound, Problem
from centralka.actions.money import KEY_MAX, NOTE_MAX
from centralka.store.models import LedgerEntry

from ..http.amounts import Amount, Price, told
from ..http.auth import OperatorRequest, operator_token
from ..http.fields import BIGGEST_ID, At, Body, Text

router = Router(tags=["Operator"], auth=operator_token)

_HEADER = "Idempotency-Key"
Key = Annotated[
    str | None,
    Header(
        alias=_HEADER,
        description=f"Chosen by you, 1 to {KEY_MAX} characters. A request with the same key is carried out once; "
        "repeated, it answers with the same booking.",
    ),
]


class Booking(Body):
    """A booking to make."""

    tenant_id: Annotated[int, Field(ge=1, le=BIGGEST_ID)] = Field(description="The company's `id`.", examples=[1])
    net: Amount = Field(description="PLN net.", examples=["100.00"])
    note: Text = Field("", description="The company sees it.", json_schema_extra={"maxLength": NOTE_MAX})


class Booked(BaseModel):
    """A booking."""

    id: int
    tenant_id: int
    kind: str
    net: Price
    balance_after: Price
    note: str
    at: At


@router.post("/top-ups", response={201: Booked}, summary="Top up a balance", operation_id="top_up")
def top_up(request: OperatorRequest, wanted: Booking, key: Key = None) -> Status[Booked]:
    """Money that a company paid; more than 0. Fees that it owes are booked at once."""
    with _in_words_of_the_request():
        return Status(201, _out(actions.top_up(request.auth, wanted.tenant_id, wanted.net, wanted.note, key)))


@router.post("/corrections", response={201: Booked}, summary="Correct a balance", operation_id="correct")
def correct(request: OperatorRequest, wanted: Booking, key: Key = None) -> Status[Booked]:
    """Put something right, in either direction; never below the credit limit. `note` has to say what."""
    with _in_words_of_the_request():
        return Status(201, _out(actions.correct(request.auth, wanted.tenant_id, wanted.net, wanted.note, key)))


@contextmanager
def _in_words_of_the_request() -> Iterator[None]:
    """Name wrong fields as the request does: the company is a field here, and the key a header."""
    try:
        yield
    except NotFound:
        raise InvalidInput({"tenant_id": [Problem("unknown", _("There is no such company."))]}) from None
    except InvalidInput as refused:
        named = {{"key": _HEADER}.get(field, field): found for field, found in refused.problems.items()}
        raise type(refused)(named) from refused


def _out(entry: LedgerEntry) -> Booked:
    return Booked(
        id=entry.pk,
        tenant_id=entry.tenant_id,
        kind=entry.kind,
        net=told(entry.net),
        balance_after=told(entry.balance_after),
        note=entry.details.get("note", ""),
        at=entry.at,
    )
