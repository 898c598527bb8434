"""Cursor pages: the cursor is the last row's sort key, so rows that are added or removed shift nothing."""

from functools import reduce
from typing import Annotated, Any, TypeVar

from django.core.signing import BadSignature, Signer
from django.db.models import Model, Q, QuerySet
from pydantic import Field

from centralka.actions.errors import InvalidInput, Problem

from .fields import IN_DIGITS, Asked
from .wrong_fields import wrong_field

_Row = TypeVar("_Row", bound=Model)


class AskedPage(Asked):
    """The page of a list that is asked for."""

    cursor: Annotated[str, Field(max_length=1000)] | None = Field(
        None, description="`next` of the page before; without it the list begins."
    )
    limit: Annotated[int, Field(ge=1, le=200), IN_DIGITS] = Field(50, description="How many items at most, 1 to 200.")


def page_of(found: QuerySet[_Row], asked: AskedPage) -> tuple[list[_Row], str | None]:
    """Return one page of an ordered queryset, and the cursor of the next page.

    The order must be two columns in one direction, the second unique (`extension, id`).
    """
    signer = Signer(salt=f"api.cursor.{found.model._meta.label}")
    if asked.cursor is not None:
        found = found.filter(_after(found, _position(signer, asked.cursor)))
    rows = list(found[: asked.limit + 1])
    if len(rows) <= asked.limit:
        return rows, None
    del rows[asked.limit :]
    return rows, signer.sign_object([_plain(_value(rows[-1], column)) for column in _columns(found)])


def _columns(found: QuerySet[Any]) -> list[str]:
    return [str(column).removeprefix("-") for column in found.query.order_by]


def _position(signer: Signer, cursor: str) -> list[Any]:
    # Signed, so that nothing but a position that we gave out can reach the database.
    try:
        position: list[Any] = signer.unsign_object(cursor)
    except BadSignature:
        wrong = wrong_field("cursor", "cursor")
        raise InvalidInput({"cursor": [Problem(wrong.code, wrong.message)]}) from None
    return position


def _after(found: QuerySet[Any], position: list[Any]) -> Q:
    first, second = _columns(found)
    at, row = (
        _field(found.model, name).to_python(value) for name, value in zip((first, second), position, strict=True)
    )
    way = "lt" if str(found.query.order_by[0]).startswith("-") else "gt"
    # The first condition lets an index on the order begin at the right place; the second is exact.
    return Q(**{f"{first}__{way}e": at}) & (Q(**{f"{first}__{way}": at}) | Q(**{f"{second}__{way}": row}))


def _value(row: Model, path: str) -> Any:
    """Return the value of a column of the row, or (`person__sort_key`) of a row that it points at."""
    return reduce(getattr, path.split("__"), row)


def _field(model: type[Model], path: str) -> Any:
    *way, last = path.split("__")
    for name in way:
        model = model._meta.get_field(name).related_model  # type: ignore[assignment]  # a foreign key
    return model._meta.get_field(last)


def _plain(value: Any) -> str | int:
    return value if isinstance(value, int) else str(value)
