"""The types that requests are made of: each refuses by itself what no action should ever see."""

import re
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    PlainValidator,
    SecretStr,
    ValidationInfo,
    WithJsonSchema,
    model_validator,
)
from pydantic_core import PydanticCustomError, PydanticUndefined

from .json_body import Ambiguous
from .wrong_fields import wrong_field

BIGGEST_ID = 2**63 - 1
_RFC_3339 = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?([Zz]|[+-][0-9]{2}:[0-9]{2})"
)
_NUMBER = re.compile(r"-?[0-9]{1,40}")


class Body(BaseModel):
    """A JSON body: exact types, and no field that does nothing."""

    model_config = ConfigDict(extra="forbid", strict=True)


def _not_sent() -> None:
    """Stand in for a field that was not sent: a reader looks whether it was (`model_fields_set`)."""


class Changes(Body):
    """A JSON body of changes: what is not sent stays as it is, whatever a new thing would get in its place."""

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        super().__pydantic_init_subclass__(**kwargs)
        for field in cls.model_fields.values():
            if field.default_factory is None and field.default is not None:
                field.default, field.default_factory = PydanticUndefined, _not_sent
        cls.model_rebuild(force=True)


class Asked(BaseModel):
    """The query of a list. An unknown parameter is refused: a misspelt filter must not show everything."""

    @model_validator(mode="before")
    @classmethod
    def _refuse_unknown(cls, data: Any, info: ValidationInfo) -> Any:
        given = info.context["request"].GET if info.context else {}
        if unknown := [key for key in given if key not in cls.model_fields]:
            raise UnknownParameter([wrong_field(key, "extra_forbidden") for key in unknown])
        return data


class UnknownParameter(Ambiguous):
    """The query has a parameter that does nothing."""


def _storable(text: str) -> str:
    # PostgreSQL holds neither, and no name, number or password has them.
    if "\0" in text:
        raise PydanticCustomError("nul", "U+0000")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise PydanticCustomError("string_unicode", "a lone surrogate") from None
    return text


def _storable_secret(secret: SecretStr) -> SecretStr:
    _storable(secret.get_secret_value())
    return secret


def _moment(value: object) -> datetime:
    if isinstance(value, str) and _RFC_3339.fullmatch(value):
        try:
            return datetime.fromisoformat(value.upper()).astimezone(UTC)
        except (ValueError, OverflowError):
            raise PydanticCustomError("moment", "no such moment") from None
    raise PydanticCustomError("moment", "not RFC 3339")


def _ascii_number(value: object) -> object:
    # `int("١٠")` and pydantic's `"1_0"` are numbers to Python; in an address they are a mistake.
    if isinstance(value, str):
        if not _NUMBER.fullmatch(value):
            raise PydanticCustomError("whole_number", "not a number")
        return int(value)
    return value


def _in_utc(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


Text = Annotated[str, AfterValidator(_storable)]
Secret = Annotated[SecretStr, AfterValidator(_storable_secret)]
"""Can be written, never read; hides in `repr`."""
Moment = Annotated[
    datetime,
    PlainValidator(_moment),
    WithJsonSchema({"type": "string", "format": "date-time", "examples": ["2026-01-31T12:00:00Z"]}),
]
"""RFC 3339 with an offset; a `+` in an address has to be written `%2B`."""
IN_DIGITS = BeforeValidator(_ascii_number)
"""For a whole number in an address; stands last, so that the limits before it get into the schema."""
Id = Annotated[int, Field(ge=1, le=BIGGEST_ID), IN_DIGITS]
At = Annotated[
    datetime,
    PlainSerializer(_in_utc, return_type=str),
    WithJsonSchema(
        {"type": "string", "format": "date-time", "examples": ["2026-01-31T12:00:00.000Z"]}, mode="serialization"
    ),
]
